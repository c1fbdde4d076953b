import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.boards.errors import BoardFormatError
from eyecomm.boards.model import Action, ActionKind, Board, BoardSet, Button
from eyecomm.boards.obf import read_board, read_board_set

SAMPLES = Path(__file__).parents[4] / "shared" / "obf" / "mit"
Document = dict[str, Any]
Make = Callable[..., bytes]

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample boards of other programs are not here")


def document(*buttons: object, **fields: object) -> Document:
    ids = [button["id"] if isinstance(button, dict) and "id" in button else None for button in buttons]
    made: Document = {
        "format": "open-board-0.1",
        "id": "test",
        "locale": "en",
        "name": "Test",
        "buttons": list(buttons),
        "grid": {"rows": 1, "columns": len(buttons), "order": [ids]},
        "images": [],
        "sounds": [],
    }
    return {**made, **fields}


def read(*buttons: object, **fields: object) -> Board:
    return read_board(json.dumps(document(*buttons, **fields)).encode(), "test.obf")


def read_button(**fields: object) -> Button:
    button = read({"id": "b", "label": "word", **fields}).grid[0][0]
    assert button is not None
    return button


class TestABoard:
    def test_has_its_names_and_its_grid(self) -> None:
        board = read({"id": "1", "label": "happy"}, None)
        assert (board.id, board.name, board.locale) == ("test", "Test", "en")
        assert (board.rows, board.columns) == (1, 2)
        assert board.grid == ((Button("1", "happy", (Action(ActionKind.APPEND, "happy"),)), None),)
        assert board.warnings == ()

    def test_may_number_its_buttons(self) -> None:
        board = read(
            {"id": 0, "label": "a"}, {"id": 1.0, "label": "b"}, grid={"rows": 1, "columns": 2, "order": [[1, 0]]}
        )
        assert [button.id for button in board.grid[0] if button] == ["1", "0"]

    def test_may_show_a_button_twice(self) -> None:
        board = read({"id": "b", "label": "x"}, grid={"rows": 1, "columns": 2, "order": [["b", "b"]]})
        assert board.grid[0][0] == board.grid[0][1]

    def test_may_start_with_a_byte_order_mark(self) -> None:
        assert read_board(b"\xef\xbb\xbf" + json.dumps(document({"id": "b", "label": "x"})).encode(), "a").id == "test"

    def test_without_names_is_called_by_its_file(self) -> None:
        board = read_board(
            json.dumps(document({"id": "b", "label": "x"}, id=None, name=None)).encode(), "boards/Καλημέρα.obf"
        )
        assert (board.id, board.name) == ("Καλημέρα", "Καλημέρα")

    def test_without_a_locale_leaves_it_open(self) -> None:
        assert read({"id": "b", "label": "x"}, locale=None).locale == ""

    def test_of_another_format_is_read_with_a_warning(self) -> None:
        assert "Open Board Format" in read({"id": "b", "label": "x"}, format=7).warnings[0]

    def test_takes_words_from_its_list_of_strings(self) -> None:
        board = read(
            {"id": "b", "label": ":time", "vocalization": ":ask"},
            locale="es-MX",
            strings={"es": {":time": "hora", ":ask": "¿Qué hora es?"}, "en": {":time": "time"}},
        )
        assert board.grid[0][0] == Button("b", "hora", (Action(ActionKind.APPEND, "¿Qué hora es?"),))

    def test_mends_a_grid_that_does_not_match_its_size(self) -> None:
        grid = {"rows": 3, "columns": 1, "order": [["b", None], ["b"]]}
        board = read({"id": "b", "label": "x"}, grid=grid)
        assert (board.rows, board.columns) == (3, 2)
        assert len({len(row) for row in board.grid}) == 1
        assert len(board.warnings) == 2

    def test_leaves_a_cell_empty_whose_button_is_missing(self) -> None:
        board = read({"id": "b", "label": "x"}, grid={"rows": 1, "columns": 2, "order": [["b", "gone"]]})
        assert board.grid[0][1] is None
        assert "gone" in board.warnings[0]

    def test_tells_of_buttons_without_a_place(self) -> None:
        board = read(
            {"id": "b", "label": "x"}, {"id": "c", "label": "y"}, grid={"rows": 1, "columns": 1, "order": [["b"]]}
        )
        assert "button c" in board.warnings[0]

    def test_on_which_nothing_can_be_chosen_says_so(self) -> None:
        assert "nothing" in read({"id": "b", "label": "x", "hidden": True}).warnings[-1]

    def test_does_not_drown_the_carer_in_warnings(self) -> None:
        grid = {"rows": 100, "columns": 100, "order": [["gone"] * 100] * 100}
        assert len(read({"id": "b", "label": "x"}, grid=grid).warnings) == 100


