"""How alike two looks are, in several ways: by the picture of the eyes, by irises and lids, by the head, by the day."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from eyecomm.gaze.features import EYE_FEATURE_NAMES, FEATURE_NAMES, HEAD_FEATURE_NAMES
from eyecomm.gaze.looks import Ints, Looks
from eyecomm.samples import Floats

_EYES = len(EYE_FEATURE_NAMES) // 2
_HEAD = slice(2 * _EYES, 2 * _EYES + len(HEAD_FEATURE_NAMES))
_PATCH = (len(FEATURE_NAMES) - _HEAD.stop) // 2
_LEFT_EYE, _RIGHT_EYE = slice(0, _EYES), slice(_EYES, 2 * _EYES)
_LEFT_PATCH, _RIGHT_PATCH = slice(_HEAD.stop, _HEAD.stop + _PATCH), slice(_HEAD.stop + _PATCH, None)
_YAW, _PITCH, _ROLL, _HEAD_X, _HEAD_Y, _LOG_DISTANCE = range(_HEAD.start, _HEAD.stop)

_HEAD_NUMBERS = len(HEAD_FEATURE_NAMES)

# What did not move during a calibration must not be blown up to unit size, lest the gaze be thrown off the screen when
# it moves later. In the features' own units: eye widths, standard deviations of grey, radians.
_SMALLEST_EYE = 0.02
_SMALLEST_PATCH = 0.15
_SMALLEST_HEAD = np.array([0.06, 0.06, 0.06, 0.05, 0.05, 0.06])
_MM_PER_DISTANCE = 61.9
"""Distance in millimetres at log_distance 0: outer eye corners 90 mm apart, and the assumed field of view."""

PLACE_SHARE = 0.4
"""What counts is how the head is turned against the line to the camera. A head beside the middle that faces the camera
is turned by MediaPipe's account, but by less than its place asks for: 0.35 of it sideways, 0.46 up and down, measured
on rendered faces."""


class Eyes(Enum):
    """Which eyes the gaze is taken from."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Looks as the kernels see them.

    Parameters
    ----------
    patches : ndarray, shape (n, k)
        Pictures of the eyes, mean squared length 1.
    eyes : ndarray, shape (n, m)
        Irises and lids, likewise.
    head : ndarray, shape (n, 6)
        Head pose, about 1 at the edge of what is usual.
    facing_px : ndarray, shape (n, 2)
        Where on the screen the nose points, from where it did in the middle of the looks learned from.
    distance : ndarray, shape (n,)
        Distance from the camera over that of the looks learned from.
    tilt : ndarray, shape (n,)
        Roll of the head in radians against that of the looks learned from.
    sessions : ndarray of int, shape (n,)
        0 today, 1 the session before, and so on.
    """

    patches: Floats
    eyes: Floats
    head: Floats
    facing_px: Floats
    distance: Floats
    tilt: Floats
    sessions: Ints

    def __len__(self) -> int:
        """How many looks."""
        return len(self.sessions)


class Viewer:
    """Centres and scales features, as learned from the looks of a calibration.

    Parameters
    ----------
    looks : Looks
        What to learn from.
    px_per_mm : float
        Of the screen.
    eyes : Eyes
        Features of the other eye are left out.
    """

    def __init__(self, looks: Looks, px_per_mm: float, eyes: Eyes) -> None:
        self._px_per_mm = px_per_mm
        self._eye_columns = _columns(_LEFT_EYE, _RIGHT_EYE, eyes)
        self._patch_columns = _columns(_LEFT_PATCH, _RIGHT_PATCH, eyes)
        self._center = looks.features.mean(axis=0)
        spread = looks.features - self._center
        self._eye_scale = _length(spread[:, self._eye_columns], _SMALLEST_EYE)
        self._patch_scale = _length(spread[:, self._patch_columns], _SMALLEST_PATCH)
        self._head_scale = np.maximum(spread[:, _HEAD].std(axis=0), _SMALLEST_HEAD)
        self._facing_mm = np.zeros(2)
        self._facing_mm = self._face(looks.features).mean(axis=0)

    def view(self, features: Floats, sessions: Ints) -> View:
        """See features, shape (n, n_features), of some sessions, shape (n,)."""
        z = features - self._center
        return View(
            z[:, self._patch_columns] / self._patch_scale,
            z[:, self._eye_columns] / self._eye_scale,
            z[:, _HEAD] / self._head_scale,
            (self._face(features) - self._facing_mm) * self._px_per_mm,
            np.exp(np.clip(z[:, _LOG_DISTANCE], -0.7, 0.7)),
            z[:, _ROLL],
            sessions,
        )

    def _face(self, features: Floats) -> Floats:
        """Where in the plane of the screen the nose points, right of and below the camera's axis, in mm, (n, 2).

        Right in the picture is left on the screen.
        """
        z_mm = _MM_PER_DISTANCE * np.exp(np.clip(features[:, _LOG_DISTANCE], 0.0, 4.0))
        turn = np.clip(features[:, [_YAW, _PITCH]], -1.2, 1.2)
        place = features[:, [_HEAD_X, _HEAD_Y]]
        points: Floats = z_mm[:, None] * (PLACE_SHARE * place * (-1, 1) - np.tan(turn))
        return points


def _columns(left: slice, right: slice, eyes: Eyes) -> Ints:
    every = np.arange(len(FEATURE_NAMES), dtype=np.intp)
    chosen = {Eyes.BOTH: (left, right), Eyes.LEFT: (left,), Eyes.RIGHT: (right,)}[eyes]
    return np.concatenate([every[one] for one in chosen])


def _length(spread: Floats, smallest: float) -> float:
    """Root mean square length of rows, not below that of rows in which each number is the smallest."""
    return max(float(np.sqrt((spread**2).sum(axis=1).mean())), smallest * float(np.sqrt(spread.shape[1])))


COMPONENTS = {
    "offset": 4.0,
    "patches": 0.6,
    "patches_near": 0.6,
    "eyes": 0.3,
    "all_near": 0.3,
    "head": 0.05,
    "facing": 0.06,
    "session": 0.05,
    "session_patches": 0.1,
    "session_eyes": 0.05,
}
"""The kernels that are added up, and how much each is expected to explain, as a share of the targets' variance. All but
the first, which says that nothing is known of the middle, are learned from there."""

FIXED = ("offset",)


def compare(a: View, b: View, spread_px: Floats) -> tuple[Floats, Floats]:
    """How alike looks are, for x and for y, one matrix for each of `COMPONENTS`.

    Linear kernels extrapolate: how far the gaze swings on the screen grows with the distance of the eyes from it.
    Radial ones (Rasmussen and Williams 2006, chapter 4) bend, and trust only what is near something seen before. Those
    of the session hold only within one: the memory of earlier ones is a prior, from which each day departs in its own
    way (a hierarchical Gaussian process, after Gelman and Hill 2007, chapter 11).

    Parameters
    ----------
    a, b : View
        Looks.
    spread_px : ndarray, shape (2,)
        Standard deviation of the targets along each axis.

    Returns
    -------
    tuple of ndarray, each of shape (len(COMPONENTS), len(a), len(b))
        They differ in the kernel of where the nose points.
    """
    swing = np.outer(a.distance, b.distance)
    patches, eyes, head = a.patches @ b.patches.T, a.eyes @ b.eyes.T, a.head @ b.head.T
    together = (a.sessions[:, None] == b.sessions[None, :]).astype(np.float64)
    parts = _parts(swing, patches, eyes, head / _HEAD_NUMBERS, together)
    apart = _apart(a.patches, b.patches, patches)
    apart_all = apart + _apart(a.eyes, b.eyes, eyes) + _apart(a.head, b.head, head) / _HEAD_NUMBERS
    parts |= {"patches_near": swing * np.exp(-apart / 2), "all_near": swing * np.exp(-apart_all / 6)}
    return _stack(parts, [np.outer(a.facing_px[:, j], b.facing_px[:, j]) / spread_px[j] ** 2 for j in (0, 1)])


def compare_with_self(view: View, spread_px: Floats) -> tuple[Floats, Floats]:
    """How alike each look is to itself, for x and for y, each of shape (len(COMPONENTS), n): see `compare`."""
    swing = view.distance**2
    patches, eyes, head = ((part**2).sum(axis=1) for part in (view.patches, view.eyes, view.head))
    parts = _parts(swing, patches, eyes, head / _HEAD_NUMBERS, np.ones(len(view)))
    parts |= {"patches_near": swing, "all_near": swing}
    return _stack(parts, [(view.facing_px[:, j] / spread_px[j]) ** 2 for j in (0, 1)])


def _apart(a: Floats, b: Floats, products: Floats) -> Floats:
    """Square distances of rows, shape (len(a), len(b))."""
    squares: Floats = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * products
    return np.maximum(squares, 0.0)


def _parts(swing: Floats, patches: Floats, eyes: Floats, head: Floats, together: Floats) -> dict[str, Floats]:
    """Name the kernels that are made of products; `head` is already a mean."""
    patches, eyes = patches * swing, eyes * swing
    return {
        "offset": np.ones_like(swing),
        "patches": patches,
        "eyes": eyes,
        "head": head,
        "session": together,
        "session_patches": together * patches,
        "session_eyes": together * eyes,
    }


def _stack(parts: dict[str, Floats], facing: list[Floats]) -> tuple[Floats, Floats]:
    """Put kernels into the order of `COMPONENTS`, for x and for y."""
    x, y = (np.stack([(parts | {"facing": one})[name] for name in COMPONENTS]) for one in facing)
    return x, y
