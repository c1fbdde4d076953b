"""Files that are either wholly the old or wholly the new, whatever happens in between."""

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import NoReturn

from eyecomm.storage.errors import DamagedFileError, MissingFileError, Notice, NoticeKind, StorageError, reason_of

MAX_JSON_BYTES = 4 * 2**20
MOST_DAMAGED = 1000


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step; it and folders made for it are private to the user.

    The data goes to a draft of its own beside the file, to the disk, and then takes the file's place. Two writers at
    the same time do no harm: one of the two is kept whole.

    Raises
    ------
    StorageError
        When it cannot be written; the old file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".draft", dir=path.parent)
        try:
            _fill(handle, data)
            Path(draft).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
            raise
        _settle(path.parent)
    except OSError as error:
        raise StorageError(path, f"it cannot be saved because {reason_of(error)}") from error


def _fill(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Bring the new name to the disk, where folders can be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_bytes(path: Path, most: int) -> bytes:
    """Read a whole file.

    Raises
    ------
    MissingFileError
        When there is none.
    DamagedFileError
        When it is larger than `most` bytes.
    StorageError
        When it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        raise MissingFileError(path, "there is no such file") from error
    except OSError as error:
        raise StorageError(path, f"it cannot be read because {reason_of(error)}") from error
    if len(data) > most:
        raise DamagedFileError(path, f"it is larger than {most / 2**20:g} MB")
    return data


def write_json(path: Path, value: dict[str, object]) -> None:
    """Write an object as JSON in one step.

    Raises
    ------
    StorageError
        When it cannot be written; the old file is as it was.
    """
    # Plain ASCII, as only escapes can carry the half characters that a text may hold.
    write_bytes(path, (json.dumps(value, indent=2, allow_nan=False) + "\n").encode("ascii"))


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON object.

    Raises
    ------
    MissingFileError
        When there is no file.
    DamagedFileError
        When it holds no JSON object.
    StorageError
        When it cannot be read.
    """
    data = read_bytes(path, MAX_JSON_BYTES)
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, NaN, numbers of thousands of digits
        raise DamagedFileError(path, "it does not hold JSON") from error
    if not isinstance(value, dict):
        raise DamagedFileError(path, "it does not hold a JSON object")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def set_aside(error: StorageError) -> Notice:
    """Keep a damaged file under a name of its own, `<name>.damaged-<n>`, so that a good one can take its place.

    A file that cannot even be moved is passed over and stays where it is.
    """
    path = error.path
    for number in range(1, MOST_DAMAGED):
        kept = path.with_name(f"{path.name}.damaged-{number}")
        try:
            kept.touch(exist_ok=False)  # takes the name, so that nothing kept earlier is overwritten
        except FileExistsError:
            continue
        except OSError:
            break
        try:
            path.replace(kept)
        except OSError:
            with contextlib.suppress(OSError):
                kept.unlink()
            break
        return Notice(NoticeKind.SET_ASIDE, path, str(error), kept)
    return Notice(NoticeKind.PASSED_OVER, path, str(error))


def notice_of(error: StorageError) -> Notice:
    """Set a damaged file aside; one that cannot be read now is passed over, as it may be whole."""
    if isinstance(error, DamagedFileError):
        return set_aside(error)
    return Notice(NoticeKind.PASSED_OVER, error.path, str(error))
