from pathlib import Path

import pytest

from eyecomm.boards.errors import BoardFormatError
from eyecomm.boards.model import ActionKind
from eyecomm.storage.boards import load_boards
from eyecomm.storage.errors import MissingResourceError, NoticeKind
from eyecomm.storage.paths import Paths, find_paths

MINE = """{"format": "open-board-0.1", "id": "%s", "locale": "en", "name": "Mine",
"buttons": [{"id": "1", "label": "tea"}], "grid": {"rows": 1, "columns": 1, "order": [["1"]]}}"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths(tmp_path)


@pytest.fixture
def own(paths: Paths) -> Path:
    folder = paths.boards / "en"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("locale", ["en", "en-GB", "en_US", "xx", "", "../.."])
def test_the_shipped_boards_are_there_for_any_locale(paths: Paths, locale: str) -> None:
    loaded = load_boards(paths, locale)
    assert loaded.notices == ()
    assert loaded.value.home == "letters"
    assert set(loaded.value.boards) == {"letters", "yesno"}


def test_an_own_board_takes_the_place_of_the_shipped_one(paths: Paths, own: Path) -> None:
    (own / "yesno.obf").write_text(MINE % "yesno")
    (own / "extra.obf").write_text(MINE % "extra")
    (own / "notes.txt").write_text("not a board")
    boards = load_boards(paths).value.boards
    assert boards["yesno"].name == "Mine"
    assert set(boards) == {"letters", "yesno", "extra"}
    assert any(a.kind is ActionKind.OPEN for row in boards["letters"].grid for b in row if b for a in b.actions)


def test_a_damaged_own_board_is_passed_over_and_stays(paths: Paths, own: Path) -> None:
    (own / "letters.obf").write_bytes(b"\x00damage")
    loaded = load_boards(paths)
    assert loaded.value.boards["letters"].rows == 4
    assert [(notice.kind, notice.path) for notice in loaded.notices] == [(NoticeKind.PASSED_OVER, own / "letters.obf")]
    assert (own / "letters.obf").read_bytes() == b"\x00damage"


def test_own_boards_that_do_not_go_together_are_passed_over(paths: Paths, own: Path) -> None:
    (own / "mine.obf").write_text(MINE % "letters")
    loaded = load_boards(paths)
    assert loaded.value.boards["letters"].rows == 4
    assert loaded.notices[0].path == own


def test_what_cannot_be_read_is_passed_over(paths: Paths, own: Path) -> None:
    (own / "folder.obf").mkdir()
    assert [notice.kind for notice in load_boards(paths).notices] == [NoticeKind.PASSED_OVER]


def test_a_file_in_place_of_the_own_folder_is_passed_over(paths: Paths) -> None:
    paths.boards.mkdir(parents=True)
    (paths.boards / "en").touch()
    loaded = load_boards(paths)
    assert set(loaded.value.boards) == {"letters", "yesno"}
    assert [notice.kind for notice in loaded.notices] == [NoticeKind.PASSED_OVER]


def test_a_missing_first_board_is_an_error(paths: Paths) -> None:
    with pytest.raises(BoardFormatError, match="first board is missing"):
        load_boards(paths, home="gone.obf")


def test_missing_shipped_boards_are_an_error(paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("eyecomm.storage.resources.resource_root", lambda: tmp_path)
    with pytest.raises(MissingResourceError):
        load_boards(paths)
