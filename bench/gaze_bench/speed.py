"""How long our estimator takes with forty earlier sittings."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from bench.gaze_bench.recordings import Recording
from bench.gaze_bench.scenes import SCREEN
from eyecomm.gaze.estimator import GazeProcess
from eyecomm.samples import Floats

SITTINGS = 40
FITS, PREDICTIONS = 5, 2000


def show(history: Sequence[Recording]) -> None:
    """Print milliseconds for a fit on 9 points of today and 13 of each of forty sittings before, and for a frame.

    There are fewer recordings than forty, of several faces: they are taken again and again with a little noise. That is
    no patient, but as much work as one.
    """
    today = history[-1]
    features, targets_px, sessions = _lessons(history)
    fits = [_timed(lambda: GazeProcess(SCREEN).fit(features, targets_px, sessions)) for _ in range(FITS)]
    process = GazeProcess(SCREEN).fit(features, targets_px, sessions)
    frames = today.features[np.arange(PREDICTIONS) % len(today)]
    each = [_timed(partial(process.predict_with_covariance, frame[None])) for frame in frames]
    print(f"\nSpeed with {SITTINGS} sittings before ({len(features)} frames), milliseconds")
    print(f"{'':36}{'median':>10}{'95 %':>10}    of it processor: median, 95 %")
    for name, taken in (("fit", fits), ("predict one frame, with its error", each)):
        print(
            f"{name:36}" + "".join(f"{quantile:10.2f}" for quantile in np.quantile(taken, (0.5, 0.95), axis=0).T.flat)
        )


def _lessons(history: Sequence[Recording]) -> tuple[Floats, Floats, "np.ndarray[tuple[int], np.dtype[np.intp]]"]:
    rng = np.random.default_rng(3)
    features, targets, sessions = [], [], []
    for session in range(SITTINGS + 1):
        one = history[-1 - session % len(history)]
        rows = one.calibration(range(9 if session == 0 else 13))
        features.append(one.features[rows] + rng.normal(0, 0.01, one.features[rows].shape) * (session >= len(history)))
        targets.append(one.targets_px[rows])
        sessions.append(np.full(int(rows.sum()), session, np.intp))
    return np.vstack(features), np.vstack(targets), np.concatenate(sessions)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give milliseconds gone by, and milliseconds of the processor's work: they differ on a busy machine."""
    start_s, busy_s = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - start_s), 1000 * (time.process_time() - busy_s)
