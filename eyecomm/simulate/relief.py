"""How deep the face of a portrait is, and how its picture is bent when the head turns."""

from typing import Self

import cv2
import numpy as np

from eyecomm.samples import Floats
from eyecomm.simulate.lids import Floats32
from eyecomm.simulate.pose import turn

STEP_MM = 2.0
LEFT_MM, TOP_MM = -170.0, -190.0
COLUMNS, ROWS = 171, 221  # up to 170 mm to the side, 250 mm below the eyes
FIT_MM = (4.0, 9.0, 24.0, 70.0)  # points are spread over the first of these widths that has any
NECK_MM = (15.0, 75.0)  # from here below the chin the skin turns less, and from there not at all
CHEEKS_MM = (95.0, 160.0)  # likewise to the sides
CHIN_MM = 112.0
FIT_STEPS = 3  # what smoothing has cut off the nose is put on again
FIXED_POINT_STEPS = 6


class Relief:
    """Depth of a face over its picture.

    Parameters
    ----------
    depth_mm : ndarray of float32, shape (ROWS, COLUMNS)
        Towards the camera from the middle between the eyes, every `STEP_MM` from `LEFT_MM` and `TOP_MM`.
    """

    def __init__(self, depth_mm: Floats32) -> None:
        self._u, self._v = _places()
        self._depth = depth_mm
        self._turns = _fades(self._v - CHIN_MM, NECK_MM) * _fades(np.abs(self._u), CHEEKS_MM)

    @classmethod
    def of_points(cls, points_mm: Floats) -> Self:
        """Fit a smooth face through points.

        Parameters
        ----------
        points_mm : ndarray, shape (n, 3)
            Right of (in the picture), below and in front of the middle between the eyes. Beyond them the head falls
            back.
        """
        points = np.vstack([points_mm, _behind(points_mm)])
        column = np.clip(np.rint((points[:, 0] - LEFT_MM) / STEP_MM), 0, COLUMNS - 1).astype(np.intp)
        row = np.clip(np.rint((points[:, 1] - TOP_MM) / STEP_MM), 0, ROWS - 1).astype(np.intp)
        depth = np.zeros((ROWS, COLUMNS), np.float32)
        for _ in range(FIT_STEPS):
            weight, total = np.zeros((ROWS, COLUMNS)), np.zeros((ROWS, COLUMNS))
            np.add.at(weight, (row, column), 1.0)
            np.add.at(total, (row, column), points[:, 2] - depth[row, column])
            depth += _spread(total, weight)
        return cls(depth)

    @classmethod
    def plain(cls) -> Self:
        """Give a head like an egg with a nose, for a portrait of which nothing is known."""
        u, v = _places()
        egg = np.sqrt(np.clip(1 - (u / 80) ** 2 - ((v - 25) / 130) ** 2, 0.02, 1))
        nose = 30 * np.exp(-((u / 11) ** 2) - ((v - 38) / 18) ** 2)
        depth = 130 * (egg - egg[round(-TOP_MM / STEP_MM), round((30 - LEFT_MM) / STEP_MM)]) + nose
        return cls(np.asarray(cv2.GaussianBlur(depth, (0, 0), 3), np.float32))

    def depth_at(self, u_mm: float, v_mm: float) -> float:
        """Depth at one place, in millimetres."""
        return float(self._depth[round((v_mm - TOP_MM) / STEP_MM), round((u_mm - LEFT_MM) / STEP_MM)])

    def moves(self, yaw_deg: float, pitch_deg: float) -> Floats32:
        """How far each place of the portrait moves in the picture when the head turns.

        Returns
        -------
        ndarray of float32, shape (ROWS, COLUMNS, 2)
            Millimetres to the right and down.
        """
        (a, b, c), (d, e, f), _ = turn(yaw_deg, pitch_deg)
        right = self._turns * ((a - 1) * self._u + b * self._v + c * self._depth)
        down = self._turns * (d * self._u + (e - 1) * self._v + f * self._depth)
        return np.dstack([right, down]).astype(np.float32)


def sources(moves: Floats32, u_mm: Floats32, v_mm: Floats32) -> tuple[Floats32, Floats32]:
    """Find what is seen at some places of the picture of a turned head.

    Parameters
    ----------
    moves : ndarray of float32, shape (ROWS, COLUMNS, 2)
        From `Relief.moves`.
    u_mm, v_mm : ndarray of float32, shape (h, w)
        Places, right of and below the middle between the eyes.

    Returns
    -------
    tuple of ndarray
        The places in the portrait, likewise.
    """
    u, v = u_mm, v_mm
    for _ in range(FIXED_POINT_STEPS):
        moved = _lookup(moves, u, v)
        u, v = u_mm - moved[..., 0], v_mm - moved[..., 1]
    return u, v


def _lookup(field: Floats32, u_mm: Floats32, v_mm: Floats32) -> Floats32:
    column, row = ((mm - np.float32(low)) / np.float32(STEP_MM) for mm, low in ((u_mm, LEFT_MM), (v_mm, TOP_MM)))
    found = cv2.remap(field, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _places() -> tuple[Floats32, Floats32]:
    """Millimetres right of and below the middle between the eyes, shape (ROWS, COLUMNS) each."""
    u, v = np.meshgrid(LEFT_MM + STEP_MM * np.arange(COLUMNS), TOP_MM + STEP_MM * np.arange(ROWS))
    return u.astype(np.float32), v.astype(np.float32)


def _fades(beyond_mm: Floats32, between_mm: tuple[float, float]) -> Floats32:
    """Go smoothly from 1 to 0."""
    first, last = between_mm
    share = np.clip((last - beyond_mm) / (last - first), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def _behind(points_mm: Floats) -> Floats:
    """Add points behind the rim of a face, shape (n, 3): hair, ears, neck."""
    rim = points_mm[cv2.convexHull(points_mm[:, :2].astype(np.float32), returnPoints=False).reshape(-1)]
    middle = np.append(rim[:, :2].mean(axis=0), 0.0)
    rings = [middle + (rim - middle) * (grow, grow, 1.0) - (0, 0, back) for grow, back in ((1.2, 22.0), (1.45, 40.0))]
    return np.vstack(rings)


def _spread(total: Floats, weight: Floats) -> Floats32:
    """Fill in between scattered values (normalised convolution, Knutsson and Westin 1993)."""
    depth, filled = np.zeros_like(total), np.zeros_like(total)
    for width_mm in FIT_MM:
        sums, weights = (cv2.GaussianBlur(part, (0, 0), width_mm / STEP_MM) for part in (total, weight))
        sure = np.clip(weights * (width_mm / STEP_MM) ** 2 * 20, 0, 1) * (1 - filled)
        depth += sure * sums / np.maximum(weights, 1e-12)
        filled += sure
    depth /= np.maximum(filled, 1e-12)
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), 1.5), np.float32)
