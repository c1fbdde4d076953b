"""From the face of one frame to one gaze sample."""

from dataclasses import replace

from eyecomm.gaze.features import FEATURE_NAMES, extract
from eyecomm.gaze.fixation import FixationFilter, FixationSettings
from eyecomm.gaze.lids import LidGate, LidSettings
from eyecomm.gaze.openness import BaselineSettings, PersonalBaseline
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Covariance, Point
from eyecomm.samples import EyeFeatures, FaceLandmarks, GazeSample

_IRIS_Y = (FEATURE_NAMES.index("left_iris_y"), FEATURE_NAMES.index("right_iris_y"))


class GazePipeline:
    """Features, openness, estimate and the mean of the fixation, one frame at a time.

    Parameters
    ----------
    estimator : GazeEstimator or None
        A fitted one; without it every point is None, while openness still works.
    noise_px : float
        Precision found at calibration, handed on with every point.
    smoothing : FixationSettings, optional
        How the point is averaged while the gaze rests. A face lost for an instant does not end a fixation.
    lids : LidSettings, optional
        When the lids take the gaze away.
    baseline : BaselineSettings, optional
        How the usual opening of the eyes is learned.
    """

    def __init__(
        self,
        estimator: GazeEstimator | None = None,
        noise_px: float = 0.0,
        smoothing: FixationSettings | None = None,
        lids: LidSettings | None = None,
        baseline: BaselineSettings | None = None,
    ) -> None:
        self._estimator, self._noise_px = estimator, noise_px
        self._filter = FixationFilter(smoothing, noise_px or None)
        self._lids = LidGate(lids)
        self._baseline = PersonalBaseline(baseline)

    def use(self, estimator: GazeEstimator | None, noise_px: float) -> None:
        """Change the estimator; what has been learned of the lids stays."""
        self._estimator, self._noise_px = estimator, noise_px
        self._filter.relearn(noise_px or None)

    def update(self, face: FaceLandmarks | None, timestamp_s: float) -> tuple[GazeSample, EyeFeatures | None]:
        """Take the face of one more frame, in order of time.

        Parameters
        ----------
        face : FaceLandmarks or None
            None when no face was found in the frame.
        timestamp_s : float
            Time of the frame.

        Returns
        -------
        GazeSample
            Its point is None when the face is lost, the lids are shut or move, or nothing has been calibrated.
        EyeFeatures or None
            For a calibration; None when there is no usable face.
        """
        features = extract(face) if face is not None else None
        if features is None:
            return GazeSample(timestamp_s, None), None
        openness = self._baseline.update(features.aspect_ratio, timestamp_s, _irises_down(features))
        sample = GazeSample(timestamp_s, None, 0.0, openness)
        if self._lids.update(openness, timestamp_s) and self._estimator is not None:
            sample = self._locate(sample, self._estimator, features)
        return sample, features

    def _locate(self, sample: GazeSample, estimator: GazeEstimator, features: EyeFeatures) -> GazeSample:
        points, covariances = estimator.predict_with_covariance(features.vector[None, :])
        (x, y), ((xx, xy), (_, yy)) = points[0].tolist(), covariances[0].tolist()
        return replace(
            sample,
            point=self._filter.update(Point(x, y), sample.timestamp_s).point,
            noise_px=self._noise_px,
            covariance=Covariance(xx, xy, yy),
            head_moved=bool(estimator.pose_distance(features.vector[None, :])[0] > 1),
        )


def _irises_down(features: EyeFeatures) -> tuple[float, float]:
    left, right = (float(features.vector[index]) for index in _IRIS_Y)
    return left, right
