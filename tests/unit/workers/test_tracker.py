"""The eyes' thread, with cameras and detectors that follow the test's orders."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Slot
from pytestqt.qtbot import QtBot

from eyecomm.devices.camera_errors import CameraGoneError, CameraNotFoundError
from eyecomm.devices.camera_health import HealthLimits
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Point
from eyecomm.samples import EyeFeatures, FaceLandmarks, Frame, GazeSample
from eyecomm.workers.tracker import Observation, Tracker, TrackerCause, _Times

LONG_MS = 10_000  # nothing here lasts so long, unless it is broken
QUICK = HealthLimits(starting_s=0.5, gone_s=0.3, frozen_s=0.3, slow_hz=0.0)


class Camera:
    """A camera at 100 frames per second that does as `mode` says."""

    def __init__(self, seed: int = 0) -> None:
        self.mode = "sound"
        self.opened = 0
        self.closed = 0
        self.released = threading.Event()
        self.rng = np.random.default_rng(seed)
        self.stamp_offset_s = 0.0

    def open(self) -> "Camera":
        if self.mode == "missing":
            raise CameraNotFoundError("none")
        self.opened += 1
        return self

    def read(self) -> Frame | None:
        if self.mode == "gone":
            raise CameraGoneError("gone")
        if self.mode == "blocked":
            self.released.wait()
            return None
        time.sleep(0.01)  # the pace of the camera
        rgb = np.full((120, 160, 3), 99, np.uint8)
        if self.mode == "sound":
            rgb[::16, ::16] = self.rng.integers(0, 200, (8, 10, 3))
        return Frame(rgb, time.monotonic() + self.stamp_offset_s)

    def close(self) -> None:
        self.closed += 1


class Detector:
    """Sees as many faces as it is told."""

    def __init__(self) -> None:
        self.made = 0
        self.faces = 1
        self.centered = 0
        self.closed = 0
        self.failure: Exception | None = None
        self.threads: set[int] = set()

    def make(self) -> "Detector":
        self.threads.add(threading.get_ident())
        self.made += 1
        return self

    def detect(self, frame: Frame) -> FaceLandmarks | None:
        self.threads.add(threading.get_ident())
        if self.failure is not None:
            raise self.failure
        if self.faces == 0:
            return None
        patches = np.zeros((2, 36, 60), np.uint8)
        return FaceLandmarks(
            np.zeros((478, 3)), np.eye(4), np.zeros(52), patches, (160, 120), self.faces, frame.timestamp_s
        )

    def follow_center(self) -> None:
        self.centered += 1

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed += 1


class Gaze:
    """A pipeline that looks at one place whenever there is a face."""

    def __init__(self, x: float = 1.0) -> None:
        self.point = Point(x, 0.0)
        self.used: list[float] = []
        self.stamps_s: list[float] = []

    def update(self, face: FaceLandmarks | None, timestamp_s: float) -> tuple[GazeSample, EyeFeatures | None]:
        self.stamps_s.append(timestamp_s)
        return GazeSample(timestamp_s, None if face is None else self.point), None

    def use(self, estimator: GazeEstimator | None, noise_px: float) -> None:
        self.used.append(noise_px)


class Window(QObject):
    """What the GUI thread does with the tracker."""

    def __init__(self, tracker: Tracker) -> None:
        super().__init__()
        self.tracker = tracker
        self.observations: list[Observation] = []
        self.causes: list[TrackerCause] = []
        self.threads: set[int] = set()

    @Slot()
    def on_observed(self) -> None:
        self.threads.add(threading.get_ident())
        observation = self.tracker.take()
        if observation is not None:
            self.observations.append(observation)

    @Slot()
    def on_status_changed(self) -> None:
        self.causes.append(self.tracker.status().cause)


class World:
    """A tracker with its camera, detector, pipeline and window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.camera, self.detector, self.gaze = Camera(), Detector(), Gaze()
        self.tracker = Tracker(self.camera.open, self.detector.make, self.gaze, QUICK)
        self.window = Window(self.tracker)
        self.tracker.observed.connect(self.window.on_observed)
        self.tracker.status_changed.connect(self.window.on_status_changed)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=LONG_MS)

    def wait_for(self, cause: TrackerCause) -> None:
        self.wait_until(lambda: self.tracker.status().cause is cause)

    def wait_for_gaze(self, x: float = 1.0) -> None:
        self.window.observations.clear()
        self.wait_until(lambda: any(one.sample.point == Point(x, 0.0) for one in self.window.observations))

    def wait_for_loss(self) -> None:
        self.window.observations.clear()
        self.wait_until(lambda: any(is_loss(one.sample) for one in self.window.observations))


