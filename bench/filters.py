"""Compare gaze filters on recorded eye movements with webcam noise added: python -m bench.filters [--quick].

The movements are those of six people who followed a jumping point, recorded at 1000 Hz and labelled by hand
(lookAtPoint_EL, Zemblys et al. 2018), read at the rate of a webcam. The noise is simulated: normal, white or
first-order autoregressive, the same on both axes. Lost samples (lids, tracker) are lost for every filter.

Columns
    delay    ms from the onset of a saccade of at least four deviations of the noise until the output is nearer to the
             new fixation than to the old one (half way) and until it is within two deviations of it; median and p95.
             At 30 Hz a perfect filter needs 20 to 60 ms, for the saccade itself and the wait for a frame.
    steady   deg RMS of the output about its own mean in a fixation, from 200 ms after its beginning on
    error    deg RMS of the output from the true gaze, from 200 ms after the beginning of a fixation, and in all of it
    jumps    a minute: the output moves by more than the noise between two frames while the true gaze has stayed
             within a degree for a quarter of a second
"""

import argparse
import importlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from eyecomm.gaze.filters import OneEuroFilter, OneEuroSettings
from eyecomm.gaze.fixation import FixationFilter
from eyecomm.geometry import Point
from eyecomm.samples import Floats

DATA = Path(__file__).parents[2] / "shared" / "data" / "lookAtPoint_EL"
PX_PER_DEG = 35.5  # 1920 px over 533 mm seen from 565 mm, as recorded
FIXATION, SACCADE, AFTER_SACCADE = 1, 2, 3
SETTLED_S = 0.2

Step = Callable[[Point, float], Point]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """The true gaze at the moments of the frames: times (n,), degrees (n, 2), fixation number (n,), -1 in none."""

    times_s: Floats
    gaze_deg: Floats
    fixation: Floats
    steps: tuple["Saccade", ...]


@dataclass(frozen=True, slots=True)
class Saccade:
    """From one fixation to the next: when it began, when the next fixation ended, and where both were."""

    onset_s: float
    end_s: float
    before_deg: tuple[float, float]
    after_deg: tuple[float, float]

    @property
    def amplitude_deg(self) -> float:
        """How far."""
        return math.dist(self.before_deg, self.after_deg)


@dataclass(frozen=True, slots=True)
class Noise:
    """What a webcam adds: standard deviation on each axis, and the likeness of frames 1/30 s apart."""

    sd_deg: float
    correlation: float

    def draw(self, times_s: Floats, rng: np.random.Generator) -> Floats:
        """Draw noise in degrees, shape (n, 2)."""
        fresh = rng.normal(0.0, self.sd_deg, (len(times_s), 2))
        likeness = self.correlation ** (np.diff(times_s) * 30)
        noise = fresh.copy()
        for i, r in enumerate(likeness):
            noise[i + 1] = r * noise[i] + math.sqrt(1 - r * r) * fresh[i + 1]
        return noise


def load(path: Path, rate_hz: float) -> Recording:
    """Read one person's recording at the rate of a webcam."""
    data = np.load(path)
    good = data["status"] & np.isfinite(data["x"]) & np.isfinite(data["y"])
    gaze = np.column_stack([data["x"], data["y"]]).astype(float)
    gaze[~good] = np.nan
    moving = np.isin(data["evt"], (SACCADE, AFTER_SACCADE))
    kind = np.where(moving, SACCADE, data["evt"])
    starts = np.concatenate([[0], np.flatnonzero(np.diff(kind)) + 1, [len(kind)]])
    number = np.full(len(kind), -1)
    for i in np.flatnonzero(kind[starts[:-1]] == FIXATION):
        number[starts[i] : starts[i + 1]] = i
    picked = np.searchsorted(data["t"], np.arange(0.0, data["t"][-1], 1 / rate_hz))
    return Recording(data["t"][picked], gaze[picked], number[picked], _saccades(data["t"], gaze, kind, starts))


def _saccades(times_s: Floats, gaze: Floats, kind: Floats, starts: Floats) -> tuple[Saccade, ...]:
    """List the saccades between two fixations, the first of at least 100 ms and the second of at least 200 ms."""
    found = []
    for i in range(1, len(starts) - 2):
        begin, end, stop = starts[i : i + 3]
        first = starts[i - 1]
        whole = kind[first] == FIXATION and kind[begin] == SACCADE and kind[end] == FIXATION
        if whole and begin - first >= 100 and stop - end >= 200:
            before, after = (np.nanmean(gaze[a:b], axis=0) for a, b in ((first, begin), (end, stop)))
            found.append(Saccade(times_s[begin], times_s[stop - 1], tuple(before), tuple(after)))
    return tuple(found)


