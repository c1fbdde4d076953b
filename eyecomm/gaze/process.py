"""A Gaussian process along one axis: how much each kernel explains, and how sure it is."""

from typing import Self

import numpy as np
import numpy.typing as npt

from eyecomm.samples import Floats

ROUNDS = 14
JITTER = 1e-6
Groups = list[npt.NDArray[np.intp]]


class AxisProcess:
    """Gaussian process regression with a sum of kernels (Rasmussen and Williams 2006) on values of unit variance.

    How much each kernel explains, and how large the noise is, are variance components. They are found by maximum
    marginal likelihood with the MM updates of Zhou, Hu, Zhou and Lange (2019, J. Comput. Graph. Stat. 28, 350-361), in
    which nothing has to be tuned and nothing becomes negative; an inverse-gamma prior keeps them near what is expected
    while little has been seen.

    Parameters
    ----------
    expected : ndarray, shape (n_kernels,)
        Variances to start from.
    learned : ndarray of bool, shape (n_kernels,)
        Which of them change.
    noise : float
        Expected variance of the noise.
    trust : float
        How many observations the expectations are worth.
    """

    def __init__(self, expected: Floats, learned: npt.NDArray[np.bool_], noise: float, trust: float) -> None:
        self.variances_ = np.append(expected, noise)
        self._expected, self._learned, self._trust = self.variances_.copy(), np.append(learned, True), trust

    def learn(self, kernels: Floats, values: Floats, doubt: Floats) -> Self:
        """Find the variances.

        Parameters
        ----------
        kernels : ndarray, shape (n_kernels, n, n)
            Of the observations.
        values : ndarray, shape (n,)
            What was observed.
        doubt : ndarray, shape (n,)
            Noise of each observation as a multiple of the usual.
        """
        for _ in range(ROUNDS):
            inverse = np.linalg.inv(self._sum(kernels, doubt))
            weights = inverse @ values
            fit = np.append((kernels @ weights) @ weights, (weights**2) @ doubt)
            size = np.append(kernels.reshape(len(kernels), -1) @ inverse.reshape(-1), inverse.diagonal() @ doubt)
            self._step(fit, size)
        return self

    def fit(self, kernels: Floats, values: Floats, doubt: Floats) -> Self:
        """Condition on observations, with the variances as they are."""
        self.inverse_ = np.linalg.inv(self._sum(kernels, doubt))
        self.weights_ = self.inverse_ @ values
        self._values = values
        return self

    def predict(self, kernels: Floats) -> Floats:
        """Give the mean, shape (m,), for kernels between observations and new looks, shape (n_kernels, n, m)."""
        means: Floats = self._mix(kernels).T @ self.weights_
        return means

    def predict_both(self, kernels: Floats, own: Floats) -> tuple[Floats, Floats]:
        """Give the mean and the variance of a new observation, noise included, each of shape (m,).

        Parameters
        ----------
        kernels : ndarray, shape (n_kernels, n, m)
            Between observations and new looks.
        own : ndarray, shape (n_kernels, m)
            Of each new look with itself.
        """
        known = self._mix(kernels)
        explained = (known * (self.inverse_ @ known)).sum(axis=0)
        variance = np.maximum(self.variances_[:-1] @ own - explained, 0.0) + self.variances_[-1]
        return known.T @ self.weights_, variance

    def left_out(self, groups: Groups) -> tuple[Floats, Floats]:
        """Predict each group from all the others without fitting again (Rasmussen and Williams 2006, section 5.4.2).

        Returns
        -------
        means, variances : ndarray, shape (n,)
            Of the observations, noise included; not a number for those in no group.
        """
        means, variances = np.full_like(self._values, np.nan), np.full_like(self._values, np.nan)
        for group in groups:
            covariance = np.linalg.inv(self.inverse_[np.ix_(group, group)])
            means[group] = self._values[group] - covariance @ self.weights_[group]
            variances[group] = covariance.diagonal()
        return means, variances

    def left_out_alone(self) -> tuple[Floats, Floats]:
        """Predict each observation from all the others, like `left_out` with a group for each."""
        variances: Floats = np.reciprocal(self.inverse_.diagonal())
        return self._values - variances * self.weights_, variances

    def _mix(self, kernels: Floats) -> Floats:
        flat = kernels.reshape(len(kernels), -1)
        mixed: Floats = (self.variances_[:-1] @ flat).reshape(kernels.shape[1:])
        return mixed

    def _sum(self, kernels: Floats, doubt: Floats) -> Floats:
        return self._mix(kernels) + np.diag(self.variances_[-1] * doubt + JITTER)

    def _step(self, fit: Floats, size: Floats) -> None:
        old = self.variances_
        new = np.sqrt((fit * old**2 + self._trust * self._expected) / (size + self._trust / old))
        self.variances_ = np.where(self._learned, new, old)
