"""Finds the face in pictures that have nothing to do with each other, and tries hard: no frame comes after.

A face is read twice: first where it is, then again in a view in which it lies level, in the middle and of one size.
The second reading hangs less on where the first one drew its rectangle. In photographs of two people, each shown 40
times shifted, scaled, tilted and with new noise, the eye corners scattered by 0.3 to 0.5 mm when read once, 0.14 to
0.25 mm when followed through six frames of a video, and 0.13 to 0.18 mm when read so; the turn of the head by 0.6 to
1.3 degrees when read once, 0.1 to 0.25 degrees when read so.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from eyecomm.devices.eye_patches import cut_eye_patches
from eyecomm.devices.face_model import FaceFinder, MeshFace, MeshReader, read_model
from eyecomm.devices.face_view import FaceView, outline, readable, roll_deg
from eyecomm.samples import Bytes, FaceLandmarks, Frame

_SIDE_PX, _EYES_PX = 480, 110.0  # MediaPipe cuts the face out of it at 1 to 1.4 times the size it looks at
_LEVEL_DEG = 10.0  # tilted by less in its own view, the face was read well
_MOST_READINGS = 3
_FLIPPED_DEG = 60.0  # tilted by more there, what was found first was no face, or one with chin and forehead exchanged


class StillLandmarker:
    """A face from MediaPipe in one picture, without memory of any other: `FaceDetector`.

    Parameters
    ----------
    model_path : Path
        The file `face_landmarker.task`.

    Raises
    ------
    ModelFileError
        When the model file is missing, damaged or another one.
    FaceModelError
        When MediaPipe does not start.
    """

    def __init__(self, model_path: Path) -> None:
        model = read_model(model_path)
        self._reader, self._finder = MeshReader(model), FaceFinder(model)

    def detect(self, frame: Frame) -> FaceLandmarks | None:
        """Give the largest face near the middle, or None when there is none.

        The picture is tried as it is, then brightened, with a border around it for a face too near the camera, and
        enlarged for one far away; each turned so that the face is upright.

        Raises
        ------
        FaceModelError
            When MediaPipe fails.
        """
        rgb = readable(frame.rgb)
        if rgb is None:
            return None
        for found in self._attempts(rgb):
            for face in found:
                mesh = self._read_level(rgb, face)
                if mesh is not None:
                    return _landmarks(rgb, mesh, len(found), frame.timestamp_s)
        return None

    def follow_center(self) -> None:
        """Nothing to do: nobody is followed."""

    def close(self) -> None:
        """Let the models go. May be called twice."""
        self._reader.close()
        self._finder.close()

    def _attempts(self, rgb: Bytes) -> Iterator[list[MeshFace]]:
        """Look at the picture in one way after the other, for faces in its pixels, the likeliest patient first."""
        width, height = size = _size_px(rgb)
        yield self._read(rgb)
        yield self._read(_brightened(rgb))
        for scale in (0.6, 2.0):
            view = FaceView(np.array([width - 1, height - 1]) / 2, 0.0, scale, size)
            yield [view.back(mesh, size) for mesh in self._read(_brightened(view.cut(rgb)))]

    def _read(self, rgb: Bytes) -> list[MeshFace]:
        found = self._reader.read(rgb, self._finder.upright_turn_deg(rgb))
        return sorted(found, key=lambda mesh: _likelihood(mesh, _size_px(rgb)), reverse=True)

    def _read_level(self, rgb: Bytes, mesh: MeshFace) -> MeshFace | None:
        """Read a face again in a view of its own, until it lies level there; None when it was none."""
        for _ in range(_MOST_READINGS):
            try:
                view = FaceView.onto_face(mesh.points, _SIDE_PX, _EYES_PX)
            except ValueError:
                return None
            again = max(self._reader.read(view.cut(rgb)), key=lambda one: _likelihood(one, view.size_px), default=None)
            if again is None:
                return mesh if abs(roll_deg(mesh.points)) < _FLIPPED_DEG else None
            tilt_deg = abs(roll_deg(again.points))
            if tilt_deg > _FLIPPED_DEG:
                return None
            mesh = view.back(again, _size_px(rgb))
            if tilt_deg < _LEVEL_DEG:
                break
        return mesh


def _size_px(rgb: Bytes) -> tuple[int, int]:
    return rgb.shape[1], rgb.shape[0]


def _landmarks(rgb: Bytes, mesh: MeshFace, face_count: int, timestamp_s: float) -> FaceLandmarks:
    return FaceLandmarks(
        points=mesh.points,
        transform=mesh.transform,
        blendshapes=mesh.blendshapes,
        eye_patches=cut_eye_patches(rgb, mesh.points),
        frame_size_px=_size_px(rgb),
        face_count=face_count,
        timestamp_s=timestamp_s,
    )


def _likelihood(mesh: MeshFace, size_px: tuple[int, int]) -> float:
    """How likely a face is the patient's: it is large and near the middle."""
    face = outline(mesh.points)
    aside = math.hypot(face.center.x - size_px[0] / 2, face.center.y - size_px[1] / 2) / math.hypot(*size_px)
    return face.width * face.height * max(0.0, 1 - aside)


def _brightened(rgb: Bytes) -> Bytes:
    """Give dark parts of a picture contrast."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(4, 4)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)
