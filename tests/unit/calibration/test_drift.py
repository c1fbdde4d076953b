import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyecomm.calibration.drift import DriftSettings, DriftTracker, Look, _moments
from eyecomm.geometry import Covariance, Point, Rect, Screen

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
DEGREE_PX = SCREEN.from_degrees(1.0, 0.0).x - 960
FARTHEST_PX = SCREEN.from_degrees(2.5, 0.0).x - 960
QUIET = Covariance(100.0, 0.0, 100.0)
CELLS = [Rect(x * 320.0, 160 + y * 184.0, 320.0, 184.0) for y in range(5) for x in range(6)]


def tracker(**changed: float) -> DriftTracker:
    return DriftTracker(SCREEN, None, DriftSettings(**changed))  # type: ignore[arg-type]


def look(number: int, dx: float, dy: float, cell: Rect | None = None) -> Look:
    where = cell or CELLS[number * 7 % 30]
    return Look(where, Point(where.center.x + dx, where.center.y + dy), QUIET, float(number * 4))


def feed(learner: DriftTracker, dx: float, dy: float, count: int = 40, first: int = 0) -> None:
    """Choose cells by a gaze that is off by as much, less the correction, without scatter."""
    for number in range(first, first + count):
        shift = learner.offset
        learner.select(look(number, dx - shift.x, dy - shift.y))


def state(learner: DriftTracker) -> tuple[Point, Covariance, bool]:
    return learner.offset, learner.covariance, learner.significant


def test_nothing_is_corrected_before_anything_was_chosen() -> None:
    assert tracker().offset == Point(0.0, 0.0)
    assert not tracker().significant
    assert tracker().covariance.sd_px == pytest.approx(DriftSettings().prior_deg * DEGREE_PX, rel=1e-3)


def test_the_prior_is_what_the_calibration_says() -> None:
    prior = Covariance(900.0, 100.0, 400.0)
    said = DriftTracker(SCREEN, prior).covariance
    assert (said.xx, said.xy, said.yy) == pytest.approx((900.0, 100.0, 400.0))


def test_a_constant_error_is_found_in_its_direction_and_never_overdone() -> None:
    learner = tracker()
    feed(learner, 80.0, 0.0)
    assert learner.significant
    assert 30.0 < learner.offset.x <= 80.0
    assert abs(learner.offset.y) < 8.0
    assert learner.covariance.sd_px < tracker().covariance.sd_px


def test_looks_are_learned_only_when_enough_others_have_followed() -> None:
    learner, fresh = tracker(), tracker()
    for number in range(3):
        learner.select(look(number, 80.0, 0.0))
    assert learner.covariance == fresh.covariance
    learner.select(look(3, 80.0, 0.0))
    assert learner.covariance.xx < fresh.covariance.xx


def test_what_was_spoken_is_learned_at_once() -> None:
    learner = tracker()
    learner.select(look(0, 80.0, 0.0))
    learner.confirm()
    assert learner.covariance.xx < tracker().covariance.xx


def test_a_pending_look_that_is_taken_back_leaves_no_trace() -> None:
    learner = tracker()
    learner.select(look(1, 80.0, 0.0))
    learner.withdraw(look(1, 0.0, 0.0).timestamp_s)
    learner.confirm()
    assert state(learner) == state(tracker())


def test_a_learned_look_can_be_taken_back_and_later_ones_stay() -> None:
    learner, other = tracker(), tracker()
    for number, dx in ((0, 60.0), (1, -90.0), (2, 70.0)):
        learner.select(look(number, dx, 5.0))
        learner.confirm()
        if number != 1:
            other.select(look(number, dx, 5.0))
            other.confirm()
    assert state(learner) != state(other)
    learner.withdraw(4.0)
    assert state(learner) == state(other)
    learner.withdraw(4.0)
    learner.withdraw(999.0)
    assert state(learner) == state(other)


def test_one_cell_alone_proves_nothing() -> None:
    learner = tracker()
    for number in range(60):
        learner.select(look(number, 90.0, 0.0, CELLS[7]))
    assert not learner.significant


def test_a_habit_in_parts_of_a_cell_is_not_taken_for_drift() -> None:
    """Looking 0.1 of a cell below the middle, in cells of two heights: what is shared is the part, not the pixels."""
    learner = tracker()
    large = [Rect(x * 640.0, 160 + y * 460.0, 640.0, 460.0) for y in range(2) for x in range(3)]
    for number in range(200):
        cell = CELLS[number % 30] if number % 2 else large[number % 6]
        learner.select(look(number, 0.0, 0.1 * cell.height, cell))
    # Most of the 18 to 46 px is left alone.
    assert abs(learner.offset.y) < 9.0


def test_more_looks_of_one_size_never_make_a_habit_pass_for_drift() -> None:
    learner = tracker(walk_deg=0.0)
    feed(learner, 20.0, 0.0, 400)
    habit_px = 0.08 * 320
    prior_px = DriftSettings().prior_deg * DEGREE_PX
    floor = 1 / math.sqrt(1 / habit_px**2 + 1 / prior_px**2)
    assert math.sqrt(learner.covariance.xx) >= floor * 0.999
    assert learner.offset.x < 10.0


