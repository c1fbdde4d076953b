"""Where the virtual patient's lids are: in the portrait, after a turn of the eye, in a blink."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]

# The lids go with the eye: the upper one almost fully, the lower one less (Becker and Fuchs 1988).
UPPER_LID_FOLLOWS = 0.75
LOWER_LID_FOLLOWS = 0.35
LOWER_LID_RISES = 0.15  # in a blink the upper lid does most of the way

TABLE_MM = 22.0  # to each side of the iris


@dataclass(frozen=True, slots=True, eq=False)
class Lids:
    """Heights of the lids at every pixel: in the portrait, and now."""

    upper_still: Floats32
    lower_still: Floats32
    upper: Floats32
    lower: Floats32
    share: Floats32  # of the movement of the lids' middle


class LidTable:
    """Heights of the portrait's lids by distance from the iris, every tenth of a millimetre."""

    def __init__(self, upper_mm: npt.NDArray[np.float64], lower_mm: npt.NDArray[np.float64]) -> None:
        x = np.arange(-TABLE_MM, TABLE_MM, 0.1)
        ends = upper_mm[0, 0], upper_mm[-1, 0]
        middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
        self._first = x[0]
        # The lids move most in the middle and not at the corners.
        self._share = (np.clip(1 - ((x - middle) / half) ** 2, 0, 1) ** 0.7).astype(np.float32)
        self._upper, self._lower = (_smooth(np.interp(x, lid[:, 0], lid[:, 1])) for lid in (upper_mm, lower_mm))

    def at(self, u: Floats32, iris_down_mm: float, openness: float) -> Lids:
        """Give the lids above and below places u for an iris moved down so far and an openness."""
        index = np.clip((u - self._first) * 10, 0, len(self._share) - 1).astype(np.intp)
        share, upper_still, lower_still = self._share[index], self._upper[index], self._lower[index]
        upper = upper_still + share * np.float32(UPPER_LID_FOLLOWS * iris_down_mm)
        lower = np.maximum(lower_still + share * np.float32(LOWER_LID_FOLLOWS * iris_down_mm), upper)
        meet = lower + (upper - lower) * np.float32(LOWER_LID_RISES)
        open_ = np.float32(min(max(openness, 0.0), 1.25))
        raised = meet + (upper - meet) * open_
        return Lids(upper_still, lower_still, raised, meet + (lower - meet) * min(open_, np.float32(1)), share)


def _smooth(heights: npt.NDArray[np.float64]) -> Floats32:
    kernel = np.hanning(31)
    padded = np.pad(heights, 15, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid").astype(np.float32)
