"""What is rendered for the gaze bench: places of the head, light, glasses, targets. Simulated throughout."""

from dataclasses import dataclass, field, replace

import numpy as np

from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats
from eyecomm.simulate.face import CameraModel
from eyecomm.simulate.pose import HeadState

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)

GRID = (
    *((0.5, 0.5), (0.08, 0.1), (0.92, 0.1), (0.92, 0.9), (0.08, 0.9)),
    *((0.5, 0.1), (0.92, 0.5), (0.5, 0.9), (0.08, 0.5)),
    *((0.29, 0.3), (0.71, 0.3), (0.71, 0.7), (0.29, 0.7)),
)
"""Targets to calibrate on, as fractions of the screen: the first 5 are a cross of corners, the first 9 a grid."""

SUBSETS = {0: (), 1: (0,), 3: (5, 3, 4), 5: range(5), 9: range(9), 13: range(13)}
"""Which of them are used when fewer are."""

TEST_TARGETS = 12
SETTLE_FRAMES, KEPT_FRAMES = 4, 5


@dataclass(frozen=True, slots=True)
class Scene:
    """One sitting of one face.

    Parameters
    ----------
    condition : str
        What is special about it.
    session : int
        Number within the condition.
    head : HeadState
        Where the head is on average.
    camera : CameraModel
        Picture size, noise, brightness.
    glasses : bool
        Whether they are worn.
    calibrates : bool
        Whether the 13 targets of `GRID` are shown before the test targets.
    """

    condition: str
    session: int = 0
    head: HeadState = field(default_factory=HeadState)
    camera: CameraModel = field(default_factory=CameraModel)
    glasses: bool = False
    calibrates: bool = True

    @property
    def seed(self) -> int:
        """Of everything random in it."""
        return 1000 * sum(map(ord, self.condition)) + self.session


def targets(scene: Scene) -> tuple[Point, ...]:
    """Give the targets in the order shown: those to calibrate on, then random ones, spread over the screen."""
    rng = np.random.default_rng(scene.seed)
    fractions = np.vstack([np.array(GRID)[rng.permutation(len(GRID))], _spread(rng)])
    return tuple(Point(float(x) * SCREEN.width_px, float(y) * SCREEN.height_px) for x, y in fractions)


def _spread(rng: np.random.Generator) -> Floats:
    """Draw one random place in each field of a 4 by 3 board, shuffled, shape (TEST_TARGETS, 2)."""
    cells = np.array([(column, row) for column in range(4) for row in range(3)])
    places = (cells + rng.uniform(0.1, 0.9, cells.shape)) / (4, 3)
    return np.asarray(0.05 + 0.9 * rng.permutation(places))


def still() -> tuple[Scene, ...]:
    """Sittings in which the test follows the calibration at once; the head sways a little."""
    return (
        Scene("still"),
        Scene("dim", camera=CameraModel(brightness=0.5, noise_sd=5.0)),
        Scene("dark", camera=CameraModel(brightness=0.3, noise_sd=8.0)),
        Scene("side", camera=CameraModel(brightness=0.9, lamp_side=1.0, noise_sd=4.0)),
        Scene("glasses", glasses=True),
        Scene("near", head=HeadState(z_mm=450.0)),
        Scene("far", head=HeadState(z_mm=800.0)),
    )


def moved() -> tuple[Scene, ...]:
    """Test targets only, after the sitting "still" and a change of posture."""
    heads = {
        "shift": (HeadState(40.0, 0.0), HeadState(-60.0, 0.0), HeadState(30.0, -30.0)),
        "distance": (HeadState(z_mm=500.0), HeadState(z_mm=720.0)),
        "roll": (HeadState(roll_deg=12.0), HeadState(roll_deg=-20.0)),
        "slump": (HeadState(10.0, 50.0, 580.0, 6.0, 0.0, -8.0), HeadState(-15.0, 50.0, 630.0, -9.0, 4.0, 5.0)),
        "turn": tuple(HeadState(yaw_deg=yaw, pitch_deg=pitch) for yaw, pitch in ((15, 0), (-12, 4), (0, -12), (8, 8))),
    }
    return tuple(
        Scene(name, number, head, calibrates=False)
        for name, places in heads.items()
        for number, head in enumerate(places)
    )


def memory(sessions: int = 7, *, glasses: bool = False) -> tuple[Scene, ...]:
    """Sittings on other days: every one with another place and turn of the head and other light, the newest last."""
    return tuple(replace(_day(number), glasses=glasses) for number in range(sessions))


def _day(number: int) -> Scene:
    rng = np.random.default_rng(900 + number)
    x, y, roll, yaw, pitch = (float(v) for v in rng.normal(0, (25.0, 18.0, 3.0, 5.0, 4.0)))
    head = HeadState(x, y, float(rng.uniform(520, 700)), roll, yaw, pitch)
    light, side = float(rng.uniform(0.45, 1.0)), float(rng.choice((0.0, 0.0, 0.6, -0.6)))
    camera = CameraModel(brightness=light, lamp_side=side, noise_sd=2.5 / light)
    return Scene("memory", number, head, camera)


def calm(scene: Scene) -> Scene:
    """Give the scene without noise, for looking at it."""
    return replace(scene, camera=replace(scene.camera, noise_sd=0.0))
