import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Covariance, Point, Rect, Screen

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


def test_an_ellipse_along_the_axes() -> None:
    long, short, angle = Covariance(100.0, 0.0, 400.0).ellipse(0.95)
    assert (long, short) == pytest.approx((2.448 * 20, 2.448 * 10), rel=1e-3)
    assert abs(angle) == pytest.approx(90)


def test_an_ellipse_on_the_diagonal_points_down_to_the_right() -> None:
    long, short, angle = Covariance(5.0, 4.0, 5.0).ellipse()
    assert angle == pytest.approx(45)
    assert long == pytest.approx(3 * short)


@given(st.floats(0.1, 1e4), st.floats(-0.99, 0.99), st.floats(0.1, 1e4), st.floats(0.05, 0.99), st.floats(0, 360))
def test_the_edge_of_the_ellipse_divides_inside_from_outside(
    xx: float, correlation: float, yy: float, share: float, turn: float
) -> None:
    one = Covariance(xx, correlation * math.sqrt(xx * yy), yy)
    long, short, angle = one.ellipse(share)
    a, b = math.radians(turn), math.radians(angle)
    along, across = long * math.cos(a), short * math.sin(a)
    dx, dy = along * math.cos(b) - across * math.sin(b), along * math.sin(b) + across * math.cos(b)
    assert one.contains(0.99 * dx, 0.99 * dy, share)
    assert not one.contains(1.01 * dx, 1.01 * dy, share)


def test_an_ellipse_holds_its_share() -> None:
    one = Covariance(900.0, 300.0, 400.0)
    points = np.random.default_rng(0).multivariate_normal((0, 0), [[900, 300], [300, 400]], 4000)
    assert np.mean([one.contains(x, y, 0.9) for x, y in points]) == pytest.approx(0.9, abs=0.02)


def test_what_is_independent_adds_up() -> None:
    total = Covariance(1.0, 2.0, 5.0) + Covariance(10.0, -1.0, 2.0)
    assert total == Covariance(11.0, 1.0, 7.0)
    assert total.sd_px == 3.0


def test_certainty_holds_only_itself() -> None:
    sure = Covariance(0.0, 0.0, 0.0)
    assert sure.contains(0, 0)
    assert not sure.contains(0.1, 0)
