"""The targets on the screen, and which of them a point hits."""

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
        rects = np.asarray(rects_px, dtype=np.float64).reshape(-1, 4)
        own = np.asarray(dwell_s, dtype=np.float64).reshape(-1)
        if len(rects) != len(own):
            raise SelectionError(f"{len(rects)} targets were given with {len(own)} dwell times.")
        if not np.isfinite(rects).all():
            raise SelectionError("The edges of a target must be finite.")
        if (own <= 0).any():
            raise SelectionError("A dwell time must be above zero.")
        self._low = np.ascontiguousarray(rects[:, :2])
        self._high = np.ascontiguousarray(rects[:, 2:])
        self.own_dwell_s = own

    def __len__(self) -> int:
        return len(self.own_dwell_s)

    def dwell_s(self, usual_s: float) -> Floats:
        """Give the dwell time of every target in seconds, shape (k,)."""
        return np.where(np.isnan(self.own_dwell_s), usual_s, self.own_dwell_s)

    def selectable(self, index: int) -> bool:
        """Whether a target can be selected at all."""
        return bool(self.own_dwell_s[index] != np.inf)

    def hit(self, point: Point) -> int | None:
        """Give the first target under a point, or None."""
        place = np.array((point.x, point.y))
        hits = np.flatnonzero(((self._low <= place) & (place < self._high)).all(axis=1))
        return int(hits[0]) if len(hits) else None


NO_TARGETS = Targets(np.empty((0, 4)), np.empty(0))
