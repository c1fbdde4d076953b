import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.gaze.fixation import Fixation, FixationFilter, FixationSettings
from eyecomm.geometry import Point
from eyecomm.samples import Floats

HERE, THERE = Point(400.0, 300.0), Point(1200.0, 700.0)
SD_PX = 40.0
RATES_HZ = pytest.mark.parametrize("rate_hz", [10.0, 15.0, 30.0, 60.0])


def _noise(count: int, rng: np.random.Generator, likeness: float = 0.0) -> Floats:
    """Noise of SD_PX on each axis; neighbours are alike by so much."""
    noise = rng.normal(0.0, SD_PX, (count, 2))
    for i in range(1, count):
        noise[i] = likeness * noise[i - 1] + math.sqrt(1 - likeness**2) * noise[i]
    return noise


@dataclass
class _Eyes:
    """Eyes that look where they are told, through a filter."""

    filter: FixationFilter
    noise_px: Floats
    rate_hz: float = 30.0
    shown: int = 0
    now_s: float = 0.0

    def look(self, at: Point, count: int = 1, offset: tuple[float, float] = (0.0, 0.0)) -> list[Fixation]:
        seen = []
        for _ in range(count):
            dx, dy = self.noise_px[self.shown].tolist()
            self.shown += 1
            self.now_s += 1 / self.rate_hz
            seen.append(self.filter.update(Point(at.x + dx + offset[0], at.y + dy + offset[1]), self.now_s))
        return seen

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


def _eyes(seed: int = 0, rate_hz: float = 30.0, likeness: float = 0.0, **settings: float) -> _Eyes:
    filter_ = FixationFilter(FixationSettings(**settings), noise_px=SD_PX)  # type: ignore[arg-type]
    return _Eyes(filter_, _noise(6000, np.random.default_rng(seed), likeness), rate_hz)


def _way(at: Point) -> float:
    """How far from HERE to THERE."""
    dx, dy = THERE.x - HERE.x, THERE.y - HERE.y
    return ((at.x - HERE.x) * dx + (at.y - HERE.y) * dy) / (dx * dx + dy * dy)


@given(
    point=st.builds(Point, st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)),
    intervals=st.lists(st.floats(0.0, 2.0), min_size=1, max_size=30),
)
def test_a_resting_point_rests(point: Point, intervals: list[float]) -> None:
    filter_, now_s = FixationFilter(), 0.0
    for interval in intervals:
        now_s += interval
        fixation = filter_.update(point, now_s)
        assert (fixation.point.x, fixation.point.y) == pytest.approx((point.x, point.y))
        assert not fixation.saccade
        assert not fixation.in_doubt


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(1e-6, 0.4)), min_size=1, max_size=40))
def test_the_output_stays_among_the_inputs_and_all_numbers_make_sense(
    samples: list[tuple[float, float, float]],
) -> None:
    filter_, now_s = FixationFilter(), 0.0
    xs: list[float] = []
    ys: list[float] = []
    known: set[int] = set()
    for x, y, interval in samples:
        now_s += interval
        xs.append(x)
        ys.append(y)
        fixation = filter_.update(Point(x, y), now_s)
        assert min(xs) - 1e-6 <= fixation.point.x <= max(xs) + 1e-6
        assert min(ys) - 1e-6 <= fixation.point.y <= max(ys) + 1e-6
        assert 0 < fixation.standard_error_px < math.inf
        assert 1 <= fixation.count <= len(xs)
        assert fixation.onset_s <= now_s
        assert fixation.index in known or fixation.index > max(known, default=-1)
        known.add(fixation.index)


@given(
    seed=st.integers(0, 10_000),
    intervals=st.lists(st.floats(1 / 60, 1 / 10), min_size=2, max_size=2),
    direction=st.floats(-math.pi, math.pi),
    deviations=st.floats(8.0, 40.0),
    before=st.integers(20, 120),
)
def test_a_clear_step_is_there_with_the_second_frame(
    seed: int, intervals: list[float], direction: float, deviations: float, before: int
) -> None:
    eyes = _eyes(seed)
    eyes.look(HERE, before)
    size_px = deviations * SD_PX
    there = Point(HERE.x + size_px * math.cos(direction), HERE.y + size_px * math.sin(direction))
    for interval in intervals:
        eyes.rate_hz = 1 / interval
        last = eyes.look(there)[0]
    assert last.saccade
    assert last.point.distance_to(there) < 4 * SD_PX


