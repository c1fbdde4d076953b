"""MediaPipe with its traps. Nothing outside this module uses it.

The traps, all met in version 0.10.31: an empty frame after tracking began ends the whole process; rows that do not lie
one after the other in memory are misread in silence; after a grey or empty first frame a landmarker is dead, its
`close` raises and its `__del__` can wait for ever; time stamps must be whole numbers that grow; after `close` it finds
nothing, in silence; and it writes five lines to the terminal.
"""

import contextlib
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eyecomm.devices.mediapipe_vision import BaseOptions, Image, ImageFormat, ImageProcessingOptions, vision
from eyecomm.geometry import Rect
from eyecomm.samples import Bytes, Floats

MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"

_FACE_FINDER = "face_detector.tflite"  # its name inside the model file, which is a zip archive


class FaceModelError(Exception):
    """The face model does not work."""


class ModelFileError(FaceModelError):
    """The model file is missing, damaged or another one."""


def read_model(path: Path) -> bytes:
    """Read the model and make sure that it is the one this program was tested with.

    Raises
    ------
    ModelFileError
        When it cannot be read or is another file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"the face model {path.name} cannot be read") from error
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise ModelFileError(f"the face model {path.name} is damaged or another version")
    return content


@dataclass(frozen=True, slots=True, eq=False)
class MeshFace:
    """What MediaPipe tells of one face; see `eyecomm.samples.FaceLandmarks`.

    Parameters
    ----------
    points : ndarray of float64, shape (478, 3)
        In pixels of the frame.
    transform : ndarray of float64, shape (4, 4)
        In centimetres.
    blendshapes : ndarray of float64, shape (52,)
        From 0 to 1.
    """

    points: Floats
    transform: Floats
    blendshapes: Floats


class MeshTracker:
    """Follows one face from frame to frame.

    Parameters
    ----------
    model : bytes
        Content of the model file.

    Raises
    ------
    FaceModelError
        When MediaPipe does not accept the model.
    """

    def __init__(self, model: bytes) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        self._vendor = _create(vision.FaceLandmarker, options)
        self._is_fresh = True

    def track(self, rgb: Bytes, timestamp_ms: int, turn_deg: int = 0) -> MeshFace | None:
        """Find the face in a frame.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            C-contiguous and not empty.
        timestamp_ms : int
            Larger than in the call before.
        turn_deg : int
            As in `FaceFinder.find`; a face that is followed already is followed however it is turned.

        Raises
        ------
        FaceModelError
            When MediaPipe fails. The tracker is dead then: close it and make a new one.
        """
        noise = _quiet_stderr() if self._is_fresh else contextlib.nullcontext()
        try:
            with noise:
                result = self._vendor.detect_for_video(_image(rgb), timestamp_ms, _turned(turn_deg))
        except (RuntimeError, ValueError) as error:
            raise FaceModelError("the face model failed") from error
        self._is_fresh = False
        return next(iter(_meshes(result, rgb)), None)

    def close(self) -> None:
        """Let the model go. May be called twice."""
        _close(self._vendor)


class MeshReader:
    """Reads the faces of pictures that have nothing to do with each other.

    It is easier to please than MediaPipe's defaults, 0.5: a doubtful face in a still is better than none.

    Parameters
    ----------
    model : bytes
        Content of the model file.
    confidence : float
        How sure it must be that a face is one, 0 to 1.
    most : int
        So many faces at most.

    Raises
    ------
    FaceModelError
        When MediaPipe does not accept the model.
    """

    def __init__(self, model: bytes, confidence: float = 0.3, most: int = 3) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=most,
            min_face_detection_confidence=confidence,
            min_face_presence_confidence=confidence,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        self._vendor = _create(vision.FaceLandmarker, options)
        self._is_fresh = True

    def read(self, rgb: Bytes, turn_deg: int = 0) -> tuple[MeshFace, ...]:
        """Give all faces of a picture.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            C-contiguous and not empty.
        turn_deg : int
            As in `FaceFinder.find`.

        Raises
        ------
        FaceModelError
            When MediaPipe fails.
        """
        noise = _quiet_stderr() if self._is_fresh else contextlib.nullcontext()
        try:
            with noise:
                result = self._vendor.detect(_image(rgb), _turned(turn_deg))
        except (RuntimeError, ValueError) as error:
            raise FaceModelError("the face model failed") from error
        self._is_fresh = False
        return _meshes(result, rgb)

    def close(self) -> None:
        """Let the model go. May be called twice."""
        _close(self._vendor)


class FaceFinder:
    """Finds all faces of a frame, each for itself.

    Parameters
    ----------
    model : bytes
        Content of the model file.

    Raises
    ------
    FaceModelError
        When MediaPipe does not accept the model.
    """

    def __init__(self, model: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(model)) as archive:
            finder = archive.read(_FACE_FINDER)
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=finder), running_mode=vision.RunningMode.IMAGE
        )
        self._vendor = _create(vision.FaceDetector, options)
        self._is_fresh = True

    def find(self, rgb: Bytes, turn_deg: int = 0) -> tuple[Rect, ...]:
        """Give the places of all faces, in pixels.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            C-contiguous and not empty.
        turn_deg : int
            Look at the picture turned by this much, a multiple of 90. The places are those in the picture as it is.

        Raises
        ------
        FaceModelError
            When MediaPipe fails.
        """
        boxes = [one.bounding_box for one in self._detect(rgb, turn_deg)]
        return tuple(Rect(box.origin_x, box.origin_y, box.width, box.height) for box in boxes)

    def upright_turn_deg(self, rgb: Bytes) -> int:
        """Say by how much to turn a picture so that the face in it is upright, to a quarter of a turn.

        The finder is surest of upright faces, 0.93 to 0.95; of faces that lie on their side 0.6 to 0.9, and given to
        MediaPipe the wrong way round they become meshes with chin and forehead exchanged, which then stay.

        Returns
        -------
        int
            0, 90 or -90; 0 when there is no face.
        """
        scores = {turn_deg: _best_score(self._detect(rgb, turn_deg)) for turn_deg in (0, 90, -90)}
        return max(scores, key=lambda turn_deg: scores[turn_deg])

    def _detect(self, rgb: Bytes, turn_deg: int) -> Any:  # noqa: ANN401  MediaPipe has no types
        noise = _quiet_stderr() if self._is_fresh else contextlib.nullcontext()
        try:
            with noise:
                result = self._vendor.detect(_image(rgb), _turned(turn_deg))
        except (RuntimeError, ValueError) as error:
            raise FaceModelError("the face finder failed") from error
        self._is_fresh = False
        return result.detections

    def close(self) -> None:
        """Let the model go. May be called twice."""
        _close(self._vendor)


def _meshes(result: Any, rgb: Bytes) -> tuple[MeshFace, ...]:  # noqa: ANN401  MediaPipe has no types
    height, width = rgb.shape[:2]
    parts = zip(result.face_landmarks, result.facial_transformation_matrixes, result.face_blendshapes, strict=True)
    return tuple(
        MeshFace(
            # MediaPipe's z has the scale of its x.
            np.array([(point.x, point.y, point.z) for point in points], np.float64) * (width, height, width),
            np.array(transform, np.float64),
            np.array([category.score for category in blendshapes], np.float64),
        )
        for points, transform, blendshapes in parts
    )


def _best_score(detections: Any) -> float:  # noqa: ANN401  MediaPipe has no types
    return max((float(one.categories[0].score) for one in detections), default=0.0)


def _turned(turn_deg: int) -> ImageProcessingOptions:
    return ImageProcessingOptions(rotation_degrees=turn_deg)


def _image(rgb: Bytes) -> Image:
    if rgb.size == 0 or rgb.ndim != 3 or rgb.dtype != np.uint8 or not rgb.flags.c_contiguous:
        raise FaceModelError("a frame that MediaPipe would misread")
    return Image(ImageFormat.SRGB, rgb)


def _create(vendor: Any, options: Any) -> Any:  # noqa: ANN401  MediaPipe has no types
    try:
        with _quiet_stderr():
            return vendor.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        raise FaceModelError("MediaPipe does not start with this model") from error


def _close(vendor: Any) -> None:  # noqa: ANN401  MediaPipe has no types
    # Closing one that died raises; without its handle its `__del__` does nothing, and so cannot wait for ever.
    with contextlib.suppress(RuntimeError, ValueError):
        vendor.close()
    vendor._handle = None  # noqa: SLF001  MediaPipe offers no other way


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep what C++ code writes to file descriptor 2 off the terminal, for a moment.

    The descriptor belongs to the whole process: what another thread writes in that moment is lost too. Only the one
    thread that owns the models comes here, so that two moments never overlap and the descriptor is always given back.
    """
    try:
        kept = os.dup(2)
    except OSError:  # a windowed program has no terminal
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
