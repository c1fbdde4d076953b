"""Where the gaze has drifted to since the calibration, learned from what the patient has chosen.

Taking every chosen key for what was looked at (nearest-key recalibration) does harm, because people look beside the
middle of a key: at random, to make up for the error that they see, and towards what they read. So three things are told
apart. What is shared by all cells in pixels is drift. What is shared in parts of a cell is a habit; it is a nuisance
that is estimated together with the drift, so that ever more selections never make it pass for drift. The rest is
scatter. A gaze that left the cell would not have chosen it, so every look is a sample of a truncated normal
distribution; its likelihood is log-concave in the mean, and Newton's method finds the peak (Laplace's approximation).
The estimate is a Kalman filter (Kalman 1960) with these observations. It acts only beyond a dead zone, as the
positive-part estimator of James and Stein (1961) does. However long one looks with a steady habit, the squared distance
of the drift from zero is at most that of the habit in its own standard deviations: a dead zone of 4 and a habit of 0.08
leave alone whoever looks up to 0.16 of a cell beside the middle.
"""

import math
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from eyecomm.geometry import Covariance, Point, Rect, Screen
from eyecomm.samples import Floats

LONGEST_WALK_S = 600.0  # drift is bounded, a random walk is not
UNCERTAIN = 1e-9  # keeps every covariance invertible, in square pixels


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """How drift is learned.

    Parameters
    ----------
    prior_deg : float
        Standard deviation of what a calibration gets wrong everywhere alike, when the calibration does not say.
    walk_deg : float
        Standard deviation of the drift in one minute.
    pose_deg : float
        Standard deviation of the change when the head has moved.
    scatter : float
        Standard deviation of where in a cell people look, in parts of the cell.
    habit : float
        The same for what one person always does.
    confirm_after : int
        A selection that was not taken back within so many more is confirmed.
    gate : float
        Squared distance, in standard deviations, beyond which a look is not believed (0.1 % of true ones).
    dead_zone : float
        Squared distance from zero, in standard deviations, below which nothing is corrected.
    least_cells : int
        Nothing is corrected before so many different cells agree.
    farthest_deg : float
        Selections never move the correction farther than this from the last look at a known point.
    farthest_cell : float
        The same in parts of a cell, below a half.
    memory : int
        How many of the last lessons can be taken back.
    """

    prior_deg: float = 1.5
    walk_deg: float = 0.3
    pose_deg: float = 2.5
    scatter: float = 0.22
    habit: float = 0.08
    confirm_after: int = 3
    gate: float = 13.8
    dead_zone: float = 4.0
    least_cells: int = 3
    farthest_deg: float = 2.5
    farthest_cell: float = 0.45
    memory: int = 12


@dataclass(frozen=True, slots=True)
class Look:
    """The gaze while a cell was chosen.

    Parameters
    ----------
    cell : Rect
        The chosen cell, in pixels.
    gaze : Point
        Mean gaze before the selection, as the selector saw it: with the correction of that time taken off.
    noise : Covariance
        Of that mean, for the noise of the gaze alone.
    timestamp_s : float
        Time of the selection; it names the look.
    """

    cell: Rect
    gaze: Point
    noise: Covariance
    timestamp_s: float


@dataclass(frozen=True, slots=True, eq=False)
class _Belief:
    """What is known: drift in pixels (x, y), then habit in parts of a cell (x, y), with their covariance."""

    mean: Floats
    covariance: Floats
    time_s: float | None = None
    cells: frozenset[Rect] = frozenset()
    anchor: tuple[float, float] = (0.0, 0.0)  # the drift at the last look at a known point
    anchored: bool = False
    smallest: tuple[float, float] = (math.inf, math.inf)  # cell that limits the correction, width and height


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """A look with the correction of its time, and what was believed before it was learned."""

    look: Look
    shift: Point
    before: _Belief | None = None


