import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Point, Screen
from eyecomm.simulate.pose import PUPIL_DISTANCE_MM, FaceState, HeadState, eye_angles, turn


def test_looking_right_on_the_screen_turns_both_eyes_to_the_patients_right(screen: Screen) -> None:
    face = FaceState.looking_at(screen, Point(1900, 540))
    assert face.left_deg[0] > 15
    assert face.right_deg[0] > 15


def test_looking_down_on_the_screen_is_positive(screen: Screen) -> None:
    face = FaceState.looking_at(screen, Point(960, 1000))
    assert face.left_deg[1] == pytest.approx(screen.to_degrees(Point(960, 1000))[1])


def test_eyes_converge_on_the_middle_of_the_screen(screen: Screen) -> None:
    face = FaceState.looking_at(screen, screen.rect.center)
    # atan(30 mm / 600 mm)
    assert face.left_deg == pytest.approx((2.862, 0.0), abs=0.001)
    assert face.right_deg == pytest.approx((-2.862, 0.0), abs=0.001)


def test_farther_away_the_eyes_turn_less(screen: Screen) -> None:
    near, far = (FaceState.looking_at(screen, Point(1900, 540), HeadState(z_mm=z)) for z in (500.0, 1000.0))
    assert far.right_deg[0] < 0.65 * near.right_deg[0]


def test_a_head_moved_aside_faces_the_middle_and_still_finds_the_target() -> None:
    straight = eye_angles(HeadState(x_mm=200.0, z_mm=600.0), 0.0, (0.0, 0.0))
    assert straight == pytest.approx((0.0, 0.0), abs=1e-9)
    aside = eye_angles(HeadState(x_mm=200.0, z_mm=600.0), 0.0, (200.0, 0.0))
    assert aside[0] == pytest.approx(18.43, abs=0.01)  # atan(200 / 600): the target lies straight before the eyes


def test_a_tilted_head_sees_right_as_right_and_down() -> None:
    # Tilted clockwise in the picture, the head's own right-hand axis points up on the screen.
    x, y = eye_angles(HeadState(z_mm=600.0, roll_deg=30.0), 0.0, (100.0, 0.0))
    assert x == pytest.approx(8.21, abs=0.02)
    assert y == pytest.approx(4.76, abs=0.02)


def test_a_roll_lowers_the_left_eye() -> None:
    left = eye_angles(HeadState(z_mm=600.0, roll_deg=20.0), -PUPIL_DISTANCE_MM / 2, (0.0, 0.0))
    right = eye_angles(HeadState(z_mm=600.0, roll_deg=20.0), PUPIL_DISTANCE_MM / 2, (0.0, 0.0))
    # In the head both still turn only towards the nose.
    assert left == pytest.approx((2.862, 0.0), abs=0.01)
    assert right == pytest.approx((-2.862, 0.0), abs=0.01)


@pytest.mark.parametrize(
    ("turned", "expected"),
    [(HeadState(yaw_deg=15.0), (15.0, 0.0)), (HeadState(pitch_deg=10.0), (0.0, 10.0)), (HeadState(), (0.0, 0.0))],
)
def test_eyes_stay_on_the_middle_by_turning_against_the_head(turned: HeadState, expected: tuple[float, float]) -> None:
    # Yaw is to the right of the picture, the patient's left: the eyes go right. A lifted head: the eyes go down.
    assert eye_angles(turned, 0.0, (0.0, 0.0)) == pytest.approx(expected, abs=1e-9)


def test_a_head_turned_to_the_target_looks_straight_ahead() -> None:
    # atan(160 / 600) to the patient's right, which is the picture's left
    assert eye_angles(HeadState(yaw_deg=-14.931), 0.0, (160.0, 0.0)) == pytest.approx((0.0, 0.0), abs=0.001)


def test_a_turned_and_tilted_head_is_first_turned_and_then_tilted_in_the_picture() -> None:
    # Tilted clockwise by 90 degrees, the nose that pointed to the picture's right points down: the eyes go up in the
    # picture, and for the head that is still its own right.
    x, y = eye_angles(HeadState(roll_deg=90.0, yaw_deg=15.0), 0.0, (0.0, 0.0))
    assert (x, y) == pytest.approx((15.0, 0.0), abs=1e-9)
    facing = turn(15.0, 0.0)[:, 2]
    assert facing == pytest.approx((0.2588, 0.0, 0.9659), abs=1e-4)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_a_turn_is_a_rotation(yaw_deg: float, pitch_deg: float) -> None:
    rotation = turn(yaw_deg, pitch_deg)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)
