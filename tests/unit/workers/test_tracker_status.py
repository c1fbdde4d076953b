"""What is worst: cameras told in a line each, and a clock of the test's own."""

from types import SimpleNamespace

import pytest

from eyecomm.devices.camera_errors import CameraGoneError, CameraNotFoundError
from eyecomm.devices.camera_health import CameraHealth, CameraState
from eyecomm.workers.tracker_status import StatusJudge, TrackerCause, TrackerStatus


def camera(state: CameraState, error: Exception | None = None, *, has_worked: bool = True) -> SimpleNamespace:
    return SimpleNamespace(health=CameraHealth(state, 29.0, 0.1, 90.0), error=error, has_worked=has_worked)


def judge(camera: SimpleNamespace, face_count: int | None, duration_s: float = 0.0) -> TrackerStatus:
    """Judge one face, and then what is asked, for some time."""
    one = StatusJudge(0.0)
    one.update(SimpleNamespace(health=CameraHealth(CameraState.OK, 30, 0, 90), error=None, has_worked=True), 1, 0.0)
    one.update(camera, face_count, 0.01)
    return one.update(camera, face_count, 0.01 + duration_s)


@pytest.mark.parametrize(
    ("seen", "faces", "cause"),
    [
        (camera(CameraState.OK), 1, TrackerCause.OK),
        (camera(CameraState.SLOW), 1, TrackerCause.SLOW),
        (camera(CameraState.OK), 0, TrackerCause.NO_FACE),
        (camera(CameraState.SLOW), 0, TrackerCause.NO_FACE),
        (camera(CameraState.TOO_DARK), 0, TrackerCause.TOO_DARK),
        (camera(CameraState.TOO_DARK), 1, TrackerCause.OK),  # found all the same
        (camera(CameraState.OK), 2, TrackerCause.SECOND_FACE),
        (camera(CameraState.FROZEN), None, TrackerCause.FROZEN),
        (camera(CameraState.FROZEN, CameraGoneError()), None, TrackerCause.FROZEN),
        (camera(CameraState.GONE), None, TrackerCause.CAMERA_GONE),
        (camera(CameraState.GONE, has_worked=False), None, TrackerCause.NO_CAMERA),
        (camera(CameraState.OK, CameraGoneError()), None, TrackerCause.CAMERA_GONE),
        (camera(CameraState.STARTING, CameraNotFoundError(), has_worked=False), None, TrackerCause.NO_CAMERA),
        (camera(CameraState.STARTING, has_worked=False), None, TrackerCause.STARTING),
    ],
)
def test_the_worst_is_told(seen: SimpleNamespace, faces: int | None, cause: TrackerCause) -> None:
    status = judge(seen, faces, 1.5)
    assert status.cause is cause
    assert status.error is seen.error
    assert (status.fps, status.age_s) == (29.0, 0.1)


@pytest.mark.parametrize("faces", [0, 2])
def test_a_blink_of_the_detector_is_not_worth_words(faces: int) -> None:
    assert judge(camera(CameraState.OK), faces, 0.9).cause is TrackerCause.OK
    assert judge(camera(CameraState.OK), faces, 1.0).cause is not TrackerCause.OK


def test_the_face_has_time_to_be_found_after_a_slow_start() -> None:
    one = StatusJudge(0.0)
    one.update(camera(CameraState.STARTING, has_worked=False), None, 5.0)
    assert one.update(camera(CameraState.OK), 0, 5.1).cause is TrackerCause.OK
    assert one.update(camera(CameraState.OK), 0, 6.1).cause is TrackerCause.NO_FACE


def test_the_face_count_stays_while_no_frame_comes() -> None:
    one = StatusJudge(0.0)
    one.update(camera(CameraState.OK), 2, 0.0)
    assert one.update(camera(CameraState.OK), None, 0.1).face_count == 2


def test_figures_alone_do_not_make_another_status() -> None:
    status = TrackerStatus(TrackerCause.OK, 30.0, 0.1, 1)
    assert status.says_the_same_as(TrackerStatus(TrackerCause.OK, 29.0, 0.2, 1))
    assert not status.says_the_same_as(TrackerStatus(TrackerCause.SLOW, 30.0, 0.1, 1))
    assert not status.says_the_same_as(TrackerStatus(TrackerCause.OK, 30.0, 0.1, 2))
    gone = TrackerStatus(TrackerCause.CAMERA_GONE, error=CameraGoneError("a"))
    assert gone.says_the_same_as(TrackerStatus(TrackerCause.CAMERA_GONE, error=CameraGoneError("b")))
    assert not gone.says_the_same_as(TrackerStatus(TrackerCause.CAMERA_GONE, error=CameraNotFoundError("a")))
