"""The log: what the app did. What the patient says or writes never reaches it."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from eyecomm.storage.errors import StorageError, reason_of

MAX_BYTES = 2**20
KEPT_FILES = 3


class _WithoutHome(logging.Formatter):
    """Leaves out the user's folder, and with it the user's name."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(str(Path.home()), "~")


def start_log(folder: Path) -> logging.Handler:
    """Write what the app reports to files in a folder: the newest and three older ones, of at most 1 MB each.

    Parameters
    ----------
    folder : Path
        Made when it is not there.

    Returns
    -------
    logging.Handler
        For `stop_log`.

    Raises
    ------
    StorageError
        When nothing can be written there.
    """
    path = folder / "eyecomm.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="replace"
        )
        path.chmod(0o600)
    except OSError as error:
        raise StorageError(path, f"nothing can be logged because {reason_of(error)}") from error
    handler.setFormatter(_WithoutHome("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("eyecomm")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Stop writing to the files of a handler."""
    logging.getLogger("eyecomm").removeHandler(handler)
    handler.close()
