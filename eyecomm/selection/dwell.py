"""Selection by looking long enough: the fixed dwell.

The rules are those of OptiKey's key fixations (OptiKey contributors, 2015-2024): lock on, then dwell; progress is kept
for a while after looking away and goes on at once, without a new lock-on; a selection spends the progress of all
targets. What differs, and why:

- Only an interval with the same target at both ends counts as looking. OptiKey counts everything between two sights of
  a key, lost gaze included; here dropouts and blinks freeze: they neither count nor reset nor let progress expire.
- An interval counts for no more than a maximum, so that a stalled camera cannot choose a word. Loss of gaze, or of the
  camera, for longer than a limit forgets everything: nobody remembers where they looked before it.
- A look begins with its first sample; OptiKey spends that one on noticing that the look before has ended. What goes
  beyond the lock-on belongs to the dwell. So a selection comes within one frame of lock-on plus dwell at any rate.
- Selecting the same target again without having looked away is a repeat: lock-on and a longer dwell. OptiKey repeats
  after the plain dwell, and people who take long to move their eyes on get letters twice. A jump of the estimated
  point shorter than `left_after_s` is noise, not looking away. A real look away and back is a new look, as for the
  second L of HELLO, and begins from nothing.
- Time is that of the samples; out-of-order or equal stamps add nothing.
"""

from dataclasses import dataclass

import numpy as np

from eyecomm.samples import Floats, GazeSample
from eyecomm.selection.protocols import NOTHING, Dwell
from eyecomm.selection.settings import check_ranges, ranged
from eyecomm.selection.stopwatch import Stopwatch
from eyecomm.selection.targets import NO_TARGETS, Targets, seen

SHORTEST_DWELL_S, USUAL_DWELL_S, LONGEST_DWELL_S = 0.3, 1.25, 5.0
ROUNDING_S = 5e-10  # forgiven, so that 1.5 s of thirtieths is 1.5 s


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
        Dwell of the target just selected, until the gaze has left it; a longer own dwell time stays.
    left_after_s : float
        How long the gaze must be elsewhere before a look counts as a new one.
    max_gap_s : float
        The most that one interval between samples can count.
    forget_after_s : float
        Gaze lost for longer than this forgets all progress.

    Raises
    ------
    SelectionError
        When a time is out of its range.
    """

    lock_on_s: float = ranged(0.25, 0.0, 2.0)
    dwell_s: float = ranged(USUAL_DWELL_S, SHORTEST_DWELL_S, LONGEST_DWELL_S)
    keep_progress_s: float = ranged(0.75, 0.0, 5.0)
    repeat_dwell_s: float = ranged(2.0, SHORTEST_DWELL_S, 2 * LONGEST_DWELL_S)
    left_after_s: float = ranged(0.2, 0.0, 2.0)
    max_gap_s: float = ranged(0.15, 0.01, 0.5)
    forget_after_s: float = ranged(2.0, 0.0, 10.0)

    def __post_init__(self) -> None:
        check_ranges(self)


class DwellSelector:
    """Selects the target that has been looked at long enough (`Selector`).

    While the gaze is lost, the last target is reported with its frozen progress. Progress is 1 only in the sample that
    selects.

    Parameters
    ----------
    settings : DwellSettings or None
        The times; None for the defaults.
    """

    def __init__(self, settings: DwellSettings | None = None) -> None:
        self.settings = settings or DwellSettings()
        self._stopwatch = Stopwatch(self.settings.forget_after_s)
        self.set_targets(np.empty((0, 4)), np.empty(0))

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence.

        Parameters
        ----------
        rects_px : ndarray, shape (k, 4)
            Left, top, right, bottom in pixels.
        dwell_s : ndarray, shape (k,)
            Own dwell times in seconds, NaN for the usual one, infinite for a target that cannot be selected.

        Raises
        ------
        SelectionError
            When they make no sense; the targets before stay.
        """
        self._targets = Targets(rects_px, dwell_s) if len(rects_px) else NO_TARGETS
        self._dwell_s = self._targets.dwell_s(self.settings.dwell_s)
        self._looked_s = np.zeros(len(self._targets))  # looking time so far, lock-on included
        self._left_at_s = np.full(len(self._targets), -np.inf)  # when the gaze went away, in time with gaze
        self._gaze_s = 0.0  # time with gaze so far
        self._current: int | None = None
        self._repeated: int | None = None  # selected, and not left since
        self._lost_s = 0.0
        self._has_gaze = False

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample."""
        elapsed_s = self._stopwatch.step(sample.timestamp_s)
        self._lost_s += elapsed_s
        if self._lost_s > self.settings.forget_after_s:
            self._forget()
        point = seen(sample.point)
        if point is None:
            self._has_gaze = False
            return self._state()
        counted_s = min(elapsed_s, self.settings.max_gap_s) if self._has_gaze else 0.0
        self._has_gaze, self._lost_s = True, 0.0
        return self._look(self._targets.hit(point), counted_s)

    def spend(self, index: int) -> None:
        """Learn that a target was selected by other means: progress is spent, and lingering there is a repeat."""
        self._looked_s[:] = 0.0
        self._repeated = index

    def _forget(self) -> None:
        """Forget all progress; the target just selected was not looked away from, so a repeat stays one."""
        self._leave()
        self._looked_s[:] = 0.0
        self._current = None

    def _look(self, hit: int | None, counted_s: float) -> Dwell:
        self._gaze_s += counted_s
        if hit != self._current:
            self._leave()
            self._arrive(hit)
        elif hit is not None:
            self._looked_s[hit] += counted_s
        if hit is None or self._looked_s[hit] + ROUNDING_S < self.settings.lock_on_s + self._needed_s(hit):
            return self._state()
        self.spend(hit)
        return Dwell(hit, 1.0, hit)

    def _leave(self) -> None:
        if self._current is None:
            return
        self._left_at_s[self._current] = self._gaze_s
        if self._looked_s[self._current] < self.settings.lock_on_s:
            self._looked_s[self._current] = 0.0

    def _arrive(self, hit: int | None) -> None:
        self._current = hit
        if hit is None:
            return
        away_s = self._gaze_s - self._left_at_s[hit]
        new_look = hit == self._repeated and away_s >= self.settings.left_after_s - ROUNDING_S
        if new_look:
            self._repeated = None
        # What was gathered for a repeat would at once select as a new look.
        if new_look or away_s > self.settings.keep_progress_s + ROUNDING_S:
            self._looked_s[hit] = 0.0

    def _needed_s(self, index: int) -> float:
        own_s = float(self._dwell_s[index])
        return max(own_s, self.settings.repeat_dwell_s) if index == self._repeated else own_s

    def _state(self) -> Dwell:
        if self._current is None:
            return NOTHING
        beyond_s = float(self._looked_s[self._current]) - self.settings.lock_on_s
        return Dwell(self._current, max(beyond_s, 0.0) / self._needed_s(self._current), None)
