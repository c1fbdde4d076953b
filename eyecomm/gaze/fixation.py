"""Where the eyes rest: the mean of a fixation, and the moment at which it ends.

Speed tells saccades from fixations in a laboratory (20-30 degrees a second; Salvucci and Goldberg 2000), but from one
webcam frame to the next noise alone is faster. What does work is to average while the gaze rests and to notice, by a
test against the person's own noise, that it rests no more (Kumar et al. 2008; Olsson 2007; Spakov 2012 found such
filters to lag least for their smoothness). The test here is the generalised likelihood ratio for a change of the mean
(after the cumulative sums of Page 1954): for every one of the last few samples, how much likelier are the samples since
then if the gaze has moved, than if it has not? Noise that remembers is whitened first, and its mean is the less sure.
"""

import math
from collections import deque
from dataclasses import dataclass, field, replace

from eyecomm.gaze.noise import NoiseSettings, PersonalNoise
from eyecomm.geometry import Covariance, Point


@dataclass(frozen=True, slots=True)
class FixationSettings:
    """When a fixation ends, and how it is averaged.

    Parameters
    ----------
    min_cutoff_hz : float
        Cut-off frequency of a long fixation: lower is steadier, and follows a slowly moving head later.
    jump : float
        The gaze has moved when the shift is this many of its own standard deviations (both axes together).
    young_jump : float
        The same soon after a saccade, when a slow one may still be under way and corrections are likely.
    young_s : float
        So soon. A fixation that moves on within this time is still the same one, reached late.
    doubt : float
        One sample this many standard deviations off does not count until the next one has been seen.
    patience : int
        After so many doubtful samples in a row, agreeing or not, the newest one is believed.
    window : int
        Most samples in which a shift is looked for.
    return_s : float
        Who is back at the fixation before within this time has never left it: a square-wave jerk, a short glance.
    max_gap_s : float
        After a longer interval the filter starts afresh.
    noise : NoiseSettings
        How the person's noise is learned.
    """

    min_cutoff_hz: float = 0.3
    jump: float = 4.5
    young_jump: float = 3.0
    young_s: float = 0.2
    doubt: float = 3.0
    patience: int = 3
    window: int = 8
    return_s: float = 0.6
    max_gap_s: float = 0.5
    noise: NoiseSettings = field(default_factory=NoiseSettings)


@dataclass(frozen=True, slots=True)
class Fixation:
    """Where the gaze rests after one sample.

    Parameters
    ----------
    point : Point
        The mean of the fixation; during a saccade the newest place.
    index : int
        Grows with every new fixation. Who comes back from a short jerk comes back to the same number.
    onset_s : float
        Time of the first sample of the fixation.
    count : int
        How many samples the mean holds.
    saccade : bool
        The gaze has just jumped, or is still under way.
    in_doubt : bool
        This sample lies far off and has not been counted: the next one shows whether it was the start of a saccade.
    error : Covariance
        Of the mean about where the gaze rests, for noise alone; what the calibration gets wrong comes on top.
    """

    point: Point
    index: int
    onset_s: float
    count: int
    saccade: bool
    in_doubt: bool
    error: Covariance

    @property
    def standard_error_px(self) -> float:
        """Standard error of the mean along one axis, in pixels."""
        return self.error.sd_px


