import json

import cv2
import numpy as np
import pytest

from eyecomm.simulate.portrait import Portrait, PortraitError, apply, chain, invert

EYE = {"upper_lid_px": [[0, 5], [9, 5]], "lower_lid_px": [[0, 6], [9, 6]], "iris_px": [[5, 5], [6, 5]]}
RIGHT = {**EYE, "iris_px": [[2, 5]]}
EYES = {"pupil_distance_mm": 60.0, "eyes": {"left": EYE, "right": RIGHT}}


def png(shape: tuple[int, ...]) -> bytes:
    return bytes(cv2.imencode(".png", np.full(shape, 100, np.uint8))[1])


def test_the_shipped_portrait_is_a_person_without_background(portrait: Portrait) -> None:
    assert portrait.rgb.shape == (512, 512, 3)
    assert portrait.opacity[100, 225] == 255
    assert portrait.opacity[50, 400] == 0
    assert portrait.rgb[portrait.opacity == 0].max() == 0
    assert portrait.rgb[110, 225, 0] > portrait.rgb[110, 225, 2]  # skin is red, not blue


def test_the_left_eye_is_on_the_right_of_the_picture(portrait: Portrait) -> None:
    assert portrait.left.iris_px[0] > portrait.right.iris_px[0] + 30


def test_head_millimetres_meet_the_irises(portrait: Portrait) -> None:
    irises = apply(portrait.from_head(), np.array([[30.0, 0.0], [-30.0, 0.0]]))
    np.testing.assert_allclose(irises, [portrait.left.iris_px, portrait.right.iris_px])


def test_maps_chain_and_go_back(portrait: Portrait) -> None:
    points = np.array([[3.0, -4.0], [50.0, 7.0]])
    there = portrait.from_head()
    np.testing.assert_allclose(apply(chain(there, invert(there)), points), points, atol=1e-9)


def test_a_picture_without_opacity_is_all_person() -> None:
    portrait = Portrait.decode(png((8, 8, 3)), json.dumps(EYES))
    assert portrait.opacity.min() == 255


@pytest.mark.parametrize("data", [b"", b"not a picture", png((8, 8)), png((8, 8, 3))[:40]])
def test_a_damaged_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PortraitError, match="colour picture"):
        Portrait.decode(data, json.dumps(EYES))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**EYES, "eyes": {"left": EYE}}),
        json.dumps({**EYES, "eyes": {"left": EYE, "right": {**EYE, "upper_lid_px": [1, 2]}}}),
        json.dumps({**EYES, "eyes": {"left": EYE, "right": {**EYE, "iris_px": [[None, 1]]}}}),
        json.dumps({**EYES, "pupil_distance_mm": "wide"}),
        json.dumps({**EYES, "pupil_distance_mm": 0}),
        json.dumps({**EYES, "eyes": {"left": RIGHT, "right": EYE}}),
    ],
)
def test_damaged_eyes_are_refused(text: str) -> None:
    with pytest.raises(PortraitError, match="eyes of the portrait"):
        Portrait.decode(png((8, 8, 3)), text)
