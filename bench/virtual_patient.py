"""Measure how well MediaPipe follows the virtual patient's eyes: python -m bench.virtual_patient.

Prints, for several cameras, the response of the iris to the commanded gaze (slope, R2, residual from the line, noise
from frame to frame while the gaze is held), the share of frames in which the face was found, the opening of the lids
open and shut, and the time to draw a frame.

The response is the place of the iris between the corners of the eye, in millimetres of the face, turned into degrees
by the depth of the iris in the eye (10.4 mm). A slope of 1 means that the landmarks move as far as the painted irises.
"""

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats, Frame
from eyecomm.simulate.eye import IRIS_DEPTH_MM
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.pose import FaceState, HeadState

ASSETS = Path(__file__).parents[1] / "assets"
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
RATE_HZ = 30.0
SETTLE_FRAMES, MEASURED_FRAMES = 6, 6  # MediaPipe smooths over a few frames

IRISES, CORNERS = (473, 468), ((362, 263), (33, 133))
LIDS = (((385, 380), (387, 373)), ((160, 144), (158, 153)))


@dataclass(frozen=True, slots=True)
class Scene:
    """One camera and one place of the head."""

    name: str
    camera: CameraModel
    head: HeadState = field(default_factory=HeadState)


SCENES = (
    Scene("640x480, 60 cm", CameraModel()),
    Scene("640x480, 60 cm, dark, noise 8", CameraModel(noise_sd=8.0, brightness=0.5)),
    Scene("640x480, 90 cm", CameraModel(), HeadState(z_mm=900.0)),
    Scene("640x480, 60 cm, tilted 15 deg", CameraModel(), HeadState(roll_deg=15.0)),
    Scene("1280x720, 60 cm", CameraModel(1280, 720)),
)


class Eyes:
    """Renders a face, shows it to MediaPipe, and measures the eyes."""

    def __init__(self, portrait: Portrait, scene: Scene, model: Path, seed: int) -> None:
        self.scene, self.frames, self.found, self.drawn_s = scene, 0, 0, 0.0
        self._renderer = FaceRenderer(portrait, scene.camera, seed)
        self._landmarker = FaceLandmarker(model)

    def measure(self, point: Point, openness: float = 1.0) -> tuple[Floats, float] | None:
        """Give iris angles (x right, y down) and the lids' opening over the eye's width, the mean of both eyes."""
        state = FaceState.looking_at(SCREEN, point, self.scene.head, (openness, openness))
        start_s = time.perf_counter()
        rgb = self._renderer.render(state)
        self.drawn_s += time.perf_counter() - start_s
        face = self._landmarker.detect(Frame(rgb, self.frames / RATE_HZ))
        self.frames += 1
        if face is None:
            return None
        self.found += 1
        return self._angles(face.points[:, :2]), _opening(face.points[:, :2])

    def _angles(self, points: Floats) -> Floats:
        to_frame = self.scene.camera.head_to_frame(self.scene.head)[:, :2]
        shift = np.mean(
            [points[i] - points[list(c)].mean(axis=0) for i, c in zip(IRISES, CORNERS, strict=True)], axis=0
        )
        shift_mm = np.linalg.solve(to_frame, shift)
        return np.asarray(np.degrees(np.arcsin(np.clip(shift_mm * (-1, 1) / IRIS_DEPTH_MM, -1, 1))))

    def close(self) -> None:
        """Let the model go."""
        self._landmarker.close()


def _opening(points: Floats) -> float:
    """Eye aspect ratio (Soukupova and Cech 2016)."""
    heights = [np.mean([np.linalg.norm(points[a] - points[b]) for a, b in pairs]) for pairs in LIDS]
    widths = [np.linalg.norm(points[a] - points[b]) for a, b in CORNERS]
    return float(np.mean(np.array(heights) / widths))


def gaze_response(eyes: Eyes, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Look at a 7 by 5 grid in random order; give commanded and measured angles, shape (n, 2) each."""
    commanded, measured = [], []
    grid = [(x, y) for x in np.linspace(0.05, 0.95, 7) for y in np.linspace(0.05, 0.95, 5)]
    for x, y in rng.permutation(grid):
        point = Point(float(x) * SCREEN.width_px, float(y) * SCREEN.height_px)
        state = FaceState.looking_at(SCREEN, point, eyes.scene.head)
        for frame in range(SETTLE_FRAMES + MEASURED_FRAMES):
            seen = eyes.measure(point)
            if frame >= SETTLE_FRAMES and seen is not None:
                commanded.append(np.mean([state.left_deg, state.right_deg], axis=0))
                measured.append(seen[0])
    return np.array(commanded), np.array(measured)


def line(commanded: Floats, measured: Floats) -> tuple[float, float, float, float]:
    """Fit a straight line; give its slope, R2, and in degrees of gaze the deviation from the line and the noise."""
    slope, intercept = np.polyfit(commanded, measured, 1)
    left = measured - (slope * commanded + intercept)
    steps = np.diff(measured)[np.diff(commanded) == 0]
    noise = np.sqrt(np.mean(steps**2) / 2) / abs(slope)
    return float(slope), float(1 - left.var() / measured.var()), float(left.std() / abs(slope)), float(noise)


def blinks(eyes: Eyes) -> tuple[float, float]:
    """Give the lids' opening with open and with shut eyes, settled for ten frames (a third of a second) each."""
    middle = SCREEN.rect.center
    openings = []
    for openness in (1.0, 0.0):
        seen = [eyes.measure(middle, openness) for _ in range(10)][-1]
        openings.append(np.nan if seen is None else seen[1])
    return openings[0], openings[1]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    faces = ASSETS / "faces"
    portrait = Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text())
    axes = "".join(f"{title:>10}" for title in ("x: slope", "R2", "resid", "noise", "y: slope", "R2", "resid", "noise"))
    print(f"{'angles in degrees':32}{axes}{'found':>8}{'open':>6}{'shut':>6}{'draw ms':>9}")
    for scene in SCENES:
        eyes = Eyes(portrait, scene, ASSETS / "models" / "face_landmarker.task", seed)
        commanded, measured = gaze_response(eyes, np.random.default_rng(seed))
        numbers = [number for axis in (0, 1) for number in line(commanded[:, axis], measured[:, axis])]
        opened, shut = blinks(eyes)
        eyes.close()
        row = "".join(f"{number:10.3f}" for number in numbers)
        found, draw_ms = eyes.found / eyes.frames, 1000 * eyes.drawn_s / eyes.frames
        print(f"{scene.name:32}{row}{found:8.0%}{opened:6.2f}{shut:6.2f}{draw_ms:9.1f}")


if __name__ == "__main__":
    main()
