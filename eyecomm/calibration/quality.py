"""How good a calibration is, in degrees and pixels.

Each target is left out in turn and estimated from the others. That is stricter than a second look at the same targets,
above all in the corners, where it must extrapolate; it never flatters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Point
from eyecomm.samples import Floats


class Verdict(Enum):
    """The result in one word. The limits are design choices: a third and a half of a cell 6 degrees wide."""

    GOOD = 2.0
    FAIR = 3.0
    POOR = float("inf")


@dataclass(frozen=True, slots=True)
class TargetQuality:
    """One target when estimated from the others.

    Parameters
    ----------
    target, estimate : Point
        Where it was, and the middle of where the gaze was found, in pixels.
    accuracy_deg, accuracy_px : float
        Distance between the two.
    precision_deg, precision_px : float
        Root mean square distance of the samples from their middle.
    """

    target: Point
    estimate: Point
    accuracy_deg: float
    accuracy_px: float
    precision_deg: float
    precision_px: float


@dataclass(frozen=True, slots=True)
class Quality:
    """All targets together: medians over the targets, the worst one, and the verdict."""

    targets: tuple[TargetQuality, ...]
    accuracy_deg: float
    accuracy_px: float
    precision_deg: float
    precision_px: float
    worst_deg: float

    @property
    def verdict(self) -> Verdict:
        """The result in one word."""
        return next(verdict for verdict in Verdict if self.accuracy_deg <= verdict.value)


def measure(data: CalibrationData, make: Callable[[], GazeEstimator]) -> Quality:
    """Leave out each target in turn and estimate it from the others."""
    targets = tuple(_left_out(data, int(index), make) for index in np.unique(data.target_index))

    def middle(values: list[float]) -> float:
        return float(np.median(values))

    return Quality(
        targets,
        middle([t.accuracy_deg for t in targets]),
        middle([t.accuracy_px for t in targets]),
        middle([t.precision_deg for t in targets]),
        middle([t.precision_px for t in targets]),
        max(t.accuracy_deg for t in targets),
    )


def _left_out(data: CalibrationData, index: int, make: Callable[[], GazeEstimator]) -> TargetQuality:
    out = data.target_index == index
    estimator = make().fit(data.features[~out], data.targets_px[~out])
    points = estimator.predict(data.features[out])
    target, estimate = _point(data.targets_px[out][0]), _point(np.median(points, axis=0))
    return TargetQuality(
        target,
        estimate,
        data.screen.angle_between(target, estimate),
        target.distance_to(estimate),
        _spread(points, estimate, data.screen.angle_between),
        _spread(points, estimate, Point.distance_to),
    )


def _spread(points: Floats, middle: Point, distance: Callable[[Point, Point], float]) -> float:
    return float(np.sqrt(np.mean([distance(_point(point), middle) ** 2 for point in points])))


def _point(pair: Floats) -> Point:
    return Point(float(pair[0]), float(pair[1]))
