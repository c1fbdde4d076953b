"""Paints one eye of the virtual patient: eyeball, iris and lids, in the pixels of the frame.

Distances are millimetres right of (in the picture) and below the place of the iris when the eye looks straight ahead.
"""

import math

import cv2
import numpy as np

from eyecomm.samples import Bytes
from eyecomm.simulate.lids import Floats32, Lids, LidTable
from eyecomm.simulate.patch import box, grid
from eyecomm.simulate.portrait import Affine, EyeOutline, apply, chain, invert

IRIS_DEPTH_MM = 10.4
"""From the eye's centre of rotation, 13.5 mm behind the cornea (Fry and Hill 1962), to the pupil as seen through the
cornea, 3.05 mm behind its front (Le Grand's eye)."""

IRIS_RADIUS_MM = 5.85  # half the visible iris, 11.7 mm (Ruefer, Schroeder and Erb 2005)
PUPIL_RADIUS_MM = 1.8

REACH_MM = (19.0, 15.0, 9.0)  # painted to each side, above, below
FIXED_SKIN_MM = (7.0, 4.5)  # skin this far above and below the lids does not move
LASHES_MM = 1.3  # the edge of the lid moves as one piece

SCLERA = np.array((219.0, 206.0, 194.0), np.float32)
CORNER = np.array((196.0, 150.0, 138.0), np.float32)
WET_EDGE = np.array((206.0, 172.0, 160.0), np.float32)
IRIS_RIM = np.array((42.0, 30.0, 24.0), np.float32)
IRIS = np.array((98.0, 68.0, 46.0), np.float32)
PUPIL = np.array((16.0, 12.0, 12.0), np.float32)
LASHES = np.array((52.0, 36.0, 30.0), np.float32)
GLINT = np.array((250.0, 250.0, 248.0), np.float32)


