from pathlib import Path

import pytest

from eyecomm.geometry import Screen
from eyecomm.simulate.portrait import Portrait

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def portrait() -> Portrait:
    faces = ROOT / "assets" / "faces"
    return Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text())


@pytest.fixture(scope="session")
def face_model() -> Path:
    return ROOT / "assets" / "models" / "face_landmarker.task"


@pytest.fixture(scope="session")
def screen() -> Screen:
    return Screen(1920, 1080, 531.0, 299.0, 600.0)
