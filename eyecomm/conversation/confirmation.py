"""Which selections were meant: what may be learned from them, and what may not."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from eyecomm.boards.model import Action, ActionKind
from eyecomm.conversation.turn import Selected, Speak, Turn
from eyecomm.geometry import Covariance, Point, Rect
from eyecomm.samples import GazeSample

LOOKED_S = 1.0  # before a selection, the gaze was on the cell for at least about this long
MEMORY_S = 0.3  # gaze so far apart is as good as independent
FEWEST = 5  # samples below which the mean says nothing
REMEMBERED = 30  # selections that an undo may reach

WRITES = frozenset({ActionKind.SPELL, ActionKind.APPEND, ActionKind.SPACE})
ACCEPTS = frozenset({ActionKind.APPEND, ActionKind.SPACE})  # the word before stands


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cell was chosen by gaze; it may still be taken back.

    Parameters
    ----------
    cell : Rect
        The cell, in pixels.
    gaze : Point
        Median gaze of the second before.
    noise : Covariance
        Of that median.
    timestamp_s : float
        Of the sample that chose; it names the choice.
    """

    cell: Rect
    gaze: Point
    noise: Covariance
    timestamp_s: float


@dataclass(frozen=True, slots=True)
class Confirmed:
    """All choices before this one were meant: they were spoken, or a word was accepted."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A choice was not meant.

    Parameters
    ----------
    timestamp_s : float
        That of the choice.
    """

    timestamp_s: float


Evidence = Chosen | Confirmed | Withdrawn


class Witness:
    """Follows samples and turns, and tells which choices were meant. Choices by hand say nothing about the gaze."""

    def __init__(self) -> None:
        self._gaze: deque[tuple[float, float, float]] = deque()
        self._written: deque[float] = deque(maxlen=REMEMBERED)

    def update(self, sample: GazeSample, before: Turn, after: Turn) -> tuple[Evidence, ...]:
        """Take in a sample, the turn before it and the turn that it led to.

        Returns
        -------
        tuple of Evidence
            In order; empty unless a cell was chosen by this sample.
        """
        self._remember(sample)
        chosen = next((effect.index for effect in after.effects if isinstance(effect, Selected)), None)
        if chosen is None:
            return ()
        cell = before.cells[chosen]
        found = self._judge(cell.button.actions, before, after)
        if len(self._gaze) >= FEWEST:
            found += (self._choice(cell.rect, sample.timestamp_s),)
        if any(action.kind in WRITES for action in cell.button.actions):
            self._written.append(sample.timestamp_s)
        return found

    def _remember(self, sample: GazeSample) -> None:
        if sample.point is not None:
            self._gaze.append((sample.timestamp_s, sample.point.x, sample.point.y))
        while self._gaze and sample.timestamp_s - self._gaze[0][0] > LOOKED_S:
            self._gaze.popleft()

    def _judge(self, actions: tuple[Action, ...], before: Turn, after: Turn) -> tuple[Evidence, ...]:
        """Tell what a choice says about those before it."""
        kinds = {action.kind for action in actions}
        if ActionKind.BACKSPACE in kinds and before.message.text:
            return (Withdrawn(self._written.pop()),) if self._written else ()
        spoken = ActionKind.SPEAK in kinds and any(isinstance(effect, Speak) for effect in after.effects)
        if spoken or kinds & ACCEPTS:
            return (Confirmed(),)
        return ()

    def _choice(self, cell: Rect, timestamp_s: float) -> Chosen:
        points = np.array(self._gaze)[:, 1:]
        middle = np.median(points, axis=0)
        deviation = 1.4826 * np.median(np.abs(points - middle), axis=0)  # of a normal distribution
        (x, y), (xx, yy) = middle.tolist(), (deviation**2 * MEMORY_S / LOOKED_S).tolist()
        return Chosen(cell, Point(x, y), Covariance(xx, 0.0, yy), timestamp_s)
