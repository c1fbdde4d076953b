"""The reach of a patient's eyes, on disk."""

from pathlib import Path

from eyecomm.calibration.reach import ReachMap
from eyecomm.storage.errors import DamagedFileError, Loaded, MissingFileError, StorageError
from eyecomm.storage.files import notice_of, read_json, write_json

SCHEMA_VERSION = 1


def write_reach(path: Path, reach: ReachMap) -> None:
    """Keep a map.

    Raises
    ------
    StorageError
        When it cannot be written; the one before is as it was.
    """
    write_json(path, {"schema_version": SCHEMA_VERSION, **reach.to_json()})


def read_reach(path: Path) -> Loaded[ReachMap]:
    """Give the map kept; an empty one where there is none, or where it is damaged and set aside."""
    try:
        return Loaded(_read(path))
    except MissingFileError:
        return Loaded(ReachMap())
    except StorageError as error:
        return Loaded(ReachMap(), (notice_of(error),))


def _read(path: Path) -> ReachMap:
    try:
        return ReachMap.from_json(read_json(path))
    except ValueError as error:
        raise DamagedFileError(path, str(error)) from error
