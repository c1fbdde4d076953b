"""Which frame of a video belongs to which target, and what is told when nothing is seen."""

from collections.abc import Sequence

import numpy as np
import pytest

from eyecomm.devices.camera_errors import CameraGoneError, RecordingEndedError
from eyecomm.geometry import Point
from eyecomm.replay.results import NO_FACE
from eyecomm.replay.video import Track, Viewing, replay_video
from eyecomm.samples import FaceLandmarks, Frame
from eyecomm.storage.frames import Look, Split, TrackRow

RATE_HZ = 10


def row(start_s: float, x: float, split: Split = Split.TEST, session: str = "") -> TrackRow:
    return TrackRow(start_s, Look("", session, Point(x, 100.0), split))


class TestTrack:
    def test_a_row_holds_until_the_next(self) -> None:
        track = Track([row(1, 10), row(2, 20), row(4, 30)], settle_s=0.5)
        looked_at = [track.at(time_s) for time_s in (0.9, 1.0, 1.9, 2.0, 3.9, 4.0, 99.0)]
        assert [now[0].target.x if now else None for now in looked_at] == [None, 10, 10, 20, 20, 30, 30]

    def test_the_eyes_need_time_to_settle(self) -> None:
        track = Track([row(0, 10), row(2, 20)], settle_s=0.8)
        settled = {time_s: now[1] for time_s in (0.0, 0.7, 0.8, 1.9, 2.0, 2.7, 2.8) if (now := track.at(time_s))}
        assert settled == {0.0: False, 0.7: False, 0.8: True, 1.9: True, 2.0: False, 2.7: False, 2.8: True}

    def test_a_target_that_stays_needs_no_time(self) -> None:
        track = Track([row(0, 10, Split.CALIBRATE), row(2, 10, Split.TEST), row(3, 10, session="b")], settle_s=0.8)
        settled = [now[1] for time_s in (0.5, 1.0, 2.0, 3.0) if (now := track.at(time_s))]
        assert settled == [False, True, True, False]

    def test_times_that_are_sums_of_small_steps(self) -> None:
        track = Track([row(0, 10), row(0.3, 20)], settle_s=0.0)
        now = track.at(0.1 + 0.1 + 0.1 - 1e-9)
        assert now is not None
        assert now[0].target.x == 20


class Film:
    """Grey frames, then the end."""

    def __init__(self, count: int, end: type[Exception] = RecordingEndedError) -> None:
        self.left, self.end, self.closed = count, end, False

    def read(self) -> Frame | None:
        if self.left == 0:
            raise self.end
        self.left -= 1
        return Frame(np.full((480, 640, 3), 90, np.uint8), 1000.0 - self.left / RATE_HZ)

    def close(self) -> None:
        self.closed = True


class Nobody:
    """Sees no face."""

    def __init__(self) -> None:
        self.closed = False

    def detect(self, _frame: Frame) -> FaceLandmarks | None:
        return None

    def follow_center(self) -> None:
        """Not asked for."""

    def close(self) -> None:
        self.closed = True


def replay(rows: Sequence[TrackRow], count: int = 40) -> list[tuple[str, str, bool]]:
    sessions = replay_video(Viewing(lambda: Film(count), Nobody), Track(rows, 0.8), lambda *_: None)
    return [(one.image, one.prediction.reason, one.is_scored) for session in sessions for one in session.results]


def test_every_frame_of_a_test_has_a_row_also_without_a_face() -> None:
    results = replay([row(0, 10, Split.CALIBRATE), row(1, 20, Split.PAUSE), row(2, 30), row(3, 40, Split.PAUSE)])
    assert [image for image, _, _ in results] == [str(n) for n in range(20, 30)]
    assert {reason for _, reason, _ in results} == {NO_FACE}
    assert [is_scored for _, _, is_scored in results] == [False] * 8 + [True] * 2


@pytest.mark.parametrize("end", [RecordingEndedError, CameraGoneError])
def test_film_and_detector_are_closed_when_it_ends_and_when_it_fails(end: type[Exception]) -> None:
    film, nobody = Film(3, end), Nobody()
    faces = Viewing(lambda: film, lambda: nobody).faces()
    assert [next(faces)[1] for _ in range(3)] == [None, None, None]
    with pytest.raises(StopIteration if end is RecordingEndedError else CameraGoneError):
        next(faces)
    assert film.closed
    assert nobody.closed
