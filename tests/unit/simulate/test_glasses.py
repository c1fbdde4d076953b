import numpy as np
import pytest

from eyecomm.samples import Bytes
from eyecomm.simulate.glasses import Glasses
from eyecomm.simulate.pose import HeadState

PX_PER_MM = 2.0
MIDDLE_PX = (200, 120)
TO_FRAME = np.array([[PX_PER_MM, 0.0, MIDDLE_PX[0]], [0.0, PX_PER_MM, MIDDLE_PX[1]]])
PUPILS_MM = (-31.0, 31.0)


def painted(glasses: Glasses, head: HeadState | None = None, grey: int = 120) -> Bytes:
    frame = np.full((240, 400, 3), grey, np.uint8)
    glasses.paint(frame, TO_FRAME, PUPILS_MM, head or HeadState())
    return frame


def glare_px(frame: Bytes, side: int) -> tuple[float, float]:
    """The middle of what is much brighter than the skin, on one half of the picture."""
    half = frame[:, :200] if side < 0 else frame[:, 200:]
    rows, columns = np.nonzero(half.min(axis=2) > 170)
    return float(columns.mean()), float(rows.mean())


def test_the_frame_is_dark_and_around_both_eyes() -> None:
    dark = painted(Glasses(glare=0.0)).max(axis=2) < 60
    for pupil in PUPILS_MM:
        x, y = round(MIDDLE_PX[0] + PX_PER_MM * pupil), MIDDLE_PX[1]
        assert not dark[y - 10 : y + 10, x - 20 : x + 20].any()
        assert dark[:y, x].any()
        assert dark[y:, x].any()
        assert dark[y, :x].any()
        assert dark[y, x:].any()


def test_the_face_around_them_is_left_alone() -> None:
    frame = painted(Glasses())
    np.testing.assert_array_equal(frame[:40], 120)
    np.testing.assert_array_equal(frame[200:], 120)


def test_glass_throws_some_light_back() -> None:
    x = round(MIDDLE_PX[0] + PX_PER_MM * PUPILS_MM[1])
    assert painted(Glasses(glare=0.0, veil=0.1), grey=40)[MIDDLE_PX[1], x, 0] == pytest.approx(60, abs=1)


def test_the_glare_stays_with_the_glass_and_moves_a_little_with_the_head() -> None:
    still, moved, turned = (
        glare_px(painted(Glasses(), head), 1) for head in (HeadState(), HeadState(x_mm=50.0), HeadState(yaw_deg=8.0))
    )
    assert still == pytest.approx((PX_PER_MM * (31 - 5), MIDDLE_PX[1] - 4 * PX_PER_MM), abs=1.5)
    assert moved[0] == pytest.approx(still[0] - 0.12 * 50 * PX_PER_MM, abs=1.5)
    assert turned[0] == pytest.approx(still[0] - 0.7 * 8 * PX_PER_MM, abs=1.5)


def test_without_a_lamp_there_is_no_glare() -> None:
    assert painted(Glasses(glare=0.0)).max() < 135


def test_out_of_sight_nothing_is_painted() -> None:
    frame = np.full((50, 60, 3), 9, np.uint8)
    Glasses().paint(frame, np.array([[1.0, 0.0, 900.0], [0.0, 1.0, 20.0]]), PUPILS_MM, HeadState())
    np.testing.assert_array_equal(frame, 9)
