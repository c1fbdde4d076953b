import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.selection.stopwatch import Stopwatch


def test_the_first_sample_tells_no_time() -> None:
    assert Stopwatch(2.0).step(1000.0) == 0.0


def test_time_passes_from_sample_to_sample() -> None:
    watch = Stopwatch(2.0)
    assert [watch.step(time_s) for time_s in (5.0, 5.5, 5.5, 9.0)] == [0.0, 0.5, 0.0, 3.5]


def test_late_samples_do_not_make_time_pass_twice() -> None:
    watch = Stopwatch(2.0)
    assert [watch.step(time_s) for time_s in (5.0, 4.5, 5.0, 5.25)] == [0.0, 0.0, 0.0, 0.25]


def test_a_clock_that_was_set_back_starts_anew() -> None:
    watch = Stopwatch(2.0)
    assert [watch.step(time_s) for time_s in (100.0, 5.0, 5.5)] == [0.0, math.inf, 0.5]


@pytest.mark.parametrize("stamp", [math.nan, math.inf, -math.inf])
def test_a_stamp_that_is_no_time_changes_nothing(stamp: float) -> None:
    watch = Stopwatch(2.0)
    assert [watch.step(time_s) for time_s in (1.0, stamp, 1.5)] == [0.0, 0.0, 0.5]


@given(st.lists(st.floats(0.0, 1.9), min_size=1))
def test_no_order_of_samples_adds_up_to_more_than_the_time_they_span(stamps_s: list[float]) -> None:
    watch = Stopwatch(2.0)
    assert sum(watch.step(time_s) for time_s in stamps_s) <= max(stamps_s) - stamps_s[0] + 1e-9
