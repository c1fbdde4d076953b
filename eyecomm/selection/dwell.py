"""Selection by looking long enough: the fixed dwell.

The rules are those of OptiKey's key fixations (OptiKey contributors, 2015-2024): lock on, then dwell; progress is kept
for a while after looking away and goes on without a new lock-on. Three things differ, for the safety of someone who
cannot correct us:

- Time without gaze (dropouts, blinks) is frozen. OptiKey lets it count when the same key is seen afterwards.
- An interval between samples counts up to a maximum: a stalled camera cannot choose a word.
- Selecting the same target again without having looked away takes its own, longer time.
"""

import math
from dataclasses import dataclass

import numpy as np

from eyecomm.geometry import Point
from eyecomm.samples import Floats, GazeSample
from eyecomm.selection.protocols import NOTHING, Dwell
from eyecomm.selection.targets import NO_TARGETS, SelectionError, Targets

SHORTEST_DWELL_S, LONGEST_DWELL_S = 0.3, 5.0


@dataclass(frozen=True, slots=True)
class DwellSettings:
    """How long a look must last.

    Parameters
    ----------
    lock_on_s : float
        A look shorter than this leaves no trace.
    dwell_s : float
        From lock-on to selection, 0.3 to 5 s.
    keep_progress_s : float
        How long progress is kept after looking away.
    repeat_dwell_s : float
        Dwell of the target just selected, until the gaze has left it.
    left_after_s : float
        How long the gaze must be elsewhere before a look counts as a new one.
    max_gap_s : float
        The most that one interval between samples can count.
    forget_after_s : float
        Gaze lost for longer than this forgets all progress.

    Raises
    ------
    SelectionError
        When a time is negative, not finite, or the dwell time out of range.
    """

    lock_on_s: float = 0.25
    dwell_s: float = 1.25
    keep_progress_s: float = 0.75
    repeat_dwell_s: float = 2.0
    left_after_s: float = 0.15
    max_gap_s: float = 0.1
    forget_after_s: float = 2.0

    def __post_init__(self) -> None:
        times = (self.lock_on_s, self.keep_progress_s, self.left_after_s, self.max_gap_s, self.forget_after_s)
        if not all(math.isfinite(time) and time >= 0 for time in times):
            raise SelectionError("Times of the dwell must be finite and not negative.")
        for name, dwell in (("dwell", self.dwell_s), ("repeat dwell", self.repeat_dwell_s)):
            if not SHORTEST_DWELL_S <= dwell <= LONGEST_DWELL_S:
                raise SelectionError(f"The {name} must be {SHORTEST_DWELL_S} to {LONGEST_DWELL_S} s, not {dwell}.")


class DwellSelector:
    """Selects the target that has been looked at long enough (`Selector`)."""

    def __init__(self, settings: DwellSettings | None = None) -> None:
        self.settings = settings or DwellSettings()
        self.set_targets(np.empty((0, 4)), np.empty(0))

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence."""
        self._targets = Targets(rects_px, dwell_s) if len(rects_px) else NO_TARGETS
        self._dwell_s = self._targets.dwell_s(self.settings.dwell_s)
        self._looked_s = np.zeros(len(self._targets))  # looking time so far, lock-on included
        self._away_s = np.zeros(len(self._targets))  # since the gaze left
        self._current: int | None = None
        self._repeated: int | None = None  # selected, and not left since
        self._last_s: float | None = None
        self._lost_s = 0.0

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample."""
        passed_s = 0.0 if self._last_s is None else max(0.0, sample.timestamp_s - self._last_s)
        self._last_s = sample.timestamp_s
        if sample.point is None or not _finite(sample.point):
            return self._freeze(passed_s)
        was_lost, self._lost_s = self._lost_s > 0, 0.0
        counted_s = 0.0 if was_lost else min(passed_s, self.settings.max_gap_s)
        return self._look(self._targets.hit(sample.point), counted_s)

    def _freeze(self, passed_s: float) -> Dwell:
        self._lost_s += max(passed_s, 1e-9)
        if self._lost_s > self.settings.forget_after_s:
            self._looked_s[:] = 0.0
            self._current = None
        return self._state(None)

    def _look(self, hit: int | None, counted_s: float) -> Dwell:
        self._age(hit, counted_s)
        if hit != self._current:
            self._leave()
            self._current = hit
        elif hit is not None:
            self._looked_s[hit] += counted_s
        return self._state(self._choose(hit))

    def _age(self, hit: int | None, counted_s: float) -> None:
        """Let the progress of targets out of sight expire, and notice when the one just selected was left."""
        self._away_s += counted_s
        if hit is not None:
            self._away_s[hit] = 0.0
        # Half a nanosecond against rounding: 0.75 s of thirtieths is 0.75 s.
        self._looked_s[self._away_s > self.settings.keep_progress_s + 5e-10] = 0.0
        if self._repeated is not None and self._away_s[self._repeated] >= self.settings.left_after_s - 5e-10:
            self._repeated = None

    def _leave(self) -> None:
        if self._current is not None and self._looked_s[self._current] < self.settings.lock_on_s:
            self._looked_s[self._current] = 0.0

    def _choose(self, hit: int | None) -> int | None:
        if hit is None or self._looked_s[hit] + 5e-10 < self.settings.lock_on_s + self._needed_s(hit):
            return None
        self._looked_s[:] = 0.0
        self._repeated = hit
        return hit

    def _needed_s(self, index: int) -> float:
        own = float(self._dwell_s[index])
        return max(own, self.settings.repeat_dwell_s) if index == self._repeated else own

    def _state(self, selected: int | None) -> Dwell:
        if self._current is None:
            return NOTHING
        if selected is not None:
            return Dwell(selected, 1.0, selected)
        beyond = float(self._looked_s[self._current]) - self.settings.lock_on_s
        return Dwell(self._current, min(max(beyond / self._needed_s(self._current), 0.0), 1.0), None)


def _finite(point: Point) -> bool:
    return math.isfinite(point.x) and math.isfinite(point.y)
