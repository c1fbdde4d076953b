"""Is the camera well? Told with a clock of the test's own."""

import math

import numpy as np
import pytest

from eyecomm.devices.camera_health import RECORDING_LIMITS, CameraHealth, CameraState, HealthLimits, HealthMonitor
from eyecomm.samples import Frame


def picture(seed: int, mean: float = 120.0) -> Frame:
    """A grey wall with the noise of a sensor."""
    noisy = np.random.default_rng(seed).normal(mean, 3, (120, 160, 3))
    return Frame(noisy.clip(0, 255).astype(np.uint8), 0.0)


@pytest.fixture
def monitor() -> HealthMonitor:
    return HealthMonitor(HealthLimits(), 0.0)


def play(monitor: HealthMonitor, start_s: float, fps: float, count: int, mean: float = 120.0) -> CameraHealth:
    """Show noisy frames, and tell the last judgement."""
    return [monitor.update(picture(i, mean), start_s + i / fps) for i in range(count)][-1]


def test_a_camera_has_time_to_wake_up_but_not_for_ever(monitor: HealthMonitor) -> None:
    assert monitor.update(None, 0.1).state is CameraState.STARTING
    assert monitor.update(None, 5.9).state is CameraState.STARTING
    health = monitor.update(None, 6.0)
    assert health.state is CameraState.GONE
    assert health.age_s == pytest.approx(6.0)
    assert health.fps == 0


def test_a_sound_camera_is_ok(monitor: HealthMonitor) -> None:
    health = play(monitor, 1.0, 30, 90)
    assert health.state is CameraState.OK
    assert health.fps == pytest.approx(30)
    assert health.age_s == 0
    assert health.mean_luma == pytest.approx(120, abs=1)
    assert health.unchanged_s == 0


def test_an_unplugged_camera_is_noticed_within_two_seconds(monitor: HealthMonitor) -> None:
    play(monitor, 0.0, 30, 31)
    assert monitor.update(None, 2.4).state is CameraState.OK
    health = monitor.update(None, 2.6)
    assert health.state is CameraState.GONE
    assert health.age_s == pytest.approx(1.6)


def test_a_frozen_camera_is_noticed_within_two_seconds(monitor: HealthMonitor) -> None:
    play(monitor, 0.0, 30, 31)
    states = [monitor.update(picture(30), 1.0 + i / 30).state for i in range(1, 60)]
    assert states[40] is CameraState.OK
    assert states[-1] is CameraState.FROZEN
    assert monitor.update(picture(99), 3.1).state is CameraState.OK


def test_a_repeated_frame_is_known_at_once(monitor: HealthMonitor) -> None:
    monitor.update(picture(0), 0.0)
    assert monitor.update(picture(0), 0.1).unchanged_s == pytest.approx(0.1)
    assert monitor.update(picture(1), 0.2).unchanged_s == 0


def test_one_pixel_makes_another_picture(monitor: HealthMonitor) -> None:
    first, second = picture(0), picture(0)
    second.rgb[7, 7] ^= 1
    monitor.update(first, 0.0)
    assert monitor.update(second, 1.6).unchanged_s == 0


def test_a_camera_that_changes_its_size_is_not_frozen(monitor: HealthMonitor) -> None:
    monitor.update(Frame(np.full((120, 160, 3), 99, np.uint8), 0.0), 0.0)
    assert monitor.update(Frame(np.full((240, 320, 3), 99, np.uint8), 0.0), 1.6).unchanged_s == 0


def test_recordings_may_hold_still() -> None:
    monitor = HealthMonitor(RECORDING_LIMITS, 0.0)
    states = {monitor.update(picture(0), i / 30).state for i in range(200)}
    assert states == {CameraState.OK}
    assert math.isinf(RECORDING_LIMITS.frozen_s)


def test_a_frozen_camera_stays_frozen_when_it_is_reopened_with_the_same_picture(monitor: HealthMonitor) -> None:
    for i in range(60):
        monitor.update(picture(0), i / 30)
    monitor.reopened(3.0)
    assert monitor.update(None, 3.1).state is CameraState.FROZEN
    assert monitor.update(picture(0), 3.2).state is CameraState.FROZEN
    assert monitor.update(picture(1), 3.3).state is CameraState.OK


def test_a_vanished_camera_stays_gone_until_a_picture_comes(monitor: HealthMonitor) -> None:
    play(monitor, 0.0, 30, 3)
    monitor.update(None, 2.0)
    monitor.reopened(2.5)
    assert monitor.update(None, 2.6).state is CameraState.GONE
    assert monitor.update(picture(7), 2.7).state is CameraState.OK


@pytest.mark.parametrize("mean", [0.0, 12.0])
def test_darkness_is_not_a_frozen_camera(monitor: HealthMonitor, mean: float) -> None:
    dark = Frame(np.full((120, 160, 3), mean, np.uint8), 0.0)
    states = {monitor.update(dark, i / 30).state for i in range(120)}
    assert states == {CameraState.TOO_DARK}


def test_a_white_picture_without_noise_is_not_a_frozen_camera(monitor: HealthMonitor) -> None:
    white = Frame(np.full((120, 160, 3), 255, np.uint8), 0.0)
    assert {monitor.update(white, i / 30).state for i in range(120)} == {CameraState.OK}


def test_brightness_is_weighed_by_colour(monitor: HealthMonitor) -> None:
    blue = np.zeros((120, 160, 3), np.uint8)
    blue[..., 2] = 100
    assert monitor.update(Frame(blue, 0.0), 0.0).mean_luma == pytest.approx(11.4)


@pytest.mark.parametrize(("fps", "state"), [(8, CameraState.SLOW), (1, CameraState.SLOW), (15, CameraState.OK)])
def test_a_slow_camera_is_named(monitor: HealthMonitor, fps: float, state: CameraState) -> None:
    health = play(monitor, 0.0, fps, 50)
    assert health.state is state
    assert health.fps == pytest.approx(fps)


def test_the_first_frames_do_not_count_as_slow(monitor: HealthMonitor) -> None:
    assert play(monitor, 0.0, 5, 3).state is CameraState.OK


def test_frames_at_one_moment_do_not_divide_by_zero(monitor: HealthMonitor) -> None:
    monitor.update(picture(0), 1.0)
    assert math.isfinite(monitor.update(picture(1), 1.0).fps)
