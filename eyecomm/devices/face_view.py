"""Other views of a frame, in which a face is found more easily, and the way back from them."""

import math
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from eyecomm.devices.face_model import MeshFace
from eyecomm.geometry import Rect
from eyecomm.samples import Bytes, Floats

_MIN_SIDE_PX = 64
_HALF_VIEW_DEG = 31.5  # MediaPipe takes the camera's field of view for 63 degrees from top to bottom
_OUTER_EYE_CORNERS = (33, 263)  # from the left of the picture


def readable(rgb: Bytes) -> Bytes | None:
    """Make sure that MediaPipe reads the frame right; None when there is nothing in it to read."""
    if rgb.ndim == 2:
        rgb = np.repeat(rgb[:, :, np.newaxis], 3, axis=2)
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or min(rgb.shape[:2]) < _MIN_SIDE_PX:
        return None
    return np.ascontiguousarray(rgb)


def outline(points: Floats) -> Rect:
    """Put an upright rectangle around a face, given its points, shape (n, 2 or 3)."""
    (left, top), (right, bottom) = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    return Rect(float(left), float(top), float(right - left), float(bottom - top))


def roll_deg(points: Floats) -> float:
    """Tilt of the line through the outer eye corners, clockwise in the picture, -180 to 180."""
    across = points[_OUTER_EYE_CORNERS[1]] - points[_OUTER_EYE_CORNERS[0]]
    return math.degrees(math.atan2(across[1], across[0]))


@dataclass(frozen=True, slots=True, eq=False)
class FaceView:
    """A frame turned, scaled and shifted onto a picture of another size.

    Parameters
    ----------
    center_px : ndarray, shape (2,)
        The point of the frame that comes into the middle of the view.
    turn_deg : float
        Turn of the picture, clockwise.
    scale : float
        Pixels of the view per pixel of the frame, above 0.
    size_px : tuple of int
        Width and height of the view.
    """

    center_px: Floats
    turn_deg: float
    scale: float
    size_px: tuple[int, int]

    @classmethod
    def onto_face(cls, points: Floats, side_px: int, eyes_px: float) -> Self:
        """View a face level and of one size: outer eye corners on a line and `eyes_px` apart.

        Raises
        ------
        ValueError
            When the eyes lie in one place.
        """
        eyes = points[list(_OUTER_EYE_CORNERS), :2]
        apart = math.dist(*eyes)
        if not apart >= 1:
            raise ValueError("a face without width")
        bounds = outline(points).center
        return cls(np.array([bounds.x, bounds.y]), -roll_deg(points), eyes_px / apart, (side_px, side_px))

    def cut(self, rgb: Bytes) -> Bytes:
        """Draw the view, shape (height, width, 3). Outside the frame its edge goes on."""
        matrix = self._matrix
        shift = (np.array(self.size_px) - 1) / 2 - matrix @ self.center_px
        how = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        view = cv2.warpAffine(
            rgb, np.column_stack((matrix, shift)), self.size_px, flags=how, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(view, np.uint8)

    def back(self, mesh: MeshFace, frame_size_px: tuple[int, int]) -> MeshFace:
        """Give a face found in the view as it lies in a frame of a size."""
        points = mesh.points.copy()
        middle = (np.array(self.size_px) - 1) / 2
        points[:, :2] = (points[:, :2] - middle) @ np.linalg.inv(self._matrix).T + self.center_px
        points[:, 2] /= self.scale
        return MeshFace(points, self._transform_back(mesh.transform, frame_size_px), mesh.blendshapes)

    @property
    def _matrix(self) -> Floats:
        turn = math.radians(self.turn_deg)
        return self.scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])

    def _transform_back(self, transform: Floats, frame_size_px: tuple[int, int]) -> Floats:
        """Turn the transform back, and put the face as far away and aside as its size and place in the frame say."""
        turn = math.radians(self.turn_deg)
        back = np.eye(4)
        back[:2, :2] = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]  # its y points up
        out: Floats = back @ transform
        out[2, 3] *= self.scale * frame_size_px[1] / self.size_px[1]
        focal_px = frame_size_px[1] / 2 / math.tan(math.radians(_HALF_VIEW_DEG))
        aside_px = self.center_px - np.array(frame_size_px) / 2
        out[:2, 3] += aside_px * (1, -1) * -out[2, 3] / focal_px
        return out
