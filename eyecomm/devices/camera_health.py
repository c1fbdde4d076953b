"""Is the camera well? Pure: fed with frames and times, it reads no clock."""

import enum
import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from eyecomm.samples import Bytes, Frame


class CameraState(enum.Enum):
    """What is wrong with a camera, or that nothing is."""

    STARTING = "starting"
    OK = "ok"
    SLOW = "slow"
    TOO_DARK = "too dark"
    FROZEN = "frozen"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """When a camera counts as ill.

    Parameters
    ----------
    starting_s : float
        A camera that gave no frame for so long after opening is gone; many need seconds to wake up.
    gone_s : float
        One that has given frames and gave none for so long is gone.
    frozen_s : float
        Equal frames for so long mean that the camera is frozen; infinite for recordings, which may hold still.
    dark_luma : float
        Mean brightness, 0 to 255, below which it is too dark.
    slow_hz : float
        Frames per second below which gaze cannot be followed well.
    """

    starting_s: float = 6.0
    gone_s: float = 1.5
    frozen_s: float = 1.5
    dark_luma: float = 20.0
    slow_hz: float = 12.0


RECORDING_LIMITS = HealthLimits(frozen_s=math.inf)
"""For videos and folders of pictures."""


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """How a camera does.

    Parameters
    ----------
    state : CameraState
        The worst that is wrong.
    fps : float
        Frames per second over the last two seconds; 0 when unknown.
    age_s : float
        Since the newest frame came, or since the camera was opened when none has.
    mean_luma : float
        Mean brightness of the newest frame, 0 to 255.
    unchanged_s : float
        For so long the newest picture has come again and again; 0 when it is new.
    """

    state: CameraState
    fps: float
    age_s: float
    mean_luma: float
    unchanged_s: float = 0.0


_WINDOW_S = 2.0
_STEP_PX = 16  # 1200 pixels at 640 x 480: the noise of a real sensor changes some of them in every frame
_LUMA = np.array([0.299, 0.587, 0.114])


class HealthMonitor:
    """Watches the frames of one camera.

    A camera that froze or vanished stays ill in `CameraHealth` through any number of reopenings, until a new picture
    comes.

    Parameters
    ----------
    limits : HealthLimits
        When the camera counts as ill.
    now_s : float
        When it was opened.
    """

    def __init__(self, limits: HealthLimits, now_s: float) -> None:
        self._limits = limits
        self._opened_s = now_s
        self._arrivals_s: deque[float] = deque()
        self._newest_s: float | None = None
        self._changed_s = now_s
        self._picture: Bytes | None = None
        self._luma = 0.0
        self._is_frozen = False
        self._is_gone = False

    def reopened(self, now_s: float) -> None:
        """Give the camera time to wake up again."""
        self._opened_s = self._changed_s = now_s
        self._newest_s = None
        self._arrivals_s.clear()

    def update(self, frame: Frame | None, now_s: float) -> CameraHealth:
        """Take in a frame, or that none came, and tell how the camera does.

        Parameters
        ----------
        frame : Frame or None
            The newest frame.
        now_s : float
            The time now, in seconds; need not be the clock that stamped the frame.
        """
        if frame is not None:
            self._look_at(frame, now_s)
        while self._arrivals_s and self._arrivals_s[0] < now_s - _WINDOW_S:
            self._arrivals_s.popleft()
        return CameraHealth(self._state(now_s), self._fps(), self._age_s(now_s), self._luma, self._unchanged_s())

    def _look_at(self, frame: Frame, now_s: float) -> None:
        self._newest_s = now_s
        self._is_gone = False
        self._arrivals_s.append(now_s)
        self._luma = float(_thumbnail(frame.rgb).mean(axis=(0, 1)) @ _LUMA)
        if self._picture is None or self._has_no_noise() or not _are_equal(frame.rgb, self._picture):
            self._changed_s = now_s
            self._is_frozen = False
        self._picture = frame.rgb

    def _has_no_noise(self) -> bool:
        """Whether the picture is so black or so white that even a sound sensor repeats it."""
        return self._luma < self._limits.dark_luma or self._luma > 250

    def _state(self, now_s: float) -> CameraState:
        if self._newest_s is None:
            return self._state_before_first_frame(now_s)
        self._is_gone = self._is_gone or now_s - self._newest_s >= self._limits.gone_s
        self._is_frozen = self._is_frozen or self._unchanged_s() >= self._limits.frozen_s
        if self._is_gone:
            return CameraState.GONE
        if self._is_frozen:
            return CameraState.FROZEN
        return self._state_of_picture()

    def _state_before_first_frame(self, now_s: float) -> CameraState:
        if self._is_frozen:
            return CameraState.FROZEN
        self._is_gone = self._is_gone or now_s - self._opened_s >= self._limits.starting_s
        return CameraState.GONE if self._is_gone else CameraState.STARTING

    def _state_of_picture(self) -> CameraState:
        if self._luma < self._limits.dark_luma:
            return CameraState.TOO_DARK
        return CameraState.SLOW if self._is_slow() else CameraState.OK

    def _is_slow(self) -> bool:
        spans_window = bool(self._arrivals_s) and self._arrivals_s[-1] - self._arrivals_s[0] >= _WINDOW_S / 2
        return spans_window and self._fps() < self._limits.slow_hz

    def _fps(self) -> float:
        if len(self._arrivals_s) < 2:
            return 0.0
        return (len(self._arrivals_s) - 1) / max(self._arrivals_s[-1] - self._arrivals_s[0], 1e-6)

    def _unchanged_s(self) -> float:
        return 0.0 if self._newest_s is None else self._newest_s - self._changed_s

    def _age_s(self, now_s: float) -> float:
        return now_s - (self._opened_s if self._newest_s is None else self._newest_s)


def _thumbnail(rgb: Bytes) -> Bytes:
    return rgb[::_STEP_PX, ::_STEP_PX]


def _are_equal(a: Bytes, b: Bytes) -> bool:
    """Compare two pictures in full, but first a few pixels: those of two true pictures differ already."""
    return np.array_equal(_thumbnail(a), _thumbnail(b)) and np.array_equal(a, b)
