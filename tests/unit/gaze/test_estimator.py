import numpy as np
import pytest

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError, NotFittedError
from eyecomm.gaze.estimator import PENALTIES, RidgeEstimator, _left_out_errors, _solve
from eyecomm.samples import Floats

GRID = np.array([(x, y) for y in (200.0, 600.0, 1000.0) for x in (150.0, 960.0, 1770.0)])


def eyes(targets_px: Floats, rng: np.random.Generator, noise: float) -> Floats:
    """Synthetic features: six mixtures of the target with noise, in eye widths."""
    mix = np.array([[0.10, 0.0], [0.0, 0.03], [0.09, 0.01], [0.01, 0.03], [0.0, 0.04], [0.02, 0.0]])
    features: Floats = (targets_px / 1000) @ mix.T + rng.normal(0, noise, (len(targets_px), 6))
    return features


@pytest.fixture
def seen() -> tuple[Floats, Floats]:
    targets = np.repeat(GRID, 20, axis=0)
    return eyes(targets, np.random.default_rng(1), 0.001), targets


def test_places_between_the_targets_are_found(seen: tuple[Floats, Floats]) -> None:
    estimator = RidgeEstimator().fit(*seen)
    places = np.array([[500.0, 400.0], [1300.0, 800.0]])
    found = estimator.predict(eyes(places, np.random.default_rng(2), 0.0))
    assert np.hypot(*(found - places).T).max() < 30


def test_the_penalty_is_the_one_that_estimates_left_out_targets_best(seen: tuple[Floats, Floats]) -> None:
    features, targets = seen
    rng = np.random.default_rng(3)
    # Many features of pure noise, and few samples: without a penalty they would be learned by heart.
    noisy = np.column_stack([features, rng.normal(0, 0.05, (len(features), 150))])
    assert RidgeEstimator().fit(noisy, targets).penalty_ > 10 * PENALTIES[0]


def test_leaving_out_in_closed_form_is_leaving_out(seen: tuple[Floats, Floats]) -> None:
    features, targets = seen
    groups = np.repeat(np.arange(9), 20)
    terms = features * 50
    by_hand = np.zeros(len(PENALTIES))
    for index, penalty in enumerate(PENALTIES):
        for group in range(9):
            out = groups == group
            middle, mean_px = terms[~out].mean(axis=0), targets[~out].mean(axis=0)
            coefficients = _solve(terms[~out] - middle, targets[~out] - mean_px, penalty)
            estimate = (terms[out] - middle).mean(axis=0) @ coefficients + mean_px
            by_hand[index] += np.hypot(*(estimate - targets[out][0])) / 9
    assert _left_out_errors(terms, targets, groups) == pytest.approx(by_hand, rel=1e-6)


def test_estimates_stay_near_the_screen(seen: tuple[Floats, Floats]) -> None:
    found = RidgeEstimator().fit(*seen).predict(np.full((1, 6), 1e6))
    assert np.abs(found).max() < 3000


def test_a_feature_that_never_moves_does_no_harm(seen: tuple[Floats, Floats]) -> None:
    features, targets = seen
    with_constant = np.column_stack([features, np.ones(len(features))])
    found = RidgeEstimator().fit(with_constant, targets).predict(with_constant)
    assert np.median(np.hypot(*(found - targets).T)) < 60


def test_the_same_samples_give_the_same_estimator(seen: tuple[Floats, Floats]) -> None:
    assert (RidgeEstimator().fit(*seen).coef_ == RidgeEstimator().fit(*seen).coef_).all()


def test_two_targets_are_not_enough(seen: tuple[Floats, Floats]) -> None:
    with pytest.raises(NotEnoughSamplesError):
        RidgeEstimator().fit(seen[0][:40], seen[1][:40])


def test_what_cannot_be_learned_from_is_refused(seen: tuple[Floats, Floats]) -> None:
    features, targets = seen
    with pytest.raises(FeatureError):
        RidgeEstimator().fit(features, targets[:5])
    with pytest.raises(FeatureError):
        RidgeEstimator().fit(features * np.nan, targets)


def test_nothing_is_estimated_before_calibration() -> None:
    with pytest.raises(NotFittedError):
        RidgeEstimator().predict(np.zeros((1, 6)))