class TestAButton:
    @pytest.mark.parametrize(
        ("fields", "actions"),
        [
            ({}, [Action(ActionKind.APPEND, "word")]),
            ({"vocalization": "a word"}, [Action(ActionKind.APPEND, "a word")]),
            ({"action": ""}, [Action(ActionKind.APPEND, "word")]),
            ({"action": "+w"}, [Action(ActionKind.SPELL, "w")]),
            ({"action": "+ "}, [Action(ActionKind.SPELL, " ")]),
            ({"action": ":space"}, [Action(ActionKind.SPACE)]),
            ({"action": ":backspace"}, [Action(ActionKind.BACKSPACE)]),
            ({"action": ":clear"}, [Action(ActionKind.CLEAR)]),
            ({"action": ":speak"}, [Action(ActionKind.SPEAK)]),
            ({"action": ":home"}, [Action(ActionKind.HOME)]),
            ({"action": ":ext_eyecomm_call"}, [Action(ActionKind.CALL)]),
            ({"action": ":ext_eyecomm_say"}, [Action(ActionKind.SAY, "word")]),
            ({"action": ":ext_eyecomm_say", "vocalization": "Yes."}, [Action(ActionKind.SAY, "Yes.")]),
            ({"load_board": {"id": "other"}}, [Action(ActionKind.OPEN, "other")]),
            ({"load_board": {"path": "boards//other.obf"}}, [Action(ActionKind.OPEN, "boards/other.obf")]),
            ({"action": "+w", "load_board": {"id": 5}}, [Action(ActionKind.SPELL, "w"), Action(ActionKind.OPEN, "5")]),
            ({"action": ":clear", "actions": [":speak", ":home"]}, [Action(ActionKind.SPEAK), Action(ActionKind.HOME)]),
            ({"action": ":clear", "actions": []}, [Action(ActionKind.CLEAR)]),
            ({"actions": ":clear"}, [Action(ActionKind.CLEAR)]),
        ],
    )
    def test_does_what_the_file_says(self, fields: Document, actions: list[Action]) -> None:
        button = read_button(**fields)
        assert button.actions == tuple(actions)
        assert button.enabled

    @pytest.mark.parametrize(
        "fields",
        [
            {"action": ":deleteword"},
            {"action": "+"},
            {"action": 7},
            {"actions": [":clear", ":ext_other_dance"]},
            {"actions": [":clear", None]},
            {"action": ":ext_eyecomm_say", "label": None},
            {"label": None},
            {"load_board": {"url": "https://example.com/board"}},
        ],
    )
    def test_that_cannot_be_done_whole_is_disabled_and_told(self, fields: Document) -> None:
        board = read({"id": "b", "label": "word", **fields})
        button = board.grid[0][0]
        assert button is not None
        assert not button.enabled
        assert "button b" in board.warnings[0]
        assert "disabled" in board.warnings[0]

    def test_has_colours_and_a_dwell_time(self) -> None:
        button = read_button(background_color="#102030", border_color="rgb(1, 2, 3)", ext_eyecomm_dwell_s=2)
        assert (button.background, button.border, button.dwell_s) == ((16, 32, 48), (1, 2, 3), 2.0)

    @pytest.mark.parametrize("field", ["background_color", "border_color", "ext_eyecomm_dwell_s", "hidden"])
    @pytest.mark.parametrize("value", ["puce", 99, [1], {}, -1])
    def test_loses_only_what_is_wrong(self, field: str, value: object) -> None:
        board = read({"id": "b", "label": "word", field: value})
        assert board.grid[0][0] == Button("b", "word", (Action(ActionKind.APPEND, "word"),))
        assert len(board.warnings) == 1

    def test_without_a_label_shows_what_it_says(self) -> None:
        assert read_button(label=None, vocalization="hello").label == "hello"

    def test_may_have_a_number_as_label(self) -> None:
        assert read_button(label=7).label == "7"

    def test_has_no_characters_that_cannot_be_saved_or_spoken(self) -> None:
        assert read_button(label="a\x00b\ud800c\n").label == "a b c"

    def test_has_no_endless_label(self) -> None:
        assert len(read_button(label="x" * 100_000).label) == 2000


