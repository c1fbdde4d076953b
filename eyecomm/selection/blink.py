"""Selection by a held blink.

A blink of everyday life lasts 100-400 ms (Schiffman 2001); a held one is longer, and it ends: eyes that stay shut are
asleep or resting. Nothing asks for a quick opening, which eyelid apraxia forbids: the choice is made whenever the eyes
open within the limit.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from eyecomm.geometry import Point
from eyecomm.samples import Floats, GazeSample, Openness
from eyecomm.selection.dwell import DwellSelector
from eyecomm.selection.protocols import NOTHING, Dwell
from eyecomm.selection.targets import NO_TARGETS, SelectionError, Targets


class Eyes(Enum):
    """Which eyes must close."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class BlinkSettings:
    """What counts as a held blink.

    Parameters
    ----------
    min_s, max_s : float
        Shortest and longest closure that chooses.
    closed_below, open_above : float
        Openness against the person's own; between the two nothing changes.
    eyes : Eyes
        Which eyes must close: one alone serves people who see with one.
    before_s : float
        The gaze counts as it was this long before the closure, as falling lids drag it down.
    max_gap_s : float
        The most that one interval between samples can count.

    Raises
    ------
    SelectionError
        When the limits are not in order.
    """

    min_s: float = 0.5
    max_s: float = 3.0
    closed_below: float = 0.45
    open_above: float = 0.6
    eyes: Eyes = Eyes.BOTH
    before_s: float = 0.15
    max_gap_s: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.min_s < self.max_s or not 0 < self.closed_below < self.open_above:
            raise SelectionError("The limits of a held blink must be above zero and in order.")


@dataclass(frozen=True, slots=True)
class Blink:
    """The lids after one sample: how long they have been shut, and whether a held blink just ended."""

    held_s: float
    fired: bool


class HeldBlink:
    """Notices held blinks; none while the face is lost."""

    def __init__(self, settings: BlinkSettings | None = None) -> None:
        self.settings = settings or BlinkSettings()
        self._held_s: float | None = None
        self._void = False
        self._last_s: float | None = None

    def update(self, timestamp_s: float, openness: Openness | None) -> Blink:
        """Weigh one more moment."""
        passed_s = 0.0 if self._last_s is None else timestamp_s - self._last_s
        self._last_s = timestamp_s
        counted_s = min(max(passed_s, 0.0), self.settings.max_gap_s)
        if openness is None:
            # Without a face nobody knows whether the eyes were shut all the time: this closure cannot choose.
            self._void = self._held_s is not None or self._void
            return Blink(0.0, fired=False)
        if self._held_s is None:
            return self._maybe_close(openness)
        self._held_s += counted_s
        if self._level(openness) <= self.settings.open_above:
            return Blink(0.0 if self._void else self._held_s, fired=False)
        return self._open()

    def _maybe_close(self, openness: Openness) -> Blink:
        if self._level(openness) < self.settings.closed_below:
            self._held_s = 0.0
        return Blink(0.0, fired=False)

    def _open(self) -> Blink:
        held_s, void = self._held_s or 0.0, self._void
        self._held_s, self._void = None, False
        # Half a nanosecond against rounding, so that 0.5 s of thirtieths is 0.5 s.
        within = self.settings.min_s - 5e-10 <= held_s <= self.settings.max_s + 5e-10
        return Blink(held_s, fired=within and not void)

    def _level(self, openness: Openness) -> float:
        """Give the openness that decides: with both eyes, the more open one."""
        both = max(openness.left, openness.right)
        return {Eyes.BOTH: both, Eyes.LEFT: openness.left, Eyes.RIGHT: openness.right}[self.settings.eyes]


class BlinkSelector:
    """The gaze says where, a held blink says when (`Selector`)."""

    def __init__(self, settings: BlinkSettings | None = None) -> None:
        self.settings = settings or BlinkSettings()
        self.set_targets(np.empty((0, 4)), np.empty(0))

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence."""
        self._targets = Targets(rects_px, dwell_s) if len(rects_px) else NO_TARGETS
        self._blink = HeldBlink(self.settings)
        self._recent: deque[tuple[float, Point]] = deque(maxlen=64)
        self._marked: int | None = None

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample."""
        blink = self._blink.update(sample.timestamp_s, sample.openness)
        if sample.point is not None and blink.held_s == 0:
            self._recent.append((sample.timestamp_s, sample.point))
            self._marked = self._mark(sample.timestamp_s)
        if self._marked is None or not self._targets.selectable(self._marked):
            return NOTHING
        if blink.fired:
            return Dwell(self._marked, 1.0, self._marked)
        return Dwell(self._marked, min(blink.held_s / self.settings.min_s, 1.0), None)

    def _mark(self, now_s: float) -> int | None:
        """Give the target looked at a little before now, the moment the lids may have begun to fall."""
        settled = [point for time_s, point in self._recent if time_s <= now_s - self.settings.before_s]
        return self._targets.hit(settled[-1]) if settled else None


class DwellOrBlinkSelector:
    """Whichever comes first: a long look or a held blink (`Selector`)."""

    def __init__(self, dwell: DwellSelector, blink: BlinkSelector) -> None:
        self._dwell, self._blink = dwell, blink
        self._targets = (np.empty((0, 4)), np.empty(0))

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence."""
        self._targets = (rects_px, dwell_s)
        self._dwell.set_targets(rects_px, dwell_s)
        self._blink.set_targets(rects_px, dwell_s)

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample."""
        dwell, blink = self._dwell.update(sample), self._blink.update(sample)
        if blink.selected is not None:
            self._dwell.set_targets(*self._targets)
            return blink
        if dwell.selected is not None:
            self._blink.set_targets(*self._targets)
        return dwell if dwell.selected is not None or dwell.progress >= blink.progress else blink
