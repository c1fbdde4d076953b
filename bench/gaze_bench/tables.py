"""Print what the gaze bench found."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import numpy as np

from bench.gaze_bench.ours import Ours
from bench.gaze_bench.portraits import Face
from bench.gaze_bench.scores import Ints, Tally, interval, ratio_interval
from eyecomm.samples import Floats


def say_what(faces: Sequence[Face], folder: Path | None, missing: str | None) -> None:
    """Say what is measured, and what is not."""
    print(f"Simulated throughout. Faces: {', '.join(face.name for face in faces)}.")
    if folder is None:
        print("No folder of photographs was given: all faces are changed copies of one portrait, not several people.")
    if missing:
        print(missing)
    print("Errors in degrees of visual angle, frame by frame, unfiltered; in brackets 95 % bootstrap intervals.")


def show_still(found: dict[int, dict[str, Tally]]) -> None:
    """Print the tables of the sittings that are calibrated and tested at once."""
    for points, by_condition in found.items():
        show(f"Still: {points} calibration points, tested in the same sitting", by_condition)


def show_moved(found: dict[str, Tally]) -> None:
    """Print the table of changed postures."""
    show("Moved: 9 points, then another posture without a new calibration", found)


def show(title: str, found: dict[str, Tally]) -> None:
    """Print medians of all methods by condition, and their sum with intervals."""
    every = reduce(Tally.merged, found.values())
    draws = every.resampled()
    ours = every.of(Ours.name)
    print(f"\n{title}\n{'':24}{'median':>22}{'95 %':>22}{'ours / this':>22}" + "".join(f"{name:>10}" for name in found))
    for name in every.errors:
        values = every.of(name)
        if not np.isfinite(values).all():
            print(f"{name:24}{'cannot learn from so few':>24}")
            continue
        middle, high = (_between(float(np.quantile(values, q)), interval(values, draws, q)) for q in (0.5, 0.95))
        share = float(np.median(ours) / np.median(values))
        ratio = "" if name == Ours.name else _between(share, ratio_interval(ours, values, draws))
        parts = "".join(f"{tally.median(name):10.2f}" for tally in found.values())
        print(f"{name:24}{middle:>22}{high:>22}{ratio:>22}{parts}")
    parts = "".join(f"{tally.share_inside():10.1%}" for tally in found.values())
    print(f"{'in our 95 % ellipse':24}{every.share_inside():22.1%}{'':44}{parts}")


def show_memory(found: dict[int, dict[bool, Tally]]) -> None:
    """Print errors by number of points of today, with and without earlier sittings."""
    print("\nMemory: another day, place and light; median degrees by number of calibration points of today")
    print(f"{'':34}" + "".join(f"{points:>21}" for points in found))
    rows = [(name, False) for name in found[13][False].errors] + [(name, True) for name in found[13][True].errors]
    draws = {points: tallies[False].resampled() for points, tallies in found.items()}
    for name, remembers in rows:
        label = name + (", 3 or more days" if remembers else "")
        cells = (_median(tallies[remembers].of(name), draws[points]) for points, tallies in found.items())
        print(f"{label:34}" + "".join(f"{cell:>21}" for cell in cells))
    for remembers, label in ((False, "today only"), (True, "with memory")):
        shares = "".join(f"{_percent(tallies[remembers].share_inside()):>21}" for tallies in found.values())
        print(f"{'in our 95 % ellipse, ' + label:34}{shares}")
    show_saving(found)


def show_saving(found: dict[int, dict[bool, Tally]]) -> None:
    """Print how few points of ours, with memory, do what the best rival needs more for."""
    print("\nPoints of today that we need, with memory, for the error of the best rival as it is, which has none")
    for points in (5, 9, 13):
        rival = found[points][False].best(name for name in found[points][False].errors if name != Ours.name)
        if rival is None:
            continue
        theirs = found[points][False].median(rival)
        enough = [few for few, tallies in found.items() if tallies[True].median(Ours.name) <= theirs]
        answer = f"{enough[0]} points ({enough[0] / points:.2f} of its)" if enough else "more than 13 points"
        print(f"{rival} with {points} points, {theirs:.2f} degrees: {answer}")


def _percent(share: float) -> str:
    return f"{share:.1%}" if np.isfinite(share) else "-"


def _median(values: Floats, draws: list[Ints]) -> str:
    if not np.isfinite(values).all():
        return "-"
    return _between(float(np.median(values)), interval(values, draws))


def _between(value: float, bounds: tuple[float, float]) -> str:
    return f"{value:.2f} [{bounds[0]:.2f}, {bounds[1]:.2f}]"