class TestABoardThatCannotBeRead:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "not JSON"),
            (b"PK\x03\x04", "not JSON"),
            (b"\xff\xfe{}", "not UTF-8"),
            (b"[]", "does not hold a board"),
            (b'{"id": ' + b"[" * 100_000, "nested too deep"),
            (b'{"id": ' + b"1" * 5000 + b"}", "number"),
            (b'{"id": NaN}', "number"),
            (b" " * (16 * 2**20 + 1), "larger than 16 MB"),
            (b"{}", "no grid"),
        ],
        ids=["empty", "zip", "utf-16", "list", "deep", "huge number", "nan", "huge file", "no grid"],
    )
    def test_is_refused_with_one_sentence(self, data: bytes, reason: str) -> None:
        with pytest.raises(BoardFormatError, match=reason) as caught:
            read_board(data, "words.obf")
        assert str(caught.value).startswith("board words.obf: ")
        assert str(caught.value).endswith(".")

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"buttons": {}}, "list of buttons is not a list"),
            ({"buttons": ["b"]}, "entry 1 of its buttons is not a button"),
            ({"buttons": [{"label": "x"}]}, "entry 1 of its buttons has no id"),
            ({"buttons": [{"id": True}]}, "has no id"),
            ({"buttons": [{"id": 1}, {"id": "1"}]}, "button 1: two buttons have this id"),
            ({"buttons": [{"id": 1, "label": []}]}, "button 1: its label is not a text"),
            ({"buttons": [{"id": 1, "label": "x", "load_board": "y"}]}, "button 1: its load_board is not an object"),
            ({"grid": None}, "no grid"),
            ({"grid": []}, "grid is not an object"),
            ({"grid": {"order": 3}}, "order of the grid is not a list"),
            ({"grid": {"order": [3]}}, "row of the grid is not a list"),
            ({"grid": {"order": [[]]}}, "no columns"),
            ({"grid": {"order": [[[]]]}}, "not the id of a button"),
            ({"grid": {"rows": 101, "order": [["b"]]}}, "more than 100 rows"),
            ({"grid": {"rows": 1e9, "order": [["b"]]}}, "more than 100 rows"),
            ({"grid": {"columns": 10**7, "order": [["b"]]}}, "more than 100 columns"),
            ({"grid": {"order": [["b"] * 101]}}, "more than 100 columns"),
            ({"name": []}, "name is not a text"),
            ({"strings": []}, "list of strings is not an object"),
        ],
    )
    def test_names_what_is_wrong(self, fields: Document, reason: str) -> None:
        with pytest.raises(BoardFormatError, match=reason):
            read({"id": "b", "label": "x"}, **fields)

    def test_may_not_number_a_button_beyond_all_bounds(self) -> None:
        with pytest.raises(BoardFormatError, match="has no id"):
            read_board(b'{"buttons": [{"id": 1e999}]}', "words.obf")

    def test_carries_its_parts(self) -> None:
        error = BoardFormatError("a.obf", "it is odd", "7")
        assert (error.name, error.reason, error.button) == ("a.obf", "it is odd", "7")
        assert str(error) == "board a.obf, button 7: it is odd."


