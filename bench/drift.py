"""Does learning the drift from confirmed selections beat holding still? A simulated patient types by webcam gaze.

Run as `python -m bench.drift [--seeds 16] [--minutes 5] [--cells 30 12 6] [--processes 1]`. Everything is simulated:
nothing about patients follows. Every method meets the same patients, noise and drift (same seeds), and every method
changes what the patient does next (closed loop). The patient spells by Huffman groups with the fixed dwell of the
product; its numbers are those of `bench.drift_patient`.

Methods: none; nearest key (a fifth of the way to the middle of every cell chosen, at once); ours (`DriftTracker`); ours
and none with one look of a second at a known point after a posture jump (its time is not counted); oracle (knows the
error in the middle of the screen).
Pointing error: median and 95th percentile over time of the angle between where the patient looks and where the
corrected gaze says, without noise from frame to frame, at places all over the screen.
"""

import argparse
import math
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from bench.drift_patient import GRIDS, PX, RATE_HZ, SCREEN, Condition, Pair, Patient, World, cells_of
from eyecomm.calibration.drift import DriftSettings, DriftTracker, Look
from eyecomm.geometry import Covariance, Point
from eyecomm.samples import Floats, GazeSample
from eyecomm.selection.dwell import DwellSelector

TRACKED = ("ours", "none + look", "ours + look")
METHODS = ("none", "nearest key", "ours", "none + look", "ours + look", "oracle")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one session."""

    median_deg: float
    p95_deg: float
    wrong: float  # share of the selections
    wpm: float
    recovered: float  # 1 when the last minute is within 0.5 degrees of the one before the jump; NaN without a jump


class Corrector:
    """One method; its offset is taken off the gaze, in degrees."""

    def __init__(self, method: str, world: World, settings: DriftSettings) -> None:
        self._method, self._world = method, world
        self._tracker = DriftTracker(SCREEN, None, settings)
        self._offset: Pair = (0.0, 0.0)
        self._written: list[float] = []

    def offset_deg(self, frame: int) -> Pair:
        """Give the correction now."""
        if self._method == "oracle":
            return self._world.error_deg(frame, SCREEN.width_px / 2, SCREEN.height_px / 2)
        return self._offset

    def choose(self, look: Look, undo: bool) -> None:
        """Learn from a selection."""
        if self._method == "nearest key":
            (x, y), middle, step = self._offset, look.cell.center, 0.2 / PX
            self._offset = x + step * (look.gaze.x - middle.x), y + step * (look.gaze.y - middle.y)
        if not self._method.startswith("ours"):
            return  # also "none + look": it holds still after the look
        if undo and self._written:
            self._tracker.withdraw(self._written.pop())
        elif not undo:
            self._written.append(look.timestamp_s)
        self._tracker.select(look)
        self._use()

    def move(self, now_s: float) -> None:
        """Learn that the pose has changed."""
        if self._method in TRACKED:
            self._tracker.move(now_s)
            self._use()

    def look(self, gaze: Point, target: Point, noise: Covariance, now_s: float) -> None:
        """Learn from one look at a known point."""
        self._tracker.recenter(gaze, target, noise, now_s)
        self._use()

    def _use(self) -> None:
        self._offset = self._tracker.offset.x / PX, self._tracker.offset.y / PX


class Typing:
    """One session, frame by frame."""

    def __init__(self, condition: Condition, method: str, seed: int, minutes: float, settings: DriftSettings) -> None:
        self._condition, self._method = condition, method
        self._world = World(condition, minutes, np.random.default_rng((seed, 0)))
        self._patient = Patient(condition, np.random.default_rng((seed, 1)))
        self._corrector = Corrector(method, self._world, settings)
        self._cells = cells_of(condition.cells)
        self._selector = DwellSelector()
        edges = [(c.x, c.y, c.x + c.width, c.y + c.height) for c in self._cells]
        self._selector.set_targets(np.array(edges), np.full(len(edges), np.nan))
        self._recent: deque[tuple[float, float]] = deque(maxlen=30)
        self._right = self._wrong = self._score = 0

    def run(self) -> Result:
        """Type to the end."""
        offsets = np.array([self._frame(i) for i in range(self._world.count)])
        errors = np.hypot(*(self._world.probes_deg - offsets).T)
        jump, minute = self._world.jump_at, int(60 * RATE_HZ)
        recovered = math.nan
        if self._condition.jump_deg:
            recovered = float(np.median(errors[-minute:]) < np.median(errors[jump - minute : jump]) + 0.5)
        chosen = self._right + self._wrong
        minutes = self._world.count / RATE_HZ / 60
        return Result(
            float(np.median(errors)),
            float(np.percentile(errors, 95)),
            self._wrong / chosen if chosen else math.nan,
            max(0, self._score) / self._patient.letters_s / 5 / minutes,
            recovered,
        )

    def _frame(self, i: int) -> Pair:
        """Go on by one frame; gives the correction in degrees."""
        world, now_s = self._world, i / RATE_HZ
        if i == world.jump_at:
            self._jump(i, now_s)
        off_x, off_y = offset = self._corrector.offset_deg(i)
        common_x, common_y = world.common_deg[i]
        x, y = self._patient.look(now_s, (common_x - off_x, common_y - off_y))
        (error_x, error_y), (noise_x, noise_y) = world.error_deg(i, x, y), world.noise_deg[i]
        point = Point(x + PX * (error_x + noise_x - off_x), y + PX * (error_y + noise_y - off_y))
        if not world.lost[i]:
            self._recent.append((point.x, point.y))
        chosen = self._selector.update(GazeSample(now_s, None if world.lost[i] else point)).selected
        if chosen is not None:
            self._choose(chosen, now_s)
        return offset

    def _choose(self, chosen: int, now_s: float) -> None:
        undo = chosen == len(self._cells) - 1
        right = self._patient.choose(chosen, now_s)
        self._right, self._wrong = self._right + right, self._wrong + (not right)
        self._score += (right and not undo) - (not right and undo)
        gaze, noise = _mean(np.array(self._recent))
        self._corrector.choose(Look(self._cells[chosen], gaze, noise, now_s), undo)

    def _jump(self, i: int, now_s: float) -> None:
        """Let the posture jump; those who may, look at the middle of the screen for a second."""
        if self._condition.noticed or "look" in self._method:  # who asks for a look says that something has changed
            self._corrector.move(now_s)
        if "look" in self._method:
            middle = Point(SCREEN.width_px / 2, SCREEN.height_px / 2)
            frames = range(i, min(i + 30, self._world.count))
            offset = self._corrector.offset_deg(i)
            errors = np.array([self._world.error_deg(k, middle.x, middle.y) for k in frames])
            mean, noise = _mean((errors + self._world.noise_deg[frames[0] : frames[-1] + 1] - offset) * PX)
            beside = Covariance((0.5 * PX) ** 2, 0.0, (0.5 * PX) ** 2)  # what differs over the screen
            self._corrector.look(Point(middle.x + mean.x, middle.y + mean.y), middle, noise + beside, now_s)


def _mean(points: Floats) -> tuple[Point, Covariance]:
    """Give the median of about a second of gaze, and its noise: a third of a second of it counts as one sample."""
    x, y = np.median(points, axis=0).tolist()
    xx, yy = ((1.4826 * np.median(np.abs(points - (x, y)), axis=0)) ** 2 * 0.3).tolist()
    return Point(x, y), Covariance(xx, 0.0, yy)


def conditions(cells: Sequence[int]) -> Iterator[Condition]:
    """List what is tried."""
    for count in cells:
        for bias, compensate in product((0.0, 1.0, 2.0, 3.0), (0.0, 1.0)):
            yield Condition(count, bias, compensate=compensate)
        for bias in (0.0, 2.0):
            yield Condition(count, bias, pull=1.0)
        yield Condition(count, 2.0, compensate=0.5)
        for compensate in (0.0, 1.0):
            yield Condition(count, 1.0, walk_deg=1.0, compensate=compensate)
        for jump, noticed in product((1.0, 2.0, 4.0), (True, False)):
            yield Condition(count, 1.0, jump_deg=jump, noticed=noticed)
        yield Condition(count, 1.0, jump_deg=2.0, compensate=1.0)


def _run(task: tuple[Condition, str, int, float, DriftSettings]) -> Result:
    return Typing(*task).run()


def table(condition: Condition, results: dict[str, list[Result]]) -> dict[str, tuple[float, float]]:
    """Print the rows of a condition; give each method's interval of the median error against none."""
    print(f"\n{condition.name}")
    against: dict[str, tuple[float, float]] = {}
    for method, rows in results.items():
        columns = np.array([[r.median_deg, r.p95_deg, r.wrong, r.wpm, r.recovered] for r in rows])
        beside = columns[:, 0] - [r.median_deg for r in results["none"]]
        low, high = against[method] = _interval(beside)
        median, p95, wrong, wpm, back = (_nanmean(columns[:, k]) for k in range(5))
        tail = "" if math.isnan(back) else f"{100 * back:5.0f} %"
        print(
            f"  {method:12s} {median:5.2f} {p95:5.2f} deg   {np.mean(beside):+5.2f} [{low:+5.2f}, {high:+5.2f}]"
            f"   wrong {100 * wrong:4.1f} %   {wpm:5.2f} wpm {tail}",
            flush=True,
        )
    return against


