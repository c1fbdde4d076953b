"""Inside the speech process: the way back to the program, and the way to stop an utterance."""

import os
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, Final

from eyecomm.devices.voice_protocol import Message, encode

PROGRESS_EVERY_S: Final = 0.2


class Channel:
    """Sends messages to the program; those of progress not too often."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._progress_s = 0.0

    def send(self, message: Message) -> None:
        """Send one message."""
        try:
            self._pipe.write(encode(message))
        except OSError:
            os._exit(0)  # nobody listens any more

    def progress(self) -> None:
        """Tell the program that sound is being made."""
        now_s = time.monotonic()
        if now_s - self._progress_s >= PROGRESS_EVERY_S:
            self._progress_s = now_s
            self.send({"is": "progress"})


class StopGate:
    """Stops the utterance it is told to, whether it is about to begin or under way, and no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spoken: int | None = None
        self._unwanted: int | None = None
        self.stop: Callable[[], None] = lambda: None

    def enter(self, utterance: int) -> None:
        """Take note that an utterance begins."""
        with self._lock:
            self._spoken = utterance
            if self._unwanted == utterance:
                self.stop()

    def leave(self) -> None:
        """Take note that it is over."""
        with self._lock:
            self._spoken = None

    def close_for(self, utterance: int) -> None:
        """Stop this utterance, now or when it begins."""
        with self._lock:
            self._unwanted = utterance
            if self._spoken == utterance:
                self.stop()