class TestASetOfBoards:
    @pytest.fixture
    def make(self) -> Make:
        def made(board_id: object, link: object = None) -> bytes:
            return json.dumps(document({"id": "b", "label": "go", "load_board": link}, id=board_id)).encode()

        return made

    def test_links_by_path_however_it_is_spelled(self, make: Make) -> None:
        files = {"boards/one.obf": make("1", {"path": "/boards//t\u0065\u0301.obf"}), "boards/t\u00e9.obf": make("2")}
        boards = read_board_set(files, "boards/one.obf")
        assert opened(boards, "1") == Action(ActionKind.OPEN, "2")
        assert boards.home == "1"

    def test_links_by_id(self, make: Make) -> None:
        assert opened(read_board_set({"a": make(1, {"id": 2}), "b": make("2")}, "a"), "1").text == "2"

    def test_trusts_the_path_more_than_the_id(self, make: Make) -> None:
        files = {"a": make("1", {"id": "1", "path": "b"}), "b": make("2")}
        assert opened(read_board_set(files, "a"), "1").text == "2"

    def test_disables_dead_links(self, make: Make) -> None:
        boards = read_board_set({"a": make("1", {"id": "gone", "path": "gone.obf"})}, "a")
        assert opened(boards, "1").kind is ActionKind.UNKNOWN
        assert "gone.obf" in boards.boards["1"].warnings[0]

    def test_refuses_two_boards_with_one_id(self, make: Make) -> None:
        with pytest.raises(BoardFormatError, match="board b: it has the same id as the board a"):
            read_board_set({"a": make("1"), "b": make(1)}, "a")

    def test_needs_its_first_board(self, make: Make) -> None:
        with pytest.raises(BoardFormatError, match=r"home\.obf: the first board is missing"):
            read_board_set({"a": make("1")}, "home.obf")


def opened(boards: BoardSet, board_id: str) -> Action:
    button = boards.boards[board_id].grid[0][0]
    assert button is not None
    return button.actions[0]


@needs_samples
@pytest.mark.parametrize("name", ["simple.obf", "foreign.obf", "inline_images.obf", "shayc_lots-of-stuff.obf"])
def test_boards_of_other_programs_are_read(name: str) -> None:
    board = read_board((SAMPLES / name).read_bytes(), name)
    assert any(button and button.enabled and button.label for row in board.grid for button in row)


@needs_samples
@pytest.mark.parametrize(
    ("name", "count", "links"),
    [
        ("links.obz", 3, {"simple2", "simple3"}),
        ("path_images.obz", 2, {"link"}),
        ("lots_of_stuff.obz", 5, {"url_images", "inline_images"}),
        ("shayc_lots-of-stuff.obz", 5, {"url_images", "inline_images"}),
    ],
)
def test_sets_of_other_programs_are_read(name: str, count: int, links: set[str]) -> None:
    with zipfile.ZipFile(SAMPLES / name) as archive:
        files = {member: archive.read(member) for member in archive.namelist() if member.endswith(".obf")}
        boards = read_board_set(files, json.loads(archive.read("manifest.json"))["root"])
    assert len(boards.boards) == count
    home = [button for row in boards.boards[boards.home].grid for button in row if button]
    assert {a.text for button in home for a in button.actions if a.kind is ActionKind.OPEN} == links


VALID = json.dumps(
    document(
        {"id": "a", "label": "A", "action": "+a", "actions": ["+a"], "background_color": "rgb(1, 2, 3)"},
        {"id": "b", "label": "B", "vocalization": "Bee", "load_board": {"id": "x", "path": "x.obf"}, "hidden": False},
        strings={"en": {"A": "Ah"}},
    )
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def read_or_refuse(data: bytes) -> None:
    try:
        board = read_board(data, "x.obf")
    except BoardFormatError:
        return
    assert len({len(row) for row in board.grid}) == 1
    for button in (button for row in board.grid for button in row if button):
        assert button.actions
        button.label.encode()


@given(st.data())
def test_a_board_with_any_value_in_any_place_reads_or_is_refused(data: st.DataObject) -> None:
    spot: Any = json.loads(VALID)
    whole = spot
    while True:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        if not (isinstance(spot[key], dict | list) and spot[key] and data.draw(st.booleans())):
            break
        spot = spot[key]
    spot[key] = data.draw(ANYTHING)
    read_or_refuse(json.dumps(whole).encode())


@given(st.integers(0, len(VALID) - 1), st.binary(max_size=4), st.integers(0, 8))
def test_a_damaged_file_reads_or_is_refused(place: int, put: bytes, taken: int) -> None:
    whole = VALID.encode()
    read_or_refuse(whole[:place] + put + whole[place + taken :])


@given(st.binary(max_size=200))
def test_any_bytes_read_or_are_refused(data: bytes) -> None:
    read_or_refuse(data)