def is_loss(sample: GazeSample) -> bool:
    return sample.point is None and sample.openness is None


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[World]:
    world = World(qtbot)
    yield world
    world.camera.released.set()
    assert world.tracker.stop(10)


def test_samples_reach_the_window_in_its_own_thread(world: World) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    world.wait_for(TrackerCause.OK)
    newest = world.window.observations[-1]
    assert newest.face is not None
    assert newest.face_count == 1
    assert newest.captured_s == newest.sample.timestamp_s == newest.face.timestamp_s
    assert newest.captured_s <= newest.ready_s <= time.monotonic()
    assert world.window.threads == {threading.get_ident()}
    preview = world.tracker.preview()
    assert preview is not None
    assert preview.rgb.shape == (120, 160, 3)


def test_an_observation_is_taken_once(world: World) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    world.tracker.stop()
    while world.tracker.take() is not None:
        pass
    assert world.tracker.take() is None


def test_the_detector_lives_in_one_thread_that_is_not_the_windows(world: World) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    assert world.tracker.stop()
    assert world.detector.closed == 1
    assert world.camera.opened == world.camera.closed == 1
    assert len(world.detector.threads) == 1
    assert threading.get_ident() not in world.detector.threads


def test_it_starts_once_stops_twice_and_starts_again(world: World) -> None:
    assert world.tracker.stop()
    world.tracker.start()
    world.tracker.start()
    world.wait_for_gaze()
    assert world.detector.made == 1
    assert world.tracker.stop()
    assert world.tracker.stop()
    world.tracker.start()
    world.wait_for_gaze()
    assert world.detector.made == 2


@pytest.mark.parametrize(
    ("mode", "cause"),
    [
        ("blocked", TrackerCause.CAMERA_GONE),
        ("gone", TrackerCause.CAMERA_GONE),
        ("frozen", TrackerCause.FROZEN),
    ],
)
def test_a_camera_that_fails_is_told_and_comes_back(world: World, mode: str, cause: TrackerCause) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    world.camera.mode = mode
    world.wait_for(cause)
    world.wait_for_loss()
    assert cause in world.window.causes
    world.camera.mode = "sound"
    world.wait_for_gaze()
    world.wait_for(TrackerCause.OK)
    assert world.tracker.status().error is None
    assert np.all(np.diff(world.gaze.stamps_s) > 0)


def test_the_gaze_of_a_frozen_picture_is_lost_before_it_can_choose(world: World) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    world.camera.mode = "frozen"
    world.wait_for(TrackerCause.FROZEN)
    assert is_loss(world.window.observations[-1].sample)


def test_no_camera_at_all_is_told_with_its_reason(world: World) -> None:
    world.camera.mode = "missing"
    world.tracker.start()
    world.wait_for(TrackerCause.NO_CAMERA)
    assert isinstance(world.tracker.status().error, CameraNotFoundError)
    world.wait_for_loss()
    world.camera.mode = "sound"
    world.wait_for_gaze()


@pytest.mark.parametrize(("faces", "cause"), [(0, TrackerCause.NO_FACE), (2, TrackerCause.SECOND_FACE)])
def test_faces_missing_or_too_many_are_told(world: World, faces: int, cause: TrackerCause) -> None:
    world.detector.faces = faces
    world.tracker.start()
    world.wait_for(cause)
    assert world.tracker.status().face_count == faces
    world.detector.faces = 1
    world.wait_for(TrackerCause.OK)


def test_another_camera_is_taken_while_it_runs(world: World) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    other = Camera(seed=1)
    world.tracker.switch(other.open, QUICK)
    world.wait_until(lambda: other.opened == 1 and world.camera.closed == 1)
    world.wait_for_gaze()
    assert world.detector.made == 1


def test_another_camera_is_taken_from_a_blocked_one(world: World) -> None:
    world.camera.mode = "blocked"
    world.tracker.start()
    world.wait_for(TrackerCause.NO_CAMERA)
    other = Camera(seed=1)
    world.tracker.switch(other.open, QUICK)
    world.wait_for_gaze()


