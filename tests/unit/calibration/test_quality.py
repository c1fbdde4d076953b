import numpy as np
import pytest

from eyecomm.calibration.quality import Quality, TargetQuality, Verdict, measure
from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.looks import LeftOut
from eyecomm.geometry import Covariance, Point, Screen

CORNERS = np.array([[200.0, 200.0], [1720.0, 200.0], [200.0, 900.0], [1720.0, 900.0]])


class _Shifted(GazeProcess):
    """Found every target 60 px too far right, with frames that scatter by 6 px sideways and 8 px up and down."""

    def __init__(self) -> None:
        covariances = np.tile([[400.0, 0.0], [0.0, 900.0]], (4, 1, 1))
        self.left_out = LeftOut(CORNERS, CORNERS + np.array([60.0, 0.0]), covariances)
        self.frame_noise = np.diag([36.0, 64.0])


@pytest.fixture
def quality(screen: Screen) -> Quality:
    index = np.arange(4)
    return measure(CalibrationData(CORNERS, CORNERS, index, screen), _Shifted())


def test_accuracy_is_the_distance_of_the_middle_from_the_target(quality: Quality, screen: Screen) -> None:
    assert quality.accuracy_px == pytest.approx(60.0)
    for one in quality.targets:
        assert one.accuracy_deg == pytest.approx(screen.angle_between(one.target, one.estimate))
        assert one.estimate.x == pytest.approx(one.target.x + 60)
    assert quality.worst_deg == max(one.accuracy_deg for one in quality.targets)


def test_precision_is_the_root_mean_square_around_the_middle(quality: Quality) -> None:
    assert quality.precision_px == pytest.approx(10.0)
    # 0.277 mm a pixel at 600 mm: 10 px are 0.26 degrees in the middle, less towards the corners.
    assert 0.15 < quality.precision_deg < 0.27


def test_each_target_tells_how_sure_it_is(quality: Quality) -> None:
    assert quality.targets[0].covariance == Covariance(400.0, 0.0, 900.0)


@pytest.mark.parametrize(
    ("accuracy_deg", "verdict"),
    [(0.0, Verdict.GOOD), (2.0, Verdict.GOOD), (2.01, Verdict.FAIR), (3.0, Verdict.FAIR), (3.01, Verdict.POOR)],
)
def test_the_verdict_has_limits(accuracy_deg: float, verdict: Verdict) -> None:
    one = TargetQuality(Point(0, 0), Point(0, 0), accuracy_deg, 0.0, 0.0, 0.0, Covariance(1.0, 0.0, 1.0))
    assert Quality((one,), accuracy_deg, 0.0, 0.0, 0.0, accuracy_deg).verdict is verdict
