"""The thread that reads a camera, with sources that hang, fail and end."""

import queue
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from eyecomm.devices.camera_errors import CameraGoneError, CameraNotFoundError
from eyecomm.samples import Frame
from eyecomm.workers.grabber import Grabber

LONG_S = 10.0  # nothing here lasts so long, unless it is broken


def frame(stamp_s: float) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), stamp_s)


class ScriptedSource:
    """A camera that gives what it is handed; it blocks when it is handed nothing."""

    def __init__(self) -> None:
        self.script: queue.Queue[Frame | Exception | None] = queue.Queue()
        self.is_idle = threading.Event()
        self.is_closed = threading.Event()
        self.threads: set[int] = set()

    def read(self) -> Frame | None:
        self.threads.add(threading.get_ident())
        if self.script.empty():
            self.is_idle.set()
        step = self.script.get(timeout=LONG_S)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.is_closed.set()


@pytest.fixture
def source() -> ScriptedSource:
    return ScriptedSource()


@pytest.fixture
def grab() -> Iterator[Callable[[ScriptedSource], Grabber]]:
    made: list[tuple[Grabber, ScriptedSource]] = []

    def grab(source: ScriptedSource) -> Grabber:
        grabber = Grabber(lambda: source)
        made.append((grabber, source))
        return grabber

    yield grab
    for grabber, source in made:
        grabber.leave()
        source.script.put(None)
        assert grabber.join(LONG_S)


Grab = Callable[[ScriptedSource], Grabber]


def test_a_frame_is_taken_once(grab: Grab, source: ScriptedSource) -> None:
    grabber = grab(source)
    source.script.put(frame(1.0))
    taken = grabber.take(LONG_S)
    assert taken is not None
    assert taken.timestamp_s == 1.0
    assert grabber.take(0.0) is None
    assert grabber.is_alive
    assert grabber.error is None


def test_the_newest_frame_wins(grab: Grab, source: ScriptedSource) -> None:
    for stamp_s in (1.0, 2.0, 3.0):
        source.script.put(frame(stamp_s))
    grabber = grab(source)
    assert source.is_idle.wait(LONG_S)
    taken = grabber.take(LONG_S)
    assert taken is not None
    assert taken.timestamp_s == 3.0


def test_a_blocked_camera_does_not_block_the_taker_nor_the_leaver(grab: Grab, source: ScriptedSource) -> None:
    grabber = grab(source)
    assert grabber.take(0.01) is None
    grabber.leave()
    assert not grabber.join(0.01)
    assert grabber.is_alive
    source.script.put(None)
    assert grabber.join(LONG_S)
    assert source.is_closed.is_set()


def test_a_camera_that_ends_wakes_the_taker_and_says_why(grab: Grab, source: ScriptedSource) -> None:
    grabber = grab(source)
    source.script.put(frame(1.0))
    source.script.put(CameraGoneError("gone"))
    assert source.is_closed.wait(LONG_S)
    assert grabber.join(LONG_S)
    assert grabber.take(LONG_S) is not None  # the last frame is not lost
    assert isinstance(grabber.error, CameraGoneError)
    assert grabber.take(0.0) is None


def test_a_camera_that_does_not_open_says_why() -> None:
    def fail() -> ScriptedSource:
        raise CameraNotFoundError("none")

    grabber = Grabber(fail)
    assert grabber.take(LONG_S) is None
    assert grabber.join(LONG_S)
    assert isinstance(grabber.error, CameraNotFoundError)


def test_whatever_a_driver_raises_ends_only_its_grabber(grab: Grab, source: ScriptedSource) -> None:
    grabber = grab(source)
    source.script.put(ZeroDivisionError())
    assert grabber.join(LONG_S)
    assert isinstance(grabber.error, ZeroDivisionError)
    assert source.is_closed.is_set()


def test_the_camera_lives_in_one_thread(grab: Grab, source: ScriptedSource) -> None:
    grabber = grab(source)
    source.script.put(frame(1.0))
    grabber.take(LONG_S)
    grabber.leave()
    source.script.put(None)
    assert grabber.join(LONG_S)
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads
