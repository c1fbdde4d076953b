"""Which face is the patient's, told with rectangles and a clock of the test's own."""

import pytest

from eyecomm.devices.face_follower import HOME_S, NEW_PLACE_S, FaceFollower
from eyecomm.geometry import Point, Rect

CENTER = Point(320, 240)


def face(x: float, y: float = 240, size: float = 100) -> Rect:
    return Rect(x - size / 2, y - size / 2, size, size)


@pytest.fixture
def follower() -> FaceFollower:
    return FaceFollower()


def test_at_first_the_patient_is_nearest_to_the_centre(follower: FaceFollower) -> None:
    assert follower.patient_among([face(100), face(300), face(500)], CENTER, 0.0) == face(300)
    assert follower.patient_among([], CENTER, 0.0) is None


def test_then_nearest_to_where_they_were(follower: FaceFollower) -> None:
    assert follower.seen(face(100), 0.0)
    assert follower.patient_among([face(320), face(130)], CENTER, 0.1) == face(130)


def test_a_patient_may_move_slowly_across_the_picture(follower: FaceFollower) -> None:
    assert all(follower.seen(face(100 + 5 * i), i / 30) for i in range(80))


def test_a_face_elsewhere_is_not_believed_at_once(follower: FaceFollower) -> None:
    follower.seen(face(100), 0.0)
    assert follower.patient_among([face(500)], CENTER, 1.0) is None
    assert not follower.seen(face(500), 1.0)


def test_after_two_seconds_without_the_patient_it_is_believed(follower: FaceFollower) -> None:
    follower.seen(face(100), 0.0)
    assert follower.patient_among([face(500)], CENTER, NEW_PLACE_S) == face(500)
    assert follower.seen(face(500), NEW_PLACE_S)
    assert follower.is_at(face(510))
    assert not follower.is_at(face(100))


def test_the_patient_is_taken_back_when_they_show_again_where_they_were(follower: FaceFollower) -> None:
    follower.seen(face(100), 0.0)
    follower.seen(face(500), 5.0)
    assert follower.patient_among([face(500), face(110)], CENTER, 6.0) == face(110)
    assert follower.seen(face(110), 6.1)
    assert not follower.seen(face(500), 6.2)


def test_a_place_left_long_ago_is_forgotten(follower: FaceFollower) -> None:
    follower.seen(face(100), 0.0)
    follower.seen(face(500), 5.0)
    follower.seen(face(500), 5.0 + HOME_S)
    assert follower.patient_among([face(500), face(110)], CENTER, 5.0 + HOME_S) == face(500)


def test_the_next_calibration_follows_the_centre_again(follower: FaceFollower) -> None:
    follower.seen(face(100), 0.0)
    follower.seen(face(500), 5.0)
    follower.follow_center()
    assert follower.patient_among([face(100), face(330), face(500)], CENTER, 5.1) == face(330)
    assert follower.seen(face(330), 5.1)
