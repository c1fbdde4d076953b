"""Which target to show next, and when enough have been seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.data import CalibrationData
from eyecomm.gaze.errors import GazeError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.looks import FEWEST_TARGETS, Ints
from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats

PLAN_FROM = 10
"""So many earlier sessions, the newest, are planned with: enough to know the eyes, few enough to think in between."""

FEWEST_SEEN, FEWEST_REMEMBERED = 4, 3
RIDGE = 1e-2


@dataclass(frozen=True, slots=True)
class Plan:
    """What to show next.

    Parameters
    ----------
    index : int or None
        Which of the candidates; None when what was seen is good enough.
    sd_px : tuple of float
        How far off the gaze is expected to be at each candidate, one standard deviation along an axis in pixels;
        infinite while nothing can be said.
    """

    index: int | None
    sd_px: tuple[float, ...]


class Planner:
    """Asks for the target that is least known (sequential design by greatest variance, MacKay 1992).

    Where the eyes would be at a target not yet shown is guessed from where they were at others, by a surface of second
    order over the screen; how sure a model learned so far would be there, that model says itself. The first target of a
    day is always the first candidate, in the middle: what is new on a day is most of all an offset, which a corner
    tells badly.

    On rendered faces (simulated; 4 faces, 5 frames a look) the median error over a day was, planned and in the order of
    the candidates, 3.1 and 4.1 degrees after 5 targets and 2.5 and 2.9 after 9 with nothing remembered, 2.1 and 2.1,
    1.8 and 1.9 with three days remembered. One look in the middle left 2.2 degrees with three days remembered, one
    where the variance was greatest 2.9. Asked for 2.0 degrees it stopped, with three days remembered, in 12 of 16 cases
    before 13 targets, after 8 on average, with 1.8 degrees; a quarter of those that it called good were worse than 2.0.

    Parameters
    ----------
    past : sequence of CalibrationData
        Earlier sessions of the patient on the same screen, the newest first.
    screen : Screen
        Where the targets are shown.
    goal_deg : float
        Good enough: both the error expected at every candidate and the one measured at the targets seen.
    """

    def __init__(self, past: Sequence[CalibrationData], screen: Screen, goal_deg: float = 1.5) -> None:
        self._past = tuple(one.condense() for one in past[:PLAN_FROM])
        self._screen, self._goal_deg = screen, goal_deg

    @property
    def remembers(self) -> bool:
        """Whether there is anything to add to what is seen today."""
        return bool(self._past)

    @property
    def fewest(self) -> int:
        """So many targets are seen at least before it is enough.

        One look tells of a new day as much as a memory of several leaves open, which is mostly an offset. Without a
        memory it takes four before anything is left over to measure the fit with.
        """
        return 1 if len(self._past) >= FEWEST_REMEMBERED else FEWEST_SEEN

    def plan(self, seen: CalibrationData | None, candidates: Sequence[Point]) -> Plan:
        """Choose among candidates.

        Parameters
        ----------
        seen : CalibrationData or None
            Of today.
        candidates : sequence of Point
            In the order to show them while nothing else is known.
        """
        sessions = [*([] if seen is None else [seen.condense()]), *self._past]
        ages = np.repeat(np.arange(len(sessions)) + (seen is None), [len(one.features) for one in sessions])
        learned = self._learn(sessions, ages) if sessions and candidates else None
        if learned is None:
            return Plan(0 if candidates else None, (math.inf,) * len(candidates))
        sd_px = self._predict(learned, sessions, ages, candidates)
        enough = seen is not None and len(np.unique(seen.target_index)) >= self.fewest
        if enough and self._is_good(learned, max(sd_px)):
            return Plan(None, sd_px)
        return Plan(0 if seen is None else int(np.argmax(sd_px)), sd_px)

    def _learn(self, sessions: Sequence[CalibrationData], ages: Ints) -> GazeProcess | None:
        features, targets_px = _stack(sessions)
        if len(np.unique(targets_px, axis=0)) < FEWEST_TARGETS:
            return None
        try:
            return GazeProcess(self._screen).fit(features, targets_px, ages)
        except (GazeError, np.linalg.LinAlgError):
            return None

    def _predict(
        self, model: GazeProcess, sessions: Sequence[CalibrationData], ages: Ints, candidates: Sequence[Point]
    ) -> tuple[float, ...]:
        features, targets_px = _stack(sessions)
        expected = expect(features, self._fractions(targets_px), ages, self._fractions(_array(candidates)))
        covariances = model.predict_with_covariance(expected)[1] - model.frame_noise
        return tuple(math.sqrt(max(0.0, float(np.trace(one)) / 2)) for one in covariances)

    def _is_good(self, model: GazeProcess, sd_px: float) -> bool:
        return max(self._to_deg(sd_px), self._left_out_deg(model)) <= self._goal_deg

    def _left_out_deg(self, model: GazeProcess) -> float:
        pairs = zip(model.left_out.targets_px, model.left_out.points_px, strict=True)
        return float(np.median([self._screen.angle_between(Point(*a), Point(*b)) for a, b in pairs]))

    def _to_deg(self, distance_px: float) -> float:
        middle = self._screen.rect.center
        return self._screen.angle_between(middle, Point(middle.x + distance_px, middle.y))

    def _fractions(self, points_px: Floats) -> Floats:
        return points_px / (self._screen.width_px, self._screen.height_px) - 0.5


def expect(features: Floats, places: Floats, sessions: Ints, at: Floats) -> Floats:
    """Guess what the eyes show at some places today, from what they showed at others.

    Ridge regression on a surface of second order, plus a shift of each session, which shrinks to none where a session
    is new.

    Parameters
    ----------
    features : ndarray, shape (n, m)
        What was seen.
    places : ndarray, shape (n, 2)
        Where the targets were, about -0.5 to 0.5.
    sessions : ndarray of int, shape (n,)
        Of which session; 0 is today.
    at : ndarray, shape (k, 2)
        Where it is to be guessed.

    Returns
    -------
    ndarray, shape (k, m)
    """
    known = np.arange(int(sessions.max()) + 1)
    basis = np.hstack([_surface(places), sessions[:, None] == known])
    wanted = np.hstack([_surface(at), np.tile(known == 0, (len(at), 1))])
    middle = features.mean(axis=0)
    gram = basis.T @ basis + RIDGE * np.eye(basis.shape[1])
    guessed: Floats = wanted @ np.linalg.solve(gram, basis.T @ (features - middle)) + middle
    return guessed


def _surface(places: Floats) -> Floats:
    x, y = places.T
    return np.column_stack([np.ones_like(x), x, y, x * y, x**2, y**2])


def _stack(sessions: Sequence[CalibrationData]) -> tuple[Floats, Floats]:
    return np.concatenate([one.features for one in sessions]), np.concatenate([one.targets_px for one in sessions])


def _array(points: Sequence[Point]) -> Floats:
    return np.array([(point.x, point.y) for point in points])
