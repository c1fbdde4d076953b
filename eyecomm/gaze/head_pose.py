"""Where the head is and how it is turned, from MediaPipe's transform and the size of the iris."""

import math

import numpy as np

from eyecomm.samples import FaceLandmarks, Floats, HeadPose

IRIS_DIAMETER_MM = 11.7
"""Horizontal visible iris diameter, 11.7 +- 0.5 mm across a wide population (Google, MediaPipe Iris, 2020)."""

DIAGONAL_VIEW_DEG = 72.0
"""Field of view across the diagonal that is assumed of a webcam; 60 degrees across a 4:3 picture."""

MIN_IRIS_PX = 0.5

# The iris ring's two points on the horizontal, and its middle: (left, right).
_IRIS_SIDES = ((474, 476), (469, 471))
_IRIS_CENTERS = (473, 468)


def focal_length_px(frame_size_px: tuple[int, int]) -> float:
    """Focal length in pixels of a webcam with the assumed field of view."""
    return math.hypot(*frame_size_px) / 2 / math.tan(math.radians(DIAGONAL_VIEW_DEG / 2))


def iris_diameter_px(points: Floats) -> float:
    """Mean horizontal diameter of the two irises in pixels, from landmarks of shape (478, 3)."""
    return float(np.mean([np.hypot(*(points[a, :2] - points[b, :2])) for a, b in _IRIS_SIDES]))


def rotation_deg(transform: Floats) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees, with the signs of `HeadPose`.

    Parameters
    ----------
    transform : ndarray, shape (4, 4)
        From the canonical face (x to the patient's left, y up, z out of the face) to a camera with y up, looking
        along -z. Turned about the vertical last, tilted in the picture first, so that roll stays well defined.
    """
    forward = transform[:3, 2]
    yaw = math.atan2(forward[0], forward[2])
    pitch = math.atan2(forward[1], math.hypot(forward[0], forward[2]))
    roll = math.atan2(-transform[1, 0], transform[1, 1])
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def estimate_head_pose(face: FaceLandmarks) -> HeadPose | None:
    """Find the pose of the head, or None when the landmarks make no sense.

    The distance comes from the iris as a ruler, because the transform's own is 12 to 35 % too small.

    Parameters
    ----------
    face : FaceLandmarks
        The face of one frame.
    """
    diameter_px = iris_diameter_px(face.points)
    between_eyes = face.points[list(_IRIS_CENTERS), :2].mean(axis=0)
    if not (np.isfinite(face.transform).all() and np.isfinite(between_eyes).all() and diameter_px >= MIN_IRIS_PX):
        return None
    mm_per_px = IRIS_DIAMETER_MM / diameter_px
    x_px, y_px = between_eyes - np.asarray(face.frame_size_px) / 2
    z_mm = focal_length_px(face.frame_size_px) * mm_per_px
    return HeadPose(*rotation_deg(face.transform), float(x_px * mm_per_px), float(y_px * mm_per_px), float(z_mm))
