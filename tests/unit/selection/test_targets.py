import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Point, Rect
from eyecomm.selection.targets import NO_TARGETS, SelectionError, Targets, seen

EDGE = st.one_of(st.integers(-20, 120).map(float), st.floats(-1e6, 1e6))


def one(*edges: float) -> Targets:
    return Targets(np.array([edges]), np.array([np.nan]))


@given(st.tuples(EDGE, EDGE, EDGE, EDGE), EDGE, EDGE)
def test_a_target_is_hit_exactly_where_its_rectangle_is(edges: tuple[float, ...], x: float, y: float) -> None:
    left, top, right, bottom = edges
    inside = left <= x < right and top <= y < bottom
    assert one(*edges).hit(Point(x, y)) == (0 if inside else None)


def test_edges_are_those_of_a_rect() -> None:
    rect, target = Rect(10, 20, 30, 40), one(10, 20, 40, 60)
    for corner in (Point(10, 20), Point(40, 20), Point(10, 60), Point(39.999, 59.999), Point(40, 60)):
        assert (target.hit(corner) is not None) == rect.contains(corner)


def test_where_targets_overlap_the_first_one_is_hit() -> None:
    targets = Targets(np.array([[0, 0, 9, 9], [5.0, 5, 20, 20]]), np.full(2, np.nan))
    assert targets.hit(Point(7, 7)) == 0
    assert targets.hit(Point(12, 12)) == 1


@pytest.mark.parametrize("edges", [(5, 5, 5, 9), (5, 5, 9, 5), (9, 9, 5, 5)])
def test_a_target_without_area_is_never_hit(edges: tuple[float, ...]) -> None:
    assert one(*edges).hit(Point(5, 5)) is None


@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf])
def test_a_point_nowhere_hits_nothing(x: float) -> None:
    assert one(-1e9, -1e9, 1e9, 1e9).hit(Point(x, 5.0)) is None
    assert seen(Point(x, 5.0)) is None
    assert seen(Point(5.0, x)) is None


def test_no_gaze_and_no_targets_hit_nothing() -> None:
    assert one(0, 0, 9, 9).hit(None) is None
    assert NO_TARGETS.hit(Point(5, 5)) is None
    assert seen(None) is None
    assert seen(Point(1, 2)) == Point(1, 2)


def test_own_dwell_times_replace_the_usual_one() -> None:
    targets = Targets(np.zeros((3, 4)), np.array([np.nan, 0.7, np.inf]))
    np.testing.assert_array_equal(targets.dwell_s(1.25), [1.25, 0.7, np.inf])
    assert [targets.selectable(index) for index in range(3)] == [True, True, False]


@pytest.mark.parametrize("rects", [np.zeros(4), np.zeros((1, 3)), np.zeros((1, 4, 1))])
def test_targets_of_another_shape_are_refused(rects: np.ndarray) -> None:
    with pytest.raises(SelectionError, match="shapes"):
        Targets(rects, np.ones(1))


def test_dwell_times_of_another_shape_are_refused() -> None:
    with pytest.raises(SelectionError, match="shapes"):
        Targets(np.zeros((1, 4)), np.ones((1, 1)))
