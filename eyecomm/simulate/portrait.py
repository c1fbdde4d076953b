"""The photograph the virtual patient is made from: a cut-out portrait and the outlines of its eyes."""

import json
import math
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

from eyecomm.samples import Bytes, Floats

Affine = npt.NDArray[np.float64]


class PortraitError(ValueError):
    """The portrait's picture or the file with its eyes cannot be used."""


@dataclass(frozen=True, slots=True, eq=False)
class EyeOutline:
    """One eye in the portrait.

    Parameters
    ----------
    upper_lid_px, lower_lid_px : ndarray, shape (n, 2)
        From the left of the picture to its right, in its pixels; both start and end in the corners of the eye.
    iris_px : ndarray, shape (2,)
        The middle of the iris; the eye looks straight ahead.
    """

    upper_lid_px: Floats
    lower_lid_px: Floats
    iris_px: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A face looking straight into the camera.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (h, w, 3)
        The picture.
    opacity : ndarray of uint8, shape (h, w)
        255 on the person, 0 on the background.
    left, right : EyeOutline
        The person's own left and right eye.
    pupil_distance_mm : float
        Between the pupils, gives the scale.
    """

    rgb: Bytes
    opacity: Bytes
    left: EyeOutline
    right: EyeOutline
    pupil_distance_mm: float

    @classmethod
    def decode(cls, png: bytes, eyes_json: str) -> Self:
        """Read a portrait from the bytes of its picture (RGB or RGBA) and the text of its eyes (see assets/faces).

        Raises
        ------
        PortraitError
            When either is damaged.
        """
        picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
        if picture is None or picture.ndim != 3 or picture.dtype != np.uint8:
            raise PortraitError("the portrait is not a colour picture of 8 bits")
        rgba = cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGBA)
        try:
            data = json.loads(eyes_json)
            left, right = (_outline(data["eyes"][side]) for side in ("left", "right"))
            distance_mm = float(data["pupil_distance_mm"])
            _check_scale(left, right, distance_mm)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise PortraitError(f"the eyes of the portrait cannot be read: {error!r}") from error
        rgb, opacity = (np.ascontiguousarray(part, np.uint8) for part in (rgba[:, :, :3], rgba[:, :, 3]))
        return cls(rgb, opacity, left, right, distance_mm)

    def from_head(self) -> Affine:
        """Give the map, shape (2, 3), from millimetres to pixels of the portrait.

        Millimetres are right of (in the picture) and below the middle between the eyes, along the line of the eyes.
        """
        middle = (self.left.iris_px + self.right.iris_px) / 2
        across = (self.left.iris_px - self.right.iris_px) / self.pupil_distance_mm
        return np.array([[across[0], -across[1], middle[0]], [across[1], across[0], middle[1]]])


def _outline(data: dict[str, Any]) -> EyeOutline:
    upper, lower, iris = (np.asarray(data[key], float) for key in ("upper_lid_px", "lower_lid_px", "iris_px"))
    if upper.ndim != 2 or upper.shape != lower.shape or upper.shape[1] != 2 or not math.isfinite(iris.sum()):
        raise ValueError("an outline is not a list of points")
    return EyeOutline(upper, lower, iris.reshape(-1, 2)[0])


def _check_scale(left: EyeOutline, right: EyeOutline, distance_mm: float) -> None:
    if not (0 < distance_mm < math.inf and left.iris_px[0] > right.iris_px[0]):
        raise ValueError("the eyes are not side by side")


def apply(affine: Affine, points: Floats) -> Floats:
    """Map points, shape (n, 2), by an affine map, shape (2, 3)."""
    return points @ affine[:, :2].T + affine[:, 2]


def invert(affine: Affine) -> Affine:
    """Give the map back."""
    return np.asarray(cv2.invertAffineTransform(affine), np.float64)


def chain(first: Affine, then: Affine) -> Affine:
    """Give the map that does one after the other."""
    return np.hstack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2:] + then[:, 2:]])