def test_the_edge_of_the_cell_is_allowed_for() -> None:
    """A gaze that left the cell would not have been seen: looks near one edge mean more than their mean."""
    near, whole = tracker(dead_zone=1e9), tracker(dead_zone=1e9)  # that never act
    rng = np.random.default_rng(3)
    wide = [Rect(c.x - 1e4, c.y - 1e4, c.width + 2e4, c.height + 2e4) for c in CELLS]
    drift_px, scatter_px = 110.0, 70.0
    truths = [z for z in rng.normal(drift_px, scatter_px, 400) if abs(z) < 160]
    for number, dx in enumerate(truths[:60]):
        near.select(Look(CELLS[number % 30], _beside(CELLS[number % 30], dx), QUIET, number * 1.0))
        whole.select(Look(wide[number % 30], _beside(wide[number % 30], dx), QUIET, number * 1.0))
    assert np.mean(truths[:60]) < 0.75 * drift_px
    assert near._belief.mean[0] + 320 * near._belief.mean[2] == pytest.approx(drift_px, abs=25.0)
    assert whole._belief.mean[0] < near._belief.mean[0]


def _beside(cell: Rect, dx: float) -> Point:
    return Point(cell.center.x + dx, cell.center.y)


@pytest.mark.parametrize("mean", [-400.0, -120.0, 0.0, 35.0, 250.0])
def test_moments_of_a_truncated_normal_agree_with_sums(mean: float) -> None:
    x = np.linspace(-160, 160, 200_001)
    weight = np.exp(-((x - mean) ** 2) / (2 * 70.0**2))
    middle = np.sum(x * weight) / np.sum(weight)
    spread = np.sum((x - middle) ** 2 * weight) / np.sum(weight)
    assert _moments(mean, 70.0, -160.0, 160.0) == pytest.approx((middle, spread), rel=1e-3, abs=0.05)


def test_moments_far_outside_lie_at_the_edge() -> None:
    assert _moments(1e5, 10.0, -160.0, 160.0)[0] == 160.0
    assert _moments(-1e5, 10.0, -160.0, 160.0)[0] == -160.0


def test_a_look_that_cannot_be_is_not_believed() -> None:
    learner = tracker(farthest_cell=10.0)
    learner.recenter(Point(960.0, 540.0), Point(960.0, 540.0), QUIET, 0.0)
    before = learner.offset
    big = Rect(0.0, 160.0, 300.0, 200.0)
    learner.select(Look(big, Point(650.0, 260.0), QUIET, 1.0))
    learner.confirm()
    assert learner.offset == before


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-155, 155), st.floats(-90, 90)), min_size=1, max_size=60))
def test_selections_never_move_the_correction_out_of_bounds(offsets: list[tuple[float, float]]) -> None:
    learner = tracker(dead_zone=0.0, least_cells=1, prior_deg=6.0, gate=1e9)
    for number, (dx, dy) in enumerate(offsets):
        learner.select(look(number, dx, dy))
        covariance = learner.covariance
        assert covariance.xx > 0
        assert covariance.xx * covariance.yy > covariance.xy**2
        assert abs(learner.offset.x) <= min(FARTHEST_PX, 0.45 * 320) + 1e-9
        assert abs(learner.offset.y) <= min(FARTHEST_PX, 0.45 * 184) + 1e-9


def test_one_look_at_a_known_point_corrects_at_once_and_far() -> None:
    learner = tracker(prior_deg=4.0)
    learner.recenter(Point(960 + 150, 540 - 190), Point(960, 540), QUIET, 1.0)
    assert learner.significant
    assert (learner.offset.x, learner.offset.y) == pytest.approx((150, -190), rel=0.05)
    learner.recenter(Point(960, 540), Point(960, 540), QUIET, 2.0)  # now seen with the correction: all is well
    assert (learner.offset.x, learner.offset.y) == pytest.approx((150, -190), rel=0.05)


def test_after_a_look_selections_move_the_correction_about_it() -> None:
    learner = tracker(prior_deg=4.0)
    learner.recenter(Point(960 + 150, 540), Point(960, 540), QUIET, 1.0)
    feed(learner, 150.0, 0.0, 20, first=1)
    assert learner.offset.x == pytest.approx(150, abs=15)


def test_drift_is_less_sure_as_time_goes_by_but_not_for_ever() -> None:
    sure = [tracker() for _ in range(4)]
    wide = Covariance(1e12, 0.0, 1e12)
    for learner, waited_s in zip(sure, (0.0, 60.0, 600.0, 1e9), strict=True):
        feed(learner, 0.0, 0.0, 10)
        learner.recenter(Point(0, 0), Point(0, 0), wide, 36.0 + waited_s)
    now, minute, ten, ever = (learner.covariance.xx for learner in sure)
    assert minute - now == pytest.approx((0.3 * DEGREE_PX) ** 2, rel=0.25)
    assert now < minute < ten == pytest.approx(ever)


def test_a_move_of_the_head_makes_the_drift_unknown_and_keeps_the_habit() -> None:
    learner = tracker()
    feed(learner, 80.0, 20.0)
    habit = learner._belief.mean[2:].tolist()
    learner.move(200.0)
    assert learner.offset == Point(0.0, 0.0)
    assert not learner.significant
    assert learner.covariance.sd_px > tracker().covariance.sd_px
    assert learner._belief.mean[2:].tolist() == habit
    assert any(habit)


def test_looks_from_before_a_move_are_not_learned_after_it() -> None:
    learner = tracker()
    for number in range(3):
        learner.select(look(number, 80.0, 0.0))
    learner.move(20.0)
    before = state(learner)
    learner.confirm()
    learner.withdraw(4.0)
    assert state(learner) == before


def test_reset_forgets_all() -> None:
    learner = tracker()
    feed(learner, 80.0, 20.0)
    learner.reset()
    assert state(learner) == state(tracker())


def test_the_correction_grows_smoothly_out_of_the_dead_zone() -> None:
    learner = tracker()
    found = []
    for number in range(60):
        feed(learner, 80.0, 0.0, 1, first=number)
        found.append(learner.offset.x)
    assert found[0] == 0.0
    assert max(abs(b - a) for a, b in pairwise(found)) < 20.0
