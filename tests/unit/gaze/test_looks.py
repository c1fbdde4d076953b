import numpy as np
import pytest

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.looks import Looks

WIDTH = len(FEATURE_NAMES)
PLACES = np.array([[100.0, 100.0], [900.0, 100.0], [500.0, 700.0]])


def test_frames_of_one_look_become_their_mean() -> None:
    features = np.random.default_rng(0).normal(0, 1, (12, WIDTH))
    looks = Looks.gather(features, np.repeat(PLACES, 4, axis=0))
    np.testing.assert_allclose(looks.features, features.reshape(3, 4, WIDTH).mean(axis=1))
    np.testing.assert_array_equal(looks.targets_px, PLACES)
    np.testing.assert_array_equal(looks.counts, [4, 4, 4])
    np.testing.assert_array_equal(looks.sessions, [0, 0, 0])


def test_the_same_target_later_or_on_another_day_is_another_look() -> None:
    targets = PLACES[[0, 0, 1, 0, 0, 2]]
    looks = Looks.gather(np.zeros((6, WIDTH)), targets, np.array([0, 0, 0, 0, 1, 1]))
    np.testing.assert_array_equal(looks.counts, [2, 1, 1, 1, 1])
    np.testing.assert_array_equal(looks.sessions, [0, 0, 0, 1, 1])


def test_some_rows_can_be_taken() -> None:
    looks = Looks.gather(np.zeros((3, WIDTH)), PLACES).take(np.array([2, 0]))
    assert len(looks) == 2
    np.testing.assert_array_equal(looks.targets_px, PLACES[[2, 0]])


def test_another_number_of_features_is_refused() -> None:
    with pytest.raises(FeatureError):
        Looks.gather(np.zeros((3, WIDTH - 1)), PLACES)


def test_sessions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(FeatureError):
        Looks.gather(np.zeros((3, WIDTH)), PLACES, np.zeros(2, np.intp))


def test_two_targets_are_too_few() -> None:
    with pytest.raises(NotEnoughSamplesError):
        Looks.gather(np.zeros((3, WIDTH)), PLACES[[0, 1, 0]])
