import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError, NotFittedError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.kernels import Eyes
from eyecomm.gaze.looks import Ints
from eyecomm.geometry import Covariance
from eyecomm.samples import Floats

NINE = np.array([[x, y] for y in (130.0, 540.0, 950.0) for x in (150.0, 960.0, 1770.0)])
BETWEEN = np.array([[500.0, 300.0], [1400.0, 300.0], [700.0, 800.0], [1300.0, 750.0]])
SAMPLES = 25
WIDTH = len(FEATURE_NAMES)
_EYES_ONLY = np.array([name.endswith(("_x", "_y", "_lid")) and "head" not in name for name in FEATURE_NAMES])


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


def _days(count: int, targets: Floats, noise: float = 0.004, shift: float = 0.01) -> tuple[Floats, Floats, Ints]:
    """Sessions of the same eyes, each a little displaced in its own way; 0 is today."""
    rng = np.random.default_rng(7)
    parts = [_Eyes(noise, seed=10 + day).look(targets) for day in range(count)]
    features = np.concatenate([rows + rng.normal(0, shift, WIDTH) * _EYES_ONLY for rows, _ in parts])
    return features, np.concatenate([shown for _, shown in parts]), np.repeat(np.arange(count), len(parts[0][1]))


def test_sessions_remembered_are_worth_targets_of_today() -> None:
    features, shown, ages = _days(5, np.vstack([NINE, BETWEEN]))
    asked = np.arange(9 * SAMPLES, 13 * SAMPLES)  # between the nine, today
    known = np.setdiff1d(np.arange(len(ages)), asked)
    few = known[(ages[known] > 0) | (known < 3 * SAMPLES)]

    def error_px(rows: Ints) -> float:
        found = GazeProcess().fit(features[rows], shown[rows], ages[rows]).predict(features[asked])
        return float(np.median(np.hypot(*(found - shown[asked]).T)))

    alone = error_px(few[ages[few] == 0])
    assert error_px(few) < 0.6 * alone


def test_a_day_without_targets_is_learned_from_the_days_before() -> None:
    features, shown, ages = _days(5, NINE)
    before = ages > 0
    estimator = GazeProcess().fit(features[before], shown[before], ages[before])
    error = np.hypot(*(estimator.predict(features[~before]) - shown[~before]).T)
    assert np.median(error) < 200
    assert len(estimator.left_out.targets_px) == 0


def test_the_ellipse_holds_about_as_much_as_it_says() -> None:
    held = []
    for seed in range(12):
        eyes = _Eyes(0.01, seed=seed)
        estimator = GazeProcess().fit(*eyes.look(NINE, 1))
        features, shown = eyes.look(BETWEEN, 10)
        points, covariances = estimator.predict_with_covariance(features)
        held += [
            Covariance(c[0, 0], c[0, 1], c[1, 1]).contains(*offset)
            for offset, c in zip(points - shown, covariances, strict=True)
        ]
    assert 0.85 < np.mean(held) <= 1.0


def test_more_noise_is_admitted() -> None:
    sure, unsure = (GazeProcess().fit(*_Eyes(noise).look(NINE)) for noise in (0.001, 0.02))
    features, _ = _Eyes().look(BETWEEN, 1)
    small, large = (one.predict_with_covariance(features)[1][:, 0, 0].mean() for one in (sure, unsure))
    assert large > 3 * small


def test_scatter_of_single_frames_is_found() -> None:
    eyes = _Eyes(0.004)
    estimator = GazeProcess().fit(*eyes.look(NINE))
    points = estimator.predict(eyes.look(NINE[4:5], 400)[0])
    np.testing.assert_allclose(np.diag(estimator.frame_noise), points.var(axis=0), rtol=0.5)


def test_one_target_not_looked_at_spoils_little() -> None:
    eyes = _Eyes()
    features, shown = eyes.look(np.vstack([NINE, BETWEEN]))
    shown[:SAMPLES] = (1770.0, 950.0)  # the eyes were at the opposite corner
    assert _error_px(GazeProcess().fit(features, shown), eyes) < 120


def test_targets_left_out_are_those_of_today() -> None:
    features, shown, ages = _days(3, NINE)
    left_out = GazeProcess().fit(features, shown, ages).left_out
    np.testing.assert_array_equal(left_out.targets_px, NINE)
    assert np.median(np.hypot(*(left_out.points_px - NINE).T)) < 150
    assert left_out.covariances_px.shape == (9, 2, 2)


def test_a_head_that_leans_takes_the_gaze_with_it() -> None:
    """The pictures of the eyes are cut upright: with the head tilted, what they show is turned about the camera."""
    eyes = _Eyes(noise=0.0005)
    estimator = GazeProcess().fit(*eyes.look(NINE))
    features, shown = eyes.look(np.array([[960.0, 950.0]]), 5)
    features[:, FEATURE_NAMES.index("roll")] += 0.2
    moved = estimator.predict(features) - shown
    assert moved[:, 0].mean() == pytest.approx(np.sin(0.2) * (950 - 130), rel=0.3)


def test_a_pose_never_seen_is_noticed_and_less_sure() -> None:
    eyes = _Eyes()
    estimator = GazeProcess().fit(*eyes.look(NINE))
    features, _ = eyes.look(BETWEEN, 1)
    turned = features.copy()
    turned[:, FEATURE_NAMES.index("yaw")] += 0.35
    assert estimator.pose_distance(features).max() < 1 < estimator.pose_distance(turned).min()
    before, after = (estimator.predict_with_covariance(rows)[1][:, 0, 0] for rows in (features, turned))
    assert (after > 1.2 * before).all()


@pytest.mark.parametrize(("eyes", "shut"), [(Eyes.LEFT, "right"), (Eyes.RIGHT, "left")])
def test_one_eye_is_enough(eyes: Eyes, shut: str) -> None:
    one = _Eyes()
    features, shown = one.look(NINE)
    estimator = GazeProcess(eyes=eyes).fit(features, shown)
    fresh, wanted = one.look(BETWEEN)
    fresh[:, [i for i, name in enumerate(FEATURE_NAMES) if name.startswith(shut)]] = -3.0
    assert np.median(np.hypot(*(estimator.predict(fresh) - wanted).T)) < 60


def test_one_look_of_today_is_enough_when_days_are_remembered() -> None:
    features, shown, ages = _days(4, NINE)
    rows = (ages > 0) | (np.arange(len(ages)) < SAMPLES)
    estimator = GazeProcess().fit(features[rows], shown[rows], ages[rows])
    assert len(estimator.left_out.targets_px) == 1
