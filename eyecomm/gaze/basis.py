"""Which terms of the eye features an estimator may use."""

from dataclasses import dataclass

import numpy as np

from eyecomm.gaze.features import EYE_FEATURE_NAMES, FEATURE_NAMES
from eyecomm.samples import Floats


@dataclass(frozen=True, slots=True)
class Basis:
    """Terms of a linear model.

    Parameters
    ----------
    columns : tuple of int
        Features that enter as they are.
    products : tuple of tuple of int
        Pairs of features whose product enters too.
    """

    columns: tuple[int, ...]
    products: tuple[tuple[int, int], ...] = ()

    def expand(self, features: Floats) -> Floats:
        """Give the terms (n_samples, n_terms) of features (n_samples, n_features)."""
        pairs = np.array(self.products, dtype=np.intp).reshape(-1, 2)
        curved = features[:, pairs[:, 0]] * features[:, pairs[:, 1]]
        return np.hstack([features[:, list(self.columns)], curved])


def eye_bases() -> tuple[Basis, ...]:
    """Bases for `FEATURE_NAMES`, the simplest first: eyes, eyes bent by iris and lid, eyes with head."""
    eyes = tuple(FEATURE_NAMES.index(name) for name in EYE_FEATURE_NAMES)
    return (Basis(eyes), Basis(eyes, _curvature()), Basis(tuple(range(len(FEATURE_NAMES)))))


def _curvature() -> tuple[tuple[int, int], ...]:
    """Squares and the product of iris x and upper lid: sideways gaze on a sphere, and lids that bend it."""
    named = (
        (f"{side}_{first}", f"{side}_{second}")
        for side in ("left", "right")
        for first, second in (("iris_x", "iris_x"), ("iris_x", "upper_lid"), ("upper_lid", "upper_lid"))
    )
    return tuple((FEATURE_NAMES.index(first), FEATURE_NAMES.index(second)) for first, second in named)
