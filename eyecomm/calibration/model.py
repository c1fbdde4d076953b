"""A calibration: what was seen, what was learned from it, and how well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.calibration.layout import FEWEST_TARGETS
from eyecomm.calibration.quality import Quality, measure
from eyecomm.calibration.session import CalibrationData
from eyecomm.gaze.errors import GazeError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Screen

MOST_SESSIONS = 40


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
        Each target estimated from the others and from earlier sessions.
    """

    data: CalibrationData
    estimator: GazeEstimator
    quality: Quality


def calibrate(
    data: CalibrationData, past: Sequence[CalibrationData] = (), make: Callable[[Screen], GazeEstimator] = GazeProcess
) -> Calibration:
    """Learn from what was seen today and in earlier sessions, and measure how well.

    Parameters
    ----------
    data : CalibrationData
        Of today.
    past : sequence of CalibrationData
        Of the same patient on the same screen, the newest first.
    make : callable
        Makes the estimator.

    Raises
    ------
    NotEnoughPointsError
        When there are fewer than four targets, or with a past none.
    NoVariationError
        When all samples are the same.
    CalibrationError
        When the estimator cannot learn from them.
    """
    if len(np.unique(data.target_index)) < (1 if past else FEWEST_TARGETS):
        raise NotEnoughPointsError(f"At least {FEWEST_TARGETS} targets are needed.")
    sessions = (data, *past[:MOST_SESSIONS])
    features = np.concatenate([one.features for one in sessions])
    targets_px = np.concatenate([one.targets_px for one in sessions])
    ages = np.repeat(np.arange(len(sessions)), [len(one.features) for one in sessions])
    if np.ptp(features, axis=0).max(initial=0.0) < 1e-6:
        raise NoVariationError("The eyes did not move with the targets.")
    try:
        estimator = make(data.screen).fit(features, targets_px, ages)
    except GazeError as error:
        raise CalibrationError(str(error)) from error
    return Calibration(data, estimator, measure(data, estimator))
