"""Small upright pictures of the eyes, from drawn eyes whose place is known."""

import math

import cv2
import numpy as np
import pytest

from eyecomm.devices.eye_patches import PATCH_SIZE_PX, cut_eye_patches
from eyecomm.samples import Bytes, Floats

# MediaPipe's corners: (left, right) in the picture.
LEFT_EYE, RIGHT_EYE = (362, 263), (33, 133)


def mesh(left_px: tuple[float, float], right_px: tuple[float, float], width_px: float, roll_deg: float) -> Floats:
    """Put both eyes at given centres; all other points stay at zero."""
    points = np.zeros((478, 3))
    half = np.array([math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))]) * width_px / 2
    for corners, center in ((LEFT_EYE, left_px), (RIGHT_EYE, right_px)):
        points[corners[0], :2] = center - half
        points[corners[1], :2] = center + half
    return points


def draw(points: Floats, *, left: int, right: int) -> Bytes:
    """Draw each eye as a bright bar from corner to corner, on black."""
    rgb = np.zeros((480, 640, 3), np.uint8)
    for corners, light in ((LEFT_EYE, left), (RIGHT_EYE, right)):
        ends = [points[i, :2].round().astype(int).tolist() for i in corners]
        cv2.line(rgb, ends[0], ends[1], (light, light, light), 9)
    return rgb


@pytest.mark.parametrize("roll_deg", [-60.0, -20.0, 0.0, 35.0, 90.0])
@pytest.mark.parametrize("width_px", [30.0, 60.0, 120.0])
def test_eyes_come_out_level_of_one_size_and_left_first(roll_deg: float, width_px: float) -> None:
    points = mesh((430, 240), (210, 240), width_px, roll_deg)
    patches = cut_eye_patches(draw(points, left=200, right=100), points)
    assert patches.shape == (2, PATCH_SIZE_PX[1], PATCH_SIZE_PX[0])
    assert patches.dtype == np.uint8
    for patch, light in zip(patches, (200, 100), strict=True):
        assert patch[17:19, 12:48].mean() == pytest.approx(light, rel=0.05)
        assert patch[0].max() == patch[-1].max() == 0
        assert patch[18, 0] == patch[18, -1] == 0 or width_px < 60  # the thick ends of a small bar reach the edge
        rows, columns = np.nonzero(patch > light / 2)
        assert rows.mean() == pytest.approx(17.5, abs=1)
        assert columns.mean() == pytest.approx(29.5, abs=1)


def test_patches_are_not_mirrored() -> None:
    points = mesh((430, 240), (210, 240), 60.0, 0.0)
    rgb = np.zeros((480, 640, 3), np.uint8)
    rgb[:, 430:] = 255  # right half of the left eye
    left, right = cut_eye_patches(rgb, points)
    assert left[:, 40:].min() == 255
    assert left[:, :20].max() == 0
    assert right.max() == 0


@pytest.mark.parametrize("center", [(0.0, 0.0), (639.0, 479.0), (-20.0, 240.0), (320.0, 500.0), (5000.0, -5000.0)])
def test_an_eye_at_the_edge_or_outside_is_safe(center: tuple[float, float]) -> None:
    points = mesh(center, center, 60.0, 20.0)
    patches = cut_eye_patches(np.full((480, 640, 3), 90, np.uint8), points)
    assert np.all(patches == 90)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_an_eye_without_width_is_black(value: float) -> None:
    patches = cut_eye_patches(np.full((480, 640, 3), 90, np.uint8), np.full((478, 3), value))
    assert patches.shape == (2, 36, 60)
    assert patches.max() == 0
