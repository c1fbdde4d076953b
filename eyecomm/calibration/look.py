"""One look at a target: reaction, rest, collection, each at the pace of the eyes."""

import math
from dataclasses import dataclass
from enum import Enum

from eyecomm.calibration.rest import RestDetector
from eyecomm.samples import Floats

MOST_RENEWED = 2
"""So often a look is prolonged because the eyes moved while it was collected; then they are taken as they are."""


class Phase(Enum):
    """What happens at the target."""

    SETTLE = "settle"
    WAIT = "wait"  # until the carer says that the patient looks there
    COLLECT = "collect"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """How long each target takes. All times in seconds.

    Parameters
    ----------
    settle_s : float
        From the appearance of a target to the first sample: reaction and saccade; at least 0.5.
    rest_patience_s : float
        So much longer the eyes are given to come to rest.
    collect_s : float
        Looking time collected; longer when the camera is so slow that the samples are still too few.
    patience_s : float
        A target without enough samples after this long is left out.
    upper_patience_s : float
        The same for one that asks for looking up.
    open_above : float
        Openness from which an eye counts as open.
    lid_s : float
        Samples so near to closed lids are left out: the lids were on their way.
    fewest_samples : int
        A target with fewer is left out.
    max_gap_s : float
        The most that one interval between samples can count.
    paced : bool
        A carer says when to collect, target by target, by `CalibrationSession.advance`.
    """

    settle_s: float = 0.8
    rest_patience_s: float = 1.0
    collect_s: float = 0.9
    patience_s: float = 10.0
    upper_patience_s: float = 5.0
    open_above: float = 0.65
    lid_s: float = 0.08
    fewest_samples: int = 6
    max_gap_s: float = 0.2
    paced: bool = False

    def __post_init__(self) -> None:
        if self.settle_s < 0.5:
            raise ValueError("The eyes need at least 0.5 s to reach a target.")


class LookCollector:
    """Collects samples of one look.

    Parameters
    ----------
    settings : CalibrationSettings
        How long it takes.
    rest : RestDetector
        Has known these eyes since the first target.
    patience_s : float
        So long at most.
    """

    def __init__(self, settings: CalibrationSettings, rest: RestDetector, patience_s: float) -> None:
        self._settings, self._rest, self._patience_s = settings, rest, patience_s
        self._clock_s = self._waited_s = self._settled_s = self._restless_s = self._collected_s = 0.0
        self._lost_s = -math.inf
        self._released, self._rested, self._renewed = not settings.paced, False, 0
        self._samples: list[tuple[float, Floats]] = []
        rest.interrupt()

    def see(self, vector: Floats | None, interval_s: float) -> None:
        """Weigh one more moment; vector None when no open eye is seen."""
        self._clock_s += interval_s
        if self.phase is not Phase.WAIT:
            self._waited_s += interval_s
        if vector is None:
            self._lose()
        elif self._clock_s - self._lost_s >= self._settings.lid_s:
            self._rest.see(vector, self._clock_s)
            self._take(vector, interval_s)
            self._renew()

    def release(self) -> None:
        """Collect as soon as the eyes have had time to settle: a carer says that the patient looks there."""
        self._released = True

    @property
    def phase(self) -> Phase:
        """What happens now; never done."""
        if self._settled_s < self._settings.settle_s:
            return Phase.SETTLE
        if not self._released:
            return Phase.WAIT
        return Phase.COLLECT if self._rested else Phase.SETTLE

    @property
    def progress(self) -> float:
        """How much of its samples has been collected, 0 to 1."""
        s = self._settings
        return min(1.0, self._collected_s / s.collect_s, len(self._samples) / s.fewest_samples)

    @property
    def over(self) -> bool:
        """Whether there are enough samples, or no more patience."""
        return self.progress >= 1 or self._waited_s >= self._patience_s

    @property
    def rows(self) -> list[Floats] | None:
        """What was collected; None when too little."""
        enough = len(self._samples) >= self._settings.fewest_samples
        return [row for _, row in self._samples] if enough else None

    def _lose(self) -> None:
        """Forget the frames just before, too: closing lids show in them before they are called closed."""
        self._rest.interrupt()
        self._lost_s = self._clock_s
        while self._samples and self._clock_s - self._samples[-1][0] < self._settings.lid_s:
            self._samples.pop()

    def _take(self, vector: Floats, interval_s: float) -> None:
        if self._settled_s < self._settings.settle_s:
            self._settled_s += interval_s
        elif self._released and self._at_rest(interval_s):
            self._collected_s += interval_s
            self._samples.append((self._clock_s, vector))

    def _at_rest(self, interval_s: float) -> bool:
        """Whether the eyes have come to rest, once; eyes that never do are taken as they are."""
        self._restless_s += interval_s
        self._rested = self._rested or self._rest.resting or self._restless_s >= self._settings.rest_patience_s
        return self._rested

    def _renew(self) -> None:
        """Forget the older half when the eyes came to the target, or left it, only in between."""
        if self.progress < 1 or self._renewed >= MOST_RENEWED or self._waited_s >= self._patience_s:
            return
        if self._rest.moved([row for _, row in self._samples]):
            self._renewed += 1
            self._collected_s /= 2
            self._samples = self._samples[len(self._samples) // 2 :]