class EyePainter:
    """Paints one eye over a frame in which the portrait has been drawn.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (h, w, 3)
        The picture the skin is taken from.
    to_picture : ndarray, shape (2, 3)
        From millimetres of the head (right of and below the middle between the eyes) to pixels of that picture.
    outline : EyeOutline
        The eye, in pixels of the same picture.
    inner_corner : int
        Which end of the outline is at the nose: 0 its first point, -1 its last.
    """

    def __init__(self, rgb: Bytes, to_picture: Affine, outline: EyeOutline, inner_corner: int) -> None:
        from_picture = invert(to_picture)
        self._rgb = rgb
        self._center_mm = apply(from_picture, outline.iris_px[None])[0]
        shift = np.array([[1.0, 0.0, self._center_mm[0]], [0.0, 1.0, self._center_mm[1]]])
        self._to_head = shift
        self._to_picture = chain(shift, to_picture)
        upper = apply(from_picture, outline.upper_lid_px) - self._center_mm
        lower = apply(from_picture, outline.lower_lid_px) - self._center_mm
        self._lids = LidTable(upper, lower)
        self._corner_mm = upper[inner_corner]

    def paint(self, frame: Bytes, head_to_frame: Affine, gaze_deg: tuple[float, float], openness: float) -> None:
        """Paint the eye into the frame.

        Parameters
        ----------
        frame : ndarray of uint8, shape (h, w, 3)
            Changed in place.
        head_to_frame : ndarray, shape (2, 3)
            From millimetres of the head to pixels of the frame.
        gaze_deg : tuple of float
            Turn of the eye to the patient's right and down.
        openness : float
            1 as in the portrait, 0 shut.
        """
        to_frame = chain(self._to_head, head_to_frame)
        area = box(to_frame, frame.shape, REACH_MM)
        if area is None:
            return
        rows, columns = area
        u, v = grid(invert(to_frame), rows, columns)
        mm_per_px = 1.0 / math.sqrt(abs(np.linalg.det(to_frame[:, :2])))
        iris_mm = iris_shift_mm(gaze_deg)
        lids = self._lids.at(u, iris_mm[1], openness)
        skin = self._skin(u, v, lids)
        ball = self._eyeball(u, v, iris_mm, lids, mm_per_px)
        width = max(0.35, 0.8 * mm_per_px)
        open_ = np.clip((lids.lower - lids.upper) / width, 0, 1)  # no slit is left between shut lids
        seen = open_ * _ramp(v - lids.upper, width) * _ramp(lids.lower - v, width)
        lashes = 0.65 * lids.share * np.exp(-(((v - lids.upper + 0.2) / max(0.6, 0.5 * mm_per_px)) ** 2))
        eye = _mix(skin + (ball - skin) * seen[..., None], LASHES, lashes)
        patch = frame[rows, columns]
        edge = _fade(u, v)[..., None]
        patch[:] = np.clip(patch + (eye - patch) * edge + 0.5, 0, 255).astype(np.uint8)

    def _skin(self, u: Floats32, v: Floats32, lids: Lids) -> Floats32:
        """Take the skin from the portrait, the lids pulled to where they are now."""
        above = _pulled(lids.upper - v, lids.upper - lids.upper_still, FIXED_SKIN_MM[0])
        below = _pulled(v - lids.lower, lids.lower_still - lids.lower, FIXED_SKIN_MM[1])
        source = np.where(v < (lids.upper + lids.lower) / 2, lids.upper_still - above, lids.lower_still + below)
        (a, b, c), (d, e, f) = self._to_picture
        x = (a * u + b * source + c).astype(np.float32)
        y = (d * u + e * source + f).astype(np.float32)
        skin = cv2.remap(self._rgb, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(skin, np.float32)

    def _eyeball(
        self, u: Floats32, v: Floats32, iris_mm: tuple[float, float], lids: Lids, mm_per_px: float
    ) -> Floats32:
        soft = max(0.5, mm_per_px)
        corner = np.hypot(u - self._corner_mm[0], v - self._corner_mm[1])
        ball = SCLERA * (1 - np.float32(0.0022) * (u * u + v * v))[..., None]
        color = _mix(ball, CORNER, _ramp(4.2 - corner, 4.0))
        radius = _iris_radius(u, v, iris_mm)
        color = _mix(color, IRIS_RIM, _ramp(IRIS_RADIUS_MM - radius, soft))
        color = _mix(color, IRIS, (0.5 + 0.09 * radius) * _ramp(IRIS_RADIUS_MM - 1.1 - radius, 1.8))
        color = _mix(color, PUPIL, _ramp(PUPIL_RADIUS_MM - radius, soft))
        color = _mix(color, WET_EDGE, 0.6 * _ramp(0.5 - (lids.lower - v), 0.8))
        color *= (1 - 0.5 * np.exp(-np.maximum(v - lids.upper, 0) / 1.5))[..., None]
        # The lamp's mirror image moves half as far as the iris.
        glint = np.hypot(u - 0.5 * iris_mm[0] - 0.9, v - 0.5 * iris_mm[1] + 1.3)
        return _mix(color, GLINT, 0.85 * _ramp(0.65 - glint, soft) * (radius < IRIS_RADIUS_MM))


def iris_shift_mm(gaze_deg: tuple[float, float]) -> tuple[float, float]:
    """Give how far the iris has moved in the picture, to its right and down, when the eye has turned.

    The patient's right is the picture's left.
    """
    x, y = (math.tan(math.radians(min(max(angle, -75.0), 75.0))) for angle in gaze_deg)
    length = math.sqrt(x * x + y * y + 1)
    return -IRIS_DEPTH_MM * x / length, IRIS_DEPTH_MM * y / length


def _iris_radius(u: Floats32, v: Floats32, iris_mm: tuple[float, float]) -> Floats32:
    """Distance from the middle of the iris on the iris itself, which turns away from the camera as the eye turns."""
    du, dv = u - iris_mm[0], v - iris_mm[1]
    shift = math.hypot(*iris_mm)
    if shift < 1e-6:
        return np.asarray(np.hypot(du, dv), np.float32)
    eu, ev = iris_mm[0] / shift, iris_mm[1] / shift
    along = (du * eu + dv * ev) / math.sqrt(1 - (shift / IRIS_DEPTH_MM) ** 2)
    return np.asarray(np.hypot(along, du * ev - dv * eu), np.float32)


def _pulled(distance: Floats32, moved: Floats32, fixed_mm: float) -> Floats32:
    """Map the distance from the lid's edge now to that in the portrait: edge rigid, skin beyond stretched."""
    stretched = np.maximum(fixed_mm - LASHES_MM + moved, 0.5)
    inside = np.maximum(distance - LASHES_MM, 0)
    beyond = np.maximum(inside - stretched, 0)
    edge, skin = np.minimum(distance, LASHES_MM), np.minimum(inside, stretched) * ((fixed_mm - LASHES_MM) / stretched)
    return np.asarray(edge + skin + beyond, np.float32)


def _ramp(inside: Floats32, width: float) -> Floats32:
    """Go from 0 to 1 over a width around the zero of a signed distance."""
    return np.asarray(np.clip(inside / width + 0.5, 0, 1), np.float32)


def _mix(color: Floats32, other: Floats32, share: Floats32) -> Floats32:
    return color + (other - color) * share[..., None]


def _fade(u: Floats32, v: Floats32) -> Floats32:
    """1 in the middle of the painted part, 0 at its border, so that no seam shows."""
    inside = np.minimum(np.minimum(REACH_MM[0] - np.abs(u), REACH_MM[1] + v), REACH_MM[2] - v)
    return np.asarray(np.clip(inside / 2, 0, 1), np.float32)
