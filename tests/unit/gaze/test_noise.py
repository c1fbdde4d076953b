import math

import numpy as np
import pytest

from eyecomm.gaze.noise import NoiseSettings, PersonalNoise
from eyecomm.geometry import Point
from eyecomm.samples import Floats


def _feed(points: Floats, rate_hz: float = 30.0, usual_px: float | None = None) -> PersonalNoise:
    noise = PersonalNoise(usual_px=usual_px)
    for i, (x, y) in enumerate(points.tolist()):
        noise.update(Point(x, y), i / rate_hz)
    return noise


def _sd(noise: PersonalNoise) -> list[float]:
    return [math.sqrt(v) for v in noise.variance]


def _points(count: int, sd: tuple[float, float], likeness: float = 0.0, seed: int = 1) -> Floats:
    points = np.random.default_rng(seed).normal(0.0, sd, (count, 2))
    for i in range(1, count):
        points[i] = likeness * points[i - 1] + math.sqrt(1 - likeness**2) * points[i]
    return points


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_each_axis_has_its_own_noise(rate_hz: float) -> None:
    noise = _feed(_points(600, (20.0, 60.0)), rate_hz)
    assert _sd(noise) == pytest.approx([20.0, 60.0], rel=0.25)


def test_before_anything_is_seen_a_calibration_counts() -> None:
    assert _sd(_feed(_points(2, (5.0, 5.0)), usual_px=70.0)) == [70.0, 70.0]


def test_without_a_calibration_the_usual_counts() -> None:
    assert _sd(PersonalNoise()) == [NoiseSettings().usual_px] * 2


def test_saccades_are_not_taken_for_noise() -> None:
    points = _points(600, (20.0, 20.0))
    places = np.random.default_rng(2).uniform(0, 1500, (60, 2)).repeat(10, axis=0)  # three a second
    assert max(_sd(_feed(points + places))) < 30.0


def test_a_wrong_beginning_mends_itself() -> None:
    assert _sd(_feed(_points(300, (80.0, 80.0)), usual_px=3.0)) == pytest.approx([80.0, 80.0], rel=0.3)


@pytest.mark.parametrize("likeness", [0.0, 0.5, 0.75])
def test_noise_that_remembers_is_recognised(likeness: float) -> None:
    found = [_feed(_points(400, (30.0, 30.0), likeness, seed)) for seed in range(12)]
    assert np.mean([one.correlation(1 / 30) for one in found]) == pytest.approx(likeness, abs=0.15)
    assert np.mean([_sd(one) for one in found]) == pytest.approx(30.0, rel=0.2)


def test_samples_farther_apart_are_less_alike() -> None:
    noise = _feed(_points(400, (30.0, 30.0), 0.75))
    assert noise.correlation(1 / 10) == pytest.approx(noise.correlation(1 / 30) ** 3, rel=0.01)


def test_a_still_point_has_the_least_noise_and_no_memory() -> None:
    noise = _feed(np.zeros((300, 2)))
    assert max(_sd(noise)) < NoiseSettings().usual_px / 2
    assert noise.correlation(1 / 30) == 0.0
    assert min(_sd(noise)) >= NoiseSettings().least_px


def test_what_lies_across_a_gap_is_no_noise() -> None:
    noise = PersonalNoise(usual_px=20.0)
    points = _points(150, (20.0, 20.0))
    for i, (x, y) in enumerate(points.tolist()):
        noise.update(Point(x + 500 * (i % 2), y), 0.2 * i)
    assert _sd(noise) == [20.0, 20.0]