def test_a_camera_stamped_by_another_clock_is_followed(world: World) -> None:
    world.camera.stamp_offset_s = -time.monotonic() - 50.0
    world.tracker.start()
    world.wait_for_gaze()
    world.camera.mode = "blocked"
    world.wait_for_loss()
    assert world.window.observations[-1].sample.timestamp_s < 0
    world.camera.mode = "sound"
    world.camera.released.set()
    world.wait_for_gaze()


def test_wishes_reach_the_detector_and_the_pipeline(world: World) -> None:
    world.tracker.start()
    world.tracker.follow_center()
    world.tracker.use_estimator(None, 12.0)
    world.wait_until(lambda: world.detector.centered == 1 and world.gaze.used == [12.0])
    world.tracker.set_pipeline(Gaze(x=2.0))
    world.wait_for_gaze(x=2.0)


def test_a_failure_is_told_survived_and_logged_without_its_words(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.tracker.start()
    world.wait_for_gaze()
    with caplog.at_level(logging.ERROR):
        world.detector.failure = ZeroDivisionError("what the patient said")
        world.wait_for(TrackerCause.FAILED)
    assert isinstance(world.tracker.status().error, ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text
    assert "said" not in caplog.text
    world.wait_for_loss()
    world.detector.failure = None
    world.wait_for_gaze()
    assert world.detector.made == world.detector.closed + 1
    world.wait_for(TrackerCause.OK)


def test_a_model_that_cannot_be_made_is_told(world: World) -> None:
    def fail() -> Detector:
        raise RuntimeError("no model")

    world.tracker = Tracker(world.camera.open, fail, world.gaze, QUICK)
    world.tracker.start()
    world.wait_for(TrackerCause.FAILED)
    assert world.tracker.stop()
    assert world.camera.opened <= 1


def test_a_thread_that_hangs_is_told_and_does_not_hold_up_the_end(world: World) -> None:
    now_s = time.monotonic()
    offset_s = [0.0]
    world.tracker = Tracker(
        world.camera.open, world.detector.make, world.gaze, QUICK, clock=lambda: time.monotonic() + offset_s[0]
    )
    hold, is_held = threading.Event(), threading.Event()

    def hang(frame: Frame) -> None:
        is_held.set()
        hold.wait()

    world.detector.detect = hang  # type: ignore[method-assign]  # a model that hangs
    world.tracker.start()
    world.wait_until(is_held.is_set)
    offset_s[0] = 3.5
    status = world.tracker.status()
    assert status.cause is TrackerCause.FAILED
    assert 3.0 <= status.age_s < 3.5 + time.monotonic() - now_s
    assert not world.tracker.stop(0.01)
    hold.set()


def test_signals_carry_nothing() -> None:
    tracker = Tracker(Camera().open, Detector().make, Gaze())
    counted = []
    tracker.observed.connect(lambda *arguments: counted.append(arguments), Qt.ConnectionType.DirectConnection)
    tracker.observed.emit()
    assert counted == [()]


def test_the_figures_are_renewed(world: World) -> None:
    world.tracker.start()
    world.wait_until(lambda: world.window.causes.count(TrackerCause.OK) >= 2)
    status = world.tracker.status()
    assert status.fps > 0
    assert status.face_count == 1


def test_a_frame_that_comes_after_its_loss_was_told_is_late() -> None:
    now_s = [10.0]
    times = _Times(lambda: now_s[0])
    early, late, new = (Frame(np.zeros((2, 2, 3), np.uint8), stamp_s) for stamp_s in (10.1, 10.4, 10.6))
    assert times.is_in_order(early)
    times.stamped(early)
    assert not times.is_in_order(early)
    assert not times.is_loss_due()
    now_s[0] = 10.5
    assert times.is_loss_due()
    assert times.stamp_loss() == pytest.approx(10.6)  # the frame was stamped 0.1 s ahead of this clock
    assert not times.is_loss_due()
    assert not times.is_in_order(late)
    now_s[0] = 10.8
    assert times.stamp_loss() == pytest.approx(10.9)
    assert not times.is_in_order(new)
    assert times.is_in_order(Frame(new.rgb, 11.0))