@RATES_HZ
def test_the_first_frame_of_a_step_is_doubted_and_the_second_begins_a_fixation(rate_hz: float) -> None:
    eyes = _eyes(rate_hz=rate_hz)
    before = eyes.look(HERE, 60)[-1]
    first, second, third = eyes.look(THERE, 3)
    assert (first.in_doubt, first.point, first.index) == (True, before.point, before.index)
    assert (second.in_doubt, second.saccade, second.index) == (False, True, before.index + 1)
    assert second.onset_s == pytest.approx(eyes.now_s - 2 / rate_hz)
    assert (third.saccade, third.index, third.count) == (False, second.index, 3)


def test_a_frame_taken_in_the_middle_of_a_saccade_does_not_blur_the_new_place() -> None:
    eyes = _eyes()
    eyes.look(HERE, 60)
    eyes.look(Point((HERE.x + THERE.x) / 2, (HERE.y + THERE.y) / 2))
    assert eyes.look(THERE)[0].point.distance_to(THERE) < 2.5 * SD_PX


@RATES_HZ
def test_a_single_outlier_neither_moves_the_point_nor_starts_a_fixation(rate_hz: float) -> None:
    eyes = _eyes(rate_hz=rate_hz)
    before = eyes.look(HERE, 60)[-1]
    outlier = eyes.look(THERE)[0]
    after = eyes.look(HERE, 10)
    assert outlier.in_doubt
    assert outlier.point == before.point
    assert {one.index for one in after} == {before.index}
    assert all(one.point.distance_to(before.point) < SD_PX for one in after)
    assert not any(one.saccade for one in after)


def test_outliers_on_all_sides_are_left_out() -> None:
    eyes = _eyes()
    before = eyes.look(HERE, 60)[-1]
    eyes.look(HERE, offset=(900.0, 0.0))
    last = eyes.look(HERE, offset=(-900.0, 0.0))[0]
    assert last.point == before.point
    assert eyes.look(HERE, 5)[-1].index == before.index


def test_chaos_is_followed_in_the_end() -> None:
    eyes = _eyes()
    eyes.look(HERE, 60)
    for angle in (0.0, 2.1, 4.2):
        last = eyes.look(HERE, offset=(900 * math.cos(angle), 900 * math.sin(angle)))[0]
    assert last.saccade
    assert last.point.distance_to(HERE) > 700


@pytest.mark.parametrize("degrees_px", [20.0, 60.0, 110.0])  # 0.5 to 3 degrees
@pytest.mark.parametrize("lasts", [6, 9, 12])  # 200 to 400 ms
@pytest.mark.parametrize("calm", [0.05, 0.3])
def test_a_square_wave_jerk_leads_back_to_the_same_fixation(degrees_px: float, lasts: int, calm: float) -> None:
    eyes = _eyes()
    eyes.noise_px = eyes.noise_px * calm
    before = eyes.look(HERE, 300)[-1]
    eyes.look(HERE, lasts, offset=(degrees_px, 0.0))
    after = eyes.look(HERE, 15)[-1]
    assert after.index == before.index
    assert after.point.distance_to(HERE) < max(0.5 * SD_PX * calm, 8.0)
    assert after.count > before.count


@pytest.mark.parametrize("seed", range(5))
def test_after_a_jerk_no_larger_than_the_noise_the_point_is_back_soon(seed: int) -> None:
    eyes = _eyes(seed)
    eyes.look(HERE, 300)
    jerk = eyes.look(HERE, 9, offset=(60.0, 0.0))
    after = eyes.look(HERE, 45)
    assert max(one.point.x for one in jerk) < HERE.x + 60 + 1.5 * SD_PX
    assert after[-1].point.distance_to(HERE) < SD_PX


@RATES_HZ
@pytest.mark.parametrize("lasts_s", [0.15, 0.3])
def test_a_slow_saccade_is_one_saccade_and_is_followed(rate_hz: float, lasts_s: float) -> None:
    eyes = _eyes(rate_hz=rate_hz)
    before = eyes.look(HERE, 90)[-1]
    frames = round(lasts_s * rate_hz)
    for i in range(frames):
        way = (i + 1) / (frames + 1)
        eyes.look(Point(HERE.x + way * (THERE.x - HERE.x), HERE.y + way * (THERE.y - HERE.y)))
    landed = eyes.look(THERE, 2)[-1]
    settled = eyes.look(THERE, 20)[-1]
    assert _way(landed.point) > 0.85
    assert settled.index == before.index + 1
    assert settled.point.distance_to(THERE) < SD_PX


