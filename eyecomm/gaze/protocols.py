"""What the gaze room needs from others, and what a gaze estimator is. Kept narrow so that parts can be replaced."""

from typing import Protocol, Self

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

    def fit(self, features: Floats, targets_px: Floats) -> Self:
        """Learn from features (n_samples, n_features) and the targets looked at (n_samples, 2) in pixels.

        Raises
        ------
        NotEnoughSamplesError
            When fewer than three different targets are given.
        """

    def predict(self, features: Floats) -> Floats:
        """Give the points (n_samples, 2) in pixels for features (n_samples, n_features)."""
