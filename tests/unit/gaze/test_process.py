import numpy as np
import pytest

from eyecomm.gaze.process import AxisProcess
from eyecomm.samples import Floats

N = 24


def _kernels(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """One kernel that explains the values, and one that has nothing to do with them."""
    useful, useless = (rng.normal(0, 1, (N, 5)) for _ in range(2))
    values = useful @ rng.normal(0, 0.5, 5) + rng.normal(0, 0.1, N)
    return np.stack([useful @ useful.T / 5, useless @ useless.T / 5]), values


def _axis(trust: float = 0.1) -> AxisProcess:
    return AxisProcess(np.array([0.3, 0.3]), np.array([True, True]), 0.05, trust)


def test_the_kernel_that_explains_gets_the_variance() -> None:
    kernels, values = _kernels(np.random.default_rng(1))
    useful, useless, noise = _axis().learn(kernels, values, np.ones(N)).variances_
    assert useful > 5 * useless
    assert noise == pytest.approx(0.01, rel=1.0)


def test_each_step_makes_the_values_more_likely() -> None:
    kernels, values = _kernels(np.random.default_rng(2))
    axis = _axis(trust=1e-9)

    def likelihood() -> float:
        matrix = np.tensordot(axis.variances_[:-1], kernels, 1) + np.eye(N) * (axis.variances_[-1] + 1e-6)
        return float(-np.linalg.slogdet(matrix)[1] - values @ np.linalg.solve(matrix, values))

    found = [likelihood()]
    for _ in range(4):
        axis.learn(kernels, values, np.ones(N))
        found.append(likelihood())
    assert (np.diff(found) > -1e-6).all()
    assert found[-1] > found[0] + 1


def test_what_is_fixed_stays() -> None:
    kernels, values = _kernels(np.random.default_rng(3))
    axis = AxisProcess(np.array([0.3, 0.7]), np.array([True, False]), 0.05, 1.0).learn(kernels, values, np.ones(N))
    assert axis.variances_[1] == 0.7
    assert axis.variances_[0] != 0.3


def test_with_little_seen_the_expectation_holds() -> None:
    kernels, values = _kernels(np.random.default_rng(4))
    few = np.arange(2)
    axis = _axis(trust=50.0).learn(kernels[:, :2, :2], values[few], np.ones(2))
    np.testing.assert_allclose(axis.variances_, [0.3, 0.3, 0.05], rtol=0.1)


def test_leaving_out_is_the_same_as_fitting_without() -> None:
    kernels, values = _kernels(np.random.default_rng(5))
    axis = _axis().learn(kernels, values, np.ones(N)).fit(kernels, values, np.ones(N))
    group, rest = np.array([3, 4, 5]), np.delete(np.arange(N), [3, 4, 5])
    means, variances = axis.left_out([group])
    again = _axis()
    again.variances_ = axis.variances_
    again.fit(kernels[:, rest[:, None], rest], values[rest], np.ones(len(rest)))
    own = kernels[:, group, group]
    wanted, doubt = again.predict_both(kernels[:, rest[:, None], group], own)
    np.testing.assert_allclose(means[group], wanted, atol=1e-6)
    np.testing.assert_allclose(variances[group], doubt, rtol=1e-3)
    assert np.isnan(means[rest]).all()


def test_leaving_out_one_by_one_is_a_group_of_one() -> None:
    kernels, values = _kernels(np.random.default_rng(6))
    axis = _axis().fit(kernels, values, np.ones(N))
    for quick, slow in zip(axis.left_out_alone(), axis.left_out([np.array([i]) for i in range(N)]), strict=True):
        np.testing.assert_allclose(quick, slow)


def test_doubtful_values_count_less() -> None:
    kernels, values = _kernels(np.random.default_rng(7))
    doubt = np.ones(N)
    values[0] += 5.0
    trusting = _axis().fit(kernels, values, doubt)
    doubt[0] = 1e4
    cautious = _axis().fit(kernels, values, doubt)
    assert abs(cautious.weights_[0]) < 0.1 * abs(trusting.weights_[0])


def test_far_from_everything_the_variance_is_that_of_the_prior() -> None:
    kernels, values = _kernels(np.random.default_rng(8))
    axis = _axis().fit(kernels, values, np.ones(N))
    mean, variance = axis.predict_both(np.zeros((2, N, 1)), np.ones((2, 1)))
    assert mean == pytest.approx(0.0)
    assert variance == pytest.approx(0.3 + 0.3 + 0.05)