def run(step: Step, recording: Recording, noise_deg: Floats) -> Floats:
    """Filter a noisy recording: degrees, shape (n, 2), NaN where the gaze is lost."""
    output = np.full_like(recording.gaze_deg, np.nan)
    noisy_px = (recording.gaze_deg + noise_deg) * PX_PER_DEG + (960.0, 540.0)
    for i, (time_s, xy) in enumerate(zip(recording.times_s.tolist(), noisy_px.tolist(), strict=True)):
        if not math.isnan(xy[0]):
            point = step(Point(*xy), time_s)
            output[i] = (point.x, point.y)
    filtered: Floats = (output - (960.0, 540.0)) / PX_PER_DEG
    return filtered


class EyeTraxKalman:
    """EyeTrax 0.4.0's Kalman filter (eyetrax/filters: `make_kalman` and `KalmanSmoother.step`, MIT).

    Constant velocity, one step a frame, process variance 50, measurement variance 0.2 px^2 or what `tune` finds; what
    it gives is the prediction for the frame, not the correction by it, in whole pixels.
    """

    def __init__(self, measurement_var: float = 0.2, ema_alpha: float = 0.0) -> None:
        self._filter = _from_package(measurement_var) or _make_kalman(measurement_var)
        self._alpha = ema_alpha
        self._smooth: Floats | None = None

    def __call__(self, point: Point, _time_s: float) -> Point:
        """Filter one more point."""
        measured = np.array([[int(point.x)], [int(point.y)]], dtype=np.float32)
        if not np.any(self._filter.statePost):
            self._filter.statePre[:2] = self._filter.statePost[:2] = measured
        predicted = self._filter.predict()[:2, 0].astype(int)
        self._filter.correct(measured)
        old = predicted if self._smooth is None else self._smooth
        self._smooth = self._alpha * old + (1 - self._alpha) * predicted  # as in their `KalmanEMASmoother`
        x, y = self._smooth.astype(int).tolist()
        return Point(x, y)


def _from_package(measurement_var: float) -> Any:  # noqa: ANN401 -- OpenCV ships no types
    """Make the filter by EyeTrax itself, where it is installed with what it needs."""
    try:
        return importlib.import_module("eyetrax.filters").make_kalman(measurement_var=measurement_var)
    except ImportError:
        return None


def _make_kalman(measurement_var: float) -> Any:  # noqa: ANN401 -- OpenCV ships no types
    made = cv2.KalmanFilter(4, 2)
    made.transitionMatrix = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32)
    made.measurementMatrix = np.eye(2, 4, dtype=np.float32)
    made.processNoiseCov = np.eye(4, dtype=np.float32) * 50.0
    made.measurementNoiseCov = np.eye(2, dtype=np.float32) * measurement_var
    made.errorCovPost = np.eye(4, dtype=np.float32)
    made.statePre, made.statePost = np.zeros((4, 1), np.float32), np.zeros((4, 1), np.float32)
    return made


def _ours() -> Step:
    filter_ = FixationFilter()
    return lambda point, time_s: filter_.update(point, time_s).point


def _one_euro(settings: OneEuroSettings) -> Step:
    return OneEuroFilter(settings).update


def filters(noise: Noise) -> dict[str, Callable[[], Step]]:
    """Give a maker of each filter by its name; the Kalman is tuned to the true noise, as its `tune` would wish to."""
    tuned = (noise.sd_deg * PX_PER_DEG) ** 2
    grid = [OneEuroSettings(cutoff, beta) for cutoff in (0.1, 0.3, 1.0) for beta in (0.0003, 0.001, 0.003)]
    named = {f"One-Euro {s.min_cutoff_hz:g} Hz {s.beta_per_px:g}": partial(_one_euro, s) for s in grid}
    return {
        "raw": lambda: lambda point, _time_s: point,
        "One-Euro, 1.5 Hz 0.008": partial(_one_euro, OneEuroSettings()),
        **named,
        "EyeTrax Kalman, as made": EyeTraxKalman,
        "EyeTrax Kalman, tuned": partial(EyeTraxKalman, tuned),
        "EyeTrax Kalman + EMA 0.25, tuned": partial(EyeTraxKalman, tuned, 0.25),
        "fixation filter (ours)": _ours,
    }


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """What a filter made of one recording."""

    half_way_s: list[float]
    arrived_s: list[float]
    steady_deg2: list[float]
    settled_deg2: list[float]
    all_deg2: list[float]
    jumps: int
    duration_s: float


