import numpy as np
import pytest

from eyecomm.gaze.lids import LidGate, LidSettings
from eyecomm.samples import Openness


def _trusted(widths: list[float], rate_hz: float = 30.0, gate: LidGate | None = None) -> list[bool]:
    gate = gate or LidGate()
    return [gate.update(Openness(width, width), i / rate_hz) for i, width in enumerate(widths)]


def test_open_eyes_count() -> None:
    assert all(_trusted([1.0, 0.97, 1.02, 0.95, 1.0]))


def test_a_blink_is_left_out_from_its_first_clear_frame_until_the_lids_have_settled() -> None:
    # As measured on a rendered face at 30 Hz.
    blink = [0.98, 0.95, 0.85, 0.59, 0.38, 0.29, 0.25, 0.23, 0.37, 0.56, 0.73, 0.85, 0.93, 0.97, 0.98]
    trusted = _trusted(blink)
    assert all(trusted[:2])
    assert not any(trusted[2:11])
    assert all(trusted[12:])


def test_looking_down_is_no_blink() -> None:
    assert all(_trusted([0.98, 0.95, 0.93, 0.93, 0.93]))


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_a_squint_takes_the_gaze_away_for_a_moment_only(rate_hz: float) -> None:
    trusted = _trusted([1.0] * 10 + [0.7] * 60, rate_hz)
    lost_s = trusted.count(False) / rate_hz
    assert not trusted[10]
    assert 0 < lost_s <= LidSettings().closing_s + 1 / rate_hz


def test_shut_eyes_never_count() -> None:
    assert not any(_trusted([0.3] * 100))


def test_one_open_eye_is_enough() -> None:
    gate = LidGate()
    assert all(gate.update(Openness(0.05, 1.0), i / 30) for i in range(30))


def test_after_a_long_silence_the_past_does_not_count() -> None:
    gate = LidGate()
    gate.update(Openness(1.0, 1.0), 0.0)
    assert gate.update(Openness(0.8, 0.8), 5.0)


def test_slow_lids_that_still_rise_do_not_count_and_lids_that_stay_low_count_in_the_end() -> None:
    slow = [1.0] * 5 + [0.2] * 10 + [0.5 + 0.02 * i for i in range(20)]
    trusted = _trusted(slow)
    assert not any(trusted[5:27])
    assert all(trusted[32:])
    low = _trusted([1.0] * 5 + [0.2] * 10 + [0.65] * 30)
    assert not any(low[5:26])
    assert all(low[28:])


def test_lids_shut_for_long_never_count_and_reopen_like_a_blink() -> None:
    trusted = _trusted([1.0] * 5 + [0.1] * 300 + [0.4, 0.7, 0.9] + [1.0] * 10)
    assert not any(trusted[5:308])
    assert all(trusted[310:])


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_trembling_openness_is_no_blink_but_a_blink_in_it_is(rate_hz: float) -> None:
    trembling = 1 + np.random.default_rng(8).normal(0.0, 0.06, 1200)
    gate = LidGate()
    trusted = _trusted(trembling.tolist(), rate_hz, gate)
    assert trusted[60:].count(False) < 12
    assert not gate.update(Openness(0.6, 0.6), 1200 / rate_hz)
