"""The speech processes as seen by the program: one that speaks and a warm spare that takes over within milliseconds."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import eyecomm
from eyecomm.devices.voice_protocol import Message, decode, encode

Hear = Callable[["SpeechProcess", Message | None], None]

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # exists on Windows only


def python_command(module: str) -> tuple[str, ...]:
    """Give the command that runs one of the program's modules in a process of its own."""
    return (sys.executable, "-P", "-m", module)  # -P: nothing in the current folder passes for our modules


def python_environment() -> dict[str, str]:
    """Give the environment in which `python_command` finds the program wherever it is started."""
    root = str(Path(eyecomm.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


class SpeechProcess:
    """One process and the two threads at its pipes, so that nobody has to wait for it.

    Parameters
    ----------
    command : sequence of str
        What to run.
    hear : callable
        Called with each message, and with None when the process has ended; from a thread of its own.

    Raises
    ------
    OSError
        When it cannot be started.
    """

    def __init__(self, command: Sequence[str], hear: Hear) -> None:
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(  # its own words go nowhere: an engine may print what it is told to say
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=python_environment(),
            creationflags=_NO_WINDOW,
        )
        self._hear = hear
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The number the system gave it."""
        return self._process.pid

    def send(self, *messages: Message) -> None:
        """Send messages; a process that has ended does not get them."""
        for message in messages:
            self._outbox.put(message)

    def kill(self) -> None:
        """End it now, and with it every sound it makes."""
        self._process.kill()
        self._outbox.put(None)

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended and its pipes are closed."""
        for thread in self._threads:
            thread.join(timeout_s)

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:  # cannot be: it was asked for
            return
        with pipe:
            for line in pipe:
                if (message := decode(line)) is not None:
                    self._hear(self, message)
        self._process.kill()  # a process that no longer speaks is of no use; also frees the writer
        self._process.wait()
        self._outbox.put(None)
        self._hear(self, None)

    def _write(self) -> None:
        pipe = self._process.stdin
        if pipe is None:  # cannot be: it was asked for
            return
        try:
            for message in iter(self._outbox.get, None):
                pipe.write(encode(message))
                pipe.flush()
        except OSError:
            pass  # it has ended; the reader tells
        finally:
            with contextlib.suppress(OSError):  # what was still buffered has no reader any more
                pipe.close()


@dataclass(slots=True)
class _Member:
    """A process and what is known of it."""

    process: SpeechProcess
    start_by_s: float
    ready: bool = False
    reason: str = ""


class ProcessPair:
    """Keeps one process ready to speak and another in reserve, and starts new ones in place of those that fail.

    Parameters
    ----------
    start : callable
        Starts a process; may raise OSError.
    start_limit_s : float
        How long one may take to become ready.
    longest_pause_s : float
        Pauses between new attempts double up to this.

    Attributes
    ----------
    failed_starts : int
        How many attempts in a row ended before the process was ready.
    reason : str
        Why the last process failed.
    """

    def __init__(self, start: Callable[[], SpeechProcess], start_limit_s: float, longest_pause_s: float) -> None:
        self._start = start
        self._start_limit_s = start_limit_s
        self._longest_pause_s = longest_pause_s
        self._members: list[_Member] = []
        self._next_start_s = 0.0
        self._failures = 0
        self.failed_starts = 0
        self.reason = ""

    @property
    def active(self) -> SpeechProcess | None:
        """The process that speaks; None while none is ready."""
        return next(self.ready, None)

    @property
    def ready(self) -> Iterator[SpeechProcess]:
        """All that are ready, the one that speaks first."""
        return (member.process for member in self._members if member.ready)

    def tend(self, now_s: float) -> None:
        """End those that take too long to start; start one when one is lacking, the spare after the first is ready."""
        for member in [m for m in self._members if not m.ready and now_s >= m.start_by_s]:
            member.reason = "the speech process does not start in time"
            self.drop(member.process, now_s)
        lacking = not self._members or (len(self._members) == 1 and self._members[0].ready)
        if lacking and now_s >= self._next_start_s:
            self._add(now_s)

    def _add(self, now_s: float) -> None:
        try:
            process = self._start()
        except OSError as error:
            self.failed_starts += 1
            self._fail(f"the speech process cannot be started: {error.strerror}", now_s)
            return
        self._members.append(_Member(process, now_s + self._start_limit_s))

    def mark_ready(self, process: SpeechProcess) -> None:
        """Take note that the process can speak."""
        for member in self._members:
            if member.process is process:
                member.ready = True
                self.failed_starts = 0

    def mark_broken(self, process: SpeechProcess, reason: str) -> None:
        """Take note why the process is about to end."""
        for member in self._members:
            if member.process is process:
                member.reason = reason

    def mark_good(self) -> None:
        """Take note that the engine did its work: the next failure is the first one again."""
        self._failures = 0

    def drop(self, process: SpeechProcess, now_s: float) -> None:
        """End a process that failed."""
        for member in [m for m in self._members if m.process is process]:
            self._members.remove(member)
            process.kill()
            self.failed_starts += not member.ready
            self._fail(member.reason or "the speech process ended", now_s)

    def _fail(self, reason: str, now_s: float) -> None:
        self._failures += 1
        self.reason = reason
        pause_s = 0.0 if self._failures == 1 else min(self._longest_pause_s, 0.05 * 2 ** min(self._failures, 16))
        self._next_start_s = now_s + pause_s

    def wakes_s(self) -> float:
        """Give when `tend` has to be called next."""
        if len(self._members) < 2 and all(member.ready for member in self._members):
            return self._next_start_s
        return min((m.start_by_s for m in self._members if not m.ready), default=float("inf"))

    def close(self) -> None:
        """End both."""
        for member in self._members:
            member.process.kill()
        for member in self._members:
            member.process.join(2.0)
        self._members.clear()
