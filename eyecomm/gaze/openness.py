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
    slope_s : float
        Time constant with which it is learned how the lids follow the eye up and down.
    least_share : float
        Looking down explains no narrower opening than this share of the baseline; the rest is a blink. Lids that fall
        drag the landmarks of the iris along, so that a blink looks like a look down.
    least_spread : float
        Up and down must have spread by about so many eye widths before they explain anything.
    calm_per_s : float
        Lids that move faster, in openness a second, teach nothing about up and down.
    """

    rise_s: float = 4.0
    fall_s: float = 12.0
    shut_fraction: float = 0.6
    shut_patience_s: float = 20.0
    shut_fall_s: float = 60.0
    floor: float = 0.15
    max_gap_s: float = 0.2
    slope_s: float = 60.0
    least_share: float = 0.6
    least_spread: float = 0.004
    calm_per_s: float = 1.5


class LidSlope:
    """Learns how much narrower the eye is when it looks down: the upper lid goes with it (Becker and Fuchs 1988).

    A line, fitted with slow forgetting to frames with calm and open lids, and used no farther than it was learned.
    """

    def __init__(self, settings: BaselineSettings) -> None:
        self._settings = settings
        self._learned_s = 0.0
        self._down = self._openness = self._variance = self._shared = 0.0

    def share(self, down: float) -> float:
        """Give the opening to be expected, as a share of that of a usual look.

        Parameters
        ----------
        down : float
            How far down the iris is, in eye widths.
        """
        reach = 2.5 * math.sqrt(self._variance)
        away = min(max(down - self._down, -reach), reach)
        slope = min(0.0, self._shared / (self._variance + self._settings.least_spread**2))
        return min(max(1 + slope * away, self._settings.least_share), 2 - self._settings.least_share)

    def learn(self, openness: float, down: float, interval_s: float) -> None:
        """Learn from one frame with calm lids: the opening against the baseline, and how far down the iris is."""
        if not self._settings.shut_fraction < openness < 1.5:
            return
        self._learned_s += interval_s
        part = -math.expm1(-interval_s / min(self._settings.slope_s, max(self._learned_s, 0.3)))
        away, over = down - self._down, openness - self._openness
        if self._learned_s == interval_s:
            self._down, self._openness = down, openness
            return
        self._down += part * away
        self._openness += part * over
        self._variance += part * ((1 - part) * away**2 - self._variance)
        self._shared += part * ((1 - part) * away * over - self._shared)


class EyeBaseline:
    """Follows the usual aspect ratio of one eye."""

    def __init__(self, settings: BaselineSettings) -> None:
        self._settings = settings
        self._slope = LidSlope(settings)
        self._level: float | None = None
        self._before = 0.0
        self._learned_s = 0.0
        self._shut_s = 0.0

    def update(self, aspect_ratio: float, interval_s: float, down: float | None = None) -> float:
        """Learn from one sample and tell how open the eye is: 1 as usual, 0 shut.

        Parameters
        ----------
        aspect_ratio : float
            Lid opening over eye width.
        interval_s : float
            Time since the sample before.
        down : float, optional
            How far down the iris is, in eye widths: what this explains does not count as closing.
        """
        if self._level is None:
            self._level = self._before = max(aspect_ratio, self._settings.floor)
        if down is not None:
            self._learn_slope(aspect_ratio, down, interval_s, self._level)
            aspect_ratio /= self._slope.share(down)
        self._level = max(self._settings.floor, self._follow(self._level, aspect_ratio, interval_s))
        return max(0.0, aspect_ratio) / self._level

    def _learn_slope(self, aspect_ratio: float, down: float, interval_s: float, level: float) -> None:
        calm = abs(aspect_ratio - self._before) <= self._settings.calm_per_s * interval_s * level
        self._before = aspect_ratio
        if calm and interval_s > 0:
            self._slope.learn(aspect_ratio / level, down, interval_s)

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

    def update(
        self, aspect_ratio: tuple[float, float], timestamp_s: float, down: tuple[float, float] | None = None
    ) -> Openness:
        """Learn from one sample and tell how open the eyes are.

        Parameters
        ----------
        aspect_ratio : tuple of float
            Lid opening over eye width, (left, right), finite.
        timestamp_s : float
            Time of the sample; times that run backwards teach nothing.
        down : tuple of float, optional
            How far down each iris is, in eye widths, (left, right), finite: looking down is no blink.
        """
        elapsed_s = 0.0 if self._last_s is None else timestamp_s - self._last_s
        self._last_s = timestamp_s
        interval_s = min(max(elapsed_s, 0.0), self._settings.max_gap_s)
        downs = (None, None) if down is None else down
        each = zip(self._eyes, aspect_ratio, downs, strict=True)
        left, right = (eye.update(ratio, interval_s, below) for eye, ratio, below in each)
        return Openness(left, right)
