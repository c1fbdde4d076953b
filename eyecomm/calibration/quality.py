"""How good a calibration is, in degrees and pixels.

Each target is left out in turn and estimated from the others. That is stricter than a second look at the same targets,
above all in the corners, where it must extrapolate; it never flatters.
"""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Covariance, Point, Screen
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
    covariance : Covariance
        How sure the estimate was of itself.
    """

    target: Point
    estimate: Point
    accuracy_deg: float
    accuracy_px: float
    precision_deg: float
    precision_px: float
    covariance: Covariance


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


def measure(data: CalibrationData, estimator: GazeEstimator) -> Quality:
    """Give what a fitted estimator found for each target of today without having learned from it."""
    out = estimator.left_out
    noise_px = math.sqrt(np.trace(estimator.frame_noise))
    rows = zip(out.targets_px, out.points_px, out.covariances_px, strict=True)
    targets = tuple(_target(data.screen, _point(a), _point(b), _covariance(c), noise_px) for a, b, c in rows)

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


def _target(screen: Screen, target: Point, estimate: Point, covariance: Covariance, noise_px: float) -> TargetQuality:
    beside = Point(target.x + noise_px / math.sqrt(2), target.y + noise_px / math.sqrt(2))
    return TargetQuality(
        target,
        estimate,
        screen.angle_between(target, estimate),
        target.distance_to(estimate),
        screen.angle_between(target, beside),
        noise_px,
        covariance,
    )


def _point(pair: Floats) -> Point:
    return Point(float(pair[0]), float(pair[1]))


def _covariance(matrix: Floats) -> Covariance:
    return Covariance(float(matrix[0, 0]), float(matrix[0, 1]), float(matrix[1, 1]))
