"""Pictures from a program on this same computer, as motion JPEG over HTTP.

Read with the standard library and not with OpenCV, which follows redirects and play lists to other computers.
"""

import http.client
import ipaddress
import time
import urllib.parse
from typing import Self

from eyecomm.devices.camera_errors import CameraAddressError, CameraGoneError, CameraNotFoundError, NotAVideoError
from eyecomm.devices.camera_frames import decode, to_rgb
from eyecomm.samples import Frame

_TIMEOUT_S = 1.5
_CHUNK_BYTES = 65536
_MAX_PICTURE_BYTES = 16 * 1024 * 1024
_START = b"\r\n\r\n\xff\xd8"  # a JPEG right after the header of its part: not the thumbnail inside one
_END = b"\xff\xd9"


class MjpegSource:
    """A camera that another program on this computer serves.

    Parameters
    ----------
    url : str
        Such as `http://127.0.0.1:8080/`.

    Raises
    ------
    CameraAddressError
        When the address is not one of this computer.
    CameraNotFoundError
        When nobody answers there.
    NotAVideoError
        When what answers is no stream of pictures.
    """

    def __init__(self, url: str) -> None:
        host, port, path = _loopback_address(url)
        self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
        self._buffer = bytearray()
        try:
            self._connection.request("GET", path)
            self._response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise CameraNotFoundError(f"no answer from {host} port {port}") from error
        if self._response.status != http.client.OK:
            self.close()
            raise NotAVideoError(f"{host} port {port} answered {self._response.status} instead of sending pictures")

    def read(self) -> Frame | None:
        """Give the newest whole picture, or None when what came is damaged.

        Raises
        ------
        CameraGoneError
            When the stream ends, or stands still for 1.5 s.
        NotAVideoError
            When the stream holds no pictures.
        UnusableFrameError
            When the pictures are too small.
        """
        while (picture := self._newest_picture()) is None:
            self._receive()
        timestamp_s = time.monotonic()
        rgb = to_rgb(decode(picture))
        return None if rgb is None else Frame(rgb, timestamp_s)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()

    def _receive(self) -> None:
        try:
            chunk = self._response.read1(_CHUNK_BYTES)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: closed by another thread
            raise CameraGoneError("the stream of pictures stands still") from error
        if not chunk:
            raise CameraGoneError("the stream of pictures ended")
        self._buffer += chunk
        if len(self._buffer) > _MAX_PICTURE_BYTES:
            raise NotAVideoError("the stream holds no pictures")

    def _newest_picture(self) -> bytes | None:
        """Cut the last whole JPEG out of what has come, and forget everything before its end."""
        end = self._buffer.rfind(_END)
        start = self._buffer.rfind(_START, 0, max(end, 0))
        if start < 0:
            return None
        picture = bytes(self._buffer[start + 4 : end + len(_END)])
        del self._buffer[: end + len(_END)]
        return picture


def _loopback_address(url: str) -> tuple[str, int, str]:
    """Split an address of this computer into host, port and path."""
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname or "", parts.port or http.client.HTTP_PORT
        # `localhost` is looked up nowhere: a name server could send it elsewhere.
        host = "127.0.0.1" if host == "localhost" else host
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise CameraAddressError("the camera's address is not an address of this computer") from error
    if parts.scheme != "http" or not is_loopback:
        raise CameraAddressError("the camera's address is not an http address of this computer")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
