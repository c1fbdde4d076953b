import numpy as np
import pytest

from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.kernels import COMPONENTS, Eyes, Viewer, compare, compare_with_self
from eyecomm.gaze.looks import Looks
from eyecomm.samples import Floats

WIDTH = len(FEATURE_NAMES)
SPREAD = np.array([500.0, 300.0])
NAMES = list(COMPONENTS)


def _looks(n: int = 8, seed: int = 0) -> Looks:
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 0.1, (n, WIDTH))
    features[:, FEATURE_NAMES.index("log_distance")] += 2.4
    return Looks(features, rng.uniform(0, 1000, (n, 2)), np.arange(n, dtype=np.intp) % 3, np.ones(n))


def _moved(name: str, by: float) -> Floats:
    looks = _looks()
    moved = looks.features.copy()
    moved[:, FEATURE_NAMES.index(name)] += by
    viewer = Viewer(looks, 4.0, Eyes.BOTH)
    shift: Floats = (
        viewer.view(moved, looks.sessions).facing_px - viewer.view(looks.features, looks.sessions).facing_px
    ).mean(axis=0)
    return shift


@pytest.mark.parametrize("eyes", Eyes)
def test_every_kernel_could_be_one_of_a_gaussian_process(eyes: Eyes) -> None:
    looks = _looks()
    view = Viewer(looks, 4.0, eyes).view(looks.features, looks.sessions)
    for kernels in compare(view, view, SPREAD):
        assert kernels.shape == (len(COMPONENTS), 8, 8)
        for kernel in kernels:
            np.testing.assert_allclose(kernel, kernel.T, atol=1e-9)
            assert np.linalg.eigvalsh(kernel).min() > -1e-9


def test_a_look_compared_with_itself() -> None:
    looks = _looks()
    view = Viewer(looks, 4.0, Eyes.BOTH).view(looks.features, looks.sessions)
    for whole, own in zip(compare(view, view, SPREAD), compare_with_self(view, SPREAD), strict=True):
        np.testing.assert_allclose(np.diagonal(whole, axis1=1, axis2=2), own, atol=1e-9)


def test_kernels_of_the_session_end_with_it() -> None:
    looks = _looks()
    view = Viewer(looks, 4.0, Eyes.BOTH).view(looks.features, looks.sessions)
    x, _ = compare(view, view, SPREAD)
    other = looks.sessions[:, None] != looks.sessions
    for name in ("session", "session_patches", "session_eyes"):
        assert (x[NAMES.index(name)][other] == 0).all()
    assert (x[NAMES.index("patches")][other] != 0).any()


@pytest.mark.parametrize(("eyes", "other"), [(Eyes.LEFT, "right"), (Eyes.RIGHT, "left")])
def test_the_other_eye_has_no_say(eyes: Eyes, other: str) -> None:
    looks = _looks()
    viewer = Viewer(looks, 4.0, eyes)
    changed = looks.features.copy()
    changed[:, [i for i, name in enumerate(FEATURE_NAMES) if name.startswith(other)]] = 7.0
    before, after = (viewer.view(features, looks.sessions) for features in (looks.features, changed))
    np.testing.assert_array_equal(before.patches, after.patches)
    np.testing.assert_array_equal(before.eyes, after.eyes)


def test_the_nose_points_where_the_head_turns() -> None:
    """To the right in the picture is to the left on the screen; up is up."""
    assert _moved("yaw", 0.1)[0] < -100
    assert _moved("pitch", 0.1)[1] < -100
    assert abs(_moved("yaw", 0.1)[1]) < 1


def test_the_nose_points_where_the_head_goes() -> None:
    assert _moved("head_x", 0.1)[0] < -50
    assert _moved("head_y", 0.1)[1] > 50


def test_farther_eyes_swing_the_gaze_farther() -> None:
    looks = _looks()
    farther = looks.features.copy()
    farther[:, FEATURE_NAMES.index("log_distance")] += np.log(1.2)
    viewer = Viewer(looks, 4.0, Eyes.BOTH)
    ratio = viewer.view(farther, looks.sessions).distance / viewer.view(looks.features, looks.sessions).distance
    np.testing.assert_allclose(ratio, 1.2)


def test_what_hardly_moved_is_not_blown_up() -> None:
    looks = _looks()
    still = Looks(np.tile(looks.features[:1], (8, 1)), looks.targets_px, looks.sessions, looks.counts)
    view = Viewer(still, 4.0, Eyes.BOTH).view(still.features + 0.001, still.sessions)
    assert np.abs(view.head).max() < 0.1
    assert np.abs(view.eyes).max() < 0.1
    assert np.abs(view.patches).max() < 0.1
