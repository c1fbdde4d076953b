import pytest

from eyecomm.boards.layout import lay_out
from eyecomm.boards.model import Action, ActionKind, Board, Button
from eyecomm.geometry import Point, Rect


def button(name: str, *, hidden: bool = False) -> Button:
    return Button(name, name, (Action(ActionKind.APPEND, name),), hidden=hidden)


def test_cells_fill_the_area_row_by_row() -> None:
    grid = ((button("a"), button("b")), (button("c"), button("d")))
    cells = lay_out(Board("x", "x", "en", grid), Rect(10, 100, 200, 80))
    assert [cell.button.id for cell in cells] == ["a", "b", "c", "d"]
    assert cells[0].rect == Rect(10, 100, 100, 40)
    assert cells[3].rect == Rect(110, 140, 100, 40)


def test_empty_and_hidden_places_stay_free() -> None:
    grid = ((None, button("b"), button("c", hidden=True), button("d")),)
    cells = lay_out(Board("x", "x", "en", grid), Rect(0, 0, 400, 100))
    assert [(cell.button.id, cell.rect.x) for cell in cells] == [("b", 100), ("d", 300)]


@pytest.mark.parametrize("place", [Point(0, 0), Point(50, 50), Point(99.9, 99.9)])
def test_no_place_belongs_to_two_cells(place: Point) -> None:
    grid = tuple(tuple(button(f"{row}{column}") for column in range(7)) for row in range(3))
    cells = lay_out(Board("x", "x", "en", grid), Rect(0, 0, 100, 100))
    assert sum(cell.rect.contains(place) for cell in cells) == 1
