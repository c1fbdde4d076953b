"""What can go wrong with files, and what a carer should be told of it."""

import errno
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class StorageError(Exception):
    """A file cannot be read or written.

    Parameters
    ----------
    path : Path
        The file.
    reason : str
        What is wrong, as part of a sentence.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """Name the file and what is wrong."""
        return f"{self.path.name}: {self.reason}."


class MissingFileError(StorageError):
    """There is no such file."""


class MissingResourceError(MissingFileError):
    """A file that comes with the app is not there."""


class DamagedFileError(StorageError):
    """The file is there, and what it holds makes no sense."""


class NoticeKind(Enum):
    """What happened to a file while reading it."""

    SET_ASIDE = "set aside"  # damaged: kept under another name, and not used
    MENDED = "mended"  # some values were replaced
    PASSED_OVER = "passed over"  # left where it is, and not used


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a carer should know after reading.

    Parameters
    ----------
    kind : NoticeKind
        What happened.
    path : Path
        The file as it was called.
    detail : str
        What was wrong, as one technical sentence.
    kept_as : Path or None
        Where a damaged file is now.
    """

    kind: NoticeKind
    path: Path
    detail: str
    kept_as: Path | None = None


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T_co]):
    """What was read, and what a carer should know of it.

    Parameters
    ----------
    value
        What was read, or what stands in for it.
    notices : tuple of Notice
        Empty when all went well.
    """

    value: T_co
    notices: tuple[Notice, ...] = ()


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "the folder or the file is protected",
    errno.EPERM: "the folder or the file is protected",
    errno.ENOTDIR: "a file is where its folder should be",
    errno.EISDIR: "a folder is where the file should be",
    errno.ENAMETOOLONG: "its name is too long",
}


def reason_of(error: OSError) -> str:
    """Say in plain words what the system complains of."""
    return _REASONS.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()
