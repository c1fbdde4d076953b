import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.calibration.reach import ASK_AGAIN_AFTER, Place, ReachMap
from eyecomm.geometry import Point, Screen

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
UP, DOWN = Point(960.0, 200.0), Point(960.0, 900.0)


def _after(reach: ReachMap, times: int, *, up: bool | None, down: bool = True) -> ReachMap:
    for _ in range(times):
        reached = [p for p, found in ((UP, up), (DOWN, down)) if found]
        missed = [p for p, found in ((UP, up), (DOWN, down)) if found is False]
        reach = reach.after(SCREEN, reached=reached, missed=missed)
    return reach


def test_what_was_never_shown_is_worth_showing_but_not_proven() -> None:
    assert ReachMap().is_reachable(UP, SCREEN)
    assert not ReachMap().is_proven(UP, SCREEN)


def test_one_miss_is_forgiven_two_are_believed() -> None:
    assert _after(ReachMap(), 1, up=False).is_reachable(UP, SCREEN)
    twice = _after(ReachMap(), 2, up=False)
    assert not twice.is_reachable(UP, SCREEN)
    assert twice.is_reachable(DOWN, SCREEN)
    assert twice.is_proven(DOWN, SCREEN)


def test_a_place_out_of_reach_is_asked_again_now_and_then() -> None:
    reach = _after(ReachMap(), 2, up=False)
    asked = []
    for _ in range(3 * (ASK_AGAIN_AFTER + 1)):
        ask = reach.is_reachable(UP, SCREEN)
        asked.append(ask)
        reach = _after(reach, 1, up=False if ask else None)
    assert asked == ([False] * ASK_AGAIN_AFTER + [True]) * 3


def test_reach_that_comes_back_is_believed_at_once() -> None:
    reach = _after(_after(ReachMap(), 6, up=False), 1, up=True)
    assert reach.is_proven(UP, SCREEN)
    assert _after(reach, 1, up=False).is_reachable(UP, SCREEN)


@given(st.lists(st.sampled_from([True, False, None]), max_size=30), st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_any_history_is_kept_in_json(history: list[bool | None], x: float, y: float) -> None:
    reach = ReachMap()
    for found in history:
        reach = reach.after(SCREEN, reached=[Point(x, y)] * (found is True), missed=[Point(x, y)] * (found is False))
    assert ReachMap.from_json(json.loads(json.dumps(reach.to_json()))) == reach


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"rows": 4, "columns": 5},
        {"rows": 4, "columns": 5, "places": []},
        {"rows": 3, "columns": 3, "places": [[0, 0, 0, 0]] * 20},
        {"rows": 4, "columns": 5, "places": [[0, 0, 0, 0]] * 19 + [[1, 2, 0, 0]]},
        {"rows": 4, "columns": 5, "places": [[0, 0, 0, 0]] * 19 + [[1, 0, 0]]},
        {"rows": 4, "columns": 5, "places": [[0, 0, 0, 0]] * 19 + [[True, 0, 0, 0]]},
        {"rows": 4, "columns": 5, "places": [[0, 0, 0, 0]] * 19 + [[-1, -1, 0, 0]]},
        {"rows": 4, "columns": 5, "places": [[0, 0, 0, 0]] * 19 + [3]},
    ],
)
def test_what_makes_no_sense_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"places|counts|Counts"):
        ReachMap.from_json(value)


def test_a_place_counts_tries() -> None:
    assert Place().after(reached=True).after(reached=False) == Place(2, 1, 1, 0)
