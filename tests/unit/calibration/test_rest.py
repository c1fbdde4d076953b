import numpy as np
import pytest

from eyecomm.calibration.rest import RestDetector
from eyecomm.samples import Floats

RATE_HZ = 30.0


def _watch(detector: RestDetector, rows: Floats, start_s: float = 0.0) -> list[bool]:
    resting = []
    for i, row in enumerate(rows):
        detector.see(row, start_s + i / RATE_HZ)
        resting.append(detector.resting)
    return resting


@pytest.mark.parametrize("noise", [0.001, 0.02, 0.3])
def test_noise_of_any_size_is_rest_and_a_saccade_is_not(noise: float) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(0.0, noise, (120, 134))
    rows[60:] += 4 * noise * rng.choice((-1, 1), 134)
    resting = _watch(RestDetector(), rows)
    assert np.mean(resting[:60]) > 0.95
    assert not all(resting[60:68])  # on its way
    assert all(resting[70:])  # 0.3 s later it is over


def test_a_slow_sway_of_the_head_is_rest() -> None:
    rows = np.random.default_rng(2).normal(0.0, 0.01, (300, 134))
    rows += 0.05 * np.sin(np.arange(300) / RATE_HZ)[:, None]
    assert np.mean(_watch(RestDetector(), rows)) > 0.95


def test_shut_eyes_begin_the_window_anew() -> None:
    detector = RestDetector()
    rng = np.random.default_rng(3)
    _watch(detector, rng.normal(0.0, 0.01, (30, 134)))
    detector.interrupt()
    assert all(_watch(detector, rng.normal(1.0, 0.01, (30, 134)), start_s=1.0))


def test_frames_too_few_to_tell_are_rest() -> None:
    assert RestDetector().resting
    assert not RestDetector().moved([np.zeros(3), np.ones(3)])