@dataclass(slots=True)
class DriftTracker:
    """Learns the drift of one calibration. It reads no clock: time comes with the looks, in their order.

    Parameters
    ----------
    screen : Screen
        Tells how many pixels a degree has.
    prior : Covariance or None
        Of what the calibration gets wrong everywhere alike, in square pixels; None for the usual.
    settings : DriftSettings, optional
        How drift is learned.
    """

    screen: Screen
    prior: Covariance | None = None
    settings: DriftSettings = field(default_factory=DriftSettings)
    _belief: _Belief = field(init=False, repr=False)
    _pending: deque[_Lesson] = field(init=False, repr=False)
    _learned: deque[_Lesson] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.reset()

    @property
    def offset(self) -> Point:
        """The correction in pixels, to be subtracted from the gaze; zero until it is significant."""
        belief = self._belief
        share = self._trust(belief)
        limit_x, limit_y = self._limits_px(belief)
        (x, y), (anchor_x, anchor_y) = share * belief.mean[:2], belief.anchor
        return Point(
            float(np.clip(x, anchor_x - limit_x, anchor_x + limit_x)),
            float(np.clip(y, anchor_y - limit_y, anchor_y + limit_y)),
        )

    @property
    def covariance(self) -> Covariance:
        """How uncertain the drift is, in square pixels."""
        (xx, xy), (_, yy) = self._belief.covariance[:2, :2].tolist()
        return Covariance(xx, xy, yy)

    @property
    def significant(self) -> bool:
        """Whether the drift is far enough from zero, in enough cells, to be corrected."""
        return self._trust(self._belief) > 0

    def select(self, look: Look) -> None:
        """Keep a look until it is confirmed; the oldest one is, when enough others have come after it."""
        self._pending.append(_Lesson(look, self.offset))
        while len(self._pending) > self.settings.confirm_after:
            self._learn(self._pending.popleft())

    def confirm(self) -> None:
        """Learn all looks up to now: what they chose was spoken or accepted."""
        while self._pending:
            self._learn(self._pending.popleft())

    def withdraw(self, timestamp_s: float) -> None:
        """Take a look back, learned or not; later ones stay. One that is not remembered changes nothing."""
        self._pending = deque(lesson for lesson in self._pending if lesson.look.timestamp_s != timestamp_s)
        lessons = list(self._learned)
        place = next((i for i, lesson in enumerate(lessons) if lesson.look.timestamp_s == timestamp_s), None)
        if place is None or (before := lessons[place].before) is None:
            return
        self._learned = deque(lessons[:place], self.settings.memory)
        self._belief = before
        for lesson in lessons[place + 1 :]:
            self._learn(lesson)

    def recenter(self, gaze: Point, target: Point, noise: Covariance, timestamp_s: float) -> None:
        """Learn at once from a look at a known point, however far off it was.

        Parameters
        ----------
        gaze : Point
            Mean gaze with the present correction taken off, in pixels.
        target : Point
            Where the patient looked.
        noise : Covariance
            Of the mean gaze, and of what differs between here and elsewhere on the screen.
        timestamp_s : float
            Time of the look.
        """
        shift, belief = self.offset, self._after(timestamp_s)
        seen = np.array([gaze.x + shift.x - target.x, gaze.y + shift.y - target.y])
        gain = belief.covariance[:, :2] @ np.linalg.inv(belief.covariance[:2, :2] + _matrix(noise))
        mean = belief.mean + gain @ (seen - belief.mean[:2])
        self._forget()
        self._belief = replace(
            belief,
            mean=mean,
            covariance=_symmetric(belief.covariance - gain @ belief.covariance[:2]),
            anchor=(float(mean[0]), float(mean[1])),
            anchored=True,
        )

    def move(self, timestamp_s: float) -> None:
        """Take note that the head has moved: the drift is unknown again, the habit stays known."""
        belief, start = self._after(timestamp_s), self._start()
        covariance = np.zeros((4, 4))
        covariance[:2, :2] = start.covariance[:2, :2] + np.eye(2) * self._px(self.settings.pose_deg) ** 2
        covariance[2:, 2:] = belief.covariance[2:, 2:]
        self._forget()
        self._belief = replace(
            start,
            mean=np.concatenate((np.zeros(2), belief.mean[2:])),
            covariance=covariance,
            time_s=timestamp_s,
        )

    def reset(self) -> None:
        """Begin anew, as after a calibration."""
        self._forget()
        self._belief = self._start()

    def _forget(self) -> None:
        """Drop what was seen before: it can neither be learned nor be taken back."""
        self._pending = deque()
        self._learned = deque(maxlen=self.settings.memory)

    def _start(self) -> _Belief:
        covariance = np.eye(4) * self.settings.habit**2
        usual = np.eye(2) * self._px(self.settings.prior_deg) ** 2
        covariance[:2, :2] = usual if self.prior is None else _matrix(self.prior)
        return _Belief(np.zeros(4), covariance + UNCERTAIN * np.eye(4))

    def _px(self, angle_deg: float) -> float:
        return self.screen.from_degrees(angle_deg, 0.0).x - self.screen.width_px / 2

    def _limits_px(self, belief: _Belief) -> tuple[float, float]:
        """How far selections may move the correction along x and y."""
        width, height = belief.smallest
        most, part = self._px(self.settings.farthest_deg), self.settings.farthest_cell
        return min(most, part * width), min(most, part * height)

    def _trust(self, belief: _Belief) -> float:
        """How much of the drift is corrected, 0 to 1; it grows from 0 at the edge of the dead zone."""
        if belief.anchored:  # the patient has asked for it
            return 1.0
        if len(belief.cells) < self.settings.least_cells:
            return 0.0
        drift = belief.mean[:2]
        square = float(drift @ np.linalg.solve(belief.covariance[:2, :2], drift))
        return max(0.0, 1.0 - self.settings.dead_zone / max(square, UNCERTAIN))

    def _after(self, timestamp_s: float) -> _Belief:
        """Give the belief at a later time: less sure by a random walk."""
        belief = self._belief
        waited_s = 0.0 if belief.time_s is None else min(max(timestamp_s - belief.time_s, 0.0), LONGEST_WALK_S)
        walk = np.diag([1.0, 1.0, 0.0, 0.0]) * self._px(self.settings.walk_deg) ** 2 * waited_s / 60
        return replace(belief, covariance=belief.covariance + walk, time_s=timestamp_s)

    def _learn(self, lesson: _Lesson) -> None:
        """Learn one confirmed look, unless it is too far from what is believed."""
        before, look = self._belief, lesson.look
        self._learned.append(replace(lesson, before=before))
        belief = self._after(look.timestamp_s)
        size = np.array([look.cell.width, look.cell.height])
        seen = np.array([look.gaze.x - look.cell.center.x, look.gaze.y - look.cell.center.y])
        shift = np.array([lesson.shift.x, lesson.shift.y])
        scatter = (self.settings.scatter * size) ** 2 + [look.noise.xx, look.noise.yy]
        watch = np.hstack((np.eye(2), np.diag(size)))  # what is seen of drift and habit
        middle, spread = watch @ belief.mean, watch @ belief.covariance @ watch.T
        beside = seen + shift - middle
        if beside @ np.linalg.solve(spread + np.diag(scatter), beside) > self.settings.gate:
            self._belief = belief
            return
        peak, sureness = _truncated(middle, spread, seen + shift, scatter, (shift - size / 2, shift + size / 2))
        gain = belief.covariance @ watch.T @ np.linalg.inv(spread)
        lost = spread - np.linalg.inv(np.linalg.inv(spread) + np.diag(sureness))
        width, height = belief.smallest
        self._belief = replace(
            belief,
            mean=belief.mean + gain @ (peak - middle),
            covariance=_symmetric(belief.covariance - gain @ lost @ gain.T),
            cells=belief.cells | {look.cell},
            smallest=(min(width, look.cell.width), min(height, look.cell.height)),
        )


