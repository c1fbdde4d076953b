"""From features to a point: ridge regression, as strong as leaving out whole targets says it should be."""

from typing import Self

import numpy as np
import numpy.typing as npt

from eyecomm.gaze.errors import FeatureError, NotEnoughSamplesError, NotFittedError
from eyecomm.gaze.features import EYE_FEATURE_NAMES, FEATURE_NAMES, HEAD_FEATURE_NAMES, PATCH_FEATURE_NAMES
from eyecomm.samples import Floats

PENALTIES = np.logspace(-3, 4, 15)
FEWEST_TARGETS = 3
Ints = npt.NDArray[np.intp]
# A feature that hardly moved during calibration must not be blown up to unit size: when the head moves later, it would
# throw the gaze off the screen. In the features' own units: eye widths, radians, standard deviations of grey.
SMALLEST_SCALE = np.concatenate(
    [
        np.full(len(EYE_FEATURE_NAMES), 0.01),
        np.full(len(HEAD_FEATURE_NAMES), 0.05),
        np.full(len(PATCH_FEATURE_NAMES), 0.1),
    ]
)
_IRIS_X = [FEATURE_NAMES.index(f"{side}_iris_x") for side in ("left", "right")]
_UP_DOWN = [FEATURE_NAMES.index(f"{side}_{part}") for side in ("left", "right") for part in ("iris_y", "upper_lid")]


class RidgeEstimator:
    """Ridge regression on standardised features (Hoerl and Kennard 1970), a `GazeEstimator`.

    The penalty, and whether squares of the two main directions help, are chosen by leaving out one target at a time:
    samples of one target are no independent witnesses of each other.

    Attributes
    ----------
    penalty_ : float
        The strength chosen.
    squares_ : bool
        Whether squares are in use.
    coef_ : ndarray, shape (n_terms, 2)
        Pixels per standardised term.
    """

    def fit(self, features: Floats, targets_px: Floats) -> Self:
        """Learn from features (n_samples, n_features) and the targets looked at (n_samples, 2) in pixels.

        Raises
        ------
        FeatureError
            When the shapes do not fit or a number is not finite.
        NotEnoughSamplesError
            When fewer than three different targets are given.
        """
        _check(features, targets_px)
        places, groups = np.unique(targets_px, axis=0, return_inverse=True)
        if len(places) < FEWEST_TARGETS:
            raise NotEnoughSamplesError(f"{len(places)} targets were seen, at least {FEWEST_TARGETS} are needed.")
        self._center = features.mean(axis=0)
        self._scale = np.maximum(features.std(axis=0), _floor(features.shape[1]))
        self._low, self._high = _reach(places)
        self._choose(features, targets_px, groups.reshape(-1).astype(np.intp))
        terms = self._terms(features, squares=self.squares_)
        self._offset = terms.mean(axis=0)
        self._mean_px = targets_px.mean(axis=0)
        self.coef_ = _solve(terms - self._offset, targets_px - self._mean_px, self.penalty_)
        return self

    def predict(self, features: Floats) -> Floats:
        """Give the points (n_samples, 2) in pixels for features (n_samples, n_features).

        They are kept within half a screen around the targets learned: beyond that a number only pretends to know.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        if not hasattr(self, "coef_"):
            raise NotFittedError("The estimator has not been calibrated.")
        terms = self._terms(features, squares=self.squares_) - self._offset
        points: Floats = np.clip(terms @ self.coef_ + self._mean_px, self._low, self._high)
        return points

    def _choose(self, features: Floats, targets_px: Floats, groups: Ints) -> None:
        best = np.inf
        for squares in (False, True):
            terms = self._terms(features, squares=squares)
            errors = _left_out_errors(terms, targets_px, groups)
            index = int(errors.argmin())
            # Squares bend the far corners: they must clearly win, not by chance.
            if errors[index] < best * (0.9 if squares else 1.0):
                best, self.penalty_, self.squares_ = float(errors[index]), float(PENALTIES[index]), squares

    def _terms(self, features: Floats, *, squares: bool) -> Floats:
        z: Floats = (np.asarray(features, dtype=np.float64) - self._center) / self._scale
        if not squares or z.shape[1] != len(FEATURE_NAMES):
            return z
        x, y = z[:, _IRIS_X].mean(axis=1), z[:, _UP_DOWN].mean(axis=1)
        return np.column_stack([z, x * x, y * y, x * y])


def _check(features: Floats, targets_px: Floats) -> None:
    if features.ndim != 2 or targets_px.shape != (len(features), 2):
        raise FeatureError(f"Features {features.shape} do not fit targets {targets_px.shape}.")
    if not (np.isfinite(features).all() and np.isfinite(targets_px).all()):
        raise FeatureError("Features and targets must be finite.")


def _floor(count: int) -> Floats:
    return SMALLEST_SCALE if count == len(SMALLEST_SCALE) else np.full(count, 1e-6)


def _reach(places: Floats) -> tuple[Floats, Floats]:
    margin = np.maximum((places.max(axis=0) - places.min(axis=0)) * 0.5, 100.0)
    low, high = places.min(axis=0), places.max(axis=0)
    return low - margin, high + margin


def _solve(terms: Floats, values: Floats, penalty: float) -> Floats:
    """Ridge coefficients, shape (n_terms, 2)."""
    u, s, vt = np.linalg.svd(terms, full_matrices=False)
    coefficients: Floats = vt.T @ ((s / (s * s + penalty))[:, None] * (u.T @ values))
    return coefficients


def _left_out_errors(terms: Floats, targets_px: Floats, groups: Ints) -> Floats:
    """Mean distance in pixels for every penalty when each target is estimated from the others, shape (n_penalties,).

    Nothing is fitted again: when a group of samples is left out of a linear smoother with hat matrix H, its residuals r
    become (I - H_gg)^-1 r (Cook and Weisberg 1982, for ridge Golub, Heath and Wahba 1979).
    """
    u, s, _ = np.linalg.svd(terms - terms.mean(axis=0), full_matrices=False)
    centered = targets_px - targets_px.mean(axis=0)
    shares = s * s / (s * s + PENALTIES[:, None, None])
    errors: Floats = np.zeros(len(PENALTIES))
    for group in range(groups.max() + 1):
        out = groups == group
        shrunk = u[out] * shares
        hat = shrunk @ u[out].T + 1 / len(terms)
        residuals = centered[out] - shrunk @ (u.T @ centered)
        left_out = np.linalg.solve(np.eye(int(out.sum())) - hat, residuals)
        errors += np.hypot(*left_out.mean(axis=1).T)
    errors /= groups.max() + 1
    return errors
