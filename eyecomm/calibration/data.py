"""What was seen while a patient looked at known targets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eyecomm.geometry import Screen
from eyecomm.samples import Floats


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationData:
    """What was seen: one row a sample.

    Parameters
    ----------
    features : ndarray, shape (n, m)
        Feature vectors.
    targets_px : ndarray, shape (n, 2)
        The target looked at, in pixels.
    target_index : ndarray of int, shape (n,)
        Which target that was.
    screen : Screen
        The screen it was made on.
    """

    features: Floats
    targets_px: Floats
    target_index: npt.NDArray[np.int64]
    screen: Screen

    def __add__(self, later: "CalibrationData") -> "CalibrationData":
        """Add what was seen later on the same screen; targets keep apart even where they are the same place."""
        return CalibrationData(
            np.concatenate([self.features, later.features]),
            np.concatenate([self.targets_px, later.targets_px]),
            np.concatenate([self.target_index, later.target_index + self.target_index.max() + 1]),
            self.screen,
        )

    def take(self, rows: npt.NDArray[np.bool_]) -> "CalibrationData":
        """Give some of the rows."""
        return CalibrationData(self.features[rows], self.targets_px[rows], self.target_index[rows], self.screen)

    def condense(self) -> "CalibrationData":
        """Give one row a target, the mean of its samples: all that an estimator learns of an earlier session."""
        index, which, counts = np.unique(self.target_index, return_inverse=True, return_counts=True)
        sums = np.zeros((len(index), self.features.shape[1] + 2))
        np.add.at(sums, which.reshape(-1), np.hstack([self.features, self.targets_px]))
        means = sums / counts[:, None]
        return CalibrationData(means[:, :-2], means[:, -2:], index, self.screen)


def trim(rows: Floats, limit: float = 3.5) -> Floats:
    """Leave out samples far from the median of their target.

    Parameters
    ----------
    rows : ndarray, shape (n, m)
        Samples of one target.
    limit : float
        In robust standard deviations, by the median absolute deviation (Iglewicz and Hoaglin 1993).
    """
    spread = 1.4826 * np.median(np.abs(rows - np.median(rows, axis=0)), axis=0)
    distance = np.sqrt(np.mean(((rows - np.median(rows, axis=0)) / np.maximum(spread, 1e-4)) ** 2, axis=1))
    middle = np.median(distance)
    robust = 1.4826 * np.median(np.abs(distance - middle))
    kept: Floats = rows[distance <= middle + limit * max(float(robust), 0.1)]
    return kept