@dataclass(frozen=True, slots=True)
class _Mean:
    """A running mean. `variance` is its own, `shared` its covariance with the newest sample, in those of a sample."""

    x: float
    y: float
    time_s: float  # of the newest sample in it
    count: int = 1
    variance: float = 1.0
    shared: float = 1.0

    def add(self, point: Point, time_s: float, correlation: float, least_share: float) -> "_Mean":
        """Take in one sample whose noise is like that of the newest one. The share never falls below the least."""
        share = max(1 / (self.count + 1), least_share)
        keep = 1 - share
        return _Mean(
            keep * self.x + share * point.x,
            keep * self.y + share * point.y,
            time_s,
            self.count + 1,
            keep**2 * self.variance + 2 * share * keep * correlation * self.shared + share**2,
            keep * correlation * self.shared + share,
        )


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A sample, and the mean of the fixation before it came (None for its first)."""

    point: Point
    time_s: float
    before: _Mean | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class _Rest:
    """A fixation: its number, its beginning, its mean."""

    index: int
    onset_s: float
    mean: _Mean


class FixationFilter:
    """Averages the gaze within a fixation and follows a saccade with the second frame.

    A step of clearly more than the noise is believed as soon as two samples agree on it; smaller ones take more
    samples, up to the window, and those smaller still are followed slowly.

    Parameters
    ----------
    settings : FixationSettings, optional
        When a fixation ends, and how it is averaged.
    noise_px : float, optional
        Standard deviation found at calibration, to begin with.
    """

    def __init__(self, settings: FixationSettings | None = None, noise_px: float | None = None) -> None:
        self._settings = settings or FixationSettings()
        self._noise = PersonalNoise(self._settings.noise, noise_px)
        self._recent: deque[_Weighed] = deque(maxlen=self._settings.window + 1)
        self._index = -1
        self._timestamp_s = -math.inf
        self._rest = _Rest(-1, 0.0, _Mean(0.0, 0.0, 0.0))
        self._left: deque[tuple[_Rest, float]] = deque(maxlen=2)  # the fixations before, and when they were left
        self._saccade = False

    def reset(self) -> None:
        """Forget where the gaze was: the next point passes unchanged. The person's noise is kept."""
        self._timestamp_s = -math.inf

    def relearn(self, noise_px: float | None = None) -> None:
        """Forget everything, as with another calibration, whose noise may be given in pixels."""
        self.reset()
        self._noise.forget(noise_px)

    def update(self, point: Point, timestamp_s: float) -> Fixation:
        """Weigh one more sample; time in seconds. A repeated or earlier time changes nothing.

        Parameters
        ----------
        point : Point
            Finite.
        timestamp_s : float
            Of the sample; without gaze (lids shut, no face) this is simply not called.
        """
        interval_s = timestamp_s - self._timestamp_s
        if interval_s > 0:
            self._timestamp_s = timestamp_s
            self._noise.update(point, timestamp_s)
            self._saccade = False
            if interval_s > self._settings.max_gap_s:
                self._start(point)
            else:
                self._weigh(point)
        return self._state()

    def _start(self, point: Point) -> None:
        self._left.clear()
        self._index += 1
        self._restart([_Weighed(point, self._timestamp_s, None, doubtful=False)])

    def _weigh(self, point: Point) -> None:
        self._recent.append(_Weighed(point, self._timestamp_s, self._rest.mean, doubtful=False))
        if doubtful := self._size(1) > self._settings.doubt:
            self._recent[-1] = replace(self._recent[-1], doubtful=True)
        shift = self._moved_since()
        if shift > 0:
            self._move(list(self._recent)[-shift:])
        elif not doubtful:
            self._drop_doubtful()
            self._rest = replace(self._rest, mean=self._averaged(self._rest.mean, self._recent[-1]))
            self._come_back()

    def _moved_since(self) -> int:
        """Give how many of the newest samples lie elsewhere, 0 when the gaze rests or it is too soon to tell."""
        one, newest = list(self._recent)[-2:]
        if self._rest.mean.count == 1:  # nothing speaks for the old place either
            return int(newest.doubtful)
        if self._is_chaos():
            return 1
        least = 2 if self._agree(one, newest) else 3
        if least == 3 and (one.doubtful or newest.doubtful):
            return 0
        sizes = {w: self._size(w) for w in range(least, len(self._recent))}
        most = max(sizes, key=lambda w: sizes[w], default=0)
        limit = self._settings.young_jump if self._is_young() else self._settings.jump
        return most if most and sizes[most] > limit else 0

    def _is_chaos(self) -> bool:
        newest = list(self._recent)[-self._settings.patience :]
        return len(newest) == self._settings.patience and all(sample.doubtful for sample in newest)

    def _is_young(self) -> bool:
        return self._rest.index > 0 and self._timestamp_s - self._rest.onset_s <= self._settings.young_s

    def _agree(self, one: _Weighed, two: _Weighed) -> bool:
        """Whether two samples lie off on the same side: neither an outlier on its way back, nor one that has just come.

        The first may lie less far, when it was taken during the saccade and is far enough off by itself.
        """
        if one.before is None:
            return False
        ax, ay = one.point.x - one.before.x, one.point.y - one.before.y
        bx, by = two.point.x - one.before.x, two.point.y - one.before.y
        dot = ax * bx + ay * by
        still_off = dot >= 0.5 * (ax * ax + ay * ay)
        return still_off and (one.doubtful or dot >= 0.5 * (bx * bx + by * by))

    def _size(self, count: int) -> float:
        """Give the likeliest shift of the newest samples, in standard deviations of that shift, both axes together."""
        samples = list(self._recent)[-count - 1 :]
        mean = samples[1].before if len(samples) > count else None
        if mean is None:
            return 0.0
        information = drag = sum_x = sum_y = 0.0
        for i in range(1, len(samples)):
            old, new = samples[i - 1], samples[i]
            r = self._noise.correlation(new.time_s - old.time_s)
            r = 0.0 if i == 1 and old.doubtful else r
            expected = (1.0 if i == 1 else 1 - r) / (1 - r * r)
            information += expected * (1.0 if i == 1 else 1 - r)
            drag += expected * (1 - r)
            sum_x += expected * (new.point.x - mean.x - r * (old.point.x - mean.x))
            sum_y += expected * (new.point.y - mean.y - r * (old.point.y - mean.y))
        variance = 1 / information + (drag / information) ** 2 * mean.variance
        xx, yy = self._noise.variance
        return math.sqrt((sum_x**2 / xx + sum_y**2 / yy) / variance) / information

    def _move(self, samples: list[_Weighed]) -> None:
        if not self._is_young():
            self._left.append((self._rest, samples[0].time_s))
            self._index += 1
        self._restart([sample for sample in samples if self._is_like(sample, samples[-1])])
        self._saccade = True
        self._come_back()

    def _is_like(self, one: _Weighed, newest: _Weighed) -> bool:
        """Whether noise alone explains how two samples differ: one taken during the saccade does not count."""
        xx, yy = self._noise.variance
        dx, dy = one.point.x - newest.point.x, one.point.y - newest.point.y
        fresh = 2 * (1 - self._noise.correlation(newest.time_s - one.time_s)) if one is not newest else 1.0
        return dx**2 / xx + dy**2 / yy <= fresh * self._settings.doubt**2

    def _restart(self, samples: list[_Weighed]) -> None:
        first = samples[0]
        mean = _Mean(first.point.x, first.point.y, first.time_s)
        self._recent.clear()
        self._recent.append(replace(first, before=None, doubtful=False))
        for sample in samples[1:]:
            self._recent.append(replace(sample, before=mean, doubtful=False))
            mean = self._averaged(mean, sample)
        self._rest = _Rest(self._index, first.time_s, mean)

    def _averaged(self, mean: _Mean, sample: _Weighed) -> _Mean:
        interval_s = sample.time_s - mean.time_s
        least = -math.expm1(-2 * math.pi * self._settings.min_cutoff_hz * interval_s)
        return mean.add(sample.point, sample.time_s, self._noise.correlation(interval_s), least)

    def _come_back(self) -> None:
        """Take up the fixation before, when a jerk has led back to it."""
        if self._rest.mean.count < 2:
            return
        for old, left_s in self._left:
            lately = self._timestamp_s - left_s <= self._settings.return_s
            if lately and old.mean.count > 2 and self._is_same(old.mean, self._rest.mean):
                self._rest = replace(old, mean=_merged(old.mean, self._rest.mean))
                self._recent = deque([replace(self._recent[-1], before=None)], self._recent.maxlen)
                self._left.clear()
                return

    def _is_same(self, one: _Mean, two: _Mean) -> bool:
        xx, yy = self._noise.variance
        variance = one.variance + two.variance
        return (one.x - two.x) ** 2 / xx + (one.y - two.y) ** 2 / yy <= variance * 2.0**2

    def _drop_doubtful(self) -> None:
        kept = [sample for sample in self._recent if not sample.doubtful]
        self._recent = deque(kept, self._recent.maxlen)

    def _state(self) -> Fixation:
        mean, (xx, yy) = self._rest.mean, self._noise.variance
        in_doubt = self._recent[-1].doubtful
        saccade = self._saccade or (mean.count == 1 and len(self._left) > 0)
        error = Covariance(mean.variance * xx, 0.0, mean.variance * yy)
        return Fixation(
            Point(mean.x, mean.y), self._rest.index, self._rest.onset_s, mean.count, saccade, in_doubt, error
        )


def _merged(old: _Mean, new: _Mean) -> _Mean:
    """Join two means by how sure they are."""
    share = old.variance / (old.variance + new.variance)
    return replace(
        new,
        x=old.x + share * (new.x - old.x),
        y=old.y + share * (new.y - old.y),
        count=old.count + new.count,
        variance=old.variance * share,
        shared=share * new.shared,
    )
