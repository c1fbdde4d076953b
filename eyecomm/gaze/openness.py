"""How open each eye is, against what is usual for this person."""

import math
from dataclasses import dataclass

from eyecomm.samples import Openness


@dataclass(frozen=True, slots=True)
class BaselineSettings:
    """How slowly the usual opening of an eye is followed. All times in seconds.

    Parameters
    ----------
    rise_s, fall_s : float
        Time constants while the eye is wider or narrower than usual. The quicker rise makes the baseline follow the
        upper part of the openings, so that looking down and half-blinks move it little.
    shut_fraction : float
        Below this fraction of the baseline the eye counts as shut and teaches nothing...
    shut_patience_s : float
        ...until it has lasted so long that the camera or the head must have moved: then the baseline follows...
    shut_fall_s : float
        ...with this time constant.
    floor : float
        The baseline never falls below this aspect ratio: shut eyes reach 0.13, and sleep must not pass for open eyes.
    max_gap_s : float
        A longer interval between two samples counts as this much.
    """

    rise_s: float = 4.0
    fall_s: float = 12.0
    shut_fraction: float = 0.6
    shut_patience_s: float = 20.0
    shut_fall_s: float = 60.0
    floor: float = 0.15
    max_gap_s: float = 0.2


class EyeBaseline:
    """Follows the usual aspect ratio of one eye."""

    def __init__(self, settings: BaselineSettings) -> None:
        self._settings = settings
        self._level: float | None = None
        self._learned_s = 0.0
        self._shut_s = 0.0

    def update(self, aspect_ratio: float, interval_s: float) -> float:
        """Learn from one sample and tell how open the eye is: 1 as usual, 0 shut.

        Parameters
        ----------
        aspect_ratio : float
            Lid opening over eye width.
        interval_s : float
            Time since the sample before.
        """
        if self._level is None:
            self._level = max(aspect_ratio, self._settings.floor)
        self._level = max(self._settings.floor, self._follow(self._level, aspect_ratio, interval_s))
        return max(0.0, aspect_ratio) / self._level

    def _follow(self, level: float, aspect_ratio: float, interval_s: float) -> float:
        time_constant_s = self._time_constant(level, aspect_ratio, interval_s)
        return level + (aspect_ratio - level) * -math.expm1(-interval_s / time_constant_s)

    def _time_constant(self, level: float, aspect_ratio: float, interval_s: float) -> float:
        s = self._settings
        if aspect_ratio < s.shut_fraction * level:
            self._shut_s += interval_s
            return s.shut_fall_s if self._shut_s > s.shut_patience_s else math.inf
        self._shut_s = 0.0
        self._learned_s += interval_s
        # The first seconds count fully: a person is new, or the program has just started in the middle of a blink.
        return min(s.rise_s if aspect_ratio > level else s.fall_s, max(self._learned_s, 0.3))


class PersonalBaseline:
    """Turns aspect ratios of both eyes into openness, with a slow baseline for each eye."""

    def __init__(self, settings: BaselineSettings | None = None) -> None:
        self._settings = settings or BaselineSettings()
        self._eyes = (EyeBaseline(self._settings), EyeBaseline(self._settings))
        self._last_s: float | None = None

    def update(self, aspect_ratio: tuple[float, float], timestamp_s: float) -> Openness:
        """Learn from one sample and tell how open the eyes are.

        Parameters
        ----------
        aspect_ratio : tuple of float
            Lid opening over eye width, (left, right), finite.
        timestamp_s : float
            Time of the sample; times that run backwards teach nothing.
        """
        elapsed_s = 0.0 if self._last_s is None else timestamp_s - self._last_s
        self._last_s = timestamp_s
        interval_s = min(max(elapsed_s, 0.0), self._settings.max_gap_s)
        left, right = (eye.update(ratio, interval_s) for eye, ratio in zip(self._eyes, aspect_ratio, strict=True))
        return Openness(left, right)
