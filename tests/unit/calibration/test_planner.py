import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from eyecomm.calibration.data import CalibrationData
from eyecomm.calibration.planner import PLAN_FROM, Plan, Planner, expect
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, Floats

Look = Callable[..., EyeFeatures]
GRID = [Point(x, y) for y in (972.0, 594.0, 216.0) for x in (150.0, 960.0, 1770.0)]
CORNERS = [GRID[i] for i in (0, 2, 6, 8)]


def _seen(
    look: Look, screen: Screen, targets: list[Point], shift: float | Floats = 0.0, noise: float = 0.002
) -> CalibrationData:
    index = np.repeat(np.arange(len(targets)), 10)
    features = np.array([look(targets[i], noise=noise).vector for i in index]) + shift
    return CalibrationData(features, np.array([(targets[i].x, targets[i].y) for i in index]), index, screen)


def test_while_nothing_is_known_the_order_is_that_of_the_candidates(look: Look, screen: Screen) -> None:
    planner = Planner((), screen)
    assert planner.plan(None, CORNERS) == Plan(0, (math.inf,) * 4)
    assert planner.plan(_seen(look, screen, GRID[:2]), CORNERS).index == 0


def test_what_lies_far_from_everything_seen_is_asked_first(look: Look, screen: Screen) -> None:
    seen = _seen(look, screen, [GRID[i] for i in (0, 1, 3, 4)])
    left = [Point(600.0, 750.0), GRID[8], Point(500.0, 650.0)]
    plan = Planner((), screen, goal_deg=0.01).plan(seen, left)
    assert plan.index == 1
    assert plan.sd_px[1] > 1.5 * max(plan.sd_px[0], plan.sd_px[2])


def test_good_eyes_are_soon_enough_and_restless_ones_are_not(look: Look, screen: Screen) -> None:
    good, bad = (_seen(look, screen, GRID[:6], noise=noise) for noise in (0.0005, 0.1))
    assert Planner((), screen, goal_deg=2.0).plan(good, GRID[6:]).index is None
    assert Planner((), screen, goal_deg=2.0).plan(bad, GRID[6:]).index is not None


def test_a_day_begins_with_the_first_candidate_whatever_is_remembered(look: Look, screen: Screen) -> None:
    past = [_seen(look, screen, [*GRID[:4], *GRID[5:]])] * 3
    planner = Planner(past, screen, goal_deg=0.01)
    plan = planner.plan(None, [GRID[4], *CORNERS])
    assert plan.index == 0
    assert all(math.isfinite(sd) for sd in plan.sd_px)
    first = planner.plan(_seen(look, screen, [GRID[4]]), [*CORNERS, Point(900.0, 600.0)])
    assert first.index in range(4)


@pytest.mark.parametrize(("remembered", "fewest"), [(0, 4), (2, 4), (3, 1), (PLAN_FROM + 5, 1)])
def test_fewer_targets_are_enough_with_a_memory(look: Look, screen: Screen, remembered: int, fewest: int) -> None:
    past = [_seen(look, screen, GRID, noise=0.0005)] * remembered
    planner = Planner(past, screen, goal_deg=90.0)
    assert planner.fewest == fewest
    assert planner.plan(None, GRID).index is not None
    for count in range(1, 6):
        enough = planner.plan(_seen(look, screen, GRID[:count]), GRID[count:]).index is None
        assert enough == (count >= fewest)


def test_a_day_on_which_the_eyes_look_different_is_not_called_good(look: Look, screen: Screen) -> None:
    past = [_seen(look, screen, GRID, noise=0.0005)] * 4
    usual = _seen(look, screen, [GRID[4]], noise=0.0005)
    other = replace(usual, features=-3 * usual.features + 0.3)
    planner = Planner(past, screen, goal_deg=1.5)
    assert planner.plan(usual, CORNERS).index is None
    assert planner.plan(other, CORNERS).index is not None


def test_without_candidates_there_is_nothing_to_show(screen: Screen) -> None:
    assert Planner((), screen).plan(None, ()) == Plan(None, ())


def test_samples_that_cannot_be_learned_from_leave_the_order(look: Look, screen: Screen) -> None:
    seen = _seen(look, screen, GRID[:4])
    broken = replace(seen, features=np.full_like(seen.features, np.nan))
    assert Planner((), screen).plan(broken, CORNERS) == Plan(0, (math.inf,) * 4)


def test_what_the_eyes_show_is_guessed_from_other_places_and_other_days() -> None:
    rng = np.random.default_rng(0)
    places = rng.uniform(-0.5, 0.5, (60, 2))
    days = np.repeat([0, 1, 2], 20)
    x, y = places.T
    curved = np.column_stack([x + 0.5 * x * y, y - y**2])
    shift = np.array([[0.3, -0.2], [0.0, 0.0], [-0.1, 0.4]])
    wanted = np.array([[0.2, -0.4], [-0.45, 0.45]])
    guess = expect(curved + shift[days], places, days, wanted)
    a, b = wanted.T
    np.testing.assert_allclose(guess, np.column_stack([a + 0.5 * a * b, b - b**2]) + shift[0], atol=0.02)


def test_a_day_of_which_nothing_was_seen_is_guessed_to_be_usual() -> None:
    places = np.array([[-0.4, 0.0], [0.4, 0.0], [0.0, 0.4], [0.0, -0.4]])
    days = np.repeat([1, 2], 4)
    features = np.tile(places, (2, 1)) + np.where(days == 1, 0.2, -0.2)[:, None]
    np.testing.assert_allclose(expect(features, np.tile(places, (2, 1)), days, np.zeros((1, 2))), 0.0, atol=0.02)
