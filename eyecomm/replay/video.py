"""Replays a video through the live path: every frame, with the memory of those before."""

import bisect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.session import CalibrationSettings
from eyecomm.devices.camera_errors import RecordingEndedError
from eyecomm.gaze.pipeline import GazePipeline
from eyecomm.gaze.protocols import FaceDetector, FrameSource
from eyecomm.geometry import Screen
from eyecomm.replay.learning import Example, Key, TooLittleError, age_sessions, learn, list_tests, use_of
from eyecomm.replay.report import Session
from eyecomm.replay.results import NO_FACE, Prediction, Result
from eyecomm.replay.stills import Tell
from eyecomm.samples import EyeFeatures, FaceLandmarks, Floats, GazeSample
from eyecomm.storage.frames import Look, Split, TrackRow

LIDS = "the lids are shut or move"
OPEN_ABOVE = CalibrationSettings().open_above


@dataclass(frozen=True, slots=True)
class Viewing:
    """A way to see the same video again.

    Parameters
    ----------
    open_source : callable
        Opens the video at its beginning; it is read as fast as it can be, once.
    make_detector : callable
        Makes the face detector.
    """

    open_source: Callable[[], FrameSource]
    make_detector: Callable[[], FaceDetector]

    def faces(self) -> Iterator[tuple[float, FaceLandmarks | None]]:
        """Give time since the beginning, in seconds, and face of one frame after the other."""
        source, detector = self.open_source(), self.make_detector()
        began_s: float | None = None
        try:
            while True:
                frame = source.read()
                if frame is not None:
                    began_s = frame.timestamp_s if began_s is None else began_s
                    yield frame.timestamp_s - began_s, detector.detect(frame)
        except RecordingEndedError:
            return
        finally:
            source.close()
            detector.close()


class Track:
    """Knows what is looked at at each moment.

    Parameters
    ----------
    rows : sequence of TrackRow
        In the order of time.
    settle_s : float
        For so long after a target has changed the eyes may be on their way.
    """

    def __init__(self, rows: Sequence[TrackRow], settle_s: float) -> None:
        self.looks = [row.look for row in rows]
        self._starts_s = [row.start_s for row in rows]
        self._settled_s: list[float] = []
        before: TrackRow | None = None
        for row in rows:
            stays = before is not None and _is_same_target(before.look, row.look)
            self._settled_s.append(self._settled_s[-1] if stays else row.start_s + settle_s)
            before = row

    def at(self, time_s: float) -> tuple[Look, bool] | None:
        """Give what is looked at and whether the eyes have settled; None before the first row."""
        # Times of frames are sums of small steps: a hair too early is not too early.
        place = bisect.bisect_right(self._starts_s, time_s + 1e-6) - 1
        return None if place < 0 else (self.looks[place], time_s + 1e-6 >= self._settled_s[place])


def replay_video(viewing: Viewing, track: Track, tell: Tell) -> list[Session]:
    """Learn for each person and session with something to test, and predict every frame of its test rows.

    The video is seen twice, once to learn and once to test; nothing of its pictures is kept.

    Parameters
    ----------
    viewing : Viewing
        The video.
    track : Track
        The targets.
    tell : callable
        Told of the progress; how many frames there are is not known.
    """
    keys = list_tests(track.looks)
    seen = list(_look(viewing, track, tell))
    examples = {key: _examples(seen, key, age_sessions(track.looks, key)) for key in keys}
    people = {key: _Person(examples[key], _screen(track.looks, key)) for key in keys}
    results: dict[Key, list[Result]] = {key: [] for key in keys}
    for number, (time_s, face) in enumerate(viewing.faces()):
        tell("frames tested", number + 1, 0)
        now = track.at(time_s)
        key = (now[0].person, now[0].session) if now else None
        if now is None or key not in people:
            continue
        prediction = people[key].update(face, time_s)
        if now[0].split is Split.TEST:
            results[key].append(Result(str(number), now[0], prediction, time_s, is_scored=now[1], order=number))
    return [
        Session(key, tuple(results[key]), tuple(one.age for one in examples[key]), people[key].reason) for key in keys
    ]


class _Person:
    """The live path for one person and session."""

    def __init__(self, examples: Sequence[Example], screen: Screen | None) -> None:
        self.reason = ""
        self._pipeline = GazePipeline()
        try:
            estimator = learn(examples, screen)
        except TooLittleError as error:
            self.reason = str(error)
        else:
            self._pipeline.use(estimator, math.sqrt(float(np.trace(estimator.frame_noise))))

    def update(self, face: FaceLandmarks | None, time_s: float) -> Prediction:
        sample, features = self._pipeline.update(face, time_s)
        if features is None:
            return Prediction(reason=NO_FACE)
        if sample.point is None:
            return Prediction(reason=self.reason or LIDS)
        return Prediction(sample.point, sample.covariance, sample.head_moved)


def _look(viewing: Viewing, track: Track, tell: Tell) -> Iterator[tuple[Look, Floats]]:
    """Give the features of each frame from which something can be learned: eyes open, and settled."""
    pipeline = GazePipeline()
    for number, (time_s, face) in enumerate(viewing.faces(), 1):
        tell("frames seen", number, 0)
        now = track.at(time_s)
        sample, features = pipeline.update(face, time_s)
        if now is not None and now[1] and _teaches(now[0], sample, features) and features is not None:
            yield now[0], features.vector


def _teaches(look: Look, sample: GazeSample, features: EyeFeatures | None) -> bool:
    is_for_learning = look.split in {Split.PAST, Split.CALIBRATE}
    opened = sample.openness
    return (
        is_for_learning and features is not None and opened is not None and max(opened.left, opened.right) >= OPEN_ABOVE
    )


def _examples(seen: Sequence[tuple[Look, Floats]], key: Key, ages: dict[str, int]) -> list[Example]:
    used = ((look, vector, use_of(look, key, ages)) for look, vector in seen)
    return [Example(vector, look.target, age) for look, vector, age in used if age is not None]


def _screen(looks: Sequence[Look], key: Key) -> Screen | None:
    return next((one.screen for one in looks if (one.person, one.session) == key and one.split is Split.TEST), None)


def _is_same_target(a: Look, b: Look) -> bool:
    return (a.person, a.session, a.target) == (b.person, b.session, b.target)
