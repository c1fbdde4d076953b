"""Recordings as cameras: video files and folders of pictures."""

import time
from collections.abc import Callable
from pathlib import Path

import cv2

from eyecomm.devices.camera_errors import CameraNotFoundError, NotAVideoError, RecordingEndedError
from eyecomm.devices.camera_frames import Picture, decode, to_rgb
from eyecomm.samples import Frame

DEFAULT_FPS = 30.0
_MAX_WAIT_S = 0.5
_PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


class Pacer:
    """Pictures that are read rather than taken, at their own pace or as fast as asked for.

    Parameters
    ----------
    next_picture : callable
        Reads the next picture; None at the end.
    rewind : callable
        Goes back to the first picture.
    fps : float
        Frames per second.
    live, loop : bool
        As in `open_camera`.
    """

    def __init__(
        self,
        next_picture: Callable[[], Picture | None],
        rewind: Callable[[], None],
        fps: float,
        *,
        live: bool,
        loop: bool,
    ) -> None:
        self._next_picture = next_picture
        self._rewind = rewind
        self._period_s = 1 / fps
        self._live = live
        self._loop = loop
        self._due_s = time.monotonic()

    def read(self) -> Frame | None:
        """Give the next frame, or None when it is not due within half a second.

        Raises
        ------
        RecordingEndedError
            At the end, when it is not to begin again.
        NotAVideoError
            When it holds no picture that can be read.
        UnusableFrameError
            When its pictures are too small.
        """
        if self._live and not self._wait_until_due():
            return None
        raw = self._next_picture()
        timestamp_s = time.monotonic() if self._live else self._due_s
        rgb = to_rgb(self._begin_again() if raw is None else raw)
        self._due_s += self._period_s
        return None if rgb is None else Frame(rgb, timestamp_s)

    def _wait_until_due(self) -> bool:
        now_s = time.monotonic()
        self._due_s = max(self._due_s, now_s - self._period_s)  # after a pause go on, without hurrying to catch up
        time.sleep(min(max(self._due_s - now_s, 0.0), _MAX_WAIT_S))
        return self._due_s - now_s <= _MAX_WAIT_S

    def _begin_again(self) -> Picture:
        if not self._loop:
            raise RecordingEndedError("the recording is at its end")
        self._rewind()
        raw = self._next_picture()
        if raw is None:
            raise NotAVideoError("the recording does not begin again")
        return raw


class VideoSource:
    """A video file.

    Parameters
    ----------
    path : Path
        The file.
    live, loop : bool
        As in `open_camera`.

    Raises
    ------
    CameraNotFoundError
        When there is no such file.
    NotAVideoError
        When it is no video, or not one frame of it can be read.
    """

    def __init__(self, path: Path, *, live: bool = True, loop: bool = True) -> None:
        if not path.is_file():  # also keeps addresses and patterns from OpenCV, which would open them
            raise CameraNotFoundError(f"there is no file {path}")
        self._path = path
        self._first: Picture | None = None
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        self._first = self._next_picture() if self._capture.isOpened() else None
        if self._first is None:
            self._capture.release()
            raise NotAVideoError(f"{path} is no video that can be read")
        self._pacer = Pacer(self._next_picture, self._rewind, self._own_fps(), live=live, loop=loop)

    def read(self) -> Frame | None:
        """Give the next frame, or None when it is not due within half a second.

        Raises
        ------
        CameraError
            At the end, or when its pictures cannot be used.
        """
        return self._pacer.read()

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _next_picture(self) -> Picture | None:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        came, raw = self._capture.read()
        return raw if came else None

    def _rewind(self) -> None:
        # Opened anew: not every kind of file can be wound back.
        self._capture.release()
        self._capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)

    def _own_fps(self) -> float:
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        return fps if 1 <= fps <= 240 else DEFAULT_FPS  # damaged files claim 0 or 90000


class FolderSource:
    """A folder of pictures, in the order of their names.

    Parameters
    ----------
    path : Path
        The folder.
    fps : float
        Frames per second.
    live, loop : bool
        As in `open_camera`.

    Raises
    ------
    CameraNotFoundError
        When there is no such folder.
    NotAVideoError
        When it holds no pictures.
    """

    def __init__(self, path: Path, fps: float = DEFAULT_FPS, *, live: bool = True, loop: bool = True) -> None:
        if not path.is_dir():
            raise CameraNotFoundError(f"there is no folder {path}")
        self._paths = sorted(one for one in path.iterdir() if one.suffix.lower() in _PICTURE_SUFFIXES)
        if not self._paths:
            raise NotAVideoError(f"the folder {path} holds no pictures")
        self._position = 0
        self._pacer = Pacer(self._next_picture, self._rewind, fps, live=live, loop=loop)

    def read(self) -> Frame | None:
        """Give the next picture, or None when it is not due within half a second.

        Raises
        ------
        CameraError
            At the end, or when the pictures cannot be used.
        """
        return self._pacer.read()

    def close(self) -> None:
        """Nothing stays open between two pictures."""

    def _next_picture(self) -> Picture | None:
        """Read on to the next picture that can be read: one damaged file does not stop the others."""
        while self._position < len(self._paths):
            path = self._paths[self._position]
            self._position += 1
            # Not `cv2.imread`, which on Windows cannot open names outside the system's own alphabet.
            raw = decode(path.read_bytes())
            if raw is not None:
                return raw
        return None

    def _rewind(self) -> None:
        self._position = 0
