"""Other programs: followed while they run, or become."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def follow(command: Sequence[str], tell: Callable[[str], str | None], lock: int | None = None) -> tuple[int, list[str]]:
    """Run a command, show what `tell` makes of its lines, and give its exit status and its last lines.

    The command inherits the lock: should this program be killed, the next one waits until the orphan has ended.
    """
    last_lines: collections.deque[str] = collections.deque(maxlen=20)
    inherited = () if lock is None else (lock,)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", pass_fds=inherited
    ) as process:
        for line in process.stdout or ():
            last_lines.append(line.rstrip())
            words = tell(line)
            if words:
                print(f"      {words}", flush=True)
    return process.returncode, list(last_lines)


def hand_over(command: list[str]) -> int:
    """Become the command, so that signals and its exit status need no go-between."""
    sys.stdout.flush()
    if sys.platform == "win32":
        return subprocess.call(command)  # there, exec would give the prompt back at once
    return os.execv(command[0], command)
