"""Other people's webcam gaze, to be compared with: EyeTrax from PyPI, and WebGazer's ridge written again.

EyeTrax 0.4.0 (MIT) and scikit-learn are needed by this bench only; `bench/README.md` says how to get them. Its own code
turns landmarks into features and learns; it is shown our landmarks, which come from the same MediaPipe model.
"""

import importlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol

import cv2
import numpy as np

from bench.gaze_bench.recordings import Recording
from bench.gaze_bench.scenes import KEPT_FRAMES, SCREEN
from eyecomm.samples import Bytes, Floats

FRAMES = 30
EYETRAX_MODELS = ("ridge", "elastic_net", "svr", "tiny_mlp")


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a method may learn from.

    Parameters
    ----------
    recording : Recording
        One sitting.
    rows : ndarray of bool, shape (n,)
        Which frames of it.
    session : int
        0 today, 1 the sitting before, and so on.
    """

    recording: Recording
    rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    session: int

    @property
    def targets_px(self) -> Floats:
        """Where the targets were, shape (frames, 2)."""
        return self.recording.targets_px[self.rows]


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """Where a method thinks the gaze was.

    Parameters
    ----------
    points_px : ndarray, shape (n, 2)
        Pixels of the screen.
    covariances : ndarray, shape (n, 2, 2), or None
        In square pixels, of methods that know how wrong they may be.
    """

    points_px: Floats
    covariances: Floats | None = None


class Model(Protocol):
    """Something that has learned."""

    def guess(self, recording: Recording) -> Guess:
        """Give one guess for every frame of a recording."""
        ...


class Method(Protocol):
    """A way to learn gaze."""

    @property
    def name(self) -> str:
        """What the tables call it."""
        ...

    def learn(self, lessons: Sequence[Lesson]) -> Model | None:
        """Learn; None when there is too little to learn from."""
        ...


def on_screen(points_px: Floats) -> Floats:
    """Put points beyond the screen on its edge: that is what users of all these programs get to see."""
    return np.asarray(np.clip(points_px, 0.0, (SCREEN.width_px, SCREEN.height_px)))


class WebGazer:
    """WebGazer's ridge regression (Papoutsaki et al. 2016, and `ridgeReg.mjs` of its source).

    Both eyes, cut out between the outermost points of the lids, are made grey pictures of 10 by 6, their histograms
    equalised as its source does, and 120 grey levels regressed without a constant. Better off than the original in two
    ways: the head's roll has been taken out of the pictures, and the box around the eye is not rounded to pixels.
    """

    name = "WebGazer ridge"
    RIDGE = 1e-5

    def __init__(self) -> None:
        self._features: dict[int, tuple[Recording, Floats]] = {}

    def learn(self, lessons: Sequence[Lesson]) -> "Model | None":
        """Regress grey levels on targets."""
        if not lessons:
            return None
        x = np.vstack([self.features(lesson.recording)[lesson.rows] for lesson in lessons])
        y = np.vstack([lesson.targets_px for lesson in lessons])
        if not len(x):
            return None
        coefficients = np.linalg.solve(x.T @ x + self.RIDGE * np.eye(x.shape[1]), x.T @ y)
        return _Linear(self, np.asarray(coefficients, np.float64))

    def features(self, recording: Recording) -> Floats:
        """Give the 120 grey levels of every frame, shape (n, 120)."""
        if id(recording) not in self._features:
            rows = [
                np.concatenate(
                    [_webgazer_eye(patch, side) for patch, side in zip(patches, _lid_boxes(points), strict=True)]
                )
                for patches, points in zip(recording.eye_patches, recording.points, strict=True)
            ]
            self._features[id(recording)] = recording, np.array(rows)
        return self._features[id(recording)][1]


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    """WebGazer, having learned."""

    method: WebGazer
    coefficients: Floats

    def guess(self, recording: Recording) -> Guess:
        return Guess(on_screen(self.method.features(recording) @ self.coefficients))


# Corners, upper and lower lid of MediaPipe's mesh, as named in its annotations: (left, right).
_CORNERS = ((362, 263), (33, 133))
_UPPER = ((466, 388, 387, 386, 385, 384, 398), (246, 161, 160, 159, 158, 157, 173))
_LOWER = ((263, 249, 390, 373, 374, 380, 381, 382, 362), (33, 7, 163, 144, 145, 153, 154, 155, 133))
_PATCH_CORNERS_PX = 42.0  # distance of the eye's corners in a patch, see eyecomm.devices.eye_patches


def _lid_boxes(points: Floats) -> tuple[Floats, Floats]:
    """Left, top, right and bottom of both eyes' lids, in pixels of their patches."""
    return _lid_box(points, 0), _lid_box(points, 1)


def _lid_box(points: Floats, side: int) -> Floats:
    corners = points[list(_CORNERS[side]), :2].astype(np.float64)
    across = corners[1] - corners[0]
    cos, sin = across * (_PATCH_CORNERS_PX / float(across @ across))
    turn = np.array([[cos, sin], [-sin, cos]])
    upper, lower = (
        (points[list(lid), :2] - corners.mean(axis=0)) @ turn.T + (29.5, 17.5) for lid in (_UPPER[side], _LOWER[side])
    )
    # The left edge is the upper lid's, the right one the lower lid's, as in WebGazer.
    return np.array([*upper.min(axis=0), *lower.max(axis=0)])


