"""A camera that comes back: grabbers that follow a script, and a clock of the test's own; no threads."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from eyecomm.devices.camera_errors import CameraGoneError, CameraNotFoundError
from eyecomm.devices.camera_health import RECORDING_LIMITS, CameraState, HealthLimits
from eyecomm.gaze.protocols import FrameSource
from eyecomm.samples import Frame
from eyecomm.workers.grabber import SourceFactory
from eyecomm.workers.steady_camera import PAUSES_S, SteadyCamera

TICK_S = 0.1


class FakeGrabber:
    """Gives a frame at each tick, as its mode says."""

    def __init__(self, clock: SimpleNamespace, mode: str, source: SourceFactory) -> None:
        self.clock, self.mode, self.source = clock, mode, source
        self.made_s = clock.now_s
        self.error: Exception | None = None
        self.is_left = False

    @property
    def is_alive(self) -> bool:
        return not self.is_left or self.mode == "blocked"

    def take(self, timeout_s: float) -> Frame | None:
        self.clock.now_s += timeout_s
        if self.mode == "missing":
            self.error = CameraNotFoundError("none")
        if self.mode == "unplugged":
            self.error = CameraGoneError("gone")
        if self.mode in {"missing", "unplugged", "blocked", "silent"}:
            return None
        seed = 0 if self.mode == "frozen" else round(self.clock.now_s * 1000)
        noisy = np.random.default_rng(seed).integers(100, 140, (120, 160, 3))
        return Frame(noisy.astype(np.uint8), self.clock.now_s)

    def leave(self) -> None:
        self.is_left = True

    def join(self, timeout_s: float) -> bool:
        self.clock.now_s += timeout_s if self.is_alive else 0
        return not self.is_alive


class World:
    """The clock, the camera's mode for new grabbers, and all grabbers made so far."""

    def __init__(self, limits: HealthLimits | None = None) -> None:
        self.clock = SimpleNamespace(now_s=100.0)
        self.mode = "sound"
        self.made: list[FakeGrabber] = []
        self.camera = SteadyCamera(
            no_source, limits or HealthLimits(), lambda: float(self.clock.now_s), self.grab, self.wait
        )

    def grab(self, source: SourceFactory) -> FakeGrabber:
        self.made.append(FakeGrabber(self.clock, self.mode, source))
        return self.made[-1]

    def wait(self, duration_s: float) -> None:
        self.clock.now_s += duration_s

    def now_all(self, mode: str) -> None:
        """Change the camera under way and all to come."""
        self.mode = self.made[-1].mode = mode

    def run(self, duration_s: float) -> list[Frame | None]:
        until_s = self.clock.now_s + duration_s - 1e-9
        frames = []
        while self.clock.now_s < until_s:
            frames.append(self.camera.take(TICK_S))
        return frames

    def time_until(self, is_so: Callable[[], bool]) -> float:
        """Run until something is so, and tell how long that took."""
        began_s = self.clock.now_s
        while not is_so():
            self.camera.take(TICK_S)
            assert self.clock.now_s < began_s + 100, "it never became so"
        return float(self.clock.now_s - began_s)


def no_source() -> FrameSource:
    raise AssertionError("the fake grabbers open nothing")


@pytest.fixture
def world() -> World:
    return World()


def openings(world: World) -> list[float]:
    """Tell the times between two openings."""
    return [float(gap) for gap in np.diff([one.made_s for one in world.made])]


def test_a_sound_camera_gives_every_frame(world: World) -> None:
    assert all(world.run(5))
    assert len(world.made) == 1
    assert world.camera.health.state is CameraState.SLOW  # ten frames a second
    assert world.camera.has_worked
    assert world.camera.error is None


@pytest.mark.parametrize("mode", ["blocked", "silent", "unplugged"])
def test_a_camera_that_stops_is_noticed_within_two_seconds_and_reopened(world: World, mode: str) -> None:
    world.run(3)
    world.now_all(mode)
    noticed_s = world.time_until(
        lambda: world.camera.health.state is CameraState.GONE or world.camera.error is not None
    )
    assert noticed_s <= 2
    assert world.made[0].is_left
    world.mode = "sound"
    assert world.time_until(lambda: world.camera.health.state is not CameraState.GONE and len(world.made) == 2) <= 1
    world.run(1)
    assert world.camera.error is None


def test_a_frozen_camera_is_noticed_within_two_seconds_and_reopened(world: World) -> None:
    world.run(3)
    world.now_all("frozen")
    assert world.time_until(lambda: world.camera.health.state is CameraState.FROZEN) <= 2
    world.run(0.1)
    assert world.made[0].is_left
    world.run(10)
    assert world.camera.health.state is CameraState.FROZEN
    assert len(world.made) >= 2
    world.now_all("sound")
    assert world.time_until(lambda: world.camera.health.state is CameraState.SLOW) < 10


def test_a_frame_that_stands_still_is_no_news(world: World) -> None:
    world.run(1)
    world.now_all("frozen")
    assert world.camera.take(TICK_S) is not None  # the first one is new
    assert world.run(1) == [None] * 10


def test_a_recording_may_stand_still() -> None:
    world = World(RECORDING_LIMITS)
    world.now_all("frozen")
    assert all(world.run(5))
    assert len(world.made) == 1


def test_the_pauses_grow_up_to_eight_seconds(world: World) -> None:
    world.now_all("missing")
    world.run(40)
    assert isinstance(world.camera.error, CameraNotFoundError)
    assert not world.camera.has_worked
    assert openings(world)[:6] == pytest.approx([*PAUSES_S, PAUSES_S[-1]], abs=2.5 * TICK_S)
    world.now_all("sound")
    world.run(10)
    assert world.camera.error is None


def test_after_a_sound_time_the_pauses_are_short_again(world: World) -> None:
    world.now_all("missing")
    world.run(20)
    world.mode = "sound"
    world.run(20)
    world.now_all("unplugged")
    reopened = len(world.made)
    world.run(1)
    assert len(world.made) == reopened + 1


def test_a_camera_that_hangs_while_it_opens_is_left_in_the_end(world: World) -> None:
    world.now_all("blocked")
    world.run(19)
    assert world.camera.health.state is CameraState.GONE
    assert len(world.made) == 1
    world.run(2)
    assert len(world.made) == 2


def test_blocked_threads_do_not_pile_up(world: World) -> None:
    world.run(1)
    world.now_all("blocked")
    world.run(600)
    assert len(world.made) == 3
    world.made[0].mode = "silent"  # the driver lets one go
    world.mode = "sound"
    world.run(1)
    assert len(world.made) == 4
    assert world.camera.health.state is not CameraState.GONE


def test_another_camera_is_taken_at_once_even_from_a_blocked_one(world: World) -> None:
    def other() -> FrameSource:
        raise AssertionError

    world.now_all("blocked")
    world.run(100)
    world.mode = "sound"
    world.camera.switch(other, RECORDING_LIMITS)
    assert world.made[-1].source is other
    assert world.camera.take(TICK_S) is not None
    assert world.made[-2].is_left


def test_closing_lets_the_camera_go_in_time(world: World) -> None:
    world.now_all("blocked")
    before_s = world.clock.now_s
    world.camera.close(0.5)
    world.camera.close(0.5)
    assert world.made[0].is_left
    assert world.clock.now_s - before_s == pytest.approx(0.5)
