"""What a model learns from: looks at known targets, today and in earlier sessions."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.samples import Floats

Ints = npt.NDArray[np.intp]
FEWEST_TARGETS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Looks at targets, one row each: the mean of the frames of one look.

    Frames of one look are no independent witnesses: what is wrong with one, such as where the patient really looked,
    is wrong with all of them.

    Parameters
    ----------
    features : ndarray, shape (n, n_features)
        Means over the frames.
    targets_px : ndarray, shape (n, 2)
        Where the target was.
    sessions : ndarray of int, shape (n,)
        0 today, 1 the session before, and so on.
    counts : ndarray, shape (n,)
        How many frames each row stands for.
    """

    features: Floats
    targets_px: Floats
    sessions: Ints
    counts: Floats

    @classmethod
    def gather(cls, features: Floats, targets_px: Floats, sessions: Ints | None = None) -> Self:
        """Turn frames into looks: frames that follow each other, of one session and one target, are one look.

        Raises
        ------
        FeatureError
            When the shapes do not fit or a number is not finite.
        NotEnoughSamplesError
            When fewer than three different targets are given.
        """
        features, targets_px = np.asarray(features, np.float64), np.asarray(targets_px, np.float64)
        sessions = np.zeros(len(features), np.intp) if sessions is None else np.asarray(sessions, np.intp)
        _check(features, targets_px, sessions)
        starts = _starts(targets_px, sessions)
        counts = np.diff(np.append(starts, len(features))).astype(np.float64)
        means = np.add.reduceat(features, starts, axis=0) / counts[:, None]
        return cls(means, targets_px[starts], sessions[starts], counts)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.counts)

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> "Looks":
        """Give some of the rows."""
        return Looks(self.features[rows], self.targets_px[rows], self.sessions[rows], self.counts[rows])


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Targets of today, each estimated from everything but itself.

    Parameters
    ----------
    targets_px, points_px : ndarray, shape (n, 2)
        Where each was, and where it was found.
    covariances_px : ndarray, shape (n, 2, 2)
        How sure that was.
    """

    targets_px: Floats
    points_px: Floats
    covariances_px: Floats


def _starts(targets_px: Floats, sessions: Ints) -> Ints:
    """Where each look begins, as indices of frames."""
    same = (targets_px[1:] == targets_px[:-1]).all(axis=1) & (sessions[1:] == sessions[:-1])
    return np.flatnonzero(np.concatenate([[True], ~same]))


def _check(features: Floats, targets_px: Floats, sessions: Ints) -> None:
    n = len(features)
    if features.ndim != 2 or targets_px.shape != (n, 2) or sessions.shape != (n,):
        raise FeatureError(f"Features {features.shape} do not fit targets {targets_px.shape}.")
    if features.shape[1] != len(FEATURE_NAMES):
        raise FeatureError(f"{len(FEATURE_NAMES)} features are needed, {features.shape[1]} were given.")
    if not (np.isfinite(features).all() and np.isfinite(targets_px).all()):
        raise FeatureError("Features and targets must be finite.")
    places = len(np.unique(targets_px, axis=0))
    if places < FEWEST_TARGETS:
        raise NotEnoughSamplesError(f"{places} targets were seen, at least {FEWEST_TARGETS} are needed.")
