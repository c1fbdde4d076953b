from typing import Self

import numpy as np
import pytest

from eyecomm.calibration.quality import Quality, TargetQuality, Verdict, measure
from eyecomm.calibration.session import CalibrationData
from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats

CORNERS = np.array([[200.0, 200.0], [1720.0, 200.0], [200.0, 900.0], [1720.0, 900.0]])


class _Shifted:
    """Reads the point from the features, but 60 px too far right; notes which targets it was taught."""

    taught: list[set[tuple[float, float]]] = []  # noqa: RUF012  one list for all, on purpose: emptied by the fixture

    def fit(self, features: Floats, targets_px: Floats) -> Self:
        self.taught.append({(float(x), float(y)) for x, y in targets_px})
        return self

    def predict(self, features: Floats) -> Floats:
        shifted: Floats = features + np.array([60.0, 0.0])
        return shifted


@pytest.fixture
def quality(screen: Screen) -> Quality:
    _Shifted.taught.clear()
    index = np.repeat(np.arange(4), 4)
    around = np.tile([[8.0, 0.0], [-8.0, 0.0], [0.0, 6.0], [0.0, -6.0]], (4, 1))
    return measure(CalibrationData(CORNERS[index] + around, CORNERS[index], index, screen), _Shifted)


def test_accuracy_is_the_distance_of_the_middle_from_the_target(quality: Quality, screen: Screen) -> None:
    assert quality.accuracy_px == pytest.approx(60.0)
    for one in quality.targets:
        assert one.accuracy_deg == pytest.approx(screen.angle_between(one.target, one.estimate))
        assert one.estimate.x == pytest.approx(one.target.x + 60)
    assert quality.worst_deg == max(one.accuracy_deg for one in quality.targets)


def test_precision_is_the_root_mean_square_around_the_middle(quality: Quality) -> None:
    assert quality.precision_px == pytest.approx(np.sqrt(50.0))
    # 0.277 mm a pixel at 600 mm: 7.07 px are 0.19 degrees in the middle, less towards the corners.
    assert 0.1 < quality.precision_deg < 0.19


def test_each_target_is_estimated_from_the_others_only(quality: Quality) -> None:
    corners = {(float(x), float(y)) for x, y in CORNERS}
    assert [corners - taught for taught in _Shifted.taught] == [{(float(x), float(y))} for x, y in CORNERS]


@pytest.mark.parametrize(
    ("accuracy_deg", "verdict"),
    [(0.0, Verdict.GOOD), (2.0, Verdict.GOOD), (2.01, Verdict.FAIR), (3.0, Verdict.FAIR), (3.01, Verdict.POOR)],
)
def test_the_verdict_has_limits(accuracy_deg: float, verdict: Verdict) -> None:
    one = TargetQuality(Point(0, 0), Point(0, 0), accuracy_deg, 0.0, 0.0, 0.0)
    assert Quality((one,), accuracy_deg, 0.0, 0.0, 0.0, accuracy_deg).verdict is verdict
