"""How long the dwell takes to weigh one sample.

Run as `python bench/dwell.py`. Prints microseconds per sample at 2, 12 and 60 targets, beside the same
dwell with a plain Python loop over the targets (which stops at the first hit), timed in turns on the same samples.
"""

import time

import numpy as np

from eyecomm.geometry import Point, Rect
from eyecomm.samples import Floats, GazeSample
from eyecomm.selection.dwell import DwellSelector
from eyecomm.selection.targets import Targets

SAMPLES = 20_000
WIDTH_PX, HEIGHT_PX = 1920.0, 1080.0
GRIDS = {2: (2, 1), 12: (4, 3), 60: (10, 6)}
BUDGET_US = 50.0


class LoopTargets(Targets):
    """Targets tested one after the other."""

    def __init__(self, rects_px: Floats, dwell_s: Floats) -> None:
        super().__init__(rects_px, dwell_s)
        self._rects = [Rect(left, top, right - left, bottom - top) for left, top, right, bottom in rects_px.tolist()]

    def hit(self, point: Point | None) -> int | None:
        """Give the first target under a point, or None."""
        if point is None:
            return None
        return next((index for index, rect in enumerate(self._rects) if rect.contains(point)), None)


class LoopSelector(DwellSelector):
    """The same dwell over `LoopTargets`."""

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        """Replace the targets and forget all evidence."""
        super().set_targets(rects_px, dwell_s)
        self._targets = LoopTargets(rects_px, dwell_s)


def grid(columns: int, rows: int) -> Floats:
    """Give the edges of an even grid over the screen, shape (columns * rows, 4)."""
    width, height = WIDTH_PX / columns, HEIGHT_PX / rows
    corners = [(x * width, y * height) for y in range(rows) for x in range(columns)]
    return np.array([(x, y, x + width, y + height) for x, y in corners])


def gaze(count: int, rng: np.random.Generator) -> list[GazeSample]:
    """Look at one place after another for about a second, with noise and 10 % of the samples lost."""
    places = rng.uniform((0, 0), (WIDTH_PX, HEIGHT_PX), (count // 30 + 1, 2)).repeat(30, axis=0)[:count]
    points = places + rng.normal(0.0, 40.0, (count, 2))
    lost = rng.random(count) < 0.1
    return [GazeSample(i / 30, None if lost[i] else Point(x, y)) for i, (x, y) in enumerate(points.tolist())]


def timed_us(selectors: list[DwellSelector], samples: list[GazeSample]) -> Floats:
    """Time every sample with every selector, shape (samples, selectors)."""
    times_ns = np.empty((len(samples), len(selectors)))
    for row, sample in enumerate(samples):
        for column, selector in enumerate(selectors):
            begin_ns = time.perf_counter_ns()
            selector.update(sample)
            times_ns[row, column] = time.perf_counter_ns() - begin_ns
    return times_ns[1000:] / 1000.0


def main() -> None:
    """Print the table."""
    samples = gaze(SAMPLES, np.random.default_rng(0))
    print(f"{'':>8} {'numpy, us per sample':^26} {'Python loop':^26}")
    print(
        f"{'targets':>8} {'median':>8} {'p95':>8} {'p99':>8} {'median':>8} {'p95':>8} {'p99':>8} {'loop / numpy':>13}"
    )
    for count, (columns, rows) in GRIDS.items():
        selectors = [DwellSelector(), LoopSelector()]
        for selector in selectors:
            selector.set_targets(grid(columns, rows), np.full(count, np.nan))
        times_us = timed_us(selectors, samples)
        ours, loop = np.percentile(times_us, [50, 95, 99], axis=0).T
        cells = " ".join(f"{value:8.1f}" for value in (*ours, *loop))
        print(f"{count:>8} {cells} {loop[0] / ours[0]:>13.2f}")
    reached = "reached" if ours[2] < BUDGET_US else "not reached"
    print(f"Budget: {BUDGET_US:.0f} us at {count} targets; {reached} at p99.")


if __name__ == "__main__":
    main()
