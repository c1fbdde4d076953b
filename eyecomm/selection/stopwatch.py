"""Time between samples, safe against whatever a camera stamps."""

import math


class Stopwatch:
    """Tells how much time has passed from sample to sample.

    Samples that are out of order must not add up to more time than has really passed, and a clock that was set back
    must not stop the program until it has caught up.

    Parameters
    ----------
    restart_s : float
        A step back by more than this means that the clock was set anew.
    """

    def __init__(self, restart_s: float) -> None:
        self._restart_s = restart_s
        self._newest_s: float | None = None

    def step(self, timestamp_s: float) -> float:
        """Give the seconds since the newest sample before.

        Parameters
        ----------
        timestamp_s : float
            Monotonic time of the sample.

        Returns
        -------
        float
            At least 0: 0 for the first sample, for a late or repeated one and for a stamp that is not finite; infinite
            when the clock was set back, as nobody knows how long that took.
        """
        if not math.isfinite(timestamp_s):
            return 0.0
        elapsed_s = 0.0 if self._newest_s is None else timestamp_s - self._newest_s
        if self._newest_s is None or elapsed_s > 0 or elapsed_s < -self._restart_s:
            self._newest_s = timestamp_s
        return math.inf if elapsed_s < -self._restart_s else max(0.0, elapsed_s)
