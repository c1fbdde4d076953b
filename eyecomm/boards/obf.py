"""Reader of the Open Board Format (OpenAAC 2020): bytes in, boards out.

Written for what is found in the wild: numeric ids, null buttons, hexadecimal colours, no locale, a byte-order mark.
Whatever can be mended is mended and told in `Board.warnings`; the rest raises `BoardFormatError`. Pictures and sounds
are not read.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from eyecomm.boards.model import Board, BoardSet, Button
from eyecomm.boards.obf_buttons import Link, Resolve, read_buttons
from eyecomm.boards.obf_fields import Json, Notes, Object, clean, id_of, list_of, object_of, parse, path_of, text_of

MAX_CELLS = 100
Row = tuple[Button | None, ...]


def read_board(data: bytes, name: str) -> Board:
    """Read one board by itself.

    Parameters
    ----------
    data : bytes
        What the file holds.
    name : str
        Name of the file, for errors, and for the id of a board without one.

    Returns
    -------
    Board
        The actions of buttons that open other boards carry the id, or else the path, the file gives for them.

    Raises
    ------
    BoardFormatError
        When it is no board that can be read.
    """
    notes = Notes(name)
    return _read(parse(data, notes), notes, lambda link: link.id or path_of(link.path) or None)


def read_board_set(files: Mapping[str, bytes], home: str) -> BoardSet:
    """Read boards that link to each other, by path or by id.

    Parameters
    ----------
    files : mapping of str to bytes
        What the .obf files hold, by their paths as links spell them.
    home : str
        The path of the first board.

    Returns
    -------
    BoardSet
        Buttons whose link leads nowhere are disabled.

    Raises
    ------
    BoardFormatError
        When a board cannot be read, two have the same id, or the first one is missing.
    """
    notes = {path_of(name): Notes(name) for name in files}
    documents = {path_of(name): parse(data, notes[path_of(name)]) for name, data in files.items()}
    ids = {path: _board_id(document, path) for path, document in documents.items()}
    if path_of(home) not in ids:
        Notes(home).fail("the first board is missing")
    resolve = _resolver(ids, notes)
    boards = {ids[path]: _read(document, notes[path], resolve) for path, document in documents.items()}
    return BoardSet(boards, ids[path_of(home)])


def _resolver(ids: Mapping[str, str], notes: Mapping[str, Notes]) -> Resolve:
    paths: dict[str, str] = {}
    for path, board_id in ids.items():
        if board_id in paths:
            notes[path].fail(f"it has the same id as the board {paths[board_id]}")
        paths[board_id] = path

    def resolve(link: Link) -> str | None:
        # The path first: two other readers know nothing else, so it is what authors have tried out.
        return ids.get(path_of(link.path)) or (link.id if link.id in paths else None)

    return resolve


def _board_id(document: Object, name: str) -> str:
    return id_of(document.get("id")) or clean(PurePosixPath(path_of(name)).stem) or "board"


def _read(document: Object, notes: Notes, resolve: Resolve) -> Board:
    if not str(document.get("format") if isinstance(document.get("format"), str) else "").startswith("open-board-"):
        notes.warn("the file does not say that it is in the Open Board Format")
    board_id = _board_id(document, notes.name)
    locale = text_of(document.get("locale"), "locale", notes)
    strings = _strings(document, locale, notes)
    buttons = read_buttons(list_of(document.get("buttons"), "list of buttons", notes), strings, resolve, notes)
    grid = _read_grid(document, buttons, notes)
    _tell_unplaced(buttons, grid, notes)
    name = text_of(document.get("name"), "name", notes) or board_id
    return Board(board_id, name, locale, grid, tuple(notes.warnings))


def _strings(document: Object, locale: str, notes: Notes) -> dict[str, str]:
    lists = object_of(document.get("strings"), "list of strings", notes)
    language = locale.replace("_", "-").split("-")[0]
    found = object_of(lists.get(locale) or lists.get(language), "list of strings", notes)
    return {clean(key): clean(text) for key, text in found.items() if isinstance(text, str)}


def _read_grid(document: Object, buttons: Mapping[str, Button], notes: Notes) -> tuple[Row, ...]:
    grid = object_of(document.get("grid"), "grid", notes)
    order = [list_of(row, "row of the grid", notes) for row in list_of(grid.get("order"), "order of the grid", notes)]
    if not order:
        notes.fail("it has no grid")
    rows = _size(grid.get("rows"), len(order), "rows", notes)
    columns = _size(grid.get("columns"), max(map(len, order)), "columns", notes)
    order += [[] for _ in range(rows - len(order))]
    return tuple(tuple(_place(value, buttons, notes) for value in _filled(row, columns)) for row in order)


def _size(declared: Json, found: int, what: str, notes: Notes) -> int:
    number = id_of(declared) or ""
    size = int(number[:9]) if number.isascii() and number.isdigit() else 0
    if max(size, found) > MAX_CELLS:
        notes.fail(f"its grid has more than {MAX_CELLS} {what}")
    if max(size, found) == 0:
        notes.fail(f"its grid has no {what}")
    if size != found:
        notes.warn(f"its grid says {size} {what} and shows {found}")
    return max(size, found)


def _filled(row: list[Json], columns: int) -> list[Json]:
    return row + [None] * (columns - len(row))


def _place(value: Json, buttons: Mapping[str, Button], notes: Notes) -> Button | None:
    if value is None or value == "":
        return None
    button_id = id_of(value)
    if button_id is None:
        notes.fail("a cell of its grid is not the id of a button")
    if button_id not in buttons:
        notes.warn(f"the grid names the button {button_id}, which is not there")
    return buttons.get(button_id)


def _tell_unplaced(buttons: Mapping[str, Button], grid: tuple[Row, ...], notes: Notes) -> None:
    placed = {button.id for row in grid for button in row if button}
    for button in buttons.values():
        if button.id not in placed and not button.hidden:
            notes.warn("it has no place in the grid and is not shown", button.id)
    if not any(buttons[button_id].enabled for button_id in placed):
        notes.warn("nothing on it can be chosen")