def _truncated(
    middle: Floats, spread: Floats, seen: Floats, variance: Floats, edges: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Find where a normal prior and a truncated normal observation of the mean agree best.

    Parameters
    ----------
    middle, spread : ndarray, shapes (2,) and (2, 2)
        Prior of the mean before truncation.
    seen, variance : ndarray, shape (2,)
        The observation, and its variance before truncation.
    edges : tuple of ndarray, shape (2,)
        Least and greatest values that can be observed.

    Returns
    -------
    peak, sureness : ndarray, shape (2,)
        The most likely mean, and the curvature of the observation's log-likelihood there (its information).
    """
    precision, peak = np.linalg.inv(spread), middle
    sureness = np.zeros(2)
    for _ in range(8):
        moments = np.array([_moments(*each) for each in zip(peak, np.sqrt(variance), *edges, strict=True)])
        slope = (seen - moments[:, 0]) / variance - precision @ (peak - middle)
        sureness = moments[:, 1] / variance**2
        step = np.linalg.solve(precision + np.diag(sureness), slope)
        longest = np.sqrt(variance)  # far outside the cell the curvature vanishes and full steps overshoot
        peak = peak + np.clip(step, -longest, longest)
    return peak, sureness


def _moments(mean: float, deviation: float, low: float, high: float) -> tuple[float, float]:
    """Mean and variance of a normal distribution cut off on both sides."""
    a, b = (low - mean) / deviation, (high - mean) / deviation
    inside = (math.erf(b / math.sqrt(2)) - math.erf(a / math.sqrt(2))) / 2
    if inside < 1e-6:  # so far outside, all that is left lies at the nearer edge
        return min(max(mean, low), high), (deviation**2) * 1e-3
    at_a, at_b = (math.exp(-z * z / 2) / math.sqrt(2 * math.pi) for z in (a, b))
    moved = (at_a - at_b) / inside
    share = 1 + (a * at_a - b * at_b) / inside - moved**2
    return mean + deviation * moved, deviation**2 * max(share, 1e-3)


def _matrix(covariance: Covariance) -> Floats:
    return np.array([[covariance.xx, covariance.xy], [covariance.xy, covariance.yy]])


def _symmetric(matrix: Floats) -> Floats:
    return np.asarray((matrix + matrix.T) / 2)
