"""Replays single pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path

from eyecomm.devices.picture_file import PictureError, read_picture
from eyecomm.gaze.features import extract
from eyecomm.gaze.protocols import FaceDetector
from eyecomm.replay.learning import Example, Key, TooLittleError, age_sessions, learn, list_tests, predict, use_of
from eyecomm.replay.report import Session
from eyecomm.replay.results import NO_FACE, Prediction, Result
from eyecomm.samples import Floats, Frame
from eyecomm.storage.frames import FrameRow, Split

Tell = Callable[[str, int, int], None]
"""Told what is done, how much of it, and of how much."""

Numbered = tuple[int, FrameRow]
"""A row and its place in the file."""


class Album:
    """Knows what the eyes are like in each picture; looks at each once.

    Parameters
    ----------
    detector : FaceDetector
        For pictures that have nothing to do with each other.

    Attributes
    ----------
    warnings : dict
        What is wrong with pictures that cannot be read, by their names as in the list.
    """

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector
        self._vectors: dict[Path, Floats | None] = {}
        self.warnings: dict[str, str] = {}

    def look_at(self, rows: Sequence[FrameRow], tell: Tell) -> None:
        """Look at all pictures of a list."""
        paths = {row.path: row.image for row in rows}
        for number, (path, image) in enumerate(paths.items(), 1):
            if path not in self._vectors:
                self._vectors[path] = self._measure(path, image)
            tell("pictures", number, len(paths))

    def vector(self, row: FrameRow) -> Floats | None:
        """Give the features of a picture that was looked at; None when no face was found."""
        return self._vectors[row.path]

    def _measure(self, path: Path, image: str) -> Floats | None:
        try:
            rgb = read_picture(path)
        except PictureError as error:
            self.warnings[image] = str(error)
            return None
        face = self._detector.detect(Frame(rgb, 0.0))
        features = None if face is None else extract(face)
        return None if features is None else features.vector


def replay_stills(rows: Sequence[FrameRow], album: Album, tell: Tell) -> list[Session]:
    """Learn for each person and session with something to test, and predict its test rows.

    Parameters
    ----------
    rows : sequence of FrameRow
        In the order of the file.
    album : Album
        Has looked at all pictures.
    tell : callable
        Told of the progress.
    """
    by_person: dict[str, list[Numbered]] = {}
    for numbered in enumerate(rows):
        by_person.setdefault(numbered[1].look.person, []).append(numbered)
    tests = list_tests(row.look for row in rows)
    sessions = []
    for number, key in enumerate(tests, 1):
        sessions.append(_replay_session(by_person[key[0]], key, album))
        tell("sessions", number, len(tests))
    return sessions


def _replay_session(rows: Sequence[Numbered], key: Key, album: Album) -> Session:
    tests = [(n, row) for n, row in rows if row.look.session == key[1] and row.look.split is Split.TEST]
    examples = _examples([row for _, row in rows], key, album)
    seen = [vector for _, row in tests if (vector := album.vector(row)) is not None]
    try:
        predictions, reason = predict(learn(examples, tests[0][1].look.screen), seen), ""
    except TooLittleError as error:
        predictions, reason = [Prediction(reason=str(error))] * len(seen), str(error)
    return Session(key, _join(tests, predictions, album), tuple(example.age for example in examples), reason)


def _join(tests: Sequence[Numbered], predictions: Sequence[Prediction], album: Album) -> tuple[Result, ...]:
    found = iter(predictions)
    return tuple(
        Result(
            row.image,
            row.look,
            Prediction(reason=NO_FACE) if album.vector(row) is None else next(found),
            row.timestamp_s,
            order=order,
        )
        for order, row in tests
    )


def _examples(rows: Sequence[FrameRow], key: Key, album: Album) -> list[Example]:
    """Give what to learn from, each look once even if the list holds it several times."""
    ages = age_sessions((row.look for row in rows), key)
    examples: dict[object, Example] = {}
    for row in rows:
        age, vector = use_of(row.look, key, ages), album.vector(row)
        if age is not None and vector is not None:
            examples.setdefault((age, row.path, row.look.target), Example(vector, row.look.target, age))
    return list(examples.values())
