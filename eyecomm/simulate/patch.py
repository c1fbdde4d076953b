"""The part of a frame that something on the face covers, and the millimetres of its pixels."""

import numpy as np

from eyecomm.simulate.lids import Floats32
from eyecomm.simulate.portrait import Affine, apply

Reach = tuple[float, float, float]
"""Millimetres covered to each side, above and below."""


def box(to_frame: Affine, shape: tuple[int, ...], reach_mm: Reach) -> tuple[slice, slice] | None:
    """Give rows and columns of a frame of some shape around the origin of `to_frame`; None when out of sight."""
    side, above, below = reach_mm
    corners = apply(to_frame, np.array([[-side, -above], [side, -above], [-side, below], [side, below]]))
    low = np.clip(np.floor(corners.min(axis=0)), 0, (shape[1], shape[0])).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (shape[1], shape[0])).astype(int)
    if (high <= low).any():
        return None
    return slice(low[1], high[1]), slice(low[0], high[0])


def grid(to_mm: Affine, rows: slice, columns: slice) -> tuple[Floats32, Floats32]:
    """Give the millimetres right and down of every pixel in a part of the frame, shape (rows, columns) each."""
    x = np.arange(columns.start, columns.stop, dtype=np.float32)[None]
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    (a, b, c), (d, e, f) = to_mm.astype(np.float32)
    return a * x + b * y + c, d * x + e * y + f
