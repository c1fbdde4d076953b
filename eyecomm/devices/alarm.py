"""The call for the carer: a siren in a process of its own, which goes on ringing when the program dies.

A file in a directory of the program's is the whole agreement: while `call` is there, the siren rings; when it is taken
away, the siren ends. So a program that was started again finds the call and can end it. The siren notes in
`siren.json` that it is alive and whether an audio device takes its sound. No socket is opened.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from eyecomm.devices.voice_process import python_command, python_environment

ALARM_COMMAND: Final = python_command("eyecomm.devices.alarm_child")
CALL_FILE: Final = "call"
SIREN_FILE: Final = "siren.json"
ALIVE_WITHIN_S: Final = 3.0
STARTS_WITHIN_S: Final = 10.0

# Its own session, or group: neither the end of the terminal nor Ctrl-C may silence it.
# On Windows the flags exist, elsewhere the session does.
_DETACHED: Final[dict[str, Any]] = {
    "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    "start_new_session": sys.platform != "win32",
}


class Alarm:
    """The call for the carer. Nothing here waits for the siren, and nothing raises.

    Call `check` about once a second: it starts a siren in place of one that ended, and takes up a call from before
    the program was started again.

    Parameters
    ----------
    directory : Path
        Where the call is kept; made if it is not there.
    command : sequence of str
        What to run as the siren; the directory is added to it.
    """

    def __init__(self, directory: Path, command: Sequence[str] = ALARM_COMMAND) -> None:
        self._directory = directory
        self._command = tuple(command)
        self._siren: subprocess.Popen[bytes] | None = None
        self._started_s = float("-inf")
        self._unkept = False

    @property
    def ringing(self) -> bool:
        """Whether a call goes on, be it from this program or the one before."""
        return self._unkept or (self._directory / CALL_FILE).exists()

    @property
    def audible(self) -> bool | None:
        """Whether an audio device takes the siren's sound; None while that is not known."""
        if not self.ringing:
            return None
        note = self._note()
        if note is None:
            return None if time.monotonic() - self._started_s < STARTS_WITHIN_S else False
        return bool(note.get("audible"))

    def ring(self) -> None:
        """Call until acknowledged. Calling again changes nothing."""
        if self.ringing:
            self.check()
            return
        with contextlib.suppress(OSError):
            (self._directory / SIREN_FILE).unlink(missing_ok=True)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            (self._directory / CALL_FILE).touch()
        except OSError:
            self._unkept = True  # a full disk must not silence the call; it ends with the program, though
        self._start()

    def acknowledge(self) -> None:
        """End the call: the siren is silent within a quarter of a second."""
        attached, self._unkept = self._unkept, False
        try:
            (self._directory / CALL_FILE).unlink(missing_ok=True)
        except OSError:
            self._kill()
        if attached:
            self._kill()

    def check(self) -> None:
        """Start a siren if a call goes on and none is alive; put a new one in place of one that hangs."""
        if not self.ringing or self._note() is not None:
            return
        alive = self._siren is not None and self._siren.poll() is None
        if alive and (self._unkept or time.monotonic() - self._started_s < STARTS_WITHIN_S):
            return
        self._kill()
        self._start()

    def _kill(self) -> None:
        if self._siren is not None:
            self._siren.kill()

    def _start(self) -> None:
        self._started_s = time.monotonic()
        attached = ["--attached"] if self._unkept else []
        try:
            self._siren = subprocess.Popen(
                [*self._command, str(self._directory), *attached],
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=python_environment(),
                **_DETACHED,
            )
        except OSError:
            return  # `check` tries again, and `audible` tells
        threading.Thread(target=_reap, args=(self._siren,), daemon=True).start()

    def _note(self) -> dict[str, Any] | None:
        """Read what the siren noted; None when it is old or unreadable."""
        file = self._directory / SIREN_FILE
        try:
            if abs(time.time() - file.stat().st_mtime) > ALIVE_WITHIN_S:
                return None
            note = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return note if isinstance(note, dict) else None


def _reap(siren: "subprocess.Popen[bytes]") -> None:
    """Wait for the end of the siren, however long it rings, so that it leaves nothing behind."""
    siren.wait()
    if siren.stdin is not None:
        siren.stdin.close()
