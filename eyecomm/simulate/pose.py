"""Where the virtual patient's head is, and how the eyes are turned to look at a place on the screen."""

import math
from dataclasses import dataclass

import numpy as np

from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats

PUPIL_DISTANCE_MM = 60.0

Angles = tuple[float, float]


@dataclass(frozen=True, slots=True)
class HeadState:
    """Where the head is.

    Parameters
    ----------
    x_mm, y_mm : float
        The middle between the eyes, right of and below the middle of the screen, as the patient sees it.
    z_mm : float
        Distance of the eyes from the plane of the screen.
    roll_deg : float
        Tilt, clockwise in the camera's picture.
    yaw_deg, pitch_deg : float
        Turn away from the middle of the screen: yaw to the right of the picture, pitch up.
    """

    x_mm: float = 0.0
    y_mm: float = 0.0
    z_mm: float = 600.0
    roll_deg: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class FaceState:
    """A face at one moment. Left and right are the patient's own.

    Parameters
    ----------
    left_deg, right_deg : tuple of float
        How far each eye is turned in the head, (x to the patient's right, y down), in degrees. Zero is straight
        ahead. The line of sight is (tan x, tan y, 1).
    openness : tuple of float
        Of the lids (left, right): 1 as in the portrait, 0 shut.
    head : HeadState
        Where the head is.
    """

    left_deg: Angles = (0.0, 0.0)
    right_deg: Angles = (0.0, 0.0)
    openness: tuple[float, float] = (1.0, 1.0)
    head: HeadState = HeadState()

    @classmethod
    def looking_at(
        cls, screen: Screen, point: Point, head: HeadState | None = None, openness: tuple[float, float] = (1.0, 1.0)
    ) -> "FaceState":
        """Turn both eyes to a place on the screen; without a head it is in front of the screen's middle.

        Parameters
        ----------
        screen : Screen
            Only its size is used; the distance is the head's.
        point : Point
            Where to look, in pixels.
        head : HeadState, optional
            Default: straight in front of the middle of the screen, at the screen's viewing distance.
        openness : tuple of float
            Of the left and the right lids.
        """
        head = head or HeadState(z_mm=screen.distance_mm)
        target_mm = screen.to_mm(point)
        left, right = (eye_angles(head, side * PUPIL_DISTANCE_MM / 2, target_mm) for side in (-1, 1))
        return cls(left, right, openness, head)


def eye_angles(head: HeadState, offset_mm: float, target_mm: tuple[float, float]) -> Angles:
    """Give the turn of one eye in the head.

    A head that is not turned is taken to face the middle of the screen wherever it is, because the portrait then shows
    it from the front; what an eye has to turn is the angle between the screen's middle and the target.

    Parameters
    ----------
    head : HeadState
        Where the head is.
    offset_mm : float
        Of this eye from the middle between the eyes, to the patient's right.
    target_mm : tuple of float
        Right of and below the middle of the screen.

    Returns
    -------
    tuple of float
        x to the patient's right and y down, in degrees.
    """
    turned = _rotation(head)
    # The patient's right is the picture's left.
    eye_x, eye_y, eye_z = (
        float(part) for part in (turned[:, 0] * -offset_mm) * (-1, 1, -1) + (head.x_mm, head.y_mm, head.z_mm)
    )
    x = math.atan2(target_mm[0] - eye_x, eye_z) + math.atan2(head.x_mm, head.z_mm)
    y = math.atan2(target_mm[1] - eye_y, eye_z) + math.atan2(head.y_mm, head.z_mm)
    right, down, ahead = turned.T @ (-math.tan(x), math.tan(y), 1.0)
    return math.degrees(math.atan2(-right, ahead)), math.degrees(math.atan2(down, ahead))


def turn(yaw_deg: float, pitch_deg: float) -> Floats:
    """Give the rotation, shape (3, 3), of a head that turns and tips.

    Acts on columns of (right in the picture, down, towards the camera).

    Parameters
    ----------
    yaw_deg, pitch_deg : float
        As in `HeadState`.
    """
    (cy, sy), (cp, sp) = ((math.cos(a), math.sin(a)) for a in (math.radians(yaw_deg), math.radians(pitch_deg)))
    return np.array([[cy, sy * sp, sy * cp], [0.0, cp, -sp], [-sy, cy * sp, cy * cp]])


def _rotation(head: HeadState) -> Floats:
    """Rotate by the turn and then by the roll, which is clockwise in the picture, shape (3, 3)."""
    c, s = math.cos(math.radians(head.roll_deg)), math.sin(math.radians(head.roll_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]) @ turn(head.yaw_deg, head.pitch_deg)
