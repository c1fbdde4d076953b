"""One set-up at a time, and none under a running app."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl
if TYPE_CHECKING:
    from pathlib import Path


def share(folder: Path) -> int | None:
    """Hold the folder together with others that use it, once nobody sets it up; a running app keeps its hold."""
    if sys.platform == "win32":
        return None  # there, files in use cannot be replaced anyway
    lock = os.open(folder, os.O_RDONLY)
    os.set_inheritable(lock, True)
    hold(lock, alone=False)
    return lock


def hold(lock: int | None, *, alone: bool) -> None:
    """Wait until nobody else sets up or, to be alone, until nobody else uses what the lock stands for."""
    if sys.platform == "win32" or lock is None:
        return
    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another set-up, or for an EyeComm that runs, to end ...", flush=True)
        fcntl.flock(lock, kind)
    except OSError:
        return  # a file system without locks: better unprotected than not at all
