"""From features to a point on the screen, and how sure that is: a Gaussian process with a memory of every session."""

from typing import Self

import numpy as np
import numpy.typing as npt

from eyecomm.gaze.errors import NotFittedError
from eyecomm.gaze.kernels import COMPONENTS, FIXED, Eyes, View, Viewer, compare, compare_with_self
from eyecomm.gaze.looks import Ints, LeftOut, Looks
from eyecomm.gaze.process import AxisProcess, Groups
from eyecomm.geometry import Screen
from eyecomm.samples import Floats

USUAL_PX_PER_MM = 4.0
EXPECTED_NOISE = 0.03
TRUST = 4.0
LEARN_FROM = 320
"""So many looks, the newest, tell how much each kernel explains; all of them tell where the gaze is."""

FACING_GAIN = 0.5
"""How far the gaze moves with the point the nose is turned to while the picture of the eyes stays the same.

The corners of an eye lie some 4 mm before its centre of rotation, the iris some 10 mm: 0.4. On rendered heads, whose
eyes lie too deep for that, 0.8 is best, and 0 is 1.7 times worse. The model learns around what is
set here."""

FARTHEST_POSE = 2.0
"""Farther from every look learned from, in the scale of the head's kernel, the head counts as moved."""

SHARES = (0.8, 0.95)
OPINION, USUAL_DOUBT = 5.0, 0.6
"""How many looks the usual share of the variance is worth, and that share: on rendered faces the model, which takes all
noise in the pictures of the eyes for news, is more cautious than it need be."""

OPTIMISM = 1.15
"""What was left out had still a say in how much each kernel explains."""

BEYOND = 0.5
"""A target outside all others is found less well from them than what lies between: its square error counts less."""

DEGREES_OF_FREEDOM = 5.0
REWEIGHTINGS = 2


