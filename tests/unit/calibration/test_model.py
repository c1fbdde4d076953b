from collections.abc import Callable
from dataclasses import replace
from typing import Self

import numpy as np
import pytest

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.calibration.model import Calibration, calibrate, recentre
from eyecomm.calibration.quality import Verdict
from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.errors import NotEnoughSamplesError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.kernels import Eyes
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


def _blind(data: CalibrationData, side: str) -> CalibrationData:
    """An eye that looks about at random, at each look elsewhere."""
    rng = np.random.default_rng(int(data.features[0, 0] * 1e9) % 1000)
    columns = [i for i, name in enumerate(FEATURE_NAMES) if name.startswith(side)]
    looks = rng.normal(0.0, 0.1, (int(data.target_index.max()) + 1, len(columns)))
    features = data.features.copy()
    features[:, columns] = looks[data.target_index]
    return replace(data, features=features)


def test_both_eyes_are_taken_when_both_are_good(look: Look, screen: Screen) -> None:
    past = [_seen(look, screen, NINE) for _ in range(3)]
    assert calibrate(_seen(look, screen, NINE), past).eyes is Eyes.BOTH


@pytest.mark.parametrize(("blind", "good"), [("left", Eyes.RIGHT), ("right", Eyes.LEFT)])
def test_an_eye_that_does_not_look_is_left_out(look: Look, screen: Screen, blind: str, good: Eyes) -> None:
    past = [_blind(_seen(look, screen, NINE), blind) for _ in range(3)]
    found = calibrate(_blind(_seen(look, screen, NINE), blind), past)
    assert found.eyes is good
    chosen = calibrate(_blind(_seen(look, screen, NINE), blind), past, eyes=Eyes.BOTH)
    assert chosen.eyes is Eyes.BOTH
    assert found.quality.accuracy_deg < chosen.quality.accuracy_deg


def test_few_targets_judge_no_eye(look: Look, screen: Screen) -> None:
    assert calibrate(_blind(_seen(look, screen, NINE[:6]), "left")).eyes is Eyes.BOTH


def test_with_a_past_one_look_is_enough(look: Look, screen: Screen) -> None:
    past = [_seen(look, screen, NINE) for _ in range(3)]
    calibration = calibrate(_seen(look, screen, [NINE[4]]), past)
    assert calibration.past == tuple(past)
    assert len(calibration.quality.targets) == 1
    target = Point(600.0, 800.0)
    found = np.median(calibration.estimator.predict(np.array([look(target).vector for _ in range(20)])), axis=0)
    assert screen.angle_between(Point(*found), target) < 1.5


def _moved(data: CalibrationData) -> CalibrationData:
    """The same eyes in a head that slid down: irises and lids show a shift."""
    shift = np.zeros(len(FEATURE_NAMES))
    for name in ("iris_x", "iris_y", "upper_lid", "lower_lid"):
        for side in ("left", "right"):
            shift[FEATURE_NAMES.index(f"{side}_{name}")] = 0.02
    return replace(data, features=data.features + shift)


def _error_deg(calibration: Calibration, data: CalibrationData) -> float:
    points = calibration.estimator.predict(data.features)
    pairs = zip(points, data.targets_px, strict=True)
    return float(np.median([data.screen.angle_between(Point(*a), Point(*b)) for a, b in pairs]))


def test_one_look_mends_what_moving_the_head_broke(look: Look, screen: Screen) -> None:
    before = calibrate(_seen(look, screen, NINE), [_seen(look, screen, NINE) for _ in range(2)])
    moved = _moved(_seen(look, screen, [Point(500.0, 400.0), Point(1300.0, 700.0), Point(960.0, 900.0)]))
    mended = recentre(before, _moved(_seen(look, screen, [NINE[4]])))
    assert _error_deg(mended, moved) < 0.75 * _error_deg(before, moved)
    assert len(mended.quality.targets) == 10
    assert mended.past == before.past
    assert len(before.data.features) == 9 * 25


def test_recentring_again_at_the_same_place_replaces_the_look_before(look: Look, screen: Screen) -> None:
    before = calibrate(_seen(look, screen, NINE))
    once = recentre(before, _moved(_seen(look, screen, [NINE[4]])))
    twice = recentre(once, _seen(look, screen, [NINE[4]]))
    assert len(once.data.features) == len(twice.data.features) == 10 * 25
    np.testing.assert_array_equal(twice.data.features[:225], before.data.features)
    assert len(np.unique(twice.data.target_index)) == 10


def test_a_session_of_that_one_look_is_replaced_by_the_new_one(look: Look, screen: Screen) -> None:
    past = [_seen(look, screen, NINE) for _ in range(3)]
    before = calibrate(_seen(look, screen, [NINE[4]]), past)
    fresh = _seen(look, screen, [NINE[4]])
    assert recentre(before, fresh).data is fresh
