"""Light smoothing of a point that comes at irregular intervals."""

import math
from dataclasses import dataclass

from eyecomm.geometry import Point


@dataclass(frozen=True, slots=True)
class OneEuroSettings:
    """How much a point is smoothed.

    Parameters
    ----------
    min_cutoff_hz : float
        Cut-off frequency while the point rests: lower is steadier.
    beta_per_px : float
        How many hertz the cut-off rises for each pixel a second of speed: higher follows saccades sooner.
    speed_cutoff_hz : float
        Cut-off frequency of the speed itself.
    max_gap_s : float
        After a longer interval the filter starts afresh.
    """

    min_cutoff_hz: float = 1.5
    beta_per_px: float = 0.008
    speed_cutoff_hz: float = 1.0
    max_gap_s: float = 0.5


class OneEuroFilter:
    """A low-pass filter whose cut-off rises with speed (Casiez, Roussel and Vogel 2012), for points in the plane.

    The speed is that of the point, not one of each axis, so that both axes lag alike and a saccade stays straight.
    """

    def __init__(self, settings: OneEuroSettings | None = None) -> None:
        self._settings = settings or OneEuroSettings()
        self._timestamp_s = -math.inf
        self._raw = self._smooth = Point(0.0, 0.0)
        self._velocity = Point(0.0, 0.0)

    def reset(self) -> None:
        """Forget the past: the next point passes unchanged."""
        self._timestamp_s = -math.inf

    def update(self, point: Point, timestamp_s: float) -> Point:
        """Smooth one more point; times in seconds. A repeated or earlier time changes nothing."""
        interval_s = timestamp_s - self._timestamp_s
        if interval_s > self._settings.max_gap_s:
            self._velocity, self._raw, self._smooth = Point(0.0, 0.0), point, point
        elif interval_s > 0:
            self._advance(point, interval_s)
        self._timestamp_s = max(timestamp_s, self._timestamp_s)
        return self._smooth

    def _advance(self, point: Point, interval_s: float) -> None:
        s = self._settings
        speed = Point((point.x - self._raw.x) / interval_s, (point.y - self._raw.y) / interval_s)
        self._velocity = _blend(self._velocity, speed, s.speed_cutoff_hz, interval_s)
        cutoff_hz = s.min_cutoff_hz + s.beta_per_px * math.hypot(self._velocity.x, self._velocity.y)
        self._smooth = _blend(self._smooth, point, cutoff_hz, interval_s)
        self._raw = point


def _blend(old: Point, new: Point, cutoff_hz: float, interval_s: float) -> Point:
    """Exponential smoothing with a cut-off frequency, over one interval."""
    share = 1 / (1 + 1 / (2 * math.pi * cutoff_hz * interval_s))
    return Point(old.x + share * (new.x - old.x), old.y + share * (new.y - old.y))
