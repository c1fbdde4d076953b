import json
from pathlib import Path

import pytest

from eyecomm.calibration.errors import CalibrationError, LayoutError
from eyecomm.calibration.layout import CalibrationLayout, is_upper, read_layout
from eyecomm.geometry import Point, Screen

SHIPPED = Path(__file__).parents[3] / "calibration" / "layouts"
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
FOUR = [[0.1, 0.2], [0.9, 0.2], [0.1, 0.9], [0.9, 0.9]]


def _text(points: object, name: object = "mine") -> str:
    return json.dumps({"name": name, "points": points})


@pytest.mark.parametrize(("name", "count"), [("thirteen", 13), ("nine", 9), ("five", 5)])
def test_shipped_layouts_never_ask_to_look_up_far_and_spread_over_the_screen(name: str, count: int) -> None:
    layout = read_layout((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    xs, ys = zip(*layout.points, strict=True)
    assert (layout.name, len(layout.points)) == (name, count)
    assert min(ys) >= 0.1
    assert max(xs) - min(xs) >= 0.8
    assert max(ys) - min(ys) >= 0.6
    assert min(*xs, *ys) > 0.05
    assert max(*xs, *ys) < 0.95
    upper = [is_upper(target, SCREEN) for target in layout.targets(SCREEN)[:count]]
    assert upper == sorted(upper)


def test_one_point_is_enough_to_recentre() -> None:
    assert read_layout((SHIPPED / "one.json").read_text(encoding="utf-8")).points == ((0.5, 0.55),)


def test_spares_are_targets_after_the_others_and_never_ask_to_look_up(screen: Screen) -> None:
    layout = read_layout((SHIPPED / "five.json").read_text(encoding="utf-8"))
    spares = layout.targets(screen)[5:]
    assert len(spares) == len(layout.spares) == 2
    assert not any(is_upper(target, screen) for target in spares)


def test_points_become_pixels_in_the_order_given(screen: Screen) -> None:
    layout = CalibrationLayout("two", ((0.5, 0.25), (0.1, 0.9)))
    assert layout.targets(screen) == (Point(960.0, 270.0), Point(192.0, 972.0))


def test_a_layout_is_read(screen: Screen) -> None:
    assert read_layout(_text(FOUR)) == CalibrationLayout("mine", tuple((x, y) for x, y in FOUR))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "[1, 2]",
        '"nine"',
        "{}",
        '{"points": [[0.1, 0.2]]}',
        _text(None),
        _text(3),
        _text([]),
        '{"name": "mine", "points": [[0.5, 0.5]], "spares": 3}',
        '{"name": "mine", "points": [[0.5, 0.5]], "spares": [[0.5, 0.5]]}',
        '{"name": "mine", "points": [[0.5, 0.5]], "spares": [[0.5, 1.5]]}',
        _text([*FOUR, FOUR[0]]),
        _text([*FOUR, [0.5]]),
        _text([*FOUR, [0.5, 0.5, 0.5]]),
        _text([*FOUR, ["left", "top"]]),
        _text([*FOUR, [None, 0.5]]),
        _text([*FOUR, [0.5, 1.01]]),
        _text([*FOUR, [-0.01, 0.5]]),
        _text([*FOUR, [float("nan"), 0.5]]),
        _text([*FOUR, [float("inf"), 0.5]]),
        _text([*FOUR, [10**400, 0.5]]),
        "[" * 100_000,
    ],
)
def test_a_layout_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(LayoutError):
        read_layout(text)


def test_all_errors_are_one_family() -> None:
    assert issubclass(LayoutError, CalibrationError)