def _webgazer_eye(patch: Bytes, box: Floats) -> Floats:
    """Cut, shrink to 10 by 6 and equalise one eye, shape (60,)."""
    left, top, right, bottom = box
    x = left + (np.arange(10) + 0.5) * (right - left) / 10 - 0.5
    y = top + (np.arange(6) + 0.5) * (bottom - top) / 6 - 0.5
    smooth = cv2.blur(patch, (3, 3))  # a browser's canvas averages when it shrinks a picture
    columns, rows = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    grey = cv2.remap(smooth, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).reshape(-1)
    counted = np.bincount(grey[::5], minlength=256)  # every fifth pixel, as its source does
    return np.asarray(np.minimum(np.cumsum(counted) * (255 * 5 / 60), 255)[grey], np.float64)


class EyeTrax:
    """EyeTrax from PyPI, with one of its models.

    Parameters
    ----------
    model : str
        One of `EYETRAX_MODELS`.
    features : EyeTraxFeatures
        Shared by the models.
    """

    def __init__(self, model: str, features: "EyeTraxFeatures") -> None:
        self._model, self.features = model, features

    @property
    def name(self) -> str:
        """What the tables call it."""
        return f"EyeTrax {self._model}"

    def learn(self, lessons: Sequence[Lesson]) -> "Model | None":
        """Train on all frames, each of them several times: its calibration takes a second a target, 30 frames."""
        x = np.vstack([self.features.of(lesson.recording)[lesson.rows] for lesson in lessons])
        y = np.vstack([lesson.targets_px for lesson in lessons])
        if not len(x):
            return None
        trained = self.train(np.tile(x, (FRAMES // KEPT_FRAMES, 1)), np.tile(y, (FRAMES // KEPT_FRAMES, 1)))
        return None if trained is None else _Trained(self, trained)

    def train(self, x: Floats, y: Floats) -> "Trained | None":
        """Give its trained model; None when scikit-learn refuses, as with too few samples."""
        model: Any = importlib.import_module("eyetrax.models").create_model(self._model)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # iterations run out: so they do for its users
            try:
                model.train(x, y)
            except ValueError:
                return None
        trained: Trained = model
        return trained


class Trained(Protocol):
    """A trained model of EyeTrax."""

    def predict(self, x: Floats) -> Floats:
        """Give points, shape (n, 2), for features, shape (n, 486)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Trained:
    """EyeTrax, having learned."""

    method: EyeTrax
    model: Trained

    def guess(self, recording: Recording) -> Guess:
        return Guess(on_screen(np.asarray(self.model.predict(self.method.features.of(recording)), np.float64)))


class EyeTraxFeatures:
    """EyeTrax's own features, made by its own code from landmarks instead of pictures."""

    def __init__(self) -> None:
        self._gaze = importlib.import_module("eyetrax.gaze")
        self._kept: dict[int, tuple[Recording, Floats]] = {}

    def of(self, recording: Recording) -> Floats:
        """Give the features of every frame, shape (n, 486)."""
        if id(recording) not in self._kept:
            size = np.array([*recording.frame_size_px, recording.frame_size_px[0]], np.float32)
            extract = self._extractor(recording.points / size)
            blank = np.zeros((1, 1, 3), np.uint8)
            rows = [extract(blank)[0] for _ in range(len(recording))]
            self._kept[id(recording)] = recording, np.array(rows, np.float64)
        return self._kept[id(recording)][1]

    def _extractor(self, meshes: "np.ndarray[Any, np.dtype[np.float32]]") -> Callable[[Bytes], tuple[Floats, bool]]:
        """Make its estimator with an eye of our own: a landmarker that gives one known mesh after the other."""
        estimator: Any = object.__new__(self._gaze.GazeEstimator)
        source = iter(meshes)
        vars(estimator).update(
            _mp=SimpleNamespace(Image=lambda **_: None, ImageFormat=SimpleNamespace(SRGB=None)),
            _face_landmarker=SimpleNamespace(detect_for_video=lambda *_: _found(next(source)), close=lambda: None),
            _mp_last_ts_ms=0,
            _ear_history=[],
            _blink_ratio=0.8,
            _min_history=15,
        )
        extract: Callable[[Bytes], tuple[Floats, bool]] = estimator.extract_features
        return extract


def _found(mesh: "np.ndarray[Any, np.dtype[np.float32]]") -> SimpleNamespace:
    points = [SimpleNamespace(x=x, y=y, z=z) for x, y, z in mesh.tolist()]
    return SimpleNamespace(face_landmarks=[points])


def eyetrax_or_why() -> ModuleType | str:
    """Give the package, or what is missing."""
    try:
        package = importlib.import_module("eyetrax")
        for name in ("eyetrax.models", "eyetrax.gaze", "sklearn"):
            importlib.import_module(name)
    except ImportError as error:
        return f"EyeTrax is left out: {error}. bench/README.md says how to get it."
    return package


def rivals() -> tuple[list[Method], str | None]:
    """Give every rival there is, and what is missing."""
    package = eyetrax_or_why()
    if isinstance(package, str):
        return [WebGazer()], package
    features = EyeTraxFeatures()
    return [*(EyeTrax(model, features) for model in EYETRAX_MODELS), WebGazer()], None
