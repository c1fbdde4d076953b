"""Errors in degrees, and how sure their medians are."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bench.gaze_bench.recordings import Recording
from bench.gaze_bench.scenes import SCREEN
from bench.rivals import Guess
from eyecomm.samples import Floats

CHI2_95 = 5.991  # of two degrees of freedom
RESAMPLES = 400
Ints = npt.NDArray[np.intp]


def error_deg(points_px: Floats, targets_px: Floats, distance_mm: Floats) -> Floats:
    """Angle between where the gaze was put and the target, from eyes in front of the middle of the screen.

    Parameters
    ----------
    points_px, targets_px : ndarray, shape (n, 2)
        Pixels of the screen.
    distance_mm : ndarray, shape (n,)
        Of the eyes.
    """
    per_px = np.array([SCREEN.width_mm / SCREEN.width_px, SCREEN.height_mm / SCREEN.height_px])
    middle = np.array([SCREEN.width_px / 2, SCREEN.height_px / 2])
    a, b = (np.column_stack(((points - middle) * per_px, distance_mm)) for points in (points_px, targets_px))
    return np.asarray(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=1), (a * b).sum(axis=1))))


def inside_95(points_px: Floats, covariances: Floats, targets_px: Floats) -> npt.NDArray[np.bool_]:
    """Whether each target lies in the ellipse that should hold 95 %, for covariances of shape (n, 2, 2)."""
    off = targets_px - points_px
    squares = np.einsum("ni,ni->n", off, np.linalg.solve(covariances, off[..., None])[..., 0])
    return np.asarray(squares <= CHI2_95)


@dataclass(slots=True)
class Tally:
    """Errors of several methods on the same frames.

    Attributes
    ----------
    errors : dict of list of ndarray
        Degrees by method, one array a sitting; not-a-number where a method could not learn.
    inside : list of ndarray
        Of the method that knows its error.
    sittings, looks : list of ndarray of int
        Which sitting, and which target, each frame belongs to.
    """

    errors: dict[str, list[Floats]] = field(default_factory=dict)
    inside: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    sittings: list[Ints] = field(default_factory=list)
    looks: list[Ints] = field(default_factory=list)

    def add(self, recording: Recording, guesses: dict[str, Guess | None]) -> None:
        """Judge the test frames of one sitting; the ellipse is that of the first method that has one."""
        rows = recording.is_test
        targets_px, distance_mm = recording.targets_px[rows], recording.distance_mm[rows]
        for name, guess in guesses.items():
            nothing = np.full(int(rows.sum()), np.nan)
            found = nothing if guess is None else error_deg(guess.points_px[rows], targets_px, distance_mm)
            self.errors.setdefault(name, []).append(found)
        sure = [one for one in guesses.values() if one is not None and one.covariances is not None]
        if sure and sure[0].covariances is not None:
            self.inside.append(inside_95(sure[0].points_px[rows], sure[0].covariances[rows], targets_px))
        self.sittings.append(np.full(int(rows.sum()), len(self.sittings), np.intp))
        self.looks.append(recording.target_index[rows])

    def of(self, name: str) -> Floats:
        """Give all errors of a method, shape (frames,)."""
        return np.concatenate(self.errors[name])

    def median(self, name: str) -> float:
        """Give the median error in degrees; not-a-number when the method could not learn."""
        return float(np.median(self.of(name))) if name in self.errors else float("nan")

    def p95(self, name: str) -> float:
        """Give the error that 95 % of the frames stay below."""
        return float(np.quantile(self.of(name), 0.95))

    def share_inside(self) -> float:
        """Give the share of frames whose target is in the predicted ellipse."""
        return float(np.mean(np.concatenate(self.inside))) if self.inside else float("nan")

    def best(self, names: Iterable[str]) -> str | None:
        """Give the method with the least median among some."""
        known = [name for name in names if name in self.errors and np.isfinite(self.median(name))]
        return min(known, key=self.median) if known else None

    def merged(self, other: "Tally") -> "Tally":
        """Put the frames of two tallies of the same methods together."""
        past = len(self.sittings)
        return Tally(
            {name: self.errors.get(name, []) + other.errors.get(name, []) for name in {**self.errors, **other.errors}},
            self.inside + other.inside,
            self.sittings + [sitting + past for sitting in other.sittings],
            self.looks + other.looks,
        )

    def resampled(self, seed: int = 1) -> list[Ints]:
        """Draw frames again and again: sittings with replacement, and in each its looks with replacement."""
        rng = np.random.default_rng(seed)
        sittings = _groups(np.concatenate(self.sittings), np.concatenate(self.looks))
        return [_draw(sittings, rng) for _ in range(RESAMPLES)]


def interval(values: Floats, draws: list[Ints], share: float = 0.5) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of a quantile (Efron 1979; of clusters, Field and Welsh 2007)."""
    found = [float(np.quantile(values[draw], share)) for draw in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def ratio_interval(ours: Floats, theirs: Floats, draws: list[Ints]) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of the ratio of two medians on the same frames."""
    found = [float(np.median(ours[draw]) / np.median(theirs[draw])) for draw in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def _groups(sittings: Ints, looks: Ints) -> list[list[Ints]]:
    """Rows of every look of every sitting."""
    groups = []
    for sitting in np.unique(sittings):
        here = np.flatnonzero(sittings == sitting)
        groups.append([here[looks[here] == look] for look in np.unique(looks[here])])
    return groups


def _draw(sittings: list[list[Ints]], rng: np.random.Generator) -> Ints:
    rows: list[Ints] = []
    for sitting in rng.integers(len(sittings), size=len(sittings)):
        looks = sittings[sitting]
        rows += [looks[look] for look in rng.integers(len(looks), size=len(looks))]
    return np.concatenate(rows)
