"""When to tell that the head is elsewhere than at calibration: a word for a posture, none for a nod."""

from eyecomm.samples import GazeSample

PATIENCE_S = 2.0
MAX_GAP_S = 0.2  # a stalled camera proves nothing


class HeadWatch:
    """Says whether the head has been elsewhere for so long that it matters.

    Parameters
    ----------
    patience_s : float
        So long the head must be away before it is told, and back before that is taken back.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self.reset()

    def reset(self) -> None:
        """Forget; from now on another calibration counts."""
        self._elsewhere = False
        self._against_s = 0.0
        self._last_s: float | None = None

    def update(self, sample: GazeSample) -> bool:
        """Weigh one more sample; one without a gaze tells nothing of the head."""
        interval_s = 0.0 if self._last_s is None else max(0.0, sample.timestamp_s - self._last_s)
        self._last_s = sample.timestamp_s
        if sample.point is None:
            return self._elsewhere
        if sample.head_moved == self._elsewhere:
            self._against_s = 0.0
            return self._elsewhere
        self._against_s += min(interval_s, MAX_GAP_S)
        if self._against_s > self._patience_s:
            self._elsewhere, self._against_s = sample.head_moved, 0.0
        return self._elsewhere
