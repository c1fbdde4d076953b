from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.features import FEATURE_NAMES, extract
from eyecomm.gaze.pipeline import GazePipeline
from eyecomm.geometry import Covariance, Point, Screen
from eyecomm.samples import FaceLandmarks, Floats, GazeSample

Make = Callable[..., FaceLandmarks]
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
NINE = [Point(x, y) for y in (130.0, 540.0, 950.0) for x in (150.0, 960.0, 1770.0)]


class _Fixed(GazeProcess):
    """An estimator that gives the same point until told another, and a head that has moved or not."""

    def __init__(self, x: float = 700.0, y: float = 400.0) -> None:
        self.at, self.pose = (x, y), 0.5

    def predict_with_covariance(self, features: Floats) -> tuple[Floats, Floats]:
        assert features.shape == (1, len(FEATURE_NAMES))
        return np.array([self.at]), np.array([[[900.0, 10.0], [10.0, 1600.0]]])

    def pose_distance(self, features: Floats) -> Floats:
        return np.array([self.pose])


class _Patient:
    """Shows faces to a pipeline, thirty a second."""

    def __init__(self, make: Make, pipeline: GazePipeline) -> None:
        self._make, self.pipeline, self.now_s = make, pipeline, 0.0

    def show(self, openness: float = 1.0, count: int = 1) -> GazeSample:
        return self.pass_on(self._make(openness=(openness, openness)), count)

    def pass_on(self, face: FaceLandmarks | None, count: int = 1) -> GazeSample:
        for _ in range(count):
            self.now_s += 1 / 30
            sample, _ = self.pipeline.update(face, self.now_s)
        return sample


@pytest.fixture
def patient(make_face: Make) -> _Patient:
    one = _Patient(make_face, GazePipeline(_Fixed(), noise_px=25.0))
    one.show(count=60)
    return one


def test_a_sample_has_point_noise_openness_and_time(patient: _Patient) -> None:
    sample = patient.show()
    assert sample.point == Point(700.0, 400.0)
    assert sample.noise_px == 25.0
    assert sample.covariance == Covariance(900.0, 10.0, 1600.0)
    assert not sample.head_moved
    assert sample.openness is not None
    assert sample.openness.left == pytest.approx(1.0)
    assert sample.timestamp_s == patient.now_s


def test_without_a_face_there_is_neither_point_nor_openness(patient: _Patient) -> None:
    sample, features = patient.pipeline.update(None, 9.0)
    assert (sample, features) == (GazeSample(9.0, None), None)


def test_a_face_that_makes_no_sense_is_no_face(patient: _Patient, make_face: Make) -> None:
    face = replace(make_face(), points=np.full((478, 3), np.nan))
    assert patient.pipeline.update(face, 9.0) == (GazeSample(9.0, None), None)


def test_before_any_calibration_openness_and_features_still_come(make_face: Make) -> None:
    sample, features = GazePipeline().update(make_face(), 1.0)
    assert sample.point is None
    assert sample.noise_px == 0.0
    assert sample.openness is not None
    assert features is not None


def test_shut_eyes_have_no_point_but_openness(patient: _Patient) -> None:
    sample = patient.show(0.1)
    assert sample.point is None
    assert sample.noise_px == 0.0
    assert sample.openness is not None
    assert sample.openness.right == pytest.approx(0.1, abs=0.03)


def test_closing_lids_take_the_point_away_and_it_comes_back_after_the_blink(patient: _Patient) -> None:
    closing = [patient.show(openness).point for openness in (0.8, 0.5, 0.1, 0.1, 0.5, 0.9)]
    assert closing == [None] * 6
    assert patient.show(count=5).point == Point(700.0, 400.0)


def test_the_point_is_smoothed(make_face: Make) -> None:
    estimator = _Fixed()
    patient = _Patient(make_face, GazePipeline(estimator))
    patient.show(count=30)
    estimator.at = (710.0, 400.0)
    sample = patient.show()
    assert sample.point is not None
    assert 700 < sample.point.x < 710


@pytest.mark.parametrize(("frames_lost", "at_once"), [(1, False), (20, True)])
def test_a_face_lost_for_an_instant_ends_no_fixation_but_a_longer_loss_does(
    make_face: Make, frames_lost: int, at_once: bool
) -> None:
    estimator = _Fixed()
    patient = _Patient(make_face, GazePipeline(estimator))
    patient.show(count=30)
    patient.pass_on(None, count=frames_lost)
    estimator.at = (710.0, 400.0)
    assert (patient.show().point == Point(710.0, 400.0)) is at_once


def test_a_look_elsewhere_is_followed_with_the_second_frame(make_face: Make) -> None:
    estimator = _Fixed()
    patient = _Patient(make_face, GazePipeline(estimator))
    patient.show(count=30)
    estimator.at = (1300.0, 800.0)
    assert patient.show().point == Point(700.0, 400.0)
    assert patient.show().point == Point(1300.0, 800.0)


def test_another_calibration_counts_at_once(patient: _Patient) -> None:
    patient.pipeline.use(_Fixed(100.0, 100.0), 7.0)
    sample = patient.show()
    assert (sample.point, sample.noise_px) == (Point(100.0, 100.0), 7.0)
    patient.pipeline.use(None, 0.0)
    assert patient.show().point is None


def _gaze(target: Point) -> tuple[float, float]:
    return SCREEN.to_degrees(target)


def test_from_faces_to_the_screen_within_a_degree(make_face: Make) -> None:
    rng = np.random.default_rng(11)

    def look(target: Point, count: int) -> list[FaceLandmarks]:
        return [make_face(_gaze(target), noise_px=0.06, rng=rng) for _ in range(count)]

    seen = [(extract(face), target) for target in NINE for face in look(target, 25)]
    features = np.array([one.vector for one, _ in seen if one is not None])
    pipeline = GazePipeline(GazeProcess().fit(features, np.array([(t.x, t.y) for _, t in seen])))
    errors_deg = []
    for i, target in enumerate([Point(500.0, 300.0), Point(1400.0, 800.0), Point(960.0, 700.0), Point(300.0, 900.0)]):
        for j, face in enumerate(look(target, 20)):
            sample, _ = pipeline.update(face, 10.0 * i + j / 30)
            assert sample.point is not None
            errors_deg.append(SCREEN.angle_between(sample.point, target))
    assert np.median(errors_deg) < 1.0
