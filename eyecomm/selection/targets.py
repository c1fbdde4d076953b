"""The targets on the screen, and which of them a point hits."""

import math

import numpy as np

from eyecomm.geometry import Point
from eyecomm.samples import Floats


class SelectionError(ValueError):
    """Targets or settings that make no sense."""


class Targets:
    """Rectangles with a dwell time each, tested all at once.

    Parameters
    ----------
    rects_px : ndarray, shape (k, 4)
        Left, top, right, bottom in pixels; right and bottom edges do not belong to a target.
    dwell_s : ndarray, shape (k,)
        Own dwell time in seconds; NaN for the usual one, infinite for a target that cannot be selected.

    Raises
    ------
    SelectionError
        When the shapes do not fit, an edge is not finite, or a dwell time is not above zero.
    """

    def __init__(self, rects_px: Floats, dwell_s: Floats) -> None:
        rects = np.asarray(rects_px, dtype=np.float64)
        own = np.asarray(dwell_s, dtype=np.float64)
        if rects.ndim != 2 or rects.shape[1] != 4 or own.ndim != 1:
            raise SelectionError(f"Targets have shapes (k, 4) and (k,), not {rects.shape} and {own.shape}.")
        if len(rects) != len(own):
            raise SelectionError(f"{len(rects)} targets were given with {len(own)} dwell times.")
        if not np.isfinite(rects).all():
            raise SelectionError("The edges of a target must be finite.")
        if (own <= 0).any():
            raise SelectionError("A dwell time must be above zero.")
        self.own_dwell_s = own
        # Inside means left <= x, top <= y, x < right, y < bottom. With the last two turned round and moved by the
        # smallest step, all four are one comparison: bounds <= (x, y, -x, -y).
        outer = -np.nextafter(rects[:, 2:], -np.inf)
        self._bounds = np.ascontiguousarray(np.hstack((rects[:, :2], outer)).T)
        self._place = np.empty((4, 1))
        self._passed = np.empty(self._bounds.shape, dtype=np.bool_)
        self._inside = np.empty(len(rects), dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.own_dwell_s)

    def dwell_s(self, usual_s: float) -> Floats:
        """Give the dwell time of every target in seconds, shape (k,)."""
        return np.where(np.isnan(self.own_dwell_s), usual_s, self.own_dwell_s)

    def selectable(self, index: int) -> bool:
        """Whether a target can be selected at all."""
        return bool(self.own_dwell_s[index] != np.inf)

    def hit(self, point: Point | None) -> int | None:
        """Give the first target under a point, or None; NaN hits nothing."""
        if point is None or not len(self):
            return None
        self._place[:, 0] = point.x, point.y, -point.x, -point.y
        np.less_equal(self._bounds, self._place, out=self._passed)
        np.logical_and.reduce(self._passed, axis=0, out=self._inside)
        first = int(self._inside.argmax())
        return first if self._inside[first] else None


def seen(point: Point | None) -> Point | None:
    """Give the point if it is a place on earth; NaN and infinity are gaze lost."""
    known = point is not None and math.isfinite(point.x) and math.isfinite(point.y)
    return point if known else None


NO_TARGETS = Targets(np.empty((0, 4)), np.empty(0))
