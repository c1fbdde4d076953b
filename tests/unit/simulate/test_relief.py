import numpy as np
import pytest

from eyecomm.samples import Floats
from eyecomm.simulate.pose import turn
from eyecomm.simulate.relief import COLUMNS, LEFT_MM, ROWS, STEP_MM, TOP_MM, Relief, sources


def ball(radius_mm: float = 100.0) -> Floats:
    """Points on the front of a ball whose foremost point is between the eyes."""
    u, v = (part.reshape(-1) for part in np.meshgrid(np.arange(-60.0, 61, 6), np.arange(-60.0, 61, 6)))
    near = np.hypot(u, v) < 62
    u, v = u[near], v[near]
    return np.column_stack((u, v, np.sqrt(radius_mm**2 - u**2 - v**2) - radius_mm))


@pytest.mark.parametrize(("u", "v"), [(0.0, 0.0), (30.0, 0.0), (-20.0, 40.0), (10.0, -30.0)])
def test_a_relief_goes_through_its_points(u: float, v: float) -> None:
    expected = np.sqrt(100.0**2 - u * u - v * v) - 100
    assert Relief.of_points(ball()).depth_at(u, v) == pytest.approx(expected, abs=1.0)


def test_beyond_its_points_the_head_falls_back() -> None:
    relief = Relief.of_points(ball())
    assert relief.depth_at(84.0, 0.0) < relief.depth_at(56.0, 0.0) - 10


def test_the_plain_head_has_its_nose_in_front_and_its_cheeks_behind() -> None:
    plain = Relief.plain()
    assert plain.depth_at(0.0, 38.0) > plain.depth_at(30.0, 0.0) + 10
    assert plain.depth_at(80.0, 0.0) < plain.depth_at(30.0, 0.0) - 25
    assert plain.depth_at(30.0, 0.0) == pytest.approx(0, abs=3)


@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(15.0, 0.0), (-10.0, 8.0), (0.0, -12.0)])
def test_the_picture_is_taken_from_where_the_turned_point_was(yaw_deg: float, pitch_deg: float) -> None:
    relief = Relief.of_points(ball())
    for u, v in ((0.0, 0.0), (30.0, 10.0), (-24.0, 40.0)):
        seen = turn(yaw_deg, pitch_deg) @ (u, v, relief.depth_at(u, v))
        found = sources(relief.moves(yaw_deg, pitch_deg), *(np.full((1, 1), part, np.float32) for part in seen[:2]))
        assert (found[0].item(), found[1].item()) == pytest.approx((u, v), abs=0.5)


def test_a_nose_moves_farther_than_the_eyes() -> None:
    plain = Relief.plain()
    places = np.array([[0.0, 30.0]], np.float32), np.array([[30.0, 0.0]], np.float32)
    nose, eye = sources(plain.moves(10.0, 0.0), *places)[0][0]
    assert nose < eye - 30 - 4  # it has come from farther on the left


def test_a_head_that_is_not_turned_stays_as_it_is() -> None:
    np.testing.assert_array_equal(Relief.plain().moves(0.0, 0.0), np.zeros((ROWS, COLUMNS, 2), np.float32))


def test_the_shoulders_do_not_turn() -> None:
    moves = Relief.plain().moves(20.0, 10.0)
    row = round((195.0 - TOP_MM) / STEP_MM)
    column = round((0.0 - LEFT_MM) / STEP_MM)
    np.testing.assert_array_equal(moves[row:, column], 0)
