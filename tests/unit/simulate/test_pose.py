import pytest

from eyecomm.geometry import Point, Screen
from eyecomm.simulate.pose import PUPIL_DISTANCE_MM, FaceState, HeadState, eye_angles


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
