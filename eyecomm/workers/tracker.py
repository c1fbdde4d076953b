"""The eyes: one thread that takes the newest frame, finds the face, and follows the gaze."""

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from eyecomm.devices.camera_health import HealthLimits
from eyecomm.gaze.protocols import FaceDetector, GazeEstimator
from eyecomm.samples import EyeFeatures, FaceLandmarks, Frame, GazeSample
from eyecomm.workers.grabber import SourceFactory
from eyecomm.workers.steady_camera import PAUSES_S, SteadyCamera
from eyecomm.workers.tracker_status import StatusJudge, TrackerCause, TrackerStatus

__all__ = ["DetectorFactory", "Observation", "Pipeline", "SourceFactory", "Tracker", "TrackerCause", "TrackerStatus"]

_TICK_S = 0.1  # so often the thread looks up when no frames come
_LOSS_S = 0.25  # so long after the newest frame the core learns that the gaze is lost, and so often again
_NEWS_S = 1.0  # so often the figures in the status are renewed
_STUCK_S = 3.0  # a thread that does not come round for so long hangs in the face model
_WELL_S = 10.0  # after so long without a failure the pauses begin again with the shortest
_CLOSING_S = 0.5
_OTHER_CLOCK_S = 1.0  # a frame older than the last by less came late; by more, another clock stamped it

_log = logging.getLogger(__name__)


class Pipeline(Protocol):
    """From a face to a gaze; `eyecomm.gaze.pipeline.GazePipeline` is one."""

    def update(self, face: FaceLandmarks | None, timestamp_s: float) -> tuple[GazeSample, EyeFeatures | None]:
        """Take in the face of one frame, or that there is none."""

    def use(self, estimator: GazeEstimator | None, noise_px: float) -> None:
        """Change the estimator."""


DetectorFactory = Callable[[], FaceDetector]
"""Makes the face detector, in the thread that will use it."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What was seen at one moment.

    Parameters
    ----------
    sample : GazeSample
        Where the patient looks. Without point and openness when the camera gives nothing.
    features : EyeFeatures or None
        What the sample was estimated from; None without a face.
    face : FaceLandmarks or None
        The patient's face.
    captured_s : float
        Time at which the frame came, by the monotonic clock.
    ready_s : float
        Time at which the sample was ready, by the same clock.
    """

    sample: GazeSample
    features: EyeFeatures | None
    face: FaceLandmarks | None
    captured_s: float
    ready_s: float

    @property
    def face_count(self) -> int:
        """How many faces were seen, the patient's included."""
        return 0 if self.face is None else self.face.face_count


