"""The message being written, kept at each selection so that a crash costs nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from eyecomm.conversation.turn import Message
from eyecomm.storage.errors import DamagedFileError, Loaded, MissingFileError, StorageError
from eyecomm.storage.files import notice_of, read_json, write_json

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the patient was.

    Parameters
    ----------
    message : Message
        What had been written.
    board_id : str
        The board shown; empty when unknown.
    """

    message: Message = field(default_factory=Message)
    board_id: str = ""


class Journal:
    """Keeps the last entry in one file.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, entry: Entry) -> None:
        """Keep an entry; once this returns it survives a crash and a power cut.

        Raises
        ------
        StorageError
            When it cannot be written; the entry before it is as it was.
        """
        message = entry.message
        document = {"text": message.text, "cleared": message.cleared, "board": entry.board_id}
        write_json(self._path, {"schema_version": SCHEMA_VERSION, **document})

    def read(self) -> Loaded[Entry]:
        """Give the last entry; an empty one, with a notice, when the file is damaged."""
        try:
            return Loaded(_entry(self._path, read_json(self._path)))
        except MissingFileError:
            return Loaded(Entry())
        except StorageError as error:
            return Loaded(Entry(), (notice_of(error),))


def _entry(path: Path, document: dict[str, object]) -> Entry:
    text, cleared, board_id = document.get("text"), document.get("cleared", ""), document.get("board", "")
    if not (isinstance(text, str) and isinstance(cleared, str) and isinstance(board_id, str)):
        raise DamagedFileError(path, "it does not hold a message")
    return Entry(Message(text, cleared), board_id)
