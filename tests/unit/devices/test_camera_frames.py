"""Whatever a camera hands over becomes RGB."""

from typing import Any

import cv2
import numpy as np
import pytest

from eyecomm.devices.camera_errors import UnusableFrameError
from eyecomm.devices.camera_frames import decode, to_rgb


@pytest.fixture
def blue() -> Any:
    """A blue picture as OpenCV reads it."""
    return np.full((480, 640, 3), (250, 20, 10), np.uint8)


def test_colours_are_turned_round(blue: Any) -> None:
    rgb = to_rgb(blue)
    assert rgb is not None
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    assert rgb[0, 0].tolist() == [10, 20, 250]


def test_a_mirrored_view_becomes_contiguous(blue: Any) -> None:
    blue[:, :320] = 0
    rgb = to_rgb(blue[:, ::-1])
    assert rgb is not None
    assert rgb.flags.c_contiguous
    assert rgb[0, 0].tolist() == [10, 20, 250]
    assert rgb[0, -1].tolist() == [0, 0, 0]


def test_the_picture_is_not_the_cameras_buffer(blue: Any) -> None:
    rgb = to_rgb(blue)
    assert rgb is not None
    assert not np.shares_memory(rgb, blue)


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 1)])
def test_grey_becomes_colour(shape: tuple[int, ...]) -> None:
    rgb = to_rgb(np.full(shape, 77, np.uint8))
    assert rgb is not None
    assert rgb.shape == (480, 640, 3)
    assert np.all(rgb == 77)


def test_an_alpha_channel_is_dropped() -> None:
    rgb = to_rgb(np.full((480, 640, 4), (1, 2, 3, 99), np.uint8))
    assert rgb is not None
    assert rgb[0, 0].tolist() == [3, 2, 1]


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 3), (480, 640, 4)])
def test_16_bits_become_8(shape: tuple[int, ...]) -> None:
    rgb = to_rgb(np.full(shape, 0x80FF, np.uint16))
    assert rgb is not None
    assert rgb.dtype == np.uint8
    assert np.all(rgb == 0x80)


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(2160, 3840, (720, 1280)), (1920, 1080, (1280, 720)), (720, 1280, (720, 1280)), (1080, 1440, (960, 1280))],
)
def test_large_pictures_are_shrunk_in_proportion(height: int, width: int, expected: tuple[int, int]) -> None:
    rgb = to_rgb(np.full((height, width, 3), 9, np.uint8))
    assert rgb is not None
    assert rgb.shape[:2] == expected
    assert np.all(rgb == 9)


@pytest.mark.parametrize("raw", [None, np.zeros((0, 0, 3), np.uint8), np.zeros((480, 0), np.uint8)])
def test_no_picture_is_none(raw: Any) -> None:
    assert to_rgb(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((119, 640), np.uint8),
        np.zeros((4000, 130, 3), np.uint8)[:, :60],
        np.zeros((480, 640, 2), np.uint8),
        np.zeros((2, 480, 640, 3), np.uint8),
        np.zeros(640, np.uint8),
        np.zeros((480, 640, 3), np.float32),
    ],
    ids=["tiny", "low", "narrow", "two channels", "a stack", "a row", "floats"],
)
def test_what_cannot_be_used_is_refused(raw: Any) -> None:
    with pytest.raises(UnusableFrameError):
        to_rgb(raw)


def test_damaged_files_decode_to_nothing(blue: Any) -> None:
    good = cv2.imencode(".png", blue)[1].tobytes()
    assert np.array_equal(np.asarray(decode(good)), blue)
    assert decode(b"") is None
    assert decode(b"not a picture") is None
    assert decode(b"P5 100000 100000 255\n") is None  # OpenCV raises: too many pixels
