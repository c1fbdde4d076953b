"""Finds the patient's face in each frame with MediaPipe's face landmarker.

Measured at 640 x 480 on a slow core: one face followed costs 11 ms a frame. Asked for two faces, MediaPipe searches the
whole frame anew in every frame in which it follows only one, and the same frame costs 16 ms. So the tracker follows one
face, and twice a second the small face finder inside the same model file, 2 ms, looks who else is there. While the
tracker follows nobody, every face that is not the patient's is covered with grey in the picture it gets, so that it can
only find the patient.

A face that is followed is followed however the head is tilted; only to find it, MediaPipe needs it about upright. So
while nobody is found, the face finder says which way up the picture shows a face best.
"""

from pathlib import Path

import numpy as np

from eyecomm.devices.eye_patches import cut_eye_patches
from eyecomm.devices.face_follower import FaceFollower
from eyecomm.devices.face_model import (
    FaceFinder,
    FaceModelError,
    MeshFace,
    MeshTracker,
    ModelFileError,
    read_model,
)
from eyecomm.devices.face_view import outline, readable
from eyecomm.geometry import Point, Rect
from eyecomm.samples import Bytes, FaceLandmarks, Frame

__all__ = ["FaceLandmarker", "FaceModelError", "ModelFileError"]

_LOOK_AROUND_S = 0.5
_TURN_AFTER_S = 0.4  # without a face for so long, it may lie on its side; two turned looks cost 4 ms a frame
_RESTART_S = 1.0  # time that goes back by more begins anew; by less, it jitters
_GREY = 128


class FaceLandmarker:
    """The patient's face from MediaPipe, as a `FaceDetector`.

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
        self._model = read_model(model_path)
        self._tracker = MeshTracker(self._model)
        self._finder = FaceFinder(self._model)
        self._is_following = False
        self._begin_anew()

    def detect(self, frame: Frame) -> FaceLandmarks | None:
        """Give the patient's face, or None when it is not to be seen.

        Raises
        ------
        FaceModelError
            When MediaPipe fails twice in a row.
        """
        rgb = readable(frame.rgb)
        if rgb is None:
            return None
        timestamp_ms = self._next_stamp_ms(frame.timestamp_s)
        self._look_around(rgb, frame.timestamp_s)
        mesh = self._track(rgb, timestamp_ms) if self._is_following else self._search(rgb, timestamp_ms)
        face = None if mesh is None else outline(mesh.points)
        if mesh is None or face is None or not self._follower.seen(face, frame.timestamp_s):
            self._is_following = False
            return None
        self._is_following = True
        self._seen_s = frame.timestamp_s
        return self._landmarks(rgb, mesh, face, frame.timestamp_s)

    def follow_center(self) -> None:
        """From now on follow the face nearest to the middle of the picture."""
        self._follower.follow_center()
        self._is_following = False

    def close(self) -> None:
        """Let the models go. May be called twice."""
        self._tracker.close()
        self._finder.close()

    def _begin_anew(self) -> None:
        self._follower = FaceFollower()
        self._is_following = False
        self._patient: Rect | None = None
        self._others: tuple[Rect, ...] = ()
        self._looked_s = -np.inf
        self._seen_s = np.inf
        self._newest_s = -np.inf
        self._stamp_ms = -1

    def _next_stamp_ms(self, timestamp_s: float) -> int:
        """Turn a time stamp into the growing whole number that MediaPipe wants."""
        if timestamp_s < self._newest_s - _RESTART_S:
            self._tracker.close()
            self._tracker = MeshTracker(self._model)
            self._begin_anew()
        self._newest_s = timestamp_s
        self._stamp_ms = max(round(timestamp_s * 1000), self._stamp_ms + 1)
        return self._stamp_ms

    def _look_around(self, rgb: Bytes, now_s: float) -> None:
        """See who is there: now and then, and in every frame while nobody is followed."""
        if self._is_following and now_s - self._looked_s < _LOOK_AROUND_S:
            return
        self._looked_s = now_s
        height, width = rgb.shape[:2]
        faces = self._finder.find(rgb)
        self._patient = self._follower.patient_among(faces, Point(width / 2, height / 2), now_s)
        self._others = tuple(face for face in faces if face is not self._patient)
        if self._patient is not None and not self._follower.is_at(self._patient):
            self._is_following = False

    def _with_others_covered(self, rgb: Bytes) -> Bytes:
        """Cover all faces but the patient's with grey, chin and forehead too, in a copy of the frame."""
        if not self._others:
            return rgb
        covered = rgb.copy()
        for other in self._others:
            covered[_pixels(other.inset(-0.25 * other.width))] = _GREY
        if self._patient is not None:  # cheek by cheek
            patient = _pixels(self._patient.inset(-0.1 * self._patient.width))
            covered[patient] = rgb[patient]
        return covered

    def _search(self, rgb: Bytes, timestamp_ms: int) -> MeshFace | None:
        """Look for the patient, after a while also for one whose head lies on its side."""
        covered = self._with_others_covered(rgb)
        self._seen_s = min(self._seen_s, self._newest_s)  # at first the search begins to count
        is_long = self._newest_s - self._seen_s >= _TURN_AFTER_S
        return self._track(covered, timestamp_ms, self._finder.upright_turn_deg(covered) if is_long else 0)

    def _track(self, rgb: Bytes, timestamp_ms: int, turn_deg: int = 0) -> MeshFace | None:
        try:
            return self._tracker.track(rgb, timestamp_ms, turn_deg)
        except FaceModelError:
            self._tracker.close()
            self._tracker = MeshTracker(self._model)
            return self._tracker.track(rgb, timestamp_ms, turn_deg)

    def _landmarks(self, rgb: Bytes, mesh: MeshFace, face: Rect, timestamp_s: float) -> FaceLandmarks:
        others = [other for other in self._others if not face.contains(other.center)]
        height, width = rgb.shape[:2]
        return FaceLandmarks(
            points=mesh.points,
            transform=mesh.transform,
            blendshapes=mesh.blendshapes,
            eye_patches=cut_eye_patches(rgb, mesh.points),
            frame_size_px=(width, height),
            face_count=1 + len(others),
            timestamp_s=timestamp_s,
        )


def _pixels(area: Rect) -> tuple[slice, slice]:
    """Rows and columns of an area, as far as they can lie in a frame."""
    top, left = max(0, round(area.y)), max(0, round(area.x))
    bottom, right = max(0, round(area.y + area.height)), max(0, round(area.x + area.width))
    return slice(top, bottom), slice(left, right)
