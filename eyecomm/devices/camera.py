"""Cameras and recordings, all as one thing: a `FrameSource`.

Frames are RGB, C-contiguous, at most 1280 pixels long, and stamped once with the monotonic clock as soon as they are
here. A camera's driver may block for ever in `read`; whoever reads one therefore does it in a thread of its own
(`eyecomm.workers.grabber`).
"""

import os
import time
from pathlib import Path

import cv2

from eyecomm.devices.camera_choice import (
    DEFAULT_CAMERA,
    SYSTEM_BACKEND,
    VIRTUAL_CAMERA,
    CameraChoice,
    CameraInfo,
    CameraKind,
    camera_number,
    is_plugged_in,
    list_cameras,
)
from eyecomm.devices.camera_errors import (
    CameraAddressError,
    CameraBusyError,
    CameraError,
    CameraGoneError,
    CameraNotFoundError,
    NotAVideoError,
    RecordingEndedError,
    UnusableFrameError,
)
from eyecomm.devices.camera_frames import to_rgb
from eyecomm.devices.camera_mjpeg import MjpegSource
from eyecomm.devices.camera_recording import FolderSource, VideoSource
from eyecomm.gaze.protocols import FrameSource
from eyecomm.samples import Frame

__all__ = [
    "DEFAULT_CAMERA",
    "VIRTUAL_CAMERA",
    "CameraAddressError",
    "CameraBusyError",
    "CameraChoice",
    "CameraError",
    "CameraGoneError",
    "CameraInfo",
    "CameraKind",
    "CameraNotFoundError",
    "DeviceSource",
    "FolderSource",
    "MjpegSource",
    "NotAVideoError",
    "RecordingEndedError",
    "UnusableFrameError",
    "VideoSource",
    "list_cameras",
    "open_camera",
]

DEFAULT_SIZE_PX = (640, 480)
DEFAULT_FPS = 30.0
_PATIENCE_S = 1.0  # a camera that refuses to give frames for so long is gone
_NO_FRAME_PAUSE_S = 0.02


def open_camera(
    choice: CameraChoice,
    size_px: tuple[int, int] = DEFAULT_SIZE_PX,
    fps: float = DEFAULT_FPS,
    *,
    live: bool = True,
    loop: bool = True,
) -> FrameSource:
    """Open what the carer chose.

    Parameters
    ----------
    choice : CameraChoice
        Not the virtual patient, who is no device.
    size_px : tuple of int
        Width and height to ask a camera for; it may give another size.
    fps : float
        Frames per second to ask a camera for, and those of a folder of pictures.
    live : bool
        Give the frames of a recording at their own pace; otherwise as fast as they are read, with the time stamps
        they would have had.
    loop : bool
        Begin a recording again at its end.

    Raises
    ------
    CameraError
        One of its kinds, when it does not open.
    """
    _keep_vendors_quiet()
    match choice.kind:
        case CameraKind.INDEX | CameraKind.NAME:
            return DeviceSource(camera_number(choice), size_px, fps)
        case CameraKind.VIDEO:
            return VideoSource(Path(choice.value), live=live, loop=loop)
        case CameraKind.FOLDER:
            return FolderSource(Path(choice.value), fps, live=live, loop=loop)
        case CameraKind.URL:
            return MjpegSource(choice.value)
        case CameraKind.VIRTUAL:
            raise CameraNotFoundError("the virtual patient is no camera")


def _keep_vendors_quiet() -> None:
    """Let OpenCV and FFmpeg write nothing to the terminal: what fails is raised as an error of our own."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class DeviceSource:
    """A camera that is plugged in.

    Parameters
    ----------
    number : int
        The system's number for it.
    size_px : tuple of int
        Width and height to ask for.
    fps : float
        Frames per second to ask for.

    Raises
    ------
    CameraNotFoundError
        When there is no such camera.
    CameraBusyError
        When there is, but it does not open.
    """

    def __init__(self, number: int, size_px: tuple[int, int] = DEFAULT_SIZE_PX, fps: float = DEFAULT_FPS) -> None:
        self._capture = cv2.VideoCapture(number, SYSTEM_BACKEND)
        if not self._capture.isOpened():
            self._capture.release()
            raise _why_closed(number)
        _ask_for(self._capture, size_px, fps)
        self._failing_since_s: float | None = None

    def read(self) -> Frame | None:
        """Wait for the next frame; the driver decides how long.

        Raises
        ------
        CameraGoneError
            When the camera has refused for a second.
        UnusableFrameError
            When its pictures are too small.
        """
        try:
            came, raw = self._capture.read()
        except cv2.error:  # a damaged picture
            came, raw = False, None
        timestamp_s = time.monotonic()
        rgb = to_rgb(raw) if came else None
        if rgb is None:
            self._bear_failure(timestamp_s)
            return None
        self._failing_since_s = None
        return Frame(rgb, timestamp_s)

    def close(self) -> None:
        """Let the camera go."""
        self._capture.release()

    def _bear_failure(self, now_s: float) -> None:
        """Wait a little, so that a camera that fails at once does not take a whole core; give up after a second."""
        self._failing_since_s = now_s if self._failing_since_s is None else self._failing_since_s
        if now_s - self._failing_since_s >= _PATIENCE_S:
            raise CameraGoneError("the camera gives no frames any more")
        time.sleep(_NO_FRAME_PAUSE_S)


def _why_closed(number: int) -> CameraError:
    """Find out why a camera did not open."""
    if is_plugged_in(number):
        return CameraBusyError(f"camera {number} is there but does not open")
    return CameraNotFoundError(f"there is no camera {number}")


def _ask_for(capture: cv2.VideoCapture, size_px: tuple[int, int], fps: float) -> None:
    """Ask a camera for a size and a speed; what it refuses stays as it was."""
    width, height = size_px
    if width > DEFAULT_SIZE_PX[0]:
        # Uncompressed pictures of this size come over USB 2 at 10 frames per second or fewer.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_FPS, fps)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old frame is worse than none
