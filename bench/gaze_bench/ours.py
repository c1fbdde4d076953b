"""Our own ways to estimate gaze, as methods of the bench."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.gaze_bench.recordings import Recording
from bench.gaze_bench.scenes import SCREEN
from bench.rivals import Guess, Lesson, Model, on_screen
from eyecomm.gaze.errors import NotEnoughSamplesError
from eyecomm.gaze.estimator import GazeProcess

FEWEST_FRAMES = 1


class Ours:
    """The estimator of the app, frame by frame, before any filter."""

    name = "EyeComm"

    def learn(self, lessons: Sequence[Lesson]) -> Model | None:
        """Fit it on today's and earlier sittings."""
        features = [lesson.recording.features[lesson.rows] for lesson in lessons]
        if sum(map(len, features)) < FEWEST_FRAMES:
            return None
        sessions = np.concatenate(
            [np.full(len(rows), lesson.session, np.intp) for lesson, rows in zip(lessons, features, strict=True)]
        )
        targets_px = np.vstack([lesson.targets_px for lesson in lessons])
        try:
            return _Fitted(GazeProcess(SCREEN).fit(np.vstack(features), targets_px, sessions))
        except NotEnoughSamplesError:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """Ours, having learned."""

    process: GazeProcess

    def guess(self, recording: Recording) -> Guess:
        points_px, covariances = self.process.predict_with_covariance(recording.features)
        return Guess(on_screen(points_px), covariances)