def _nanmean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _interval(values: Floats) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of the mean."""
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def judge(name: str, intervals: dict[Condition, tuple[float, float]]) -> None:
    """Print in how many conditions a method is better or worse than doing nothing."""
    better = sum(high < 0 for _, high in intervals.values())
    worse = [condition.name for condition, (low, _) in intervals.items() if low > 0]
    print(f"{name}: better in {better}, worse in {len(worse)} of {len(intervals)} conditions (95 % interval)")
    for line in worse:
        print(f"  worse: {line}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--cells", type=int, nargs="+", default=list(GRIDS), choices=list(GRIDS))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings of the tracker")
    options = parser.parse_args()
    changed: dict[str, Any] = {n: float(v) for n, v in (pair.split("=") for pair in options.set)}
    settings = replace(DriftSettings(), **changed)
    print("median and p95 error; difference of the median to none with 95 % bootstrap interval; simulated")
    seeds = range(options.first, options.first + options.seeds)
    judged: dict[str, dict[Condition, tuple[float, float]]] = {method: {} for method in METHODS}
    with ProcessPoolExecutor(options.processes) as pool:
        for condition in conditions(options.cells):
            methods = [m for m in METHODS if condition.jump_deg or "look" not in m]
            tasks = [(condition, m, seed, options.minutes, settings) for m in methods for seed in seeds]
            rows = list(pool.map(_run, tasks, chunksize=4))
            results = {m: rows[k * options.seeds : (k + 1) * options.seeds] for k, m in enumerate(methods)}
            for method, interval in table(condition, results).items():
                judged[method][condition] = interval
    print()
    for method in METHODS[1:]:
        judge(method, judged[method]) if judged[method] else None


if __name__ == "__main__":
    main()
