import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyecomm.gaze.openness import BaselineSettings, PersonalBaseline
from eyecomm.samples import Openness

OPEN, SHUT = 0.33, 0.06


class _Person:
    """Feeds a baseline at a steady rate."""

    def __init__(self, rate_hz: float = 30.0) -> None:
        self.baseline = PersonalBaseline()
        self.now_s, self._step_s = 0.0, 1 / rate_hz

    def show(self, left: float, right: float | None = None, *, seconds: float = 0.0) -> Openness:
        for _ in range(max(1, round(seconds / self._step_s))):
            self.now_s += self._step_s
            openness = self.baseline.update((left, left if right is None else right), self.now_s)
        return openness


@pytest.mark.parametrize("usual", [0.2, 0.29, 0.41])
def test_every_persons_open_eyes_are_one(usual: float) -> None:
    assert _Person().show(usual, seconds=3).left == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("usual", [0.22, 0.29, 0.41])
def test_shut_eyes_are_far_below_half(usual: float) -> None:
    person = _Person()
    person.show(usual, seconds=10)
    assert person.show(0.2 * usual).left == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_blinks_do_not_shift_the_baseline(rate_hz: float) -> None:
    person = _Person(rate_hz)
    person.show(OPEN, seconds=5)
    for _ in range(20):
        person.show(0.24, seconds=0.05)
        person.show(SHUT, seconds=0.15)
        person.show(0.24, seconds=0.1)
        person.show(OPEN, seconds=2.7)
    person.show(SHUT, seconds=0.2)
    assert person.show(OPEN).left == pytest.approx(1.0, abs=0.03)


def test_eyes_held_shut_for_fifteen_seconds_stay_shut() -> None:
    person = _Person()
    person.show(OPEN, seconds=10)
    assert person.show(SHUT, seconds=15).left < 0.25
    assert person.show(OPEN).left == pytest.approx(1.0, abs=0.02)


def test_after_an_hour_of_sleep_shut_eyes_are_still_shut_and_open_eyes_soon_usual() -> None:
    person = _Person(rate_hz=10.0)
    person.show(OPEN, seconds=10)
    assert person.show(SHUT, seconds=3600).left < 0.5
    assert person.show(OPEN).left > 1.0
    assert person.show(OPEN, seconds=12).left == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("narrower", [0.8, 0.65])
def test_a_slow_change_is_followed(narrower: float) -> None:
    person = _Person()
    person.show(OPEN, seconds=10)
    assert person.show(narrower * OPEN).left == pytest.approx(narrower, abs=0.02)
    assert person.show(narrower * OPEN, seconds=40).left == pytest.approx(1.0, abs=0.05)


def test_a_new_pose_that_looks_shut_is_followed_in_the_end() -> None:
    person = _Person()
    person.show(0.40, seconds=10)
    assert person.show(0.20, seconds=15).left == pytest.approx(0.5, abs=0.02)
    assert person.show(0.20, seconds=90).left == pytest.approx(1.0, abs=0.05)


def test_a_wink_is_seen_in_one_eye_only() -> None:
    person = _Person()
    person.show(OPEN, seconds=10)
    wink = person.show(0.8 * OPEN, SHUT, seconds=0.4)
    assert wink.left == pytest.approx(0.8, abs=0.03)
    assert wink.right < 0.25


def test_a_start_in_the_middle_of_a_blink_is_mended_quickly() -> None:
    person = _Person()
    person.show(SHUT, seconds=0.1)
    assert person.show(OPEN, seconds=2).left == pytest.approx(1.0, abs=0.1)


def test_a_stall_teaches_no_more_than_one_short_interval() -> None:
    settings_ = BaselineSettings()
    stalled, steady = PersonalBaseline(settings_), PersonalBaseline(settings_)
    for i in range(100):
        for one in (stalled, steady):
            one.update((OPEN, OPEN), i / 30)
    after_stall = stalled.update((0.25, 0.25), 1000.0)
    after_gap = steady.update((0.25, 0.25), 99 / 30 + settings_.max_gap_s)
    assert after_stall == after_gap


def test_time_that_runs_backwards_teaches_nothing() -> None:
    person = _Person()
    person.show(OPEN, seconds=5)
    back = person.baseline.update((0.25, 0.25), 1.0)
    assert back.left == pytest.approx(0.25 / OPEN, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(
    ratios=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), min_size=1, max_size=60),
    steps=st.lists(st.floats(-1, 1000), min_size=60, max_size=60),
)
def test_openness_is_always_finite_and_never_negative(ratios: list[tuple[float, float]], steps: list[float]) -> None:
    baseline, now_s = PersonalBaseline(), 0.0
    for ratio, step in zip(ratios, steps, strict=False):
        now_s += step
        openness = baseline.update(ratio, now_s)
        assert np.isfinite([openness.left, openness.right]).all()
        assert min(openness.left, openness.right) >= 0


class _Reader(_Person):
    def gaze(
        self, down: float, gain: float, *, seconds: float = 0.0, noise: float = 0.0, open_: float = 1.0
    ) -> Openness:
        ratio = OPEN * (1 - gain * down) * open_
        for _ in range(max(1, round(seconds * 30))):
            self.now_s += 1 / 30
            openness = self.baseline.update((ratio, ratio), self.now_s, (down + noise, down + noise))
        return openness

    def read(self, gain: float, lines: int = 60) -> None:
        rng = np.random.default_rng(4)
        for _ in range(lines):
            self.gaze(rng.uniform(-0.03, 0.03), gain, seconds=1.0, noise=rng.normal(0.0, 0.003))
            if rng.random() < 0.3:  # a blink, which drags the iris along
                self.gaze(0.05, gain, seconds=0.15, open_=0.2)


@pytest.mark.parametrize("gain", [4.0, 8.0])
def test_looking_down_is_no_closing_once_the_lids_are_known(gain: float) -> None:
    new, known = _Reader(), _Reader()
    new.gaze(0.0, gain, seconds=60)
    known.read(gain)
    known.gaze(0.0, gain, seconds=1)
    assert 1 - known.gaze(0.028, gain).left < 0.6 * (1 - new.gaze(0.028, gain).left)


def test_a_blink_that_drags_the_iris_along_is_still_shut() -> None:
    person = _Reader()
    person.read(8.0)
    assert person.gaze(0.06, 8.0, open_=0.2).left < 0.35


def test_what_is_learned_of_up_and_down_is_never_used_beyond_it() -> None:
    person = _Reader()
    person.read(8.0)
    at_the_edge, far_beyond = (person.baseline.update((OPEN, OPEN), person.now_s, (d, d)).left for d in (0.3, 3.0))
    assert at_the_edge == pytest.approx(far_beyond)
    assert far_beyond < 1 / BaselineSettings().least_share + 0.1


def test_lids_that_do_not_follow_the_eye_change_nothing() -> None:
    person = _Reader()
    person.read(0.0)
    assert person.gaze(0.03, 0.0).left == pytest.approx(1.0, abs=0.04)


def test_one_drooping_lid_is_usual_for_its_own_eye_and_the_other_eye_counts() -> None:
    person = _Person()
    openness = person.show(OPEN, 0.16, seconds=20)
    assert (openness.left, openness.right) == pytest.approx((1.0, 1.0), abs=0.03)
    blink = person.show(SHUT, 0.05)
    assert max(blink.left, blink.right) < 0.45


def test_two_drooping_lids_are_open_though_hardly() -> None:
    person = _Person()
    assert person.show(0.12, seconds=30).left > 0.6
    assert person.show(0.03).left < 0.3