@pytest.mark.parametrize("likeness", [0.0, 0.4, 0.7, 0.85])
def test_noise_alone_is_hardly_ever_a_saccade_and_its_mean_is_not_falsely_sure(likeness: float) -> None:
    errors, saccades = [], 0
    for seed in range(5):
        seen = _eyes(seed, likeness=likeness).look(HERE, 1800)
        saccades += sum(one.saccade for one in seen[150:])
        errors += [(one.point.x - HERE.x) / math.sqrt(one.error.xx) for one in seen[150::60]]
    assert saccades / 5 < 6  # in 55 seconds
    assert 0.5 < np.sqrt(np.mean(np.square(errors))) < 1.8


def test_the_mean_gets_steadier_with_every_sample_up_to_a_limit() -> None:
    seen = _eyes().look(HERE, 200)
    errors = [one.standard_error_px for one in seen]
    assert errors[0] == pytest.approx(SD_PX)
    assert errors[40] < SD_PX / 4
    assert errors[199] > SD_PX / 12
    assert [one.count for one in seen[:9]] == list(range(1, 10))


def test_what_is_a_saccade_for_a_calm_person_is_noise_for_a_trembling_one() -> None:
    step = (120.0, 0.0)
    calm, trembling = _eyes(seed=4), _eyes(seed=4)
    calm.noise_px, trembling.noise_px = calm.noise_px / 4, trembling.noise_px * 2
    for eyes in (calm, trembling):
        eyes.look(HERE, 300)
    assert any(one.saccade for one in calm.look(HERE, 3, step))
    assert not any(one.saccade for one in trembling.look(HERE, 3, step))


def test_a_slow_drift_of_the_head_is_followed_within_one_fixation() -> None:
    eyes = _eyes()
    eyes.look(HERE, 60)
    for i in range(300):
        last = eyes.look(HERE, offset=(i * 0.5, 0.0))[0]  # 15 px a second
    assert abs(last.point.x - HERE.x - 150) < 30


def test_lids_shut_for_an_instant_do_not_end_a_fixation() -> None:
    eyes = _eyes()
    before = eyes.look(HERE, 60)[-1]
    eyes.wait(0.3)
    after = eyes.look(HERE, 5)[-1]
    assert (after.index, after.onset_s) == (before.index, before.onset_s)
    assert after.point.distance_to(before.point) < SD_PX / 2


def test_after_lids_shut_for_seconds_the_past_is_forgotten_but_not_the_noise() -> None:
    eyes = _eyes()
    before = eyes.look(HERE, 120)[-1]
    eyes.wait(7.0)
    first = eyes.look(THERE)[0]
    assert first.point.distance_to(THERE) < 4 * SD_PX
    assert (first.index, first.count) == (before.index + 1, 1)
    last = eyes.look(THERE, 60)[-1]
    assert last.index == first.index
    assert 0.5 * SD_PX < first.standard_error_px < 1.6 * SD_PX


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_dropouts_break_no_fixation(share: float) -> None:
    rng, eyes = np.random.default_rng(5), _eyes()
    lost = rng.random(900) < share
    seen = []
    for i in range(900):
        if lost[i]:
            eyes.wait(1 / 30)
        else:
            seen += eyes.look(HERE)
    assert len({one.index for one in seen}) <= 3
    assert seen[-1].point.distance_to(HERE) < SD_PX


def test_after_a_reset_the_next_point_passes_unchanged() -> None:
    filter_ = FixationFilter()
    filter_.update(HERE, 0.0)
    filter_.reset()
    fixation = filter_.update(THERE, 0.01)
    assert (fixation.point, fixation.index) == (THERE, 1)


def test_another_calibration_brings_its_own_noise() -> None:
    eyes = _eyes()
    eyes.look(HERE, 200)
    eyes.filter.relearn(10.0)
    first = eyes.look(THERE)[0]
    assert first.standard_error_px == pytest.approx(10.0)
    assert first.count == 1


@pytest.mark.parametrize("timestamp_s", [1.0, 0.5])
def test_a_time_that_does_not_go_on_changes_nothing(timestamp_s: float) -> None:
    filter_ = FixationFilter()
    before = filter_.update(HERE, 1.0)
    assert filter_.update(THERE, timestamp_s) == before


def test_a_lower_cut_off_is_steadier() -> None:
    spread = [
        np.std([one.point.x for one in _eyes(min_cutoff_hz=cutoff).look(HERE, 900)[100:]]) for cutoff in (0.1, 1.0)
    ]
    assert spread[0] < 0.6 * spread[1]
