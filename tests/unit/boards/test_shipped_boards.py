"""The boards that come with the app keep what a patient relies on."""

import json
from pathlib import Path
from typing import Any

import pytest

from eyecomm.boards.model import Action, ActionKind, Board, BoardSet, Button
from eyecomm.boards.obf import read_board_set

FOLDER = Path(__file__).parents[3] / "assets" / "boards" / "en"
FILES = sorted(FOLDER.glob("*.obf"))


@pytest.fixture(scope="module")
def boards() -> BoardSet:
    return read_board_set({path.name: path.read_bytes() for path in FILES}, "letters.obf")


def buttons(board: Board) -> list[Button]:
    return [button for row in board.grid for button in row if button]


def kinds(row: tuple[Button | None, ...]) -> set[ActionKind]:
    return {action.kind for button in row if button for action in button.actions}


def luminance(color: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in color))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_they_are_without_fault(boards: BoardSet) -> None:
    assert set(boards.boards) == {"letters", "yesno"}
    assert boards.home == "letters"
    for board in boards.boards.values():
        assert board.warnings == ()
        assert board.locale == "en"
        assert all(button.enabled for button in buttons(board))


def test_the_letters_stand_in_reading_order_and_spell_lower_case(boards: BoardSet) -> None:
    letters = buttons(boards.boards["letters"])[:26]
    assert "".join(button.label for button in letters) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    # Capitals would be spoken one by one by some voices.
    assert [b.actions for b in letters] == [(Action(ActionKind.SPELL, b.label.lower()),) for b in letters]


def test_the_letter_board_has_all_that_writing_needs(boards: BoardSet) -> None:
    board = boards.boards["letters"]
    assert (board.rows, board.columns) == (4, 8)
    assert Action(ActionKind.OPEN, "yesno") in [action for button in buttons(board) for action in button.actions]
    needed = {ActionKind.SPACE, ActionKind.BACKSPACE, ActionKind.CLEAR, ActionKind.SPEAK, ActionKind.CALL}
    assert needed <= kinds(board.grid[-1])


def test_what_acts_on_everything_is_in_the_bottom_row_only(boards: BoardSet) -> None:
    far_reaching = {ActionKind.CALL, ActionKind.CLEAR, ActionKind.SPEAK, ActionKind.OPEN}
    for board in boards.boards.values():
        for row in board.grid[:-1]:
            assert not kinds(row) & far_reaching


def test_answers_are_said_at_once(boards: BoardSet) -> None:
    said = {b.label: b.actions[0] for b in buttons(boards.boards["yesno"]) if b.actions[0].kind is ActionKind.SAY}
    assert {label: action.text for label, action in said.items()} == {
        "Yes": "Yes.",
        "No": "No.",
        "Not sure": "I am not sure.",
    }


def test_yes_and_no_differ_in_more_than_colour(boards: BoardSet) -> None:
    top = boards.boards["yesno"].grid[0]
    yes, gap, no = top
    assert gap is None
    assert yes is not None
    assert no is not None
    assert yes.label != no.label
    assert yes.background is not None
    assert no.background is not None
    assert luminance(yes.background) > 2 * luminance(no.background)


def test_labels_and_progress_can_be_seen(boards: BoardSet) -> None:
    amber = (255, 194, 26)  # the colour of progress
    for button in (button for board in boards.boards.values() for button in buttons(board)):
        assert button.background is not None
        assert max(contrast(button.background, (255, 255, 255)), contrast(button.background, (0, 0, 0))) >= 7
        assert contrast(button.background, amber) >= 4


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_other_program_can_read_them(path: Path) -> None:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert document["format"] == "open-board-0.1"
    assert document["images"] == document["sounds"] == []
    assert document["id"] not in ("root", "")
    assert document["license"]["type"] == "MIT"
    placed = [cell for row in document["grid"]["order"] for cell in row if cell is not None]
    assert sorted(placed) == sorted(button["id"] for button in document["buttons"])
    for button in document["buttons"]:
        assert isinstance(button["id"], str)
        assert button.get("actions", [None])[0] == button.get("action")
        assert button["background_color"].startswith("rgb(")
        assert {"id", "path"} <= set(button.get("load_board", {"id": "", "path": ""}))
