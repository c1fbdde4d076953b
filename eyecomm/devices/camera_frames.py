"""Whatever a camera hands over becomes an RGB picture of a sensible size."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from eyecomm.devices.camera_errors import UnusableFrameError
from eyecomm.samples import Bytes

Picture = npt.NDArray[Any]
"""As OpenCV reads it: grey, BGR or BGRA."""

MAX_SIDE_PX = 1280
"""Larger pictures are shrunk. The face model looks at the face in 256 x 256 pixels, and at 60 cm a face fills a fifth
of the picture's width: more pixels cost time and tell the model nothing."""

MIN_SIDE_PX = 120
"""In anything smaller no face is found at a distance at which a screen is read."""

_TO_RGB = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}


def decode(content: bytes) -> Picture | None:
    """Decode the content of a picture file; None when it is damaged."""
    if not content:
        return None
    try:
        raw = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # a header that promises an absurd size
        return None
    return None if raw is None else np.asarray(raw)


def to_rgb(raw: Picture | None) -> Bytes | None:
    """Turn a picture as OpenCV reads it into RGB.

    Parameters
    ----------
    raw : ndarray, shape (height, width) or (height, width, 1 or 3 or 4), or None
        Grey, BGR or BGRA with 8 or 16 bits.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), or None
        C-contiguous and the caller's own; the longer side is at most `MAX_SIDE_PX`. None when there is no picture.
        Landmarks found in it are in its pixels, not in those of the camera.

    Raises
    ------
    UnusableFrameError
        When the picture is too small or of an unknown kind.
    """
    if raw is None or raw.size == 0:
        return None
    channels = 1 if raw.ndim == 2 else raw.shape[-1]
    if raw.ndim not in {2, 3} or channels not in _TO_RGB:
        raise UnusableFrameError(f"a picture of shape {raw.shape} is neither grey nor in colour")
    if min(raw.shape[:2]) < MIN_SIDE_PX:
        raise UnusableFrameError(f"a picture of {raw.shape[1]} x {raw.shape[0]} pixels is too small to find eyes in")
    return np.asarray(cv2.cvtColor(_shrunk(_with_8_bits(raw)), _TO_RGB[channels]), np.uint8)


def _with_8_bits(raw: Picture) -> Bytes:
    if raw.dtype == np.uint8:
        return np.ascontiguousarray(raw)
    if raw.dtype == np.uint16:
        return np.ascontiguousarray(raw >> 8, dtype=np.uint8)
    raise UnusableFrameError(f"a picture of {raw.dtype} values has neither 8 nor 16 bits")


def _shrunk(raw: Bytes) -> Bytes:
    height, width = raw.shape[:2]
    scale = MAX_SIDE_PX / max(height, width)
    if scale >= 1:
        return raw
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(raw, size, interpolation=cv2.INTER_AREA), np.uint8)
