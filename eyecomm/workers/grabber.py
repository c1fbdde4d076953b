"""A thread that reads one camera and keeps its newest frame.

A camera's driver may block for ever. Only this thread waits for it: whoever takes frames waits for as long as they
like, and leaves a grabber that does not come back. As a daemon, its thread never holds up the end of the program.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable

from eyecomm.gaze.protocols import FrameSource
from eyecomm.samples import Frame

SourceFactory = Callable[[], FrameSource]
"""Opens a camera, in the thread that will read it."""

_log = logging.getLogger(__name__)


class Grabber:
    """Opens a camera, reads it, and closes it, all in one thread of its own.

    Parameters
    ----------
    open_source : callable
        Opens the camera.
    """

    def __init__(self, open_source: SourceFactory) -> None:
        self._open_source = open_source
        self._newest: deque[Frame] = deque(maxlen=1)
        self._has_news = threading.Event()
        self._is_left = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    @property
    def error(self) -> Exception | None:
        """Why the camera ended, if it has."""
        return self._error

    @property
    def is_alive(self) -> bool:
        """Whether the thread still runs; a blocked one does, even when left."""
        return self._thread.is_alive()

    def take(self, timeout_s: float) -> Frame | None:
        """Give the newest frame that was not yet taken, or None when none comes in time or the camera has ended."""
        self._has_news.wait(timeout_s)
        self._has_news.clear()
        try:
            return self._newest.popleft()
        except IndexError:
            return None

    def leave(self) -> None:
        """Let the thread end by itself as soon as its driver lets it. Returns at once."""
        self._is_left.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end, and say whether it did."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._read_all()
        except Exception as error:  # noqa: BLE001  the root of this thread: whatever ended it is for the taker to judge
            self._error = error
            _log.info("The camera ended: %s", type(error).__name__)
        self._has_news.set()

    def _read_all(self) -> None:
        source = self._open_source()
        try:
            while not self._is_left.is_set():
                frame = source.read()
                if frame is not None:
                    self._newest.append(frame)
                    self._has_news.set()
        finally:
            source.close()
