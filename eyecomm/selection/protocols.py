"""What a selector is: evidence from the eyes in, a chosen target out."""

from dataclasses import dataclass
from typing import Protocol

from eyecomm.samples import Floats, GazeSample


@dataclass(frozen=True, slots=True)
class Dwell:
    """What the selector believes after one sample.

    Parameters
    ----------
    target : int or None
        The target looked at now, an index into the targets given.
    progress : float
        How far that target is from being selected, 0 to 1. It never claims more than the selector knows.
    selected : int or None
        The target chosen by this very sample.
    """

    target: int | None
    progress: float
    selected: int | None


NOTHING = Dwell(None, 0.0, None)


class Selector(Protocol):
    """Decides from gaze which target is meant. Reads no clock: time comes with the samples."""

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence.

        Parameters
        ----------
        rects_px : ndarray, shape (k, 4)
            Left, top, right, bottom in pixels. Later targets never lie over earlier ones.
        dwell_s : ndarray, shape (k,)
            Own dwell time of each target in seconds, NaN for the usual one, infinite where it cannot be selected.
        """

    def update(self, sample: GazeSample) -> Dwell:
        """Weigh one more sample; they come in order of time."""
