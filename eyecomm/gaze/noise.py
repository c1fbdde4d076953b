"""How much a person's gaze point trembles from frame to frame, and how long the tremble lasts."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from eyecomm.geometry import Point
from eyecomm.samples import Floats

KEPT_VARIANCE = 0.973
"""Variance of a standard normal distribution cut off at three deviations."""


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """How the noise is learned.

    Parameters
    ----------
    usual_px : float
        Standard deviation along one axis before anything has been learned; it counts like `usual_count` samples.
    usual_count : int
        See above.
    least_px : float
        Nobody is quieter: so that a perfectly steady input does not make each twitch a saccade.
    memory_s : float
        From the samples of so long a time the noise is learned.
    max_correlation : float
        More likeness of neighbouring samples than this is not believed.
    max_step_s : float
        Samples farther apart are no neighbours.
    """

    usual_px: float = 40.0
    usual_count: int = 12
    least_px: float = 3.0
    memory_s: float = 12.0
    max_correlation: float = 0.8
    max_step_s: float = 0.15


class PersonalNoise:
    """Learns the noise of one person while the person looks about.

    Only differences between a sample and the next, and the next but one, are looked at; saccades, which are few among
    them, are left out by a median and by rejection of what lies three deviations away. So nothing depends on having
    found the saccades first, and a wrong beginning mends itself. Noise that remembers (coloured noise) shows in the
    ratio of both differences: with likeness r of neighbours their variances are as 1 to 1 + r (first-order
    autoregression).

    Parameters
    ----------
    settings : NoiseSettings, optional
        How the noise is learned.
    usual_px : float, optional
        What a calibration has found; the default is that of the settings.
    """

    def __init__(self, settings: NoiseSettings | None = None, usual_px: float | None = None) -> None:
        self._settings = settings or NoiseSettings()
        self.forget(usual_px)

    def forget(self, usual_px: float | None = None) -> None:
        """Begin anew, from what a calibration has found, in pixels, or from what is usual."""
        usual = max(usual_px or self._settings.usual_px, self._settings.least_px)
        self._usual_variance = self._variance = np.full(2, usual**2)
        self._correlation, self._step_s = 0.0, 1 / 30
        self._samples: deque[tuple[float, float, float]] = deque()
        self._learned_s = -np.inf

    @property
    def variance(self) -> tuple[float, float]:
        """Variance of a sample about where the person looks, along x and y, in square pixels."""
        return float(self._variance[0]), float(self._variance[1])

    def correlation(self, interval_s: float) -> float:
        """Likeness of the noise of two samples so far apart, 0 to below 1."""
        return float(self._correlation ** (max(interval_s, 1e-3) / self._step_s))

    def update(self, point: Point, timestamp_s: float) -> None:
        """Take in one more sample; times must go on. Four times a second it is learned from."""
        self._samples.append((timestamp_s, point.x, point.y))
        while timestamp_s - self._samples[0][0] > self._settings.memory_s:
            self._samples.popleft()
        if timestamp_s - self._learned_s >= 0.25:
            self._learned_s = timestamp_s
            self._learn(np.array(self._samples))

    def _learn(self, samples: Floats) -> None:
        """Learn from samples (time, x, y), shape (n, 3)."""
        steps_s = np.diff(samples[:, 0])
        near = steps_s <= self._settings.max_step_s
        first = np.diff(samples[:, 1:], axis=0)[near]
        second = (samples[2:, 1:] - samples[:-2, 1:])[near[1:] & near[:-1]]
        count, usual = len(first), self._settings.usual_count
        if len(second) < 3:
            return
        once, twice = _robust_variance(first) / 2, _robust_variance(second) / 2
        share = count / (count + usual)
        likeness = share * (twice.sum() / max(once.sum(), 1e-12) - 1)
        self._correlation = float(np.clip(likeness, 0.0, self._settings.max_correlation))
        self._step_s = float(np.median(steps_s[near]))
        variance = share * once / (1 - self._correlation) + (1 - share) * self._usual_variance
        self._variance = np.maximum(variance, self._settings.least_px**2)


def _robust_variance(differences: Floats) -> Floats:
    """Variance of the bulk of differences, shape (n, 2), along each axis: of those within three deviations."""
    spread = 1.4826 * np.median(np.abs(differences), axis=0)
    for _ in range(3):
        inside = (np.abs(differences) <= 3 * spread).all(axis=1)
        if inside.any():
            spread = np.sqrt(np.mean(differences[inside] ** 2, axis=0) / KEPT_VARIANCE)
    variance: Floats = spread**2
    return variance
