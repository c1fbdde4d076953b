"""When the lids move so that the gaze cannot be trusted."""

from collections import deque
from dataclasses import dataclass

from eyecomm.samples import Openness


@dataclass(frozen=True, slots=True)
class LidSettings:
    """Which openness counts as a blink. Openness is 1 as usual and 0 shut.

    Parameters
    ----------
    shut_below : float
        Below this an eye counts as closing or shut: its lid covers the iris.
    closing_drop : float
        A fall by this much within `closing_s` is the start of a blink. Looking down lowers the lids less.
    closing_s : float
        See above, in seconds.
    reopen_s : float
        For so long after the eyes are open again the gaze is not yet trusted: the lids and the landmarks' own
        smoothing still settle.
    """

    shut_below: float = 0.55
    closing_drop: float = 0.25
    closing_s: float = 0.12
    reopen_s: float = 0.1


class LidGate:
    """Tells whether the lids leave the gaze alone. Lids drag the iris landmarks along while they close and open."""

    def __init__(self, settings: LidSettings | None = None) -> None:
        self._settings = settings or LidSettings()
        self._recent: deque[tuple[float, float]] = deque()
        self._disturbed_s: float | None = None

    def reset(self) -> None:
        """Forget the past, as when the face is lost."""
        self._recent.clear()
        self._disturbed_s = None

    def update(self, openness: Openness, timestamp_s: float) -> bool:
        """Whether the gaze of this sample can be trusted.

        Parameters
        ----------
        openness : Openness
            Of the sample; the narrower eye counts, because the features of both are used.
        timestamp_s : float
            Time of the sample in seconds.
        """
        narrowest = min(openness.left, openness.right)
        if narrowest < self._settings.shut_below or self._is_closing(narrowest, timestamp_s):
            self._disturbed_s = timestamp_s
            return False
        return self._disturbed_s is None or timestamp_s - self._disturbed_s > self._settings.reopen_s

    def _is_closing(self, openness: float, timestamp_s: float) -> bool:
        self._recent.append((timestamp_s, openness))
        while timestamp_s - self._recent[0][0] > self._settings.closing_s:
            self._recent.popleft()
        return max(value for _, value in self._recent) - openness > self._settings.closing_drop
