from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eyecomm.gaze.features import EYE_FEATURE_NAMES, FEATURE_NAMES, extract
from eyecomm.samples import EyeFeatures, FaceLandmarks, Floats

Make = Callable[..., FaceLandmarks]
EYES = len(EYE_FEATURE_NAMES)


def _extract(face: FaceLandmarks) -> EyeFeatures:
    features = extract(face)
    assert features is not None
    return features


def _value(features: EyeFeatures, name: str) -> float:
    return float(features.vector[FEATURE_NAMES.index(name)])


def test_every_number_has_its_own_name(make_face: Make) -> None:
    assert _extract(make_face()).vector.shape == (len(FEATURE_NAMES),)
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)


def test_the_time_of_the_frame_goes_on(make_face: Make) -> None:
    assert _extract(make_face(timestamp_s=12.5)).timestamp_s == 12.5


@pytest.mark.parametrize("side", ["left", "right"])
def test_iris_moves_sideways_in_eye_widths(make_face: Make, side: str) -> None:
    name = f"{side}_iris_x"
    moved = _value(_extract(make_face((20.0, 0.0))), name) - _value(_extract(make_face()), name)
    assert moved == pytest.approx(-0.8 * 10.4 * np.sin(np.radians(20)) / 28)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("part", ["iris_y", "upper_lid", "lower_lid"])
def test_iris_and_lids_go_down_with_the_gaze(make_face: Make, side: str, part: str) -> None:
    name = f"{side}_{part}"
    assert _value(_extract(make_face((0.0, 10.0))), name) > _value(_extract(make_face()), name) + 0.005


@pytest.mark.parametrize("roll_deg", [-90.0, -35.0, 10.0, 90.0, 180.0])
def test_a_tilted_head_has_the_same_eyes(make_face: Make, roll_deg: float) -> None:
    upright, tilted = (_extract(make_face((8.0, 5.0), (0.9, 1.0), roll_deg=roll)) for roll in (0.0, roll_deg))
    np.testing.assert_allclose(tilted.vector[:EYES], upright.vector[:EYES], atol=1e-9)
    assert tilted.aspect_ratio == pytest.approx(upright.aspect_ratio)


def test_a_nearer_head_elsewhere_has_the_same_eyes(make_face: Make) -> None:
    here = _extract(make_face((8.0, 5.0)))
    there = _extract(make_face((8.0, 5.0), px_per_mm=1.7, center_px=(150.0, 300.0)))
    np.testing.assert_allclose(there.vector[:EYES], here.vector[:EYES], atol=1e-9)
    assert _value(there, "log_distance") < _value(here, "log_distance")
    assert _value(there, "head_x") < _value(here, "head_x")
    assert _value(there, "head_y") > _value(here, "head_y")


def test_aspect_ratio_is_left_then_right(make_face: Make) -> None:
    left, right = _extract(make_face(openness=(0.0, 1.0))).aspect_ratio
    assert left == pytest.approx(0.0, abs=1e-9)
    assert right == pytest.approx(9 / 28)


def _with(face: FaceLandmarks, index: int | slice, value: float | Floats) -> FaceLandmarks:
    points = face.points.copy()
    points[index] = value
    return replace(face, points=points)


@pytest.mark.parametrize("index", [33, 133, 362, 263, 468, 473, 159, 374])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_landmarks_that_are_no_numbers_are_no_face(make_face: Make, index: int, value: float) -> None:
    assert extract(_with(make_face(), index, value)) is None


@pytest.mark.parametrize("indices", [(33, 133), (362, 263), (33, 263)])
def test_an_eye_without_width_is_no_eye(make_face: Make, indices: tuple[int, int]) -> None:
    face = make_face()
    assert extract(_with(face, indices[0], face.points[indices[1]])) is None


def test_all_landmarks_in_one_place_are_no_face(make_face: Make) -> None:
    assert extract(_with(make_face(), slice(None), 100.0)) is None


def test_an_iris_without_size_is_no_eye(make_face: Make) -> None:
    assert extract(_with(make_face(), slice(468, 478), 100.0)) is None


def test_too_few_landmarks_are_no_face(make_face: Make) -> None:
    assert extract(replace(make_face(), points=np.zeros((468, 3)))) is None


def test_a_transform_that_is_no_number_is_no_face(make_face: Make) -> None:
    assert extract(replace(make_face(), transform=np.full((4, 4), np.nan))) is None


_numbers = st.one_of(
    st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, 1e300, -1e300, np.nan, np.inf, -np.inf]), st.floats(300.0, 301.0)
)


@settings(max_examples=60, deadline=None)
@given(
    needed=arrays(np.float64, (40, 3), elements=_numbers),
    transform=arrays(np.float64, (4, 4), elements=_numbers),
)
def test_any_cloud_of_landmarks_gives_nothing_or_finite_numbers(
    needed: npt.NDArray[np.float64], transform: npt.NDArray[np.float64]
) -> None:
    points = np.resize(needed, (478, 3))
    face = FaceLandmarks(points, transform, np.zeros(52), np.zeros((2, 36, 60), np.uint8), (640, 480), 1, 0.0)
    features = extract(face)
    assert features is None or bool(np.isfinite([*features.vector, *features.aspect_ratio]).all())
