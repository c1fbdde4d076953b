"""Glasses for the virtual patient: frames, a veil over the glass, and a glare that stays with the glass."""

from dataclasses import dataclass

import numpy as np

from eyecomm.samples import Bytes
from eyecomm.simulate.lids import Floats32
from eyecomm.simulate.patch import box, grid
from eyecomm.simulate.portrait import Affine, invert
from eyecomm.simulate.pose import HeadState

GLARE_PER_MM = 0.12
"""How far the glare moves on the glass, in mm, when the head moves 1 mm: an assumption for slightly curved glass."""

GLARE_PER_DEG = 0.7  # likewise when the head turns
_REACH_MM = (80.0, 30.0, 34.0)  # to the sides, above and below the eyes


@dataclass(frozen=True, slots=True)
class Glasses:
    """One pair.

    Parameters
    ----------
    width_mm, height_mm : float
        Of one glass.
    rim_mm : float
        Thickness of the frame.
    color : tuple of float
        Of the frame, red, green and blue from 0 to 255.
    veil : float
        Share of the light that the glass itself throws back.
    glare : float
        Strength of the lamp's mirror image, 0 none, 1 white.
    glare_mm : tuple of float
        Where it is on the glass when the head is in its usual place: right of (in the picture) and below the pupil.
    glare_size_mm : tuple of float
        Its half width and half height.
    """

    width_mm: float = 50.0
    height_mm: float = 36.0
    rim_mm: float = 2.4
    color: tuple[float, float, float] = (38.0, 32.0, 30.0)
    veil: float = 0.06
    glare: float = 0.75
    glare_mm: tuple[float, float] = (-5.0, -4.0)
    glare_size_mm: tuple[float, float] = (4.5, 2.8)

    def paint(self, frame: Bytes, head_to_frame: Affine, pupils_mm: tuple[float, float], head: HeadState) -> None:
        """Paint the glasses over a face seen from the front.

        Parameters
        ----------
        frame : ndarray of uint8, shape (h, w, 3)
            Changed in place.
        head_to_frame : ndarray, shape (2, 3)
            From millimetres of the head to pixels of the frame.
        pupils_mm : tuple of float
            How far right of the middle between the eyes (in the picture) the two pupils are.
        head : HeadState
            Moves the glare on the glass.
        """
        area = box(head_to_frame, frame.shape, _REACH_MM)
        if area is None:
            return
        rows, columns = area
        u, v = grid(invert(head_to_frame), rows, columns)
        picture = frame[rows, columns].astype(np.float32)
        soft = max(0.6, float(np.hypot(*invert(head_to_frame)[:, 0])))
        rim = _bridge(u, v, soft) + _temples(u, v, soft)
        for pupil in pupils_mm:
            glass, edge = self._glass(u - pupil * 1.04, v - 3.0, soft)
            picture += (glass * self.veil)[..., None] * (235 - picture)
            picture += (glass * self._glare(u - pupil, v, head))[..., None] * ((246, 250, 255) - picture)
            rim = np.maximum(rim, edge)
        picture += np.clip(rim, 0, 1)[..., None] * (np.array(self.color, np.float32) - picture)
        frame[rows, columns] = np.clip(picture + 0.5, 0, 255).astype(np.uint8)

    def _glass(self, u: Floats32, v: Floats32, soft: float) -> tuple[Floats32, Floats32]:
        """How much of each pixel is glass, and how much its rim."""
        half_x, half_y = self.width_mm / 2, self.height_mm / 2
        radius = (np.abs(u / half_x) ** 3 + np.abs(v / half_y) ** 3) ** (1 / 3)
        inside = (1 - radius) * min(half_x, half_y)
        glass = np.clip(inside / soft + 0.5, 0, 1)
        edge = np.clip((self.rim_mm / 2 - np.abs(inside)) / soft + 0.5, 0, 1)
        return np.asarray(glass, np.float32), np.asarray(edge, np.float32)

    def _glare(self, u: Floats32, v: Floats32, head: HeadState) -> Floats32:
        """Strength of the mirror image, which has soft edges."""
        x = self.glare_mm[0] - GLARE_PER_MM * head.x_mm - GLARE_PER_DEG * head.yaw_deg
        y = self.glare_mm[1] + GLARE_PER_MM * head.y_mm + GLARE_PER_DEG * head.pitch_deg
        away = ((u - x) / self.glare_size_mm[0]) ** 4 + ((v - y) / self.glare_size_mm[1]) ** 4
        return np.asarray(self.glare * np.exp(-away), np.float32)


def _bridge(u: Floats32, v: Floats32, soft: float) -> Floats32:
    arch = np.abs(v + 3.0 - 0.05 * u * u)
    return np.asarray(np.clip((1.3 - arch) / soft + 0.5, 0, 1) * (np.abs(u) < 7.0), np.float32)


def _temples(u: Floats32, v: Floats32, soft: float) -> Floats32:
    side = np.abs(u)
    return np.asarray(np.clip((1.6 - np.abs(v + 3.0)) / soft + 0.5, 0, 1) * (side > 56.0) * (side < 68.0), np.float32)