class GazeProcess:
    """Gaussian process regression over appearance, irises, lids and head, hierarchical over sessions: `GazeEstimator`.

    Parameters
    ----------
    screen : Screen, optional
        Its millimetres tell how far a movement of the head reaches; without, a usual screen is assumed.
    eyes : Eyes
        Which eyes to use.

    Attributes
    ----------
    frame_noise : ndarray, shape (2, 2)
        Covariance, in square pixels, of single frames around the mean of a look; zero when there was one frame a look.
    left_out : LeftOut
        Each target of today estimated from the others and from the earlier sessions.
    """

    def __init__(self, screen: Screen | None = None, eyes: Eyes = Eyes.BOTH) -> None:
        self._px_per_mm = screen.width_px / screen.width_mm if screen else USUAL_PX_PER_MM
        self._eyes = eyes

    def fit(self, features: Floats, targets_px: Floats, sessions: Ints | None = None) -> Self:
        """Learn where the patient looks.

        Parameters
        ----------
        features : ndarray, shape (n, n_features)
            One row a frame, in order.
        targets_px : ndarray, shape (n, 2)
            The targets looked at, in pixels.
        sessions : ndarray of int, shape (n,), optional
            0 today, 1 the session before, and so on. Without, all are of today.

        Raises
        ------
        FeatureError
            When the shapes do not fit or a number is not finite.
        NotEnoughSamplesError
            When fewer than three different targets are given.
        """
        looks = Looks.gather(features, targets_px, sessions)
        self._viewer = Viewer(looks, self._px_per_mm, self._eyes)
        self._known = self._viewer.view(looks.features, looks.sessions)
        self._low, self._high = _reach(looks.targets_px)
        self._center = looks.targets_px.mean(axis=0)
        self._camera = np.array([self._center[0], looks.targets_px[:, 1].min()])
        self._spread = np.maximum(looks.targets_px.std(axis=0), 1.0)
        self._learn(looks)
        self._measure(looks)
        self.frame_noise = self._scatter(features, targets_px, sessions)
        return self

    def predict(self, features: Floats) -> Floats:
        """Give the points (n_samples, 2) in pixels for features (n_samples, n_features) of today.

        They are kept within half a screen around the targets learned: beyond that a number only pretends to know.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        view = self._view(features)
        kernels = compare(self._known, view, self._spread)
        means = [axis.predict(k) for axis, k in zip(self._axes, kernels, strict=True)]
        return self._to_px(np.column_stack(means), view)

    def predict_with_covariance(self, features: Floats) -> tuple[Floats, Floats]:
        """Give the points (n, 2) in pixels and their covariances (n, 2, 2) in square pixels.

        The covariance is that of a target looked at: doubt of the model, noise of looking, noise of the frame.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        view = self._view(features)
        kernels, own = compare(self._known, view, self._spread), compare_with_self(view, self._spread)
        found = [axis.predict_both(k, o) for axis, k, o in zip(self._axes, kernels, own, strict=True)]
        means, variances = (np.column_stack(parts) for parts in zip(*found, strict=True))
        return self._to_px(means, view), self._to_covariance(variances, view) + self.frame_noise

    def pose_distance(self, features: Floats) -> Floats:
        """How far the head is from where it was in any look learned from, shape (n,); above 1 it is outside.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        apart = self._view(features).head[:, None, :] - self._known.head[None, :, :]
        distances: Floats = np.abs(apart).max(axis=2).min(axis=1) / FARTHEST_POSE
        return distances

    def _view(self, features: Floats) -> View:
        if not hasattr(self, "left_out"):
            raise NotFittedError("The estimator has not been calibrated.")
        features = np.asarray(features, np.float64)
        return self._viewer.view(features, np.zeros(len(features), np.intp))

    def _to_px(self, means: Floats, view: View) -> Floats:
        level = means * self._spread + FACING_GAIN * view.facing_px + self._center
        clipped: Floats = np.clip(self._tilted(level, view.tilt), self._low, self._high)
        return clipped

    def _tilted(self, points: Floats, tilt: Floats) -> Floats:
        """Turn points about the camera with the head: pictures of the eyes are cut upright, whatever its roll.

        The camera is taken to be in the middle of the upper edge of what was looked at.
        """
        turned: Floats = np.einsum("nij,nj->ni", _turn(tilt), points - self._camera) + self._camera
        return turned

    def _to_covariance(self, variances: Floats, view: View) -> Floats:
        turn = _turn(view.tilt)
        covariances: Floats = np.einsum("nij,nj,nkj->nik", turn, variances * self._spread**2 * self._doubt, turn)
        return covariances

    def _learn(self, looks: Looks) -> None:
        """Fit one process an axis, and again with less trust in looks that do not fit the others."""
        level = self._tilted(looks.targets_px, -self._known.tilt)
        values = (level - self._center - FACING_GAIN * self._known.facing_px) / self._spread
        newest = np.argsort(looks.sessions, kind="stable")[:LEARN_FROM]
        doubt = np.ones(len(looks))
        kernels = compare(self._known, self._known, self._spread)
        self._axes = [_make_axis() for _ in kernels]
        for axis, k, v in zip(self._axes, kernels, values.T, strict=True):
            axis.learn(k[:, newest[:, None], newest], v[newest], doubt[newest])
        for _ in range(REWEIGHTINGS):
            distance = np.zeros(len(looks))
            for axis, k, v in zip(self._axes, kernels, values.T, strict=True):
                means, variances = axis.fit(k, v, doubt).left_out_alone()
                distance += (means - v) ** 2 / variances
            doubt = np.maximum(1.0, (DEGREES_OF_FREEDOM + distance) / (DEGREES_OF_FREEDOM + 2))
        for axis, k, v in zip(self._axes, kernels, values.T, strict=True):
            axis.fit(k, v, doubt)
        self._values = values

    def _measure(self, looks: Looks) -> None:
        """Leave out looks, and see how far off and how sure the estimates are."""
        groups = _targets_of_today(looks) + _earlier_sessions(looks)
        results = [axis.left_out(groups) for axis in self._axes]
        means, variances = (np.column_stack(parts) for parts in zip(*results, strict=True))
        squares = ((means - self._values) ** 2 / variances).sum(axis=1)
        squares = np.where(_is_outermost(looks.targets_px), BEYOND * squares, squares)
        self._doubt = _inflation(squares[np.isfinite(squares)])
        today = looks.sessions == 0
        view = _rows(self._known, today)
        points, covariances = self._to_px(means[today], view), self._to_covariance(variances[today], view)
        self.left_out = LeftOut(looks.targets_px[today], points, covariances)

    def _scatter(self, features: Floats, targets_px: Floats, sessions: Ints | None) -> Floats:
        """Scatter of single frames around the mean of their look."""
        today = np.ones(len(features), bool) if sessions is None else np.asarray(sessions) == 0
        if not today.any():
            today = ~today
        points = self.predict(features[today])
        places, which, counts = np.unique(targets_px[today], axis=0, return_inverse=True, return_counts=True)
        which = which.reshape(-1)
        free = len(points) - len(places)
        if free < 1:
            return np.zeros((2, 2))
        middles = np.stack([points[which == one].mean(axis=0) for one in range(len(counts))])
        scatter = points - middles[which]
        noise: Floats = scatter.T @ scatter / free
        return noise


def _make_axis() -> AxisProcess:
    expected = np.array(list(COMPONENTS.values()))
    learned = np.array([name not in FIXED for name in COMPONENTS])
    return AxisProcess(expected, learned, EXPECTED_NOISE, TRUST)


def _turn(angles: Floats) -> Floats:
    """Matrices that turn as the head does, clockwise in the picture, which is against the clock on the screen.

    Shape (n, 2, 2).
    """
    cos, sin = np.cos(angles), -np.sin(angles)
    return np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)


def _rows(view: View, rows: object) -> View:
    return View(*(getattr(view, name)[rows] for name in View.__slots__))


def _targets_of_today(looks: Looks) -> Groups:
    _, which = np.unique(looks.targets_px, axis=0, return_inverse=True)
    which = which.reshape(-1)
    today = looks.sessions == 0
    return [np.flatnonzero(today & (which == one)) for one in np.unique(which[today])]


def _earlier_sessions(looks: Looks) -> Groups:
    """Group earlier looks to be left out as today's would be.

    Whole sessions while nothing is known of today, else every second look of one.
    """
    sessions = [np.flatnonzero(looks.sessions == one) for one in np.unique(looks.sessions) if one > 0]
    if not (looks.sessions == 0).any():
        return sessions
    return [half for rows in sessions for half in (rows[::2], rows[1::2]) if len(half)]


def _is_outermost(targets_px: Floats) -> npt.NDArray[np.bool_]:
    """Which targets lie outside the convex hull of all others, in some of 16 directions, shape (n,)."""
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False) + 0.1
    places, which = np.unique(targets_px, axis=0, return_inverse=True)
    outermost = np.unique((places @ np.array([np.cos(turns), np.sin(turns)])).argmax(axis=0))
    return np.isin(which.reshape(-1), outermost)


def _inflation(squares: Floats) -> float:
    """How much larger the variances must be so that the ellipses hold what was left out, from square distances.

    The 80 and the 95 % ellipse are looked at: with a few looks, one alone would follow chance. Little seen changes
    little.
    """
    if not len(squares):
        return 1.0
    found = float(np.mean(np.quantile(squares, SHARES) / (-2 * np.log1p(-np.array(SHARES)))))
    n = len(squares)
    return float(np.clip((n * OPTIMISM * found + OPINION * USUAL_DOUBT) / (n + OPINION), 0.15, 5.0))


def _reach(places: Floats) -> tuple[Floats, Floats]:
    low, high = places.min(axis=0), places.max(axis=0)
    margin = np.maximum((high - low) * 0.5, 100.0)
    return low - margin, high + margin
