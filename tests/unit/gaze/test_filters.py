import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.gaze.filters import OneEuroFilter, OneEuroSettings
from eyecomm.geometry import Point

REST, TARGET = Point(300.0, 200.0), Point(1500.0, 800.0)


def _jump(rate_hz: float) -> list[Point]:
    """Rest for a second, then look elsewhere for one."""
    filter_ = OneEuroFilter()
    count = round(rate_hz)
    for i in range(count):
        filter_.update(REST, i / rate_hz)
    return [filter_.update(TARGET, 1 + i / rate_hz) for i in range(count)]


@given(
    point=st.builds(Point, st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)),
    intervals=st.lists(st.floats(0.0, 2.0), min_size=1, max_size=30),
)
def test_a_resting_point_rests(point: Point, intervals: list[float]) -> None:
    filter_, now_s = OneEuroFilter(), 0.0
    for interval in intervals:
        now_s += interval
        smooth = filter_.update(point, now_s)
        assert (smooth.x, smooth.y) == pytest.approx((point.x, point.y))


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_a_saccade_arrives_soon_and_never_overshoots(rate_hz: float) -> None:
    way = [(p.x - REST.x) / (TARGET.x - REST.x) for p in _jump(rate_hz)]
    assert all(a <= b + 1e-12 for a, b in pairwise(way))
    assert max(way) <= 1.0
    assert way[round(0.1 * rate_hz)] > 0.9


def test_a_saccade_stays_on_the_straight_line() -> None:
    slope = (TARGET.y - REST.y) / (TARGET.x - REST.x)
    for p in _jump(30.0):
        assert p.y - REST.y == pytest.approx(slope * (p.x - REST.x))


def test_fixation_noise_is_reduced() -> None:
    rng = np.random.default_rng(3)
    filter_ = OneEuroFilter()
    raw = rng.normal(500.0, 10.0, (600, 2))
    smooth = np.array([(p.x, p.y) for p in (filter_.update(Point(*xy), i / 30) for i, xy in enumerate(raw))])
    assert smooth[60:].std(axis=0).max() < 0.75 * raw.std(axis=0).min()


def test_after_a_reset_the_past_is_forgotten() -> None:
    filter_ = OneEuroFilter()
    filter_.update(REST, 0.0)
    filter_.reset()
    assert filter_.update(TARGET, 0.01) == TARGET


def test_after_a_long_gap_the_past_is_forgotten() -> None:
    filter_ = OneEuroFilter(OneEuroSettings(max_gap_s=0.3))
    filter_.update(REST, 0.0)
    assert filter_.update(TARGET, 0.31) == TARGET


@pytest.mark.parametrize("timestamp_s", [1.0, 0.5])
def test_a_time_that_does_not_go_on_changes_nothing(timestamp_s: float) -> None:
    filter_ = OneEuroFilter()
    filter_.update(REST, 1.0)
    assert filter_.update(TARGET, timestamp_s) == REST


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(1e-6, 0.4)), min_size=1, max_size=40))
def test_the_output_stays_among_the_inputs(samples: list[tuple[float, float, float]]) -> None:
    filter_, now_s = OneEuroFilter(), 0.0
    xs: list[float] = []
    for x, y, interval in samples:
        now_s += interval
        xs.append(x)
        smooth = filter_.update(Point(x, y), now_s)
        assert min(xs) - 1e-6 <= smooth.x <= max(xs) + 1e-6
        assert math.isfinite(smooth.y)
