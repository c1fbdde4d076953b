"""When the lids move so that the gaze cannot be trusted."""

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

from eyecomm.samples import Openness


@dataclass(frozen=True, slots=True)
class LidSettings:
    """Which openness counts as a blink. Openness is 1 as usual and 0 shut.

    Parameters
    ----------
    shut_below : float
        With both eyes less open than this there is no gaze. One open eye is enough.
    closing_drop : float
        A fall by this much within `closing_s` may be the start of a blink. On rendered faces the first frames of a
        blink, in which openness falls by 0.13 and 0.4, drag the gaze by 200 and 350 px; looking down from the top of
        the screen to its bottom costs 0.05.
    closing_noise : float
        Where the openness trembles, the fall must be this many of its standard deviations, learned from the median
        step between frames of the last `noise_s`.
    noise_s : float
        See above, in seconds.
    closing_s : float
        See above, in seconds. It is also the longest that a look down, or a squint, can take the gaze away.
    reopen_s : float
        For so long after the eyes were last shut the gaze does not count: the lids still rise, and the face model
        smooths over three frames...
    reopened_above : float
        ...and until they are this wide again...
    reopening_s : float
        ...or have been rising for so long that they will not get wider.
    """

    shut_below: float = 0.55
    closing_drop: float = 0.1
    closing_noise: float = 4.0
    noise_s: float = 5.0
    closing_s: float = 0.12
    reopen_s: float = 0.1
    reopened_above: float = 0.8
    reopening_s: float = 0.4


class LidGate:
    """Tells whether the lids leave the gaze alone. They drag the landmarks of the iris along as they close and open."""

    def __init__(self, settings: LidSettings | None = None) -> None:
        self._settings = settings or LidSettings()
        self._recent: deque[tuple[float, float]] = deque()
        self._steps: deque[tuple[float, float]] = deque()
        self._shut_at_s: float | None = None

    def update(self, openness: Openness, timestamp_s: float) -> bool:
        """Whether the gaze of this sample counts.

        Parameters
        ----------
        openness : Openness
            Of the sample; the wider eye counts.
        timestamp_s : float
            Time of the sample in seconds.
        """
        widest = max(openness.left, openness.right)
        closing = self._is_closing(widest, timestamp_s)
        if widest < self._settings.shut_below:
            self._shut_at_s = timestamp_s
        if self._shut_at_s is not None and not self._is_reopened(widest, timestamp_s - self._shut_at_s):
            return False
        self._shut_at_s = None
        return not closing

    def _is_reopened(self, widest: float, since_s: float) -> bool:
        s = self._settings
        return since_s > s.reopen_s and (widest >= s.reopened_above or since_s > s.reopening_s)

    def _is_closing(self, widest: float, timestamp_s: float) -> bool:
        fall = max((openness for _, openness in self._lately(widest, timestamp_s)), default=widest) - widest
        return fall > max(self._settings.closing_drop, self._settings.closing_noise * self._noise())

    def _lately(self, widest: float, timestamp_s: float) -> deque[tuple[float, float]]:
        """Take in one sample, and give those of the last moments."""
        if self._recent:
            self._steps.append((timestamp_s, abs(widest - self._recent[-1][1])))
        self._recent.append((timestamp_s, widest))
        for samples, memory_s in ((self._recent, self._settings.closing_s), (self._steps, self._settings.noise_s)):
            while samples and timestamp_s - samples[0][0] > memory_s:
                samples.popleft()
        return self._recent

    def _noise(self) -> float:
        """Give the standard deviation of one sample; blinks are too few to move the median of many."""
        if len(self._steps) < 20:
            return 0.0
        return 1.4826 * median(step for _, step in self._steps) / math.sqrt(2)
