import numpy as np
import pytest

from eyecomm.gaze.protocols import FrameSource
from eyecomm.geometry import Point, Screen
from eyecomm.simulate.camera import VirtualCamera
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.patient import Patient
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Goal, Rest, Say, Typist
from eyecomm.simulate.view import ScreenView


class Clock:
    """A clock that the camera's own waiting moves, and that can be late."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.late_s = 0.0

    def wait(self, until_s: float) -> float:
        self.now_s = max(self.now_s, until_s) + self.late_s
        return self.now_s


def make(
    portrait: Portrait, screen: Screen, *, goal: Goal | None = None, seed: int = 0, clock: Clock | None = None
) -> VirtualCamera:
    renderer = FaceRenderer(portrait, CameraModel(160, 120), seed)
    typist = Typist([goal or Say("A")], seed)
    if clock is None:
        return VirtualCamera(screen, renderer, Patient(screen, seed=seed), typist, rate_hz=25.0, start_s=10.0)
    return VirtualCamera(
        screen, renderer, Patient(screen, seed=seed), typist, rate_hz=25.0, start_s=100.0, wait=clock.wait
    )


def stamps(camera: VirtualCamera, count: int) -> list[float]:
    frames = [camera.read() for _ in range(count)]
    return [frame.timestamp_s for frame in frames if frame is not None]


def test_it_is_a_frame_source(portrait: Portrait, screen: Screen) -> None:
    source: FrameSource = make(portrait, screen)
    frame = source.read()
    assert frame is not None
    assert frame.rgb.shape == (120, 160, 3)
    source.close()
    source.close()
    assert source.read() is None


def test_without_a_clock_frames_are_evenly_spaced(portrait: Portrait, screen: Screen) -> None:
    assert stamps(make(portrait, screen), 4) == pytest.approx([10.0, 10.04, 10.08, 10.12])


def test_with_a_clock_it_waits_for_each_frame(portrait: Portrait, screen: Screen) -> None:
    clock = Clock()
    assert stamps(make(portrait, screen, clock=clock), 3) == pytest.approx([100.0, 100.04, 100.08])
    assert clock.now_s == pytest.approx(100.08)


def test_too_late_it_leaves_frames_out(portrait: Portrait, screen: Screen) -> None:
    clock = Clock()
    camera = make(portrait, screen, clock=clock)
    stamps(camera, 1)
    clock.late_s = 0.1
    assert stamps(camera, 1) == pytest.approx([100.12])  # due at 100.04, asked again at 100.14
    clock.late_s = 0.0
    assert stamps(camera, 2) == pytest.approx([100.16, 100.2])


def test_the_patient_looks_at_what_is_shown(portrait: Portrait, screen: Screen) -> None:
    camera, beacon = make(portrait, screen), Point(1700, 900)
    camera.see(ScreenView(beacon=beacon))
    stamps(camera, 25)
    truth = camera.truth
    assert truth is not None
    assert screen.angle_between(truth.gaze, beacon) < 1.5
    assert truth.timestamp_s == pytest.approx(10.96)


def test_before_the_first_frame_there_is_no_truth(portrait: Portrait, screen: Screen) -> None:
    assert make(portrait, screen).truth is None


def test_it_says_when_the_patient_has_finished(portrait: Portrait, screen: Screen) -> None:
    camera = make(portrait, screen, goal=Rest(0.5))
    done = []
    for _ in range(40):
        camera.read()
        done.append(camera.done)
    assert not done[12]  # 0.5 s
    assert done[-1]


def test_a_run_can_be_repeated_bit_for_bit(portrait: Portrait, screen: Screen) -> None:
    runs = []
    for seed in (1, 1, 2):
        camera = make(portrait, screen, seed=seed)
        camera.see(ScreenView(beacon=Point(200, 200)))
        frames = [camera.read() for _ in range(20)]
        runs.append(np.array([frame.rgb for frame in frames if frame is not None]))
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0] != runs[2]).any()
