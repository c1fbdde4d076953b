from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from eyecomm.gaze.head_pose import estimate_head_pose, focal_length_px, iris_diameter_px, rotation_deg
from eyecomm.samples import FaceLandmarks, Floats

Make = Callable[..., FaceLandmarks]


def _turn(axis: int, angle_deg: float) -> Floats:
    """Turn counter-clockwise about x, y or z, seen against the axis."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    turn = np.eye(4)
    turn[a, a], turn[b, b], turn[a, b], turn[b, a] = c, c, -s, s
    return turn


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (np.eye(4), (0, 0, 0)),
        (_turn(1, 20), (20, 0, 0)),  # the nose to the right of the picture
        (_turn(0, -15), (0, 15, 0)),  # the nose up
        (_turn(2, -30), (0, 0, 30)),  # clockwise in the picture
        (_turn(2, -90), (0, 0, 90)),  # in bed
        (_turn(1, 20) @ _turn(0, -15) @ _turn(2, -90), (20, 15, 90)),
        (3.0 * _turn(1, 20), (20, 0, 0)),  # a scale changes nothing
    ],
)
def test_rotation(transform: Floats, expected: tuple[float, float, float]) -> None:
    assert rotation_deg(transform) == pytest.approx(expected, abs=1e-9)


def test_the_assumed_webcam_sees_sixty_degrees_across_a_four_to_three_picture() -> None:
    across = 2 * np.degrees(np.arctan(320 / focal_length_px((640, 480))))
    assert across == pytest.approx(60, abs=0.5)


def test_the_iris_measures_the_distance(make_face: Make) -> None:
    face = make_face()
    pose = estimate_head_pose(face)
    assert pose is not None
    assert iris_diameter_px(face.points) == pytest.approx(10.8, abs=0.05)
    assert pose.z_mm == pytest.approx(600, rel=0.02)
    assert (pose.x_mm, pose.y_mm) == pytest.approx((0, 0), abs=1e-6)


def test_a_face_right_of_and_below_the_middle(make_face: Make) -> None:
    pose = estimate_head_pose(make_face(center_px=(320 + 92.3, 240 + 46.15)))
    assert pose is not None
    assert (pose.x_mm, pose.y_mm) == pytest.approx((100, 50), rel=0.01)


def test_no_iris_no_pose(make_face: Make) -> None:
    face = make_face()
    points = face.points.copy()
    points[468:478] = points[468]
    assert estimate_head_pose(replace(face, points=points)) is None