class Tracker(QObject):
    """Follows the gaze in a thread of its own.

    The signals carry nothing. Connect them to methods of QObjects that live in the GUI thread, where Qt then calls
    them, and fetch there what is newest. Stop the tracker before it is deleted.

    Parameters
    ----------
    open_source : callable
        Opens the camera.
    make_detector : callable
        Makes the face detector.
    pipeline : Pipeline
        From faces to gaze; only the tracker's thread touches it.
    limits : HealthLimits or None
        When the camera counts as ill.
    clock : callable
        Monotonic time in seconds.
    parent : QObject or None
        As in Qt.
    """

    observed = Signal()
    """There is a new observation to `take`."""

    status_changed = Signal()
    """There is a new `status`: at every change, and once a second."""

    def __init__(
        self,
        open_source: SourceFactory,
        make_detector: DetectorFactory,
        pipeline: Pipeline,
        limits: HealthLimits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._camera_wanted = (open_source, limits or HealthLimits())
        self._make_detector = make_detector
        self._pipeline = pipeline
        self._clock = clock
        self._times = _Times(clock)
        self._newest: deque[Observation] = deque(maxlen=1)
        self._preview: Frame | None = None
        self._status = TrackerStatus(TrackerCause.STARTING)
        self._told_s = self._alive_s = clock()
        self._wishes: deque[Callable[[SteadyCamera, FaceDetector], None]] = deque()
        self._is_stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if self._thread is None:
            self._is_stopping.clear()
            self._alive_s = self._clock()
            self._thread = threading.Thread(target=self._run, name="tracker", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End the thread and let the camera go; False when that takes longer than the time given."""
        if self._thread is None:
            return True
        self._is_stopping.set()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _log.warning("The tracker does not stop")
            return False
        self._thread = None
        return True

    def take(self) -> Observation | None:
        """Give the newest observation, once."""
        try:
            return self._newest.popleft()
        except IndexError:
            return None

    def status(self) -> TrackerStatus:
        """Say how the tracking does, also when its thread hangs and can send no signal."""
        silent_s = self._clock() - self._alive_s
        if self._thread is not None and silent_s >= _STUCK_S:
            return replace(self._status, cause=TrackerCause.FAILED, age_s=silent_s)
        return self._status

    def preview(self) -> Frame | None:
        """Give the newest frame, for the carer's picture. It lives in memory only."""
        return self._preview

    def follow_center(self) -> None:
        """From now on follow the face nearest to the middle of the picture."""
        self._wishes.append(lambda _, detector: detector.follow_center())

    def use_estimator(self, estimator: GazeEstimator | None, noise_px: float) -> None:
        """Use another calibration from the next frame on."""
        self._wishes.append(lambda *_: self._pipeline.use(estimator, noise_px))

    def set_pipeline(self, pipeline: Pipeline) -> None:
        """Use another pipeline from the next frame on."""
        self._pipeline = pipeline

    def switch(self, open_source: SourceFactory, limits: HealthLimits | None = None) -> None:
        """Change to another camera from the next frame on."""
        wanted = self._camera_wanted = (open_source, limits or HealthLimits())
        self._wishes.append(lambda camera, _: camera.switch(*wanted))

    def _run(self) -> None:
        """Follow the gaze until stopped, whatever happens."""
        failures = 0
        while not self._is_stopping.is_set():
            began_s = self._clock()
            try:
                self._follow()
            except Exception as error:  # noqa: BLE001  the root of the thread: nothing may silence the eyes for good
                _log_failure(error)
                failures = failures + 1 if self._clock() - began_s < _WELL_S else 1
                self._bear(error, PAUSES_S[min(failures, len(PAUSES_S)) - 1])

    def _follow(self) -> None:
        """Open camera and face model, and follow the gaze until stopped."""
        camera = SteadyCamera(*self._camera_wanted, clock=self._clock, wait=self._is_stopping.wait)
        try:
            detector = self._make_detector()
            try:
                judge = StatusJudge(self._clock())
                while not self._is_stopping.is_set():
                    self._step(camera, detector, judge)
            finally:
                detector.close()
        finally:
            camera.close(_CLOSING_S)

    def _step(self, camera: SteadyCamera, detector: FaceDetector, judge: StatusJudge) -> None:
        """Take one frame, or learn that none comes, and tell what there is to tell."""
        while self._wishes:
            self._wishes.popleft()(camera, detector)
        frame = camera.take(_TICK_S)
        face_count: int | None = None
        if frame is not None and self._times.is_in_order(frame):
            face_count = self._observe(frame, detector)
        elif self._times.is_loss_due():
            stamp_s = self._times.stamp_loss()
            self._hand_over(*self._pipeline.update(None, stamp_s), None, stamp_s)
        self._alive_s = self._clock()
        self._tell(judge.update(camera, face_count, self._alive_s))

    def _observe(self, frame: Frame, detector: FaceDetector) -> int:
        """Follow the gaze in one frame, and say how many faces are in it."""
        self._preview = frame
        self._times.stamped(frame)
        face = detector.detect(frame)
        self._hand_over(*self._pipeline.update(face, frame.timestamp_s), face, frame.timestamp_s)
        return 0 if face is None else face.face_count

    def _hand_over(
        self, sample: GazeSample, features: EyeFeatures | None, face: FaceLandmarks | None, captured_s: float
    ) -> None:
        self._newest.append(Observation(sample, features, face, captured_s, self._clock()))
        self.observed.emit()

    def _tell(self, status: TrackerStatus) -> None:
        """Keep the status, and send word when it says something else or its figures have grown old."""
        now_s = self._clock()
        if status.says_the_same_as(self._status) and now_s - self._told_s < _NEWS_S:
            return
        self._status = status
        self._told_s = now_s
        self.status_changed.emit()

    def _bear(self, error: Exception, pause_s: float) -> None:
        """Tell of a failure, and wait before beginning anew; meanwhile the core learns that the gaze is lost."""
        until_s = self._clock() + pause_s
        self._tell(TrackerStatus(TrackerCause.FAILED, error=error))
        while not self._is_stopping.wait(_TICK_S) and self._clock() < until_s:
            self._alive_s = self._clock()
            if self._times.is_loss_due():  # not through the pipeline: it may be what failed
                stamp_s = self._times.stamp_loss()
                self._hand_over(GazeSample(stamp_s, None), None, None, stamp_s)


class _Times:
    """Keeps the time stamps growing, also when no frame brings one.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds; the frames may be stamped by another clock.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._stamp_s = self._arrived_s = clock()

    def is_in_order(self, frame: Frame) -> bool:
        """Whether time goes on; not so for a frame that came while its loss was being told."""
        late_s = self._stamp_s - frame.timestamp_s
        return late_s < 0 or late_s >= _OTHER_CLOCK_S

    def stamped(self, frame: Frame) -> None:
        """Take in the time stamp of a frame."""
        self._stamp_s, self._arrived_s = frame.timestamp_s, self._clock()

    def is_loss_due(self) -> bool:
        """Whether it is time to tell, again, that the gaze is lost."""
        return self._clock() - self._arrived_s >= _LOSS_S

    def stamp_loss(self) -> float:
        """Give the time, by the clock that stamps the frames, at which the gaze is lost."""
        now_s = self._clock()
        self._stamp_s, self._arrived_s = self._stamp_s + now_s - self._arrived_s, now_s
        return self._stamp_s


def _log_failure(error: Exception) -> None:
    """Log what failed and where, but not the words of the error: they may name people and places."""
    steps = traceback.extract_tb(error.__traceback__)[-5:]
    place = " > ".join(f"{step.name}:{step.lineno}" for step in steps)
    _log.error("The tracker failed: %s in %s", type(error).__name__, place)
