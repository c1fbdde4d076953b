import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError, NotFittedError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.samples import Floats

NINE = np.array([[x, y] for y in (130.0, 540.0, 950.0) for x in (150.0, 960.0, 1770.0)])
BETWEEN = np.array([[500.0, 300.0], [1400.0, 300.0], [700.0, 800.0], [1300.0, 750.0]])
SAMPLES = 25
WIDTH = len(FEATURE_NAMES)


class _Eyes:
    """Features that follow the target by fixed gains: sideways well, up and down three times worse, plus noise."""

    def __init__(self, noise: float = 0.002, seed: int = 0, bend: float = 0.0) -> None:
        self._rng = np.random.default_rng(seed)
        self._noise, self._bend = noise, bend

    def look(self, targets: Floats, count: int = SAMPLES) -> tuple[Floats, Floats]:
        shown = np.repeat(targets, count, axis=0)
        x, y = ((shown - (960.0, 540.0)) / (960.0, 540.0)).T
        x = x + self._bend * x**2
        features = self._rng.normal(0.0, self._noise, (len(shown), WIDTH))
        for side in ("left", "right"):
            for name, gain_x, gain_y in (
                ("iris_x", -0.1, 0.0),
                ("iris_y", 0.0, 0.02),
                ("upper_lid", 0.01, 0.04),
                ("lower_lid", 0.0, 0.02),
            ):
                features[:, FEATURE_NAMES.index(f"{side}_{name}")] += gain_x * x + gain_y * y
        return features, shown


def _error_px(estimator: GazeProcess, eyes: _Eyes, targets: Floats = BETWEEN) -> float:
    features, shown = eyes.look(targets)
    return float(np.median(np.hypot(*(estimator.predict(features) - shown).T)))


def test_between_the_targets_learned_the_gaze_is_found() -> None:
    eyes = _Eyes()
    assert _error_px(GazeProcess().fit(*eyes.look(NINE)), eyes) < 40


def test_without_noise_the_gaze_is_found_exactly() -> None:
    eyes = _Eyes(noise=0.0)
    assert _error_px(GazeProcess().fit(*eyes.look(NINE)), eyes) < 10


def test_one_missing_target_does_little_harm() -> None:
    eyes = _Eyes()
    assert _error_px(GazeProcess().fit(*eyes.look(np.delete(NINE, 2, axis=0))), eyes) < 50


def test_five_targets_are_enough_for_a_start() -> None:
    eyes = _Eyes()
    assert _error_px(GazeProcess().fit(*eyes.look(NINE[[0, 2, 4, 6, 8]])), eyes) < 60


def test_the_same_samples_give_the_same_model() -> None:
    features, shown = _Eyes().look(NINE)
    first, second = (GazeProcess().fit(features, shown) for _ in range(2))
    np.testing.assert_array_equal(first.predict(features), second.predict(features))


def test_order_of_the_targets_does_not_matter() -> None:
    features, shown = _Eyes().look(NINE)
    order = np.arange(9 * SAMPLES).reshape(9, SAMPLES)[[4, 2, 7, 0, 8, 1, 3, 6, 5]].reshape(-1)
    first, second = GazeProcess().fit(features, shown), GazeProcess().fit(features[order], shown[order])
    np.testing.assert_allclose(first.predict(features), second.predict(features), atol=1e-3)


def test_eyes_that_do_not_follow_teach_nothing() -> None:
    """Eyes that do not follow the target at all: any model learned must fall back to the middle."""
    rng = np.random.default_rng(4)
    signature = np.repeat(rng.normal(0.0, 0.05, (9, WIDTH)), SAMPLES, axis=0)
    shown = np.repeat(NINE, SAMPLES, axis=0)
    estimator = GazeProcess().fit(signature, shown)
    elsewhere = estimator.predict(rng.normal(0.0, 0.05, (200, WIDTH)))
    assert elsewhere.std(axis=0).max() < 0.6 * NINE.std(axis=0).max()


def test_constant_and_repeated_columns_do_no_harm() -> None:
    eyes = _Eyes()
    features, shown = eyes.look(NINE)
    fresh, wanted = eyes.look(BETWEEN)
    for matrix in (features, fresh):
        matrix[:, FEATURE_NAMES.index("yaw")] = 0.25
        matrix[:, FEATURE_NAMES.index("pitch")] = matrix[:, FEATURE_NAMES.index("left_upper_lid")]
    found = GazeProcess().fit(features, shown).predict(fresh)
    assert np.median(np.hypot(*(found - wanted).T)) < 40


@pytest.mark.parametrize("name", ["yaw", "head_x", "log_distance"])
def test_a_head_that_moves_after_a_still_calibration_does_not_throw_the_gaze_away(name: str) -> None:
    eyes = _Eyes()
    estimator = GazeProcess().fit(*eyes.look(NINE))
    features, _ = eyes.look(BETWEEN)
    moved = features.copy()
    moved[:, FEATURE_NAMES.index(name)] += 0.1
    assert np.abs(estimator.predict(moved) - estimator.predict(features)).max() < 200


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_targets(count: int) -> None:
    with pytest.raises(NotEnoughSamplesError):
        GazeProcess().fit(*_Eyes().look(NINE[:count]))


def test_three_targets_in_a_row_are_learned_along_the_row() -> None:
    eyes = _Eyes()
    found = GazeProcess().fit(*eyes.look(NINE[3:6])).predict(eyes.look(NINE[5:6])[0])
    assert found[:, 0].mean() > 1300
    np.testing.assert_allclose(found[:, 1], 540, atol=15)


def test_one_sample_a_target_is_enough() -> None:
    found = GazeProcess().fit(*_Eyes(0.0005).look(NINE, 1))
    assert _error_px(found, _Eyes(0.0005, seed=5)) < 100


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(value: float) -> None:
    features, shown = _Eyes().look(NINE)
    features[3, 4] = value
    with pytest.raises(FeatureError):
        GazeProcess().fit(features, shown)


def test_features_and_targets_that_do_not_fit_are_refused() -> None:
    features, shown = _Eyes().look(NINE)
    with pytest.raises(FeatureError):
        GazeProcess().fit(features, shown[:-1])


def test_nothing_is_estimated_before_a_calibration() -> None:
    with pytest.raises(NotFittedError):
        GazeProcess().predict(np.zeros((1, WIDTH)))


@settings(max_examples=50, deadline=None)
@given(features=arrays(np.float64, (3, WIDTH), elements=st.floats(-1e6, 1e6)))
def test_whatever_the_eyes_show_the_point_stays_near_the_screen(features: Floats) -> None:
    points = _FITTED.predict(features)
    assert np.isfinite(points).all()
    assert points[:, 0].min() >= -1920
    assert points[:, 0].max() <= 2 * 1920
    assert points[:, 1].min() >= -1080
    assert points[:, 1].max() <= 2 * 1080


_FITTED = GazeProcess().fit(*_Eyes().look(NINE))
