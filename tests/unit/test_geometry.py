import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Point, Rect, Screen

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
ANGLE = st.floats(-60, 60)


def test_the_middle_of_the_screen_is_straight_ahead() -> None:
    assert SCREEN.to_degrees(Point(960, 540)) == pytest.approx((0, 0))


@given(ANGLE, ANGLE)
def test_degrees_and_pixels_are_inverse(x_deg: float, y_deg: float) -> None:
    assert SCREEN.to_degrees(SCREEN.from_degrees(x_deg, y_deg)) == pytest.approx((x_deg, y_deg), abs=1e-6)


def test_a_24_inch_screen_at_60_cm_is_about_48_degrees_wide() -> None:
    assert SCREEN.angle_between(Point(0, 540), Point(1920, 540)) == pytest.approx(47.7, abs=0.1)


@given(ANGLE, ANGLE)
def test_the_angle_from_straight_ahead_agrees_with_both_parts(x_deg: float, y_deg: float) -> None:
    expected = math.atan(math.hypot(math.tan(math.radians(x_deg)), math.tan(math.radians(y_deg))))
    angle = SCREEN.angle_between(Point(960, 540), SCREEN.from_degrees(x_deg, y_deg))
    assert angle == pytest.approx(math.degrees(expected), abs=1e-6)


def test_neighbouring_rectangles_share_no_point() -> None:
    left, right = Rect(0, 0, 10, 10), Rect(10, 0, 10, 10)
    edge = Point(10, 5)
    assert not left.contains(edge)
    assert right.contains(edge)


def test_an_inset_never_turns_inside_out() -> None:
    assert Rect(0, 0, 10, 4).inset(3) == Rect(3, 2, 4, 0)
