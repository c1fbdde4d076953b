"""The procedure: one target after the other, at the pace of the eyes.

Time waits for the patient: moments without open eyes count for nothing, and a target on which the eyes are not seen for
long is left out rather than insisted on.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from eyecomm.calibration.errors import NotEnoughPointsError
from eyecomm.calibration.layout import FEWEST_TARGETS, CalibrationLayout
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, Floats, Openness


class Phase(Enum):
    """What happens at the target."""

    SETTLE = "settle"
    COLLECT = "collect"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """How long each target takes. All times in seconds.

    Parameters
    ----------
    settle_s : float
        From the appearance of a target to the first sample: reaction and saccade; at least 0.5.
    collect_s : float
        Looking time collected; longer when the camera is so slow that the samples are still too few.
    patience_s : float
        A target without enough samples after this long is left out.
    open_above : float
        Openness from which an eye counts as open.
    fewest_samples : int
        A target with fewer is left out.
    max_gap_s : float
        The most that one interval between samples can count.
    """

    settle_s: float = 0.8
    collect_s: float = 0.9
    patience_s: float = 10.0
    open_above: float = 0.65
    fewest_samples: int = 6
    max_gap_s: float = 0.2

    def __post_init__(self) -> None:
        if self.settle_s < 0.5:
            raise ValueError("The eyes need at least 0.5 s to reach a target.")


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """What to show now.

    Parameters
    ----------
    target : Point
        Where to look, in pixels of the screen.
    index, count : int
        Which target of how many, from 0.
    phase : Phase
        What happens at it.
    progress : float
        How much of its samples has been collected, 0 to 1.
    """

    target: Point
    index: int
    count: int
    phase: Phase
    progress: float


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationData:
    """What was seen: one row a sample.

    Parameters
    ----------
    features : ndarray, shape (n, m)
        Feature vectors.
    targets_px : ndarray, shape (n, 2)
        The target looked at, in pixels.
    target_index : ndarray of int, shape (n,)
        Which target that was.
    screen : Screen
        The screen it was made on.
    """

    features: Floats
    targets_px: Floats
    target_index: npt.NDArray[np.int64]
    screen: Screen


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
    """

    def __init__(self, layout: CalibrationLayout, screen: Screen, settings: CalibrationSettings | None = None) -> None:
        self._screen, self._settings = screen, settings or CalibrationSettings()
        self._targets = layout.targets(screen)
        self._kept: dict[int, list[Floats]] = {}
        self._to_show = deque(range(len(self._targets)))
        self._last_shown = 0
        self._last_s: float | None = None
        self._begin()

    def update(self, features: EyeFeatures | None, openness: Openness | None, timestamp_s: float) -> CalibrationStep:
        """Weigh one more moment; features None when no face is seen."""
        interval_s = 0.0 if self._last_s is None else max(0.0, timestamp_s - self._last_s)
        interval_s = min(interval_s, self._settings.max_gap_s)
        self._last_s = timestamp_s
        if not self.done:
            self._waited_s += interval_s
            if features is not None and self._open(openness):
                self._see(features, interval_s)
            if self._progress >= 1 or self._waited_s >= self._settings.patience_s:
                self._finish_target()
        return self.step

    @property
    def done(self) -> bool:
        """Whether all targets have been shown."""
        return not self._to_show

    @property
    def skipped(self) -> tuple[int, ...]:
        """Targets shown so far on which the eyes were not seen for long enough, as indices into the layout."""
        return tuple(i for i in range(len(self._targets)) if i not in self._kept and i not in self._to_show)

    @property
    def step(self) -> CalibrationStep:
        """What to show now."""
        count = len(self._targets)
        if self.done:
            return CalibrationStep(self._targets[self._last_shown], self._last_shown, count, Phase.DONE, 1.0)
        settling = self._settled_s < self._settings.settle_s
        index, phase = self._to_show[0], Phase.SETTLE if settling else Phase.COLLECT
        return CalibrationStep(self._targets[index], index, count, phase, self._progress)

    def retake(self, index: int) -> None:
        """Show a target once more after those still to come; what was seen there before stays until it is replaced.

        Raises
        ------
        IndexError
            When the layout has no such target.
        """
        if not 0 <= index < len(self._targets):
            raise IndexError(f"The layout has {len(self._targets)} targets, there is none with the index {index}.")
        if index not in self._to_show:
            self._to_show.append(index)

    def result(self) -> CalibrationData:
        """Give what was seen, outliers trimmed, targets with too few samples left out.

        Raises
        ------
        NotEnoughPointsError
            When fewer than four targets are left.
        """
        if len(self._kept) < FEWEST_TARGETS:
            raise NotEnoughPointsError(
                f"The eyes were seen on {len(self._kept)} of {len(self._targets)} targets; {FEWEST_TARGETS} are needed."
            )
        trimmed = {index: trim(np.array(self._kept[index])) for index in sorted(self._kept)}
        index = np.concatenate([np.full(len(rows), which) for which, rows in trimmed.items()])
        places = np.array([(point.x, point.y) for point in self._targets])
        return CalibrationData(np.concatenate(list(trimmed.values())), places[index], index, self._screen)

    @property
    def _progress(self) -> float:
        s = self._settings
        return min(1.0, self._collected_s / s.collect_s, len(self._samples) / s.fewest_samples)

    def _begin(self) -> None:
        self._settled_s = self._collected_s = self._waited_s = 0.0
        self._samples: list[Floats] = []

    def _finish_target(self) -> None:
        self._last_shown = self._to_show.popleft()
        if len(self._samples) >= self._settings.fewest_samples:
            self._kept[self._last_shown] = self._samples
        self._begin()

    def _open(self, openness: Openness | None) -> bool:
        return openness is not None and max(openness.left, openness.right) >= self._settings.open_above

    def _see(self, features: EyeFeatures, interval_s: float) -> None:
        if self._settled_s < self._settings.settle_s:
            self._settled_s += interval_s
        else:
            self._collected_s += interval_s
            self._samples.append(features.vector)


def trim(rows: Floats, limit: float = 3.5) -> Floats:
    """Leave out samples far from the median of their target.

    Parameters
    ----------
    rows : ndarray, shape (n, m)
        Samples of one target.
    limit : float
        In robust standard deviations, by the median absolute deviation (Iglewicz and Hoaglin 1993).
    """
    spread = 1.4826 * np.median(np.abs(rows - np.median(rows, axis=0)), axis=0)
    distance = np.sqrt(np.mean(((rows - np.median(rows, axis=0)) / np.maximum(spread, 1e-4)) ** 2, axis=1))
    middle = np.median(distance)
    robust = 1.4826 * np.median(np.abs(distance - middle))
    kept: Floats = rows[distance <= middle + limit * max(float(robust), 0.1)]
    return kept
