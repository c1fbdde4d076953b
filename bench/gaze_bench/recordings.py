"""Render a scene, show it to the face landmarker, and keep what it saw: once for every run of the bench."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from bench.gaze_bench.portraits import MODEL, Face
from bench.gaze_bench.scenes import GRID, KEPT_FRAMES, SCREEN, SETTLE_FRAMES, Scene, targets
from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.gaze.features import extract
from eyecomm.geometry import Point
from eyecomm.samples import Bytes, FaceLandmarks, Floats, Frame
from eyecomm.simulate.face import FaceRenderer
from eyecomm.simulate.glasses import Glasses
from eyecomm.simulate.pose import FaceState, HeadState

RATE_HZ = 30.0
BETWEEN_TARGETS_S = 1.2  # goes by unseen, so that the head has time to sway
Ints = npt.NDArray[np.intp]

# Slow wander: standard deviation, and the time after which it has forgotten where it was.
FIXATION_DEG, FIXATION_S = 0.3, 0.8  # dispersion of fixations, 0.1 to 0.5 degrees (Martinez-Conde et al. 2004)
TREMOR_DEG = 0.05
SWAY = np.array([3.0, 2.0, 4.0, 0.6, 1.0, 0.8])  # x, y, z in mm; roll, yaw, pitch in degrees
SWAY_S = 6.0
LIDS, LIDS_S = 0.05, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What was seen of one scene, one row a frame.

    Parameters
    ----------
    features : ndarray, shape (n, 134)
        From `eyecomm.gaze.features.extract`.
    targets_px : ndarray, shape (n, 2)
        Where the target was; the eyes wandered around it.
    target_index : ndarray of int, shape (n,)
        Counts the targets in the order shown.
    grid_index : ndarray of int, shape (n,)
        Place in `scenes.GRID`; -1 for a test target.
    points : ndarray of float32, shape (n, 478, 3)
        Landmarks in pixels.
    eye_patches : ndarray of uint8, shape (n, 2, 36, 60)
        As cut by the landmarker.
    transforms : ndarray, shape (n, 4, 4)
        MediaPipe's.
    gaze_px : ndarray, shape (n, 2)
        Where the eyes really pointed.
    distance_mm : ndarray, shape (n,)
        From the eyes to the screen, really.
    frame_size_px : ndarray of int, shape (2,)
        Width and height.
    frames : int
        How many were rendered and should have had a face.
    """

    features: Floats
    targets_px: Floats
    target_index: Ints
    grid_index: Ints
    points: npt.NDArray[np.float32]
    eye_patches: Bytes
    transforms: Floats
    gaze_px: Floats
    distance_mm: Floats
    frame_size_px: Ints
    frames: int

    def __len__(self) -> int:
        """How many frames."""
        return len(self.features)

    @property
    def is_test(self) -> npt.NDArray[np.bool_]:
        """Which rows belong to test targets, shape (n,)."""
        return self.grid_index < 0

    def calibration(self, grid: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which rows belong to some places of the grid, shape (n,)."""
        return np.isin(self.grid_index, list(grid))

    @classmethod
    def load(cls, path: Path, key: str) -> Self | None:
        """Read a recording; None when there is none of this key."""
        try:
            with np.load(path, allow_pickle=False) as data:
                if str(data["key"]) != key:
                    return None
                values = {field.name: data[field.name] for field in fields(cls)}
        except (OSError, KeyError, ValueError, zipfile.BadZipFile):
            return None
        return cls(**{**values, "frames": int(values["frames"])}).measured()

    def measured(self) -> Self:
        """Give it with the features measured again: what is measured may have changed since the recording."""
        size = int(self.frame_size_px[0]), int(self.frame_size_px[1])
        seen = [
            extract(FaceLandmarks(points.astype(np.float64), transform, np.zeros(52), patches, size, 1, 0.0))
            for points, transform, patches in zip(self.points, self.transforms, self.eye_patches, strict=True)
        ]
        return replace(self, features=np.array([one.vector for one in seen if one is not None]))

    def save(self, path: Path, key: str) -> None:
        """Write it, in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.npz")
        np.savez_compressed(draft, key=key, **{field.name: getattr(self, field.name) for field in fields(self)})
        draft.replace(path)


def default_cache() -> Path:
    """Where recordings are kept: EYECOMM_BENCH_CACHE, else a folder among the system's temporary ones."""
    return Path(os.environ.get("EYECOMM_BENCH_CACHE") or Path(tempfile.gettempdir()) / "eyecomm-gaze-bench")


def recording(folder: Path, face: Face, scene: Scene) -> Recording:
    """Give the recording of a scene with a face, rendered now or before."""
    path = folder / f"{face.name}-{scene.condition}-{scene.session}.npz"
    key = key_of(face, scene)
    kept = Recording.load(path, key)
    if kept is None:
        kept = record(face, scene)
        kept.save(path, key)
    return kept


def key_of(face: Face, scene: Scene) -> str:
    """Give what a recording depends on, so that none is used that would look otherwise today."""
    rgb = face.portrait.rgb
    wander = (FIXATION_DEG, FIXATION_S, TREMOR_DEG, *SWAY.tolist(), SWAY_S, LIDS, LIDS_S, SETTLE_FRAMES, KEPT_FRAMES)
    return f"{scene!r} {face.name} {rgb.shape} {int(rgb.sum())} {wander} {_sources_digest()}"


@cache
def _sources_digest() -> str:
    """Tell apart versions of what draws the face and cuts out the eyes."""
    rooms = Path(__file__).parents[2] / "eyecomm"
    paths = [*sorted((rooms / "simulate").glob("*.py")), rooms / "devices" / "eye_patches.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def record(face: Face, scene: Scene) -> Recording:
    """Render a scene and follow the face with a fresh landmarker."""
    glasses = Glasses() if scene.glasses else None
    renderer = FaceRenderer(face.portrait, scene.camera, scene.seed, relief=face.relief, glasses=glasses)
    landmarker = FaceLandmarker(MODEL)
    size = scene.camera.width_px, scene.camera.height_px
    rows, frames = [], 0
    try:
        for look in _looks(scene):
            found = landmarker.detect(Frame(renderer.render(look.state), look.timestamp_s))
            if not look.kept:
                continue
            frames += 1
            seen = None if found is None else extract(found)
            if found is not None and seen is not None:
                rows.append((seen.vector, found.points.astype(np.float32), found.eye_patches, found.transform, look))
    finally:
        landmarker.close()
    vectors, points, patches, transforms, looks = zip(*rows, strict=True)
    return Recording(
        features=np.array(vectors),
        targets_px=np.array([(look.target.x, look.target.y) for look in looks]),
        target_index=np.array([look.index for look in looks], np.intp),
        grid_index=np.array([look.grid for look in looks], np.intp),
        points=np.array(points),
        eye_patches=np.array(patches),
        transforms=np.array(transforms),
        gaze_px=np.array([(look.gaze.x, look.gaze.y) for look in looks]),
        distance_mm=np.array([look.state.head.z_mm for look in looks]),
        frame_size_px=np.array(size, np.intp),
        frames=frames,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """One frame to be rendered."""

    timestamp_s: float
    state: FaceState
    target: Point
    gaze: Point
    index: int
    grid: int
    kept: bool


class _Wander:
    """A slow random walk around zero that never gets far (Ornstein and Uhlenbeck 1930)."""

    def __init__(self, sd: Floats, memory_s: float, rng: np.random.Generator) -> None:
        self._sd, self._memory_s, self._rng = sd, memory_s, rng
        self._value = rng.normal(0, sd)

    def step(self, dt_s: float) -> Floats:
        keep = float(np.exp(-dt_s / self._memory_s))
        self._value = keep * self._value + np.sqrt(1 - keep * keep) * self._rng.normal(0, self._sd)
        return self._value


def _looks(scene: Scene) -> Iterator[_Look]:
    """Give the frames of a scene: each target is looked at, with some frames before that are not kept."""
    rng = np.random.default_rng(scene.seed + 1)
    eyes = _Wander(np.full(2, FIXATION_DEG), FIXATION_S, rng)
    sway, lids = _Wander(SWAY, SWAY_S, rng), _Wander(np.full(1, LIDS), LIDS_S, rng)
    now_s, dt_s = 0.0, 0.0
    grid_of = {(x * SCREEN.width_px, y * SCREEN.height_px): index for index, (x, y) in enumerate(GRID)}
    for index, target in enumerate(targets(scene)):
        grid = grid_of.get((target.x, target.y), -1)
        if grid >= 0 and not scene.calibrates:
            continue
        for frame in range(SETTLE_FRAMES + KEPT_FRAMES):
            now_s += dt_s
            head = _swayed(scene.head, sway.step(dt_s))
            gaze = _near(target, eyes.step(dt_s) + rng.normal(0, TREMOR_DEG, 2), head.z_mm)
            opened = float(np.clip(1 + lids.step(dt_s)[0], 0.8, 1.15))
            state = FaceState.looking_at(SCREEN, gaze, head, (opened, opened))
            yield _Look(now_s, state, target, gaze, index, grid, frame >= SETTLE_FRAMES)
            dt_s = 1 / RATE_HZ
        now_s, dt_s = now_s + 1 / RATE_HZ, BETWEEN_TARGETS_S


def _swayed(head: HeadState, by: Floats) -> HeadState:
    names = ("x_mm", "y_mm", "z_mm", "roll_deg", "yaw_deg", "pitch_deg")
    return replace(head, **{name: getattr(head, name) + float(step) for name, step in zip(names, by, strict=True)})


def _near(target: Point, off_deg: Floats, distance_mm: float) -> Point:
    """Give a place a small angle beside the target."""
    screen = replace(SCREEN, distance_mm=distance_mm)
    x_deg, y_deg = screen.to_degrees(target)
    return screen.from_degrees(x_deg + float(off_deg[0]), y_deg + float(off_deg[1]))
