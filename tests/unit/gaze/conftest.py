"""Synthetic eyes: a face whose irises and lids follow the gaze by known gains."""

from collections.abc import Callable

import numpy as np
import pytest

from eyecomm.samples import FaceLandmarks, Floats

LEFT_MM, RIGHT_MM = 31.0, -31.0  # in the picture the patient's left is on the right
CORNER_MM, IRIS_RADIUS_MM, ROTATION_MM = 14.0, 5.85, 10.4
GAIN_X, GAIN_Y = 0.8, 0.3  # how much of the iris movement MediaPipe's landmarks show
UPPER_MM, LOWER_MM = -5.0, 4.0

Eye = tuple[tuple[int, int], int, tuple[int, int, int], tuple[int, int, int]]
# (corners from the left of the picture, iris, upper lid, lower lid)
_LEFT: Eye = ((362, 263), 473, (385, 386, 387), (380, 374, 373))
_RIGHT: Eye = ((33, 133), 468, (160, 159, 158), (144, 145, 153))

MakeFace = Callable[..., FaceLandmarks]


def _set_eye(points: Floats, eye: Eye, center_mm: float, gaze_deg: tuple[float, float], openness: float) -> None:
    corners, iris, upper, lower = eye
    x, y = (ROTATION_MM * np.sin(np.radians(angle)) for angle in gaze_deg)
    iris_at = np.array([center_mm - GAIN_X * x, GAIN_Y * y])
    points[list(corners), :2] = [[center_mm - CORNER_MM, 0], [center_mm + CORNER_MM, 0]]
    points[iris, :2] = iris_at
    for index, (dx, dy) in enumerate([(1, 0), (0, -1), (-1, 0), (0, 1)], start=iris + 1):
        points[index, :2] = iris_at + IRIS_RADIUS_MM * np.array([dx, dy])
    low = LOWER_MM + 0.35 * y
    high = low + openness * (UPPER_MM + 0.75 * y - low)
    for lid, height in ((upper, high), (lower, low)):
        points[list(lid), 0] = center_mm + np.array([-4.0, 0.0, 4.0])
        points[list(lid), 1] = height


@pytest.fixture
def make_face() -> MakeFace:
    """Give a maker of faces that look to (right, down) degrees."""

    def make(
        gaze_deg: tuple[float, float] = (0.0, 0.0),
        openness: tuple[float, float] = (1.0, 1.0),
        *,
        px_per_mm: float = 0.923,
        roll_deg: float = 0.0,
        center_px: tuple[float, float] = (320.0, 240.0),
        noise_px: float = 0.0,
        rng: np.random.Generator | None = None,
        timestamp_s: float = 0.0,
    ) -> FaceLandmarks:
        points = np.zeros((478, 3))
        _set_eye(points, _LEFT, LEFT_MM, gaze_deg, openness[0])
        _set_eye(points, _RIGHT, RIGHT_MM, gaze_deg, openness[1])
        c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
        points[:, :2] = px_per_mm * points[:, :2] @ np.array([[c, s], [-s, c]]) + center_px
        if rng is not None:
            points[:, :2] += rng.normal(0.0, noise_px, (478, 2))
        patches = np.full((2, 36, 60), 128, np.uint8)
        return FaceLandmarks(points, np.eye(4), np.zeros(52), patches, (640, 480), 1, timestamp_s)

    return make
