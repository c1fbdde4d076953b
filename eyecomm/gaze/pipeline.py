"""From the face of one frame to one gaze sample."""

from dataclasses import dataclass

from eyecomm.gaze.features import extract
from eyecomm.gaze.filters import OneEuroFilter, OneEuroSettings
from eyecomm.gaze.openness import PersonalBaseline
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Point
from eyecomm.samples import EyeFeatures, FaceLandmarks, GazeSample, Openness


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """When the gaze counts.

    Parameters
    ----------
    shut_below : float
        With both eyes less open than this there is no gaze. One open eye is enough.
    reopening_s : float
        For so long after the lids have opened, they still drag the gaze; it does not count.
    """

    shut_below: float = 0.55
    reopening_s: float = 0.1


class GazePipeline:
    """Features, openness, estimate and light smoothing, one frame at a time.

    Parameters
    ----------
    estimator : GazeEstimator or None
        A fitted one; without it every point is None, while openness still works.
    noise_px : float
        Precision found at calibration, handed on with every sample.
    """

    def __init__(
        self,
        estimator: GazeEstimator | None = None,
        noise_px: float = 0.0,
        settings: PipelineSettings | None = None,
        smoothing: OneEuroSettings | None = None,
    ) -> None:
        self._estimator, self._noise_px = estimator, noise_px
        self._settings = settings or PipelineSettings()
        self._filter = OneEuroFilter(smoothing)
        self._baseline = PersonalBaseline()
        self._shut_at_s: float | None = None

    def use(self, estimator: GazeEstimator | None, noise_px: float) -> None:
        """Change the estimator; what has been learned of the lids stays."""
        self._estimator, self._noise_px = estimator, noise_px
        self._filter.reset()

    def update(self, face: FaceLandmarks | None, timestamp_s: float) -> tuple[GazeSample, EyeFeatures | None]:
        """Give the sample of one frame, and its features for a calibration; None when there is no usable face."""
        features = extract(face) if face is not None else None
        if features is None:
            self._filter.reset()
            return GazeSample(timestamp_s, None), None
        openness = self._baseline.update(features.aspect_ratio, timestamp_s)
        point = self._point(features, openness)
        return GazeSample(timestamp_s, point, self._noise_px if point else 0.0, openness), features

    def _point(self, features: EyeFeatures, openness: Openness) -> Point | None:
        now_s = features.timestamp_s
        if max(openness.left, openness.right) < self._settings.shut_below:
            self._shut_at_s = now_s
        if self._shut_at_s is not None and now_s - self._shut_at_s <= self._settings.reopening_s:
            return None
        if self._estimator is None:
            return None
        x, y = self._estimator.predict(features.vector[None, :])[0]
        return self._filter.update(Point(float(x), float(y)), now_s)
