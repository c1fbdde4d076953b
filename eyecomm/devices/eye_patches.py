"""Small pictures of the two eyes, upright and of one size."""

import math

import cv2
import numpy as np

from eyecomm.samples import Bytes, Floats

PATCH_SIZE_PX = (60, 36)
"""Width and height."""

# Of MediaPipe's face mesh: the corner on the left and the one on the right of the picture.
_LEFT_EYE_CORNERS = (362, 263)
_RIGHT_EYE_CORNERS = (33, 133)

_CORNER_DISTANCE_PX = 42.0  # leaves the lids and a little skin around the eye in the picture


def cut_eye_patches(rgb: Bytes, points: Floats) -> Bytes:
    """Cut out both eyes, with the line between the eye corners made level and 42 pixels long.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        The frame.
    points : ndarray of float64, shape (478, 3)
        The face mesh in pixels of the frame.

    Returns
    -------
    ndarray of uint8, shape (2, 36, 60)
        Grey, left eye first. Outside the frame its edge goes on; black when an eye has no width.
    """
    return np.stack(
        [_cut(rgb, points[list(corners), :2]) for corners in (_LEFT_EYE_CORNERS, _RIGHT_EYE_CORNERS)],
    )


def _cut(rgb: Bytes, corners_px: Floats) -> Bytes:
    """Cut out one eye given its two corners, shape (2, 2)."""
    width, height = PATCH_SIZE_PX
    if not np.isfinite(corners_px).all() or (distance := math.dist(*corners_px)) < 1:
        return np.zeros((height, width), np.uint8)
    across = corners_px[1] - corners_px[0]
    # A turn and a scaling, as one complex number, take the eye onto the patch.
    cos, sin = across * (_CORNER_DISTANCE_PX / distance**2)
    turn = np.array([[cos, sin], [-sin, cos]])
    shift = np.array([width - 1, height - 1]) / 2 - turn @ corners_px.mean(axis=0)
    patch = cv2.warpAffine(
        rgb,
        np.column_stack((turn, shift)),
        PATCH_SIZE_PX,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
