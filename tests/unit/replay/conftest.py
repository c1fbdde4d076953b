"""Eyes made of numbers: what they are like follows from where they look, and from who they are."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats
from eyecomm.storage.frames import FrameRow, Look, Split

SCREEN = Screen(1470, 956, 304.0, 198.0, 600.0)
MakeRow = Callable[..., FrameRow]


def vector_for(person: str, target: Point, seed: int = 0) -> Floats:
    """Give features that follow a target, in a way of the person's own."""
    own = np.random.default_rng(sum(person.encode()) + 1)
    mixing = own.normal(0, 1, (2, len(FEATURE_NAMES))) * _scale()
    noise = np.random.default_rng([seed, round(target.x), round(target.y)]).normal(0, 0.02, len(FEATURE_NAMES))
    place = np.array([target.x / 735 - 1, target.y / 478 - 1])
    features: Floats = place @ mixing + noise * _scale()
    return features


def _scale() -> Floats:
    """Eyes and their pictures follow the gaze, the head stays where it is."""
    return np.array([0.0 if name in HEAD else 0.1 if "patch" not in name else 0.7 for name in FEATURE_NAMES])


HEAD = {"yaw", "pitch", "roll", "head_x", "head_y", "log_distance"}


@pytest.fixture
def make_row(tmp_path: Path) -> MakeRow:
    def make(
        session: str,
        split: Split,
        x: float,
        y: float,
        *,
        person: str = "",
        image: str = "",
        screen: Screen | None = SCREEN,
    ) -> FrameRow:
        name = image or f"{person}-{session}-{x:g}-{y:g}.png"
        look = Look(person, session, Point(x, y), split, screen, screen is not None)
        return FrameRow(name, tmp_path / name, look)

    return make
