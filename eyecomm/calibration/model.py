"""A calibration: what was seen, what was learned from it, and how well."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.calibration.layout import FEWEST_TARGETS
from eyecomm.calibration.quality import Quality, measure
from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.errors import GazeError
from eyecomm.gaze.estimator import RidgeEstimator
from eyecomm.gaze.protocols import GazeEstimator


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Ready to use.

    Parameters
    ----------
    data : CalibrationData
        What was seen; enough to learn again.
    estimator : GazeEstimator
        Fitted on all of it.
    quality : Quality
        Each target estimated from the others.
    """

    data: CalibrationData
    estimator: GazeEstimator
    quality: Quality


def calibrate(data: CalibrationData, make: Callable[[], GazeEstimator] = RidgeEstimator) -> Calibration:
    """Learn from what was seen and measure how well.

    Raises
    ------
    NotEnoughPointsError
        When there are fewer than four targets.
    NoVariationError
        When all samples are the same.
    CalibrationError
        When the estimator cannot learn from them.
    """
    if len(np.unique(data.target_index)) < FEWEST_TARGETS:
        raise NotEnoughPointsError(f"At least {FEWEST_TARGETS} targets are needed.")
    if np.ptp(data.features, axis=0).max(initial=0.0) < 1e-6:
        raise NoVariationError("The eyes did not move with the targets.")
    try:
        return Calibration(data, make().fit(data.features, data.targets_px), measure(data, make))
    except GazeError as error:
        raise CalibrationError(str(error)) from error
