"""Whether the eyes rest, told from their features alone: before anything is learned, there is no gaze to go by."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from eyecomm.samples import Floats

REMEMBERED = 60
SMALLEST_NOISE = 1e-6


class RestDetector:
    """Compares what the eyes show with what they showed just before, in units of their own noise.

    The noise of each feature is taken from differences of one frame and the next, by their median: saccades are few
    among them, and slow movements of the head are small from one frame to the next.

    Parameters
    ----------
    window_s : float
        So long are the eyes watched.
    moved : float
        From so many standard deviations of a frame, at the median of the features, the eyes have moved. On rendered
        faces 2 to 3 were usual between targets, 1 to 2 while looking at one.
    """

    def __init__(self, window_s: float = 0.3, moved: float = 1.7) -> None:
        self._window_s, self._moved = window_s, moved
        self._changes: deque[Floats] = deque(maxlen=REMEMBERED)
        self._recent: deque[tuple[float, Floats]] = deque()

    def see(self, vector: Floats, now_s: float) -> None:
        """Watch the eyes, open and at a place, at one more moment."""
        if self._recent:
            self._changes.append(np.abs(vector - self._recent[-1][1]))
        self._recent.append((now_s, vector))
        while now_s - self._recent[0][0] > self._window_s + 1e-9:
            self._recent.popleft()

    def interrupt(self) -> None:
        """Begin the window anew: the eyes were shut or lost."""
        self._recent.clear()

    @property
    def resting(self) -> bool:
        """Whether the eyes did not move within the window; with less than four frames in it, nobody can tell."""
        return not self.moved([vector for _, vector in self._recent])

    def moved(self, rows: Sequence[Floats]) -> bool:
        """Whether the eyes were elsewhere in the second half of some frames than in the first."""
        half = len(rows) // 2
        if half < 2 or len(self._changes) < 2:
            return False
        noise = np.median(self._changes, axis=0) * 1.4826 / np.sqrt(2)
        apart = np.abs(np.median(rows[-half:], axis=0) - np.median(rows[:half], axis=0))
        return bool(np.median(apart / np.maximum(noise, SMALLEST_NOISE)) > self._moved)
