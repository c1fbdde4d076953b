"""The numbers about irises, lids, head and the picture of the eyes from which gaze is estimated."""

import math
from dataclasses import dataclass

import numpy as np

from eyecomm.gaze.head_pose import estimate_head_pose
from eyecomm.samples import EyeFeatures, FaceLandmarks, Floats, HeadPose

EYE_FEATURE_NAMES = tuple(
    f"{side}_{name}" for side in ("left", "right") for name in ("iris_x", "iris_y", "upper_lid", "lower_lid")
)
HEAD_FEATURE_NAMES = ("yaw", "pitch", "roll", "head_x", "head_y", "log_distance")
PATCH_SHAPE = (6, 10)
PATCH_FEATURE_NAMES = tuple(
    f"{side}_patch_{row}_{column}"
    for side in ("left", "right")
    for row in range(PATCH_SHAPE[0])
    for column in range(PATCH_SHAPE[1])
)
FEATURE_NAMES = EYE_FEATURE_NAMES + HEAD_FEATURE_NAMES + PATCH_FEATURE_NAMES
"""What each number of `EyeFeatures.vector` is: eye features in eye widths, angles in radians, patches in standard
deviations of their own grey. Landmarks follow vertical gaze badly; the picture of the eye does (after WebGazer,
Papoutsaki et al. 2016, who also use patches of 10 by 6)."""

MIN_EYE_WIDTH_PX = 3.0
MAX_COORDINATE_PX = 1e6


@dataclass(frozen=True, slots=True)
class _Eye:
    """Landmarks of one eye, corners in order from the left of the picture, lids from the same side."""

    corners: tuple[int, int]
    iris: int
    upper: tuple[int, int, int]
    lower: tuple[int, int, int]


_LEFT = _Eye((362, 263), 473, (385, 386, 387), (380, 374, 373))
_RIGHT = _Eye((33, 133), 468, (160, 159, 158), (144, 145, 153))
_OUTER_CORNERS = (33, 263)


def extract(face: FaceLandmarks) -> EyeFeatures | None:
    """Measure the eyes and the head in one frame, or give None when the landmarks make no sense.

    Parameters
    ----------
    face : FaceLandmarks
        The face of one frame.

    Returns
    -------
    EyeFeatures or None
        Its vector has the shape (len(FEATURE_NAMES),) and is always finite.
    """
    if not _is_usable(face.points):
        return None
    pose = estimate_head_pose(face)
    if pose is None:
        return None
    axis = _unit(face.points[_OUTER_CORNERS[1], :2] - face.points[_OUTER_CORNERS[0], :2])
    eyes = [_measure(face.points, eye, axis) for eye in (_LEFT, _RIGHT)]
    vector = np.concatenate([*eyes, _head_features(face, pose), _patch_features(face)])
    left, right = (_aspect_ratio(eye) for eye in eyes)
    return EyeFeatures(vector, (left, right), pose, face.timestamp_s)


def _is_usable(points: Floats) -> bool:
    if points.ndim != 2 or points.shape[0] < 478 or not np.abs(points).max() < MAX_COORDINATE_PX:  # nor is NaN
        return False
    pairs = (_LEFT.corners, _RIGHT.corners, _OUTER_CORNERS)
    return all(_distance(points, pair) >= MIN_EYE_WIDTH_PX for pair in pairs)


def _measure(points: Floats, eye: _Eye, axis: Floats) -> Floats:
    """Iris x and y, upper and lower lid y, from the middle between the corners, in eye widths, roll removed.

    Both eyes share one axis, the line through the outer corners: it is three times longer than an eye, and so the
    roll that is taken out is three times less noisy.
    """
    center = points[list(eye.corners), :2].mean(axis=0)
    down = np.array([-axis[1], axis[0]])
    width = _distance(points, eye.corners)
    iris = points[eye.iris, :2] - center
    upper, lower = (points[list(lid), :2].mean(axis=0) - center for lid in (eye.upper, eye.lower))
    return np.array([iris @ axis, iris @ down, upper @ down, lower @ down]) / width


def _aspect_ratio(eye: Floats) -> float:
    """Lid opening over eye width (after Soukupova and Cech 2016, with three pairs of lid points)."""
    return max(0.0, float(eye[3] - eye[2]))


def _head_features(face: FaceLandmarks, pose: HeadPose) -> Floats:
    """Head features in natural units of about the size of the eye features.

    The distance is measured by the outer eye corners, in depth too: they are ten times farther apart than the iris is
    wide, and only changes matter here.
    """
    outer = face.points[_OUTER_CORNERS[1]] - face.points[_OUTER_CORNERS[0]]
    log_distance = math.log(math.hypot(*face.frame_size_px) / float(np.linalg.norm(outer)))
    position = (pose.x_mm / pose.z_mm, pose.y_mm / pose.z_mm)
    angles = (math.radians(a) for a in (pose.yaw_deg, pose.pitch_deg, pose.roll_deg))
    return np.array([*angles, *position, log_distance])


def _patch_features(face: FaceLandmarks) -> Floats:
    """Both eye patches, averaged down to `PATCH_SHAPE` and freed of brightness and contrast, shape (120,)."""
    rows, columns = PATCH_SHAPE
    height, width = face.eye_patches.shape[1] // rows, face.eye_patches.shape[2] // columns
    blocks = face.eye_patches.reshape(2, rows, height, columns, width).mean(axis=(2, 4)).reshape(2, -1)
    spread = np.maximum(blocks.std(axis=1, keepdims=True), 1.0)  # of a patch without contrast nothing is made
    patches: Floats = ((blocks - blocks.mean(axis=1, keepdims=True)) / spread).reshape(-1)
    return patches


def _distance(points: Floats, pair: tuple[int, int]) -> float:
    return float(np.hypot(*(points[pair[1], :2] - points[pair[0], :2])))


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.hypot(*vector)
    return unit
