"""Selection by a held blink.

A blink of everyday life lasts 100-400 ms (Schiffman 2001); a held one is longer, and it ends: eyes that stay shut are
asleep or resting. Nothing asks for a quick opening, which eyelid apraxia forbids: the choice is made whenever the eyes
open within the limit.

A head that drops out of the picture and comes back with shut eyes has not blinked: a closure counts only if its
beginning was seen, and a face or a camera lost for more than an instant ends it.
"""

import math
from collections import Counter, deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from eyecomm.geometry import Point
from eyecomm.samples import Floats, GazeSample, Openness
from eyecomm.selection.dwell import ROUNDING_S, DwellSelector
from eyecomm.selection.protocols import NOTHING, Dwell
from eyecomm.selection.settings import check_ranges, ranged
from eyecomm.selection.stopwatch import Stopwatch
from eyecomm.selection.targets import NO_TARGETS, SelectionError, Targets, seen


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
    min_s : float
        The lids must have been shut at least this long; time half open does not count.
    max_s : float
        From shutting to opening, slow lids included; longer is rest.
    closed_below, open_above : float
        Openness against the person's own; between the two nothing changes.
    eyes : Eyes
        Which eyes must close: one alone serves people who see with one.
    before_s : float
        The gaze counts as it was this long before the closure, as falling lids drag it down...
    steady_s : float
        ...and over so long a time before that, the target looked at most.
    max_gap_s : float
        Lids unseen for longer than this cancel; a shorter time unseen counts for nothing.

    Raises
    ------
    SelectionError
        When a number is out of its range or the limits are not in order.
    """

    min_s: float = ranged(0.5, 0.1, 5.0)
    max_s: float = ranged(3.0, 0.2, 60.0)
    closed_below: float = ranged(0.45, 0.05, 0.95)
    open_above: float = ranged(0.6, 0.05, 1.0)
    eyes: Eyes = Eyes.BOTH
    before_s: float = ranged(0.15, 0.0, 1.0)
    steady_s: float = ranged(0.2, 0.05, 1.0)
    max_gap_s: float = ranged(0.2, 0.05, 0.5)

    def __post_init__(self) -> None:
        check_ranges(self)
        if not self.min_s < self.max_s or not self.closed_below < self.open_above:
            raise SelectionError("The limits of a held blink must be in order.")


@dataclass(frozen=True, slots=True)
class Blink:
    """The lids after one sample.

    Parameters
    ----------
    held_s : float
        How long they have been seen shut in the closure under way, or in the one that just ended.
    fired : bool
        Whether a held blink ended with this sample.
    shut : bool
        Whether a closure is under way that may yet become a held blink.
    """

    held_s: float
    fired: bool
    shut: bool = False


OPEN = Blink(0.0, fired=False)


class HeldBlink:
    """Notices held blinks.

    Parameters
    ----------
    settings : BlinkSettings or None
        What counts; None for the defaults.
    """

    def __init__(self, settings: BlinkSettings | None = None) -> None:
        self.settings = settings or BlinkSettings()
        self._stopwatch = Stopwatch(self.settings.max_s)
        self._unseen_s = 0.0
        self.forget()

    def forget(self) -> None:
        """Forget the closure under way; the eyes must be seen open before another one counts."""
        self._held_s: float | None = None
        self._whole_s = 0.0
        self._seen_open = False
        self._seen_shut = False  # in the sample before

    def update(self, timestamp_s: float, openness: Openness | None) -> Blink:
        """Weigh one more moment.

        Parameters
        ----------
        timestamp_s : float
            Time of the sample.
        openness : Openness or None
            None when no face is seen.
        """
        elapsed_s = self._stopwatch.step(timestamp_s)
        self._unseen_s += elapsed_s
        self._whole_s += elapsed_s
        if self._unseen_s > self.settings.max_gap_s or self._whole_s > self.settings.max_s + ROUNDING_S:
            self.forget()
        level = self._level(openness)
        if math.isnan(level):
            self._seen_shut = False
            return self._state()
        self._unseen_s = 0.0
        if self._held_s is None:
            return self._wait(level)
        return self._hold(self._held_s, level, elapsed_s)

    def _wait(self, level: float) -> Blink:
        self._whole_s = 0.0
        if level >= self.settings.open_above:
            self._seen_open = True
        elif level < self.settings.closed_below and self._seen_open:
            self._held_s, self._seen_shut = 0.0, True
        return self._state()

    def _hold(self, held_s: float, level: float, elapsed_s: float) -> Blink:
        if level >= self.settings.open_above:
            self.forget()
            self._seen_open = True
            return Blink(held_s, fired=held_s >= self.settings.min_s - ROUNDING_S)
        shut = level < self.settings.closed_below
        if shut and self._seen_shut:
            self._held_s = held_s + elapsed_s
        self._seen_shut = shut
        return self._state()

    def _state(self) -> Blink:
        return OPEN if self._held_s is None else Blink(self._held_s, fired=False, shut=True)

    def _level(self, openness: Openness | None) -> float:
        """Give the openness that decides, of both eyes the more open one; NaN when not seen."""
        if openness is None:
            return math.nan
        if self.settings.eyes is Eyes.BOTH:
            return float(np.maximum(openness.left, openness.right))
        return openness.left if self.settings.eyes is Eyes.LEFT else openness.right


class BlinkSelector:
    """The gaze says where, a held blink says when (`Selector`).

    Progress is the time the lids have been shut over the time they must be; 1 means that opening the eyes selects.

    Parameters
    ----------
    settings : BlinkSettings or None
        What counts as a held blink; None for the defaults.
    """

    def __init__(self, settings: BlinkSettings | None = None) -> None:
        self.settings = settings or BlinkSettings()
        self._blink = HeldBlink(self.settings)
        self._stopwatch = Stopwatch(self.settings.max_s)
        self._recent: deque[tuple[float, Point]] = deque()
        self.set_targets(np.empty((0, 4)), np.empty(0))

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence.

        Parameters
        ----------
        rects_px : ndarray, shape (k, 4)
            Left, top, right, bottom in pixels.
        dwell_s : ndarray, shape (k,)
            Infinite for a target that cannot be selected; otherwise without meaning here.

        Raises
        ------
        SelectionError
            When they make no sense; the targets before stay.
        """
        self._targets = Targets(rects_px, dwell_s) if len(rects_px) else NO_TARGETS
        self.forget()

    def forget(self) -> None:
        """Forget the closure under way and where the gaze was."""
        self._blink.forget()
        self._recent.clear()
        self._now_s = 0.0  # since then
        self._shut = False
        self._aim: int | None = None

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample."""
        elapsed_s = self._stopwatch.step(sample.timestamp_s)
        if math.isinf(elapsed_s):
            self.forget()
            elapsed_s = 0.0
        self._now_s += elapsed_s
        blink = self._blink.update(sample.timestamp_s, sample.openness)
        if blink.shut and not self._shut:
            self._aim = self._looked_at_before()
        self._shut = blink.shut
        return self._judge(blink) if blink.shut or blink.fired else self._look(sample)

    def _judge(self, blink: Blink) -> Dwell:
        if self._aim is None:
            return NOTHING
        if blink.fired:
            self._recent.clear()  # the next blink needs a look of its own: lids may flicker
            return Dwell(self._aim, 1.0, self._aim)
        return Dwell(self._aim, min(blink.held_s / self.settings.min_s, 1.0), None)

    def _look(self, sample: GazeSample) -> Dwell:
        point = seen(sample.point)
        if point is None:
            return NOTHING
        self._recent.append((self._now_s, point))
        while self._recent[0][0] < self._now_s - self._memory_s():
            self._recent.popleft()
        hit = self._selectable(point)
        return NOTHING if hit is None else Dwell(hit, 0.0, None)

    def _looked_at_before(self) -> int | None:
        """Give the target looked at most in the steady time before the lids began to fall."""
        begin_s, end_s = self._now_s - self._memory_s(), self._now_s - self.settings.before_s
        hits = [self._selectable(point) for time_s, point in self._recent if begin_s <= time_s <= end_s + ROUNDING_S]
        # Of two looked at equally often the later one counts, as `most_common` keeps the order given.
        return Counter(reversed(hits)).most_common(1)[0][0] if hits else None

    def _memory_s(self) -> float:
        return self.settings.before_s + self.settings.steady_s + ROUNDING_S

    def _selectable(self, point: Point) -> int | None:
        hit = self._targets.hit(point)
        return hit if hit is not None and self._targets.selectable(hit) else None


class DwellOrBlinkSelector:
    """Whichever comes first: a long look or a held blink (`Selector`).

    Parameters
    ----------
    dwell : DwellSelector
        Decides by looking.
    blink : BlinkSelector
        Decides by lids.
    """

    def __init__(self, dwell: DwellSelector, blink: BlinkSelector) -> None:
        self._dwell, self._blink = dwell, blink

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence; see `DwellSelector.set_targets`."""
        self._dwell.set_targets(rects_px, dwell_s)
        self._blink.set_targets(rects_px, dwell_s)

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample. What one way has selected, the other does not select again at once."""
        dwell, blink = self._dwell.update(sample), self._blink.update(sample)
        if blink.selected is not None:
            self._dwell.spend(blink.selected)
            return blink
        if dwell.selected is not None:
            self._blink.forget()
            return dwell
        return blink if blink.progress > 0 else dwell
