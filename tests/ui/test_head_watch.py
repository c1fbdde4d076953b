"""When the carer is told that the head has moved."""

from eyecomm.geometry import Point
from eyecomm.samples import GazeSample
from eyecomm.ui.head_watch import HeadWatch

HERE = Point(1.0, 2.0)


def told(watch: HeadWatch, moved: bool, seconds: float, since_s: float, point: Point | None = HERE) -> list[bool]:
    times = [since_s + n / 30 for n in range(1, round(seconds * 30) + 1)]
    return [watch.update(GazeSample(time_s, point, head_moved=moved)) for time_s in times]


def test_a_nod_is_not_told_and_a_posture_is() -> None:
    watch = HeadWatch()
    assert not any(told(watch, True, 1.5, 0.0))
    assert not any(told(watch, False, 0.1, 1.5))
    assert not any(told(watch, True, 1.9, 1.6))
    assert told(watch, True, 0.5, 3.5)[-1]


def test_it_is_taken_back_when_the_head_has_been_back_for_a_while() -> None:
    watch = HeadWatch()
    told(watch, True, 3.0, 0.0)
    assert all(told(watch, False, 1.9, 3.0))
    assert not told(watch, False, 0.5, 4.9)[-1]


def test_shut_eyes_tell_nothing_of_the_head() -> None:
    watch = HeadWatch()
    told(watch, True, 3.0, 0.0)
    assert all(told(watch, False, 5.0, 3.0, point=None))


def test_a_stalled_camera_proves_nothing() -> None:
    watch = HeadWatch()
    watch.update(GazeSample(0.0, HERE))
    assert not watch.update(GazeSample(60.0, HERE, head_moved=True))


def test_another_calibration_begins_anew() -> None:
    watch = HeadWatch()
    told(watch, True, 3.0, 0.0)
    watch.reset()
    assert not told(watch, True, 1.0, 3.0)[-1]
