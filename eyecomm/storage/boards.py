"""The boards of a locale: those that come with the app, with the user's own over them."""

from pathlib import Path

from eyecomm.boards.errors import BoardFormatError
from eyecomm.boards.model import BoardSet
from eyecomm.boards.obf import read_board, read_board_set
from eyecomm.boards.obf_fields import MAX_BYTES
from eyecomm.storage.errors import (
    Loaded,
    MissingResourceError,
    Notice,
    NoticeKind,
    StorageError,
    reason_of,
)
from eyecomm.storage.files import read_bytes
from eyecomm.storage.paths import Paths
from eyecomm.storage.resources import resource

HOME = "letters.obf"
FALLBACK_LOCALE = "en"


def load_boards(paths: Paths, locale: str = FALLBACK_LOCALE, home: str = HOME) -> Loaded[BoardSet]:
    """Load the boards of a locale.

    A board of the user's takes the place of the shipped one with the same file name. One that cannot be read stays
    where it is and is passed over with a notice, so the patient always has boards.

    Parameters
    ----------
    paths : Paths
        The user's folders.
    locale : str
        Such as "en" or "en-GB"; a locale without boards takes those of its language, or else the English ones.
    home : str
        File name of the first board.

    Raises
    ------
    MissingResourceError
        When the shipped boards are not there.
    StorageError
        When the shipped boards cannot be read.
    BoardFormatError
        When a shipped board is damaged.
    """
    shipped_folder = _shipped_folder(locale)
    shipped, _ = _read_folder(shipped_folder)
    own_folder = paths.boards / shipped_folder.name
    try:
        own, notices = _read_folder(own_folder)
    except StorageError as error:
        own, notices = {}, [Notice(NoticeKind.PASSED_OVER, error.path, str(error))]
    good, more = _readable(own, own_folder)
    notices += more
    if good:
        try:
            return Loaded(read_board_set(shipped | good, home), tuple(notices))
        except BoardFormatError as error:  # each can be read, but not together
            notices.append(Notice(NoticeKind.PASSED_OVER, own_folder, str(error)))
    return Loaded(read_board_set(shipped, home), tuple(notices))


def _shipped_folder(locale: str) -> Path:
    language = locale.replace("_", "-").split("-")[0]
    for name in (locale, language):
        if name and Path(name).name == name:
            try:
                return resource(f"boards/{name}")
            except MissingResourceError:
                continue
    return resource(f"boards/{FALLBACK_LOCALE}")


def _read_folder(folder: Path) -> tuple[dict[str, bytes], list[Notice]]:
    files: dict[str, bytes] = {}
    notices: list[Notice] = []
    for path in _board_files(folder):
        try:
            files[path.name] = read_bytes(path, MAX_BYTES)
        except StorageError as error:
            notices.append(Notice(NoticeKind.PASSED_OVER, path, str(error)))
    return files, notices


def _board_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".obf")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageError(folder, f"it cannot be read because {reason_of(error)}") from error


def _readable(files: dict[str, bytes], folder: Path) -> tuple[dict[str, bytes], list[Notice]]:
    good: dict[str, bytes] = {}
    notices: list[Notice] = []
    for name, data in files.items():
        try:
            read_board(data, name)
            good[name] = data
        except BoardFormatError as error:
            notices.append(Notice(NoticeKind.PASSED_OVER, folder / name, str(error)))
    return good, notices
