"""A camera that comes back: read through grabbers, watched, and reopened after growing pauses."""

import math
import time
from collections.abc import Callable
from typing import Protocol

from eyecomm.devices.camera_health import CameraHealth, CameraState, HealthLimits, HealthMonitor
from eyecomm.samples import Frame
from eyecomm.workers.grabber import Grabber, SourceFactory

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Before the first, second ... reopening; the last one again and again."""

_WELL_S = 3.0  # a camera that was well for so long begins again with the shortest pause
_OPENING_S = 20.0  # some drivers need as long as this to open a camera
_MAX_BLOCKED = 3


class Taker(Protocol):
    """What a steady camera needs of a `Grabber`."""

    @property
    def error(self) -> Exception | None:
        """Why the camera ended, if it has."""

    @property
    def is_alive(self) -> bool:
        """Whether its thread still runs."""

    def take(self, timeout_s: float) -> Frame | None:
        """Give the newest frame, waiting for at most some seconds."""

    def leave(self) -> None:
        """Let it end by itself."""

    def join(self, timeout_s: float) -> bool:
        """Wait for its end, and say whether it came."""


class SteadyCamera:
    """Gives the newest frame of a camera through all its troubles. Used in one thread; never blocks for long.

    Parameters
    ----------
    open_source : callable
        Opens the camera; called in a thread of its own, each time anew.
    limits : HealthLimits
        When the camera counts as ill.
    clock : callable
        Monotonic time in seconds.
    grab : callable
        Makes a grabber.
    wait : callable
        Waits for some seconds, when there is no grabber to wait for.
    """

    def __init__(
        self,
        open_source: SourceFactory,
        limits: HealthLimits,
        clock: Callable[[], float] = time.monotonic,
        grab: Callable[[SourceFactory], Taker] = Grabber,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._clock = clock
        self._grab = grab
        self._wait = wait
        self._left: list[Taker] = []
        self._grabber: Taker | None = None
        self._open_anew(open_source, limits)

    @property
    def health(self) -> CameraHealth:
        """How the camera does, as of the last `take`."""
        return self._health

    @property
    def error(self) -> Exception | None:
        """Why it does not open or ended; None once a frame has come."""
        return self._error

    @property
    def has_worked(self) -> bool:
        """Whether a frame has ever come."""
        return self._has_worked

    def take(self, timeout_s: float) -> Frame | None:
        """Give the newest frame, or None when none comes in time.

        A camera's frame that equals the one before is no news and is left out: the gaze of a picture that stands still
        must not choose words. In a recording it may be.

        Parameters
        ----------
        timeout_s : float
            At most so long it waits, in seconds.
        """
        grabber = self._grabber or self._reopened()
        if grabber is None:
            self._wait(timeout_s)
            frame = None
        else:
            frame = grabber.take(timeout_s)
        now_s = self._clock()
        self._health = self._monitor.update(frame, now_s)
        self._note(frame, now_s)
        if grabber is not None and self._is_lost(grabber, now_s):
            self._leave(grabber, now_s)
        is_repeated = self._health.unchanged_s > 0 and math.isfinite(self._limits.frozen_s)
        return None if is_repeated else frame

    def switch(self, open_source: SourceFactory, limits: HealthLimits) -> None:
        """Change to another camera at once."""
        if self._grabber is not None:
            self._grabber.leave()
            # Most cameras let go within a frame; the next one may be the same device.
            self._grabber.join(0.2)
        self._open_anew(open_source, limits)

    def close(self, timeout_s: float) -> None:
        """Let the camera go, waiting for at most some seconds."""
        if self._grabber is not None:
            self._grabber.leave()
            self._grabber.join(timeout_s)
            self._grabber = None

    def _open_anew(self, open_source: SourceFactory, limits: HealthLimits) -> None:
        now_s = self._clock()
        self._open_source = open_source
        self._limits = limits
        self._monitor = HealthMonitor(limits, now_s)
        self._health = self._monitor.update(None, now_s)
        self._error: Exception | None = None
        self._has_worked = False
        self._failures = 0
        self._well_since_s: float | None = None
        self._frame_came = False
        self._reopen_s = now_s
        self._left.clear()
        self._open(now_s)

    def _open(self, now_s: float) -> None:
        self._opened_s = now_s
        self._frame_came = False
        self._grabber = self._grab(self._open_source)

    def _reopened(self) -> Taker | None:
        """Open again when the pause is over, unless too many threads are still blocked in the driver."""
        now_s = self._clock()
        self._left = [one for one in self._left if one.is_alive]
        if now_s < self._reopen_s or len(self._left) >= _MAX_BLOCKED:
            return None
        self._monitor.reopened(now_s)
        self._open(now_s)
        return self._grabber

    def _note(self, frame: Frame | None, now_s: float) -> None:
        """Remember that the camera works, and for how long."""
        if frame is not None:
            self._has_worked = self._frame_came = True
            self._error = None
        if self._health.state in {CameraState.FROZEN, CameraState.GONE, CameraState.STARTING}:
            self._well_since_s = None
        elif self._well_since_s is None:
            self._well_since_s = now_s
        elif now_s - self._well_since_s >= _WELL_S:
            self._failures = 0

    def _is_lost(self, grabber: Taker, now_s: float) -> bool:
        if grabber.error is not None:
            return True
        if not self._frame_came:
            return now_s - self._opened_s >= _OPENING_S
        return self._health.state is CameraState.GONE or self._is_stuck(now_s)

    def _is_stuck(self, now_s: float) -> bool:
        """Whether it is frozen, although it was given time since it was opened to show a new picture."""
        return self._health.state is CameraState.FROZEN and now_s - self._opened_s >= _WELL_S

    def _leave(self, grabber: Taker, now_s: float) -> None:
        self._error = grabber.error
        grabber.leave()
        self._left.append(grabber)
        self._grabber = None
        self._reopen_s = now_s + PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        self._failures += 1
