"""What the gaze room needs from others, and what a gaze estimator is. Kept narrow so that parts can be replaced."""

from typing import Protocol, Self

from eyecomm.gaze.looks import Ints, LeftOut
from eyecomm.samples import FaceLandmarks, Floats, Frame


class FrameSource(Protocol):
    """A camera, a recording, or the virtual patient. Made, used and closed in one thread."""

    def read(self) -> Frame | None:
        """Give the newest frame, or None when none came within a short while (at most 0.5 s).

        Raises
        ------
        CameraError
            When the source is gone; the caller closes it and opens a new one later.
        """

    def close(self) -> None:
        """Let the device go. May be called twice."""


class FaceDetector(Protocol):
    """Finds the patient's face in a frame. Made, used and closed in one thread."""

    def detect(self, frame: Frame) -> FaceLandmarks | None:
        """Give the face nearest to the one followed so far, or None when there is none."""

    def follow_center(self) -> None:
        """From now on follow the face nearest to the middle of the picture (said when a calibration starts)."""

    def close(self) -> None:
        """Let the model go. May be called twice."""


class GazeEstimator(Protocol):
    """Learns from calibration samples where on the screen the patient looks."""

    @property
    def left_out(self) -> LeftOut:
        """Targets of today, each estimated from everything but itself."""

    @property
    def frame_noise(self) -> Floats:
        """Covariance, shape (2, 2), in square pixels, of single frames around the mean of a look."""

    def fit(self, features: Floats, targets_px: Floats, sessions: Ints | None = None) -> Self:
        """Learn from features (n, n_features) and the targets looked at (n, 2) in pixels.

        Sessions (n,) are 0 for today, 1 for the session before, and so on; without them all is of today.

        Raises
        ------
        NotEnoughSamplesError
            When fewer than three different targets are given.
        """

    def predict(self, features: Floats) -> Floats:
        """Give the points (n, 2) in pixels for features (n, n_features)."""

    def predict_with_covariance(self, features: Floats) -> tuple[Floats, Floats]:
        """Give the points (n, 2) in pixels and their covariances (n, 2, 2) in square pixels."""

    def pose_distance(self, features: Floats) -> Floats:
        """How far the head is from where it was during calibration, shape (n,); above 1 it is outside."""
