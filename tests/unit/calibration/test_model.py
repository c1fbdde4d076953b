from collections.abc import Callable
from dataclasses import replace
from typing import Self

import numpy as np
import pytest

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.calibration.model import Calibration, calibrate
from eyecomm.calibration.quality import Verdict
from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.errors import NotEnoughSamplesError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.looks import Ints
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, Floats

Look = Callable[..., EyeFeatures]
NINE = [Point(x, y) for y in (216.0, 594.0, 972.0) for x in (150.0, 960.0, 1770.0)]


def _seen(look: Look, screen: Screen, targets: list[Point], noise: float = 0.002) -> CalibrationData:
    index = np.repeat(np.arange(len(targets)), 25)
    features = np.array([look(targets[i], noise=noise).vector for i in index])
    return CalibrationData(features, np.array([(targets[i].x, targets[i].y) for i in index]), index, screen)


def test_good_eyes_give_a_good_calibration(look: Look, screen: Screen) -> None:
    calibration = calibrate(_seen(look, screen, NINE))
    assert calibration.quality.verdict is Verdict.GOOD
    assert calibration.quality.accuracy_deg < 1.0
    target = Point(600.0, 800.0)
    found = np.median(calibration.estimator.predict(np.array([look(target).vector for _ in range(20)])), axis=0)
    assert screen.angle_between(Point(*found), target) < 1.0


def test_what_was_seen_is_kept_to_learn_from_again(look: Look, screen: Screen) -> None:
    data = _seen(look, screen, NINE)
    first, second = calibrate(data), calibrate(data)
    assert first.data is data
    np.testing.assert_array_equal(first.estimator.predict(data.features), second.estimator.predict(data.features))
    assert first.quality == second.quality


def test_one_missing_target_still_calibrates(look: Look, screen: Screen) -> None:
    calibration = calibrate(_seen(look, screen, NINE[:4] + NINE[5:]))
    assert len(calibration.quality.targets) == 8
    assert calibration.quality.accuracy_deg < 1.5


def test_eyes_that_do_not_follow_are_called_poor(screen: Screen, look: Look) -> None:
    data = _seen(look, screen, NINE)
    rng = np.random.default_rng(0)
    lost = replace(data, features=rng.normal(0.0, 0.05, data.features.shape))
    assert calibrate(lost).quality.verdict is Verdict.POOR


@pytest.mark.parametrize("count", [1, 3])
def test_too_few_targets(look: Look, screen: Screen, count: int) -> None:
    with pytest.raises(NotEnoughPointsError):
        calibrate(_seen(look, screen, NINE[:count]))


def test_samples_that_are_all_the_same(look: Look, screen: Screen) -> None:
    data = _seen(look, screen, NINE)
    with pytest.raises(NoVariationError):
        calibrate(replace(data, features=np.full_like(data.features, 0.3)))


class _Refusing(GazeProcess):
    def fit(self, features: Floats, targets_px: Floats, sessions: Ints | None = None) -> Self:
        raise NotEnoughSamplesError("none of these will do")


def test_an_estimator_that_cannot_learn_is_a_calibration_error(look: Look, screen: Screen) -> None:
    with pytest.raises(CalibrationError, match="none of these"):
        calibrate(_seen(look, screen, NINE), make=_Refusing)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_a_calibration_error(look: Look, screen: Screen, value: float) -> None:
    data = _seen(look, screen, NINE)
    data.features[5, 5] = value
    with pytest.raises(CalibrationError):
        calibrate(data)


def test_the_result_is_a_calibration(look: Look, screen: Screen) -> None:
    assert isinstance(calibrate(_seen(look, screen, NINE[:5])), Calibration)
