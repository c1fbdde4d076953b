"""Learns from looks at known targets as the app does from its calibrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eyecomm.calibration.model import MOST_SESSIONS
from eyecomm.gaze.errors import GazeError, NotEnoughSamplesError
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.gaze.looks import FEWEST_TARGETS
from eyecomm.geometry import Covariance, Point, Screen
from eyecomm.replay.results import Prediction
from eyecomm.samples import Floats
from eyecomm.storage.frames import Look, Split

Key = tuple[str, str]
"""Person and session."""


class TooLittleError(Exception):
    """Nothing can be learned from these looks; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A look from which to learn.

    Parameters
    ----------
    vector : ndarray, shape (n_features,)
        What the eyes and the head were like.
    target : Point
        Where the target was.
    age : int
        0 today, 1 the session before, and so on.
    """

    vector: Floats
    target: Point
    age: int


def list_tests(looks: Iterable[Look]) -> list[Key]:
    """Give each person and session with something to test, in order."""
    return list(dict.fromkeys((look.person, look.session) for look in looks if look.split is Split.TEST))


def age_sessions(looks: Iterable[Look], today: Key) -> dict[str, int]:
    """Say how old each session of a person is, the newest and so the last but today's being 1."""
    person, session = today
    names = dict.fromkeys(look.session for look in looks if look.person == person)
    others = [name for name in names if name != session]
    return {session: 0} | {name: age for age, name in enumerate(reversed(others), 1)}


def use_of(look: Look, today: Key, ages: dict[str, int]) -> int | None:
    """Say how old a look is from which to learn for a session; None when it is not for learning there.

    What is learned from: calibration of today, and the past of the same person's other sessions.
    """
    if look.person != today[0]:
        return None
    is_today = look.session == today[1]
    if look.split is not (Split.CALIBRATE if is_today else Split.PAST):
        return None
    age = ages[look.session]
    return age if age <= MOST_SESSIONS else None


def learn(examples: Sequence[Example], screen: Screen | None) -> GazeProcess:
    """Learn where a person looks.

    Raises
    ------
    TooLittleError
        When that cannot be done.
    """
    if not examples:
        raise TooLittleError("nothing to learn from")
    examples = sorted(examples, key=lambda example: example.age)  # today first, as the app has it
    features = np.stack([example.vector for example in examples])
    targets_px = np.array([(example.target.x, example.target.y) for example in examples])
    if np.ptp(features, axis=0).max() < 1e-6:
        raise TooLittleError("the eyes did not move")
    try:
        return GazeProcess(screen).fit(features, targets_px, np.array([example.age for example in examples], np.intp))
    except NotEnoughSamplesError as error:
        raise TooLittleError(f"fewer than {FEWEST_TARGETS} targets to learn from") from error
    except (GazeError, np.linalg.LinAlgError) as error:
        raise TooLittleError("the looks make no sense together") from error


def predict(estimator: GazeProcess, vectors: Sequence[Floats]) -> list[Prediction]:
    """Say where looks of today went."""
    if not vectors:
        return []
    features = np.stack(vectors)
    points, covariances = estimator.predict_with_covariance(features)
    moved = estimator.pose_distance(features) > 1
    return [
        Prediction(Point(*point), Covariance(c[0][0], c[0][1], c[1][1]), head_moved=bool(has_moved))
        for point, c, has_moved in zip(points.tolist(), covariances.tolist(), moved, strict=True)
    ]
