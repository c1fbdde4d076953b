"""EyeTrax's models on features of a real person, published with a fork of it."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.rivals import EyeTrax, Method
from eyecomm.samples import Floats

DATA = Path(__file__).parents[3] / "shared" / "data"
FILE = "eyetrax_features/calibration_data.csv.gz"

Predict = Callable[[Floats], Floats]


def show(folder: Path, methods: Sequence[Method]) -> None:
    """Print errors in pixels of each model when one target is left out of the training."""
    path = folder / FILE
    if not path.is_file():
        print(f"\nReal features: left out, there is no {path}.")
        return
    targets_px, features = _read(path)
    print(f"\nReal features: one person, {len(np.unique(targets_px, axis=0))} targets, {len(features)} frames of")
    print("486 landmark features and no pictures; each target left out once; pixels: median, 95 %")
    for method in methods:
        if isinstance(method, EyeTrax):
            _print(method.name, _left_out(_trainer(method), features, targets_px), targets_px)
    _print("always the middle", _left_out(_mean, features, targets_px), targets_px)
    print("EyeComm is left out here: it looks at the picture of the eyes, which these data do not hold.")


def _read(path: Path) -> tuple[Floats, Floats]:
    with gzip.open(path, "rt") as lines:
        table = np.loadtxt(lines, delimiter=",", skiprows=1)
    return table[:, :2], table[:, 2:]


def _trainer(method: EyeTrax) -> Callable[[Floats, Floats], Predict]:
    def train(features: Floats, targets_px: Floats) -> Predict:
        model = method.train(features, targets_px)
        return lambda x: np.asarray(model.predict(x), np.float64) if model else np.full((len(x), 2), np.nan)

    return train


def _mean(_: Floats, targets_px: Floats) -> Predict:
    return lambda x: np.tile(targets_px.mean(axis=0), (len(x), 1))


def _left_out(train: Callable[[Floats, Floats], Predict], features: Floats, targets_px: Floats) -> Floats:
    guesses = np.zeros_like(targets_px)
    for target in np.unique(targets_px, axis=0):
        out = (targets_px == target).all(axis=1)
        guesses[out] = train(features[~out], targets_px[~out])(features[out])
    return guesses


def _print(name: str, guesses: Floats, targets_px: Floats) -> None:
    errors = np.hypot(*(guesses - targets_px).T)
    print(f"{name:36}{np.median(errors):10.0f}{np.quantile(errors, 0.95):10.0f}")
