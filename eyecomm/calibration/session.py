"""The procedure: one target after the other, at the pace of the eyes.

Time waits for the patient: moments without open eyes count for nothing, looking begins when the eyes have come to rest,
and a target on which the eyes are not seen for long is left out rather than insisted on. What asks for looking up comes
last and is given up sooner. Nobody has to hold still, and nothing has to be followed with the eyes.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.data import CalibrationData, trim
from eyecomm.calibration.errors import NotEnoughPointsError
from eyecomm.calibration.layout import FEWEST_TARGETS, CalibrationLayout, is_upper
from eyecomm.calibration.look import CalibrationSettings, LookCollector, Phase
from eyecomm.calibration.planner import Planner
from eyecomm.calibration.reach import ReachMap
from eyecomm.calibration.rest import RestDetector
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, Floats, Openness

__all__ = ["CalibrationData", "CalibrationSession", "CalibrationSettings", "CalibrationStep", "Phase", "trim"]


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """What to show now.

    Parameters
    ----------
    target : Point
        Where to look, in pixels of the screen.
    index : int
        Which target of the layout, from 0, its spares last.
    count : int
        How many are shown in all, unless fewer do or one has to be shown again.
    phase : Phase
        What happens at it.
    progress : float
        How much of its samples has been collected, 0 to 1.
    number : int
        How many have been shown, this one included.
    """

    target: Point
    index: int
    count: int
    phase: Phase
    progress: float
    number: int = 1


class CalibrationSession:
    """Walks through the targets of a layout; pure, fed with samples.

    Parameters
    ----------
    layout : CalibrationLayout
        The targets.
    screen : Screen
        Where they are shown.
    settings : CalibrationSettings, optional
        How long each takes.
    planner : Planner, optional
        Chooses the next target and when to stop; without, all are shown in order.
    reach : ReachMap, optional
        Targets that the patient cannot reach are not shown, unless too few would be left.
    """

    def __init__(
        self,
        layout: CalibrationLayout,
        screen: Screen,
        settings: CalibrationSettings | None = None,
        *,
        planner: Planner | None = None,
        reach: ReachMap | None = None,
    ) -> None:
        self._screen, self._settings = screen, settings or CalibrationSettings()
        self._planner, self._reach = planner, reach or ReachMap()
        self._targets = layout.targets(screen)
        self._kept: dict[int, list[Floats]] = {}
        self._missed: set[int] = set()
        self._retaken: set[int] = set()
        self._rest = RestDetector()
        self._last_s: float | None = None
        self._last_shown = self._number = 0
        self._queue(len(layout.points))
        self._show_next()

    def update(self, features: EyeFeatures | None, openness: Openness | None, timestamp_s: float) -> CalibrationStep:
        """Weigh one more moment; features None when no face is seen."""
        interval_s = 0.0 if self._last_s is None else max(0.0, timestamp_s - self._last_s)
        self._last_s = timestamp_s
        if not self.done:
            vector = features.vector if features is not None and self._open(openness) else None
            self._look.see(vector, min(interval_s, self._settings.max_gap_s))
            if self._look.over:
                self._finish_target()
        return self.step

    def advance(self) -> None:
        """Begin to collect at a target that waits for the carer, as soon as the eyes have had time to settle."""
        self._look.release()

    def skip(self) -> None:
        """Give up the target shown: it is out of reach."""
        if not self.done:
            self._give_up()
            self._show_next()

    @property
    def done(self) -> bool:
        """Whether all targets have been shown, or enough of them."""
        return self._current is None

    @property
    def skipped(self) -> tuple[int, ...]:
        """Targets shown so far on which the eyes were not seen for long enough, as indices into the layout."""
        return tuple(sorted(self._missed - self._kept.keys()))

    @property
    def reach(self) -> ReachMap:
        """What is known of the patient's reach with this session included, for the next one."""
        reached, missed = ([self._targets[i] for i in which] for which in (self._kept, self.skipped))
        return self._reach.after(self._screen, reached=reached, missed=missed)

    @property
    def step(self) -> CalibrationStep:
        """What to show now."""
        index, count = self._last_shown, self._number + len(self._waiting) + len(self._again)
        phase, progress = (Phase.DONE, 1.0) if self.done else (self._look.phase, self._look.progress)
        return CalibrationStep(self._targets[index], index, count, phase, progress, self._number)

    def retake(self, index: int) -> None:
        """Show a target once more after those still to come; what was seen there before stays until it is replaced.

        Raises
        ------
        IndexError
            When the layout has no such target.
        """
        if not 0 <= index < len(self._targets):
            raise IndexError(f"The layout has {len(self._targets)} targets, there is none with the index {index}.")
        if index not in (self._current, *self._waiting, *self._again):
            self._again.append(index)
        if self.done:
            self._show_next()

    def revise(self, bad: Iterable[int]) -> bool:
        """Take bad targets again, and leave out those that were taken again and are bad still.

        Eyes that are open and yet do not get to a target show nothing while it is shown; its samples would teach the
        estimator something wrong. What is left out counts as missed in `reach`.

        Parameters
        ----------
        bad : iterable of int
            As found by `Quality.bad`. None is left out when too few would remain.

        Returns
        -------
        bool
            Whether that changes anything: there are targets to show if not `done`, else another `result`.
        """
        kept = [index for index in bad if index in self._kept]
        again = [index for index in kept if index not in self._retaken]
        for index in again:
            self._retaken.add(index)
            self.retake(index)
        useless = [index for index in kept if index not in again][: max(0, len(self._kept) - self._fewest)]
        for index in useless:
            del self._kept[index]
            self._missed.add(index)
        return bool(again or useless)

    def result(self, fewest: int | None = None) -> CalibrationData:
        """Give what was seen, outliers trimmed, targets with too few samples left out.

        Parameters
        ----------
        fewest : int, optional
            Fewer targets are no result. Without, four, or one when the planner remembers earlier sessions.

        Raises
        ------
        NotEnoughPointsError
            When fewer targets are left.
        """
        fewest = max(1, self._fewest if fewest is None else fewest)
        if len(self._kept) < fewest:
            raise NotEnoughPointsError(
                f"The eyes were seen on {len(self._kept)} of {self.step.count} targets; {fewest} are needed."
            )
        trimmed = {index: trim(np.array(self._kept[index])) for index in sorted(self._kept)}
        index = np.concatenate([np.full(len(rows), which) for which, rows in trimmed.items()])
        places = np.array([(point.x, point.y) for point in self._targets])
        return CalibrationData(np.concatenate(list(trimmed.values())), places[index], index, self._screen)

    @property
    def _fewest(self) -> int:
        return 1 if self._planner is not None and self._planner.remembers else FEWEST_TARGETS

    def _queue(self, count: int) -> None:
        """Line up the targets, without those out of reach as long as enough are left."""
        self._current: int | None = None
        self._again: deque[int] = deque()
        self._waiting: list[int] = []
        self._spares = deque(i for i in range(count, len(self._targets)) if self._is_reachable(i))
        for index in range(count):
            if self._is_reachable(index):
                self._waiting.append(index)
            else:
                self._stand_in()
        if len(self._waiting) < min(FEWEST_TARGETS, count):
            self._waiting = list(range(count))
        self._waiting.sort(key=self._is_doubtful)

    def _is_reachable(self, index: int) -> bool:
        return self._reach.is_reachable(self._targets[index], self._screen)

    def _is_doubtful(self, index: int) -> bool:
        """Whether a target asks for looking up, and is not known to have been reached."""
        target = self._targets[index]
        return is_upper(target, self._screen) and not self._reach.is_proven(target, self._screen)

    def _stand_in(self) -> None:
        if self._spares:
            self._waiting.append(self._spares.popleft())

    def _show_next(self) -> None:
        self._current = self._choose() if self._waiting else None
        if self._current is None and self._again:
            self._current = self._again.popleft()
        if self._current is None:
            return
        self._last_shown = self._current
        self._number += 1
        upper = is_upper(self._targets[self._current], self._screen)
        patience_s = self._settings.upper_patience_s if upper else self._settings.patience_s
        self._look = LookCollector(self._settings, self._rest, patience_s)

    def _choose(self) -> int | None:
        """Take one of those waiting; none, when those seen are good enough."""
        if self._planner is None:
            return self._waiting.pop(0)
        plan = self._planner.plan(self._so_far(), [self._targets[i] for i in self._waiting])
        if plan.index is None:
            self._waiting.clear()
            return None
        return self._waiting.pop(self._find_least_known(plan.sd_px) if self._kept else plan.index)

    def _find_least_known(self, sd_px: Sequence[float]) -> int:
        """Where the gaze is least known, leaving for last what may not be reached."""
        likely = [i for i, index in enumerate(self._waiting) if not self._is_doubtful(index)]
        return max(likely or range(len(sd_px)), key=lambda i: sd_px[i])

    def _so_far(self) -> CalibrationData | None:
        return self.result(fewest=1) if self._kept else None

    def _finish_target(self) -> None:
        if (rows := self._look.rows) is None:
            self._give_up()
        else:
            self._kept[self._last_shown] = rows
        self._show_next()

    def _give_up(self) -> None:
        self._missed.add(self._last_shown)
        if self._last_shown not in self._kept:
            self._stand_in()

    def _open(self, openness: Openness | None) -> bool:
        return openness is not None and max(openness.left, openness.right) >= self._settings.open_above