def score(recording: Recording, output: Floats, noise: Noise) -> Score:
    """Weigh one output, shape (n, 2)."""
    steps = [s for s in recording.steps if s.amplitude_deg >= 4 * noise.sd_deg]
    half_way = [_delay_s(s, recording.times_s, output, s.amplitude_deg / 2) for s in steps]
    arrived = [_delay_s(s, recording.times_s, output, 2 * noise.sd_deg) for s in steps]
    steady: list[float] = []
    settled: list[float] = []
    every: list[float] = []
    for number in np.unique(recording.fixation[recording.fixation >= 0]):
        inside = (recording.fixation == number) & np.isfinite(output[:, 0])
        if not inside.any():
            continue
        late = inside & (recording.times_s >= recording.times_s[inside][0] + SETTLED_S)
        error = ((output - recording.gaze_deg) ** 2).sum(axis=1)
        every += error[inside].tolist()
        settled += error[late].tolist()
        steady += ((output[late] - output[late].mean(axis=0)) ** 2).sum(axis=1).tolist() if late.any() else []
    duration_s = float(np.isfinite(output[:, 0]).mean() * (recording.times_s[-1] - recording.times_s[0]))
    return Score(half_way, arrived, steady, settled, every, _false_jumps(recording, output, noise.sd_deg), duration_s)


def _delay_s(saccade: Saccade, times_s: Floats, output: Floats, near_deg: float) -> float:
    """Time from the onset until the output is within a distance of the new place, or all of the time there is."""
    during = (times_s >= saccade.onset_s) & (times_s <= saccade.end_s)
    near = np.hypot(*(output[during] - saccade.after_deg).T) <= near_deg
    return float((times_s[during][np.argmax(near)] if near.any() else saccade.end_s) - saccade.onset_s)


def _false_jumps(recording: Recording, output: Floats, limit_deg: float) -> int:
    moved = np.hypot(*np.diff(output, axis=0).T) > limit_deg
    count = 0
    for i in np.flatnonzero(moved) + 1:
        lately = recording.gaze_deg[max(0, np.searchsorted(recording.times_s, recording.times_s[i] - 0.25)) : i + 1]
        count += bool(np.isfinite(lately).all() and np.ptp(lately, axis=0).max() <= 1.0)
    return count


def line(name: str, scores: Iterable[Score]) -> str:
    """Sum up one filter over all people."""
    all_scores = list(scores)
    half, arrived = (
        np.percentile(1000 * np.concatenate(delays), [50, 95])
        for delays in ([s.half_way_s for s in all_scores], [s.arrived_s for s in all_scores])
    )
    steady, settled, every = (
        math.sqrt(np.mean(np.concatenate(squares)))
        for squares in zip(*((s.steady_deg2, s.settled_deg2, s.all_deg2) for s in all_scores), strict=True)
    )
    jumps = 60 * sum(s.jumps for s in all_scores) / sum(s.duration_s for s in all_scores)
    delays = f"{half[0]:5.0f} {half[1]:5.0f}  {arrived[0]:5.0f} {arrived[1]:5.0f}"
    return f"{name:<34}{delays}  {steady:6.2f}  {settled:6.2f} {every:6.2f}  {jumps:6.1f}"


def main() -> None:
    """Print a table for each rate and noise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two people, one noise, one rate")
    quick = parser.parse_args().quick
    paths = sorted(DATA.glob("*.npy"))[: 2 if quick else None]
    if not paths:
        parser.exit(1, f"The recordings are not in {DATA}.\n")
    noises = [Noise(sd, r) for sd in (1.0, 2.0) for r in (0.0, 0.7)] if not quick else [Noise(1.5, 0.0)]
    for rate_hz in (30.0,) if quick else (30.0, 15.0):
        recordings = [load(path, rate_hz) for path in paths]
        for noise in noises:
            _print_table(recordings, noise, rate_hz)


def _print_table(recordings: list[Recording], noise: Noise, rate_hz: float) -> None:
    print(f"\n{rate_hz:g} Hz, simulated noise of {noise.sd_deg:g} deg, likeness {noise.correlation:g} at 1/30 s")
    print(f"{'':<34}{'half way':^11}  {'arrived':^11}  {'steady':>6}  {'error, all':^13}  {'jumps':>6}")
    drawn = [noise.draw(r.times_s, np.random.default_rng(i)) for i, r in enumerate(recordings)]
    for name, make in filters(noise).items():
        outputs = [run(make(), recording, added) for recording, added in zip(recordings, drawn, strict=True)]
        print(line(name, (score(r, output, noise) for r, output in zip(recordings, outputs, strict=True))), flush=True)


if __name__ == "__main__":
    main()
