"""Eyes that follow a target by known gains, as feature vectors."""

from collections.abc import Callable

import numpy as np
import pytest

from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, HeadPose

GAINS = {"iris_x": (-0.1, 0.0), "iris_y": (0.0, 0.02), "upper_lid": (0.01, 0.04), "lower_lid": (0.0, 0.02)}
POSE = HeadPose(0.0, 0.0, 0.0, 0.0, 0.0, 600.0)

Look = Callable[..., EyeFeatures]


@pytest.fixture
def screen() -> Screen:
    return Screen(1920, 1080, 531.0, 299.0, 600.0)


@pytest.fixture
def look() -> Look:
    """Give what the eyes show while they look at a point, with fresh noise each time."""
    rng = np.random.default_rng(7)

    def features(target: Point, timestamp_s: float = 0.0, noise: float = 0.002) -> EyeFeatures:
        x, y = (target.x - 960) / 960, (target.y - 540) / 540
        vector = rng.normal(0.0, noise, len(FEATURE_NAMES))
        for side in ("left", "right"):
            for name, (gain_x, gain_y) in GAINS.items():
                vector[FEATURE_NAMES.index(f"{side}_{name}")] += gain_x * x + gain_y * y
        return EyeFeatures(vector, (0.3, 0.3), POSE, timestamp_s)

    return features
