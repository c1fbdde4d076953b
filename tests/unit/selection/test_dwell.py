"""The fixed dwell, told in looks: (seconds, target or None for lost gaze)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Point
from eyecomm.samples import GazeSample
from eyecomm.selection.dwell import DwellSelector, DwellSettings
from eyecomm.selection.targets import SelectionError, Targets

COUNT = 4  # targets of 100 x 100 px in a row
ELSEWHERE = -1
RECTS = np.array([[100.0 * i, 0.0, 100.0 * i + 100, 100.0] for i in range(COUNT)])
USUAL = np.full(COUNT, np.nan)
Look = tuple[float, int | None]


def make(settings: DwellSettings | None = None) -> DwellSelector:
    selector = DwellSelector(settings)
    selector.set_targets(RECTS, USUAL)
    return selector


def gaze(target: int | None) -> Point | None:
    if target is None:
        return None
    return Point(50.0, 500.0) if target == ELSEWHERE else Point(100.0 * target + 50, 50.0)


def run(selector: DwellSelector, looks: list[Look], rate_hz: float = 30.0) -> list[tuple[float, int]]:
    """Give the time and target of every selection."""
    chosen, frame = [], 0
    end_s = 0.0
    for seconds, target in looks:
        end_s += seconds
        while frame / rate_hz < end_s - 1e-9:
            dwell = selector.update(GazeSample(frame / rate_hz, gaze(target)))
            if dwell.selected is not None:
                chosen.append((frame / rate_hz, dwell.selected))
            frame += 1
    return chosen


@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 30.0, 60.0, 120.0])
def test_a_look_chooses_after_lock_on_and_dwell_within_one_frame(rate_hz: float) -> None:
    ((time_s, target),) = run(make(), [(2.0, 2)], rate_hz)
    assert target == 2
    assert 1.5 - 1e-9 <= time_s <= 1.5 + 1 / rate_hz


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 25.0, 30.0, 60.0, 120.0])
def test_an_uneven_camera_does_not_change_how_long_a_look_takes(rate_hz: float, seed: int) -> None:
    intervals_s = np.random.default_rng(seed).uniform(0.7, 1.3, 400) / rate_hz
    selector = make()
    for time_s in np.cumsum(intervals_s):
        if selector.update(GazeSample(time_s, gaze(1))).selected is not None:
            break
    assert 1.5 - 1e-9 <= time_s - intervals_s[0] <= 1.5 + 1.3 / rate_hz


def test_a_look_that_is_too_short_chooses_nothing() -> None:
    assert run(make(), [(1.4, 0), (2.0, ELSEWHERE)]) == []


def test_progress_is_kept_for_a_while_after_looking_away() -> None:
    ((time_s, target),) = run(make(), [(1.0, 1), (0.5, ELSEWHERE), (0.7, 1)])
    assert target == 1
    assert time_s == pytest.approx(2.0, abs=0.08)


def test_progress_expires_when_the_gaze_stays_away() -> None:
    assert run(make(), [(1.0, 1), (0.9, ELSEWHERE), (1.0, 1)]) == []


def test_a_glance_shorter_than_the_lock_on_leaves_no_progress() -> None:
    assert run(make(), [(0.2, 1), (0.1, ELSEWHERE)] * 10) == []


def test_progress_goes_on_without_a_new_lock_on() -> None:
    # 0.5 + 0.5 + 0.6 s of looking in three parts: 1.5 s are enough, with one frame lost at each return.
    chosen = run(make(), [(0.5, 1), (0.2, 3), (0.5, 1), (0.2, 3), (0.7, 1)])
    assert [target for _, target in chosen] == [1]


def test_dropouts_and_blinks_freeze_progress_and_count_for_nothing() -> None:
    ((time_s, _),) = run(make(), [(1.0, 0), (0.4, None), (1.0, 0)])
    assert time_s == pytest.approx(1.9, abs=0.08)


def test_only_time_with_gaze_at_both_ends_counts() -> None:
    assert run(make(), [(0.1, 0), (0.1, None)] * 20) == []  # 1.33 s with gaze at both ends, 2 s with it at the end
    assert len(run(make(), [(0.2, 0), (0.1, None)] * 10)) == 1


def test_a_long_loss_of_gaze_forgets_progress() -> None:
    assert run(make(), [(1.4, 0), (2.5, None), (1.4, 0)]) == []


def test_a_lost_frame_is_never_the_one_that_chooses() -> None:
    selector = make()
    run(selector, [(1.48, 0)])
    assert selector.update(GazeSample(9.0, None)).selected is None


def test_a_stalled_camera_chooses_nothing() -> None:
    selector = make()
    selector.update(GazeSample(0.0, gaze(0)))
    selector.update(GazeSample(0.03, gaze(0)))
    assert selector.update(GazeSample(60.0, gaze(0))).selected is None
    assert selector.update(GazeSample(60.03, gaze(0))).progress == 0.0


def test_what_was_looked_at_before_a_stall_is_forgotten() -> None:
    selector = make()
    run(selector, [(1.49, 0)])
    assert selector.update(GazeSample(60.0, gaze(0))).selected is None


def test_a_camera_that_stutters_lets_every_stall_count_for_little() -> None:
    selector = make()
    shown = [selector.update(GazeSample(1.0 * frame, gaze(0))) for frame in range(10)]
    assert all(dwell.selected is None for dwell in shown)
    assert shown[-1].progress == pytest.approx((9 * 0.15 - 0.25) / 1.25)


def test_samples_that_swap_places_do_not_make_time_pass_faster() -> None:
    selector = make()
    for frame in range(400):
        assert selector.update(GazeSample(0.1 * (frame % 2), gaze(0))).selected is None


def test_a_clock_that_was_set_back_does_not_strand_anyone() -> None:
    selector = make()
    run(selector, [(1.4, 0)])
    for frame in range(45):
        assert selector.update(GazeSample(-5000.0 + frame / 30, gaze(0))).selected is None
    assert selector.update(GazeSample(-5000.0 + 45 / 30, gaze(0))).selected == 0


def test_a_stamp_that_is_no_number_is_passed_over() -> None:
    selector = make()
    selector.update(GazeSample(float("nan"), gaze(0)))
    assert [target for _, target in run(selector, [(1.6, 0)])] == [0]


def test_time_running_backwards_does_no_harm() -> None:
    selector = make()
    for time_s in (5.0, 5.03, 1.0, 1.03, 1.0):
        assert selector.update(GazeSample(time_s, gaze(0))).selected is None


def test_a_repeat_without_looking_away_takes_its_own_time() -> None:
    (first, _), (second, _) = run(make(), [(4.5, 0)])
    assert second - first == pytest.approx(2.25, abs=0.05)


def test_looking_away_and_back_is_a_fresh_look() -> None:
    (first, _), (second, _) = run(make(), [(1.55, 0), (0.3, ELSEWHERE), (1.7, 0)])
    assert second - first < 2.0


def test_a_glance_away_during_a_repeat_does_not_choose_on_return() -> None:
    assert len(run(make(), [(1.54, 0), (2.0, 0), (0.3, ELSEWHERE), (1.3, 0)])) == 1


def test_noise_beside_a_target_does_not_end_a_repeat() -> None:
    (first, _), (second, _) = run(make(), [(1.6, 0), (0.1, ELSEWHERE), (3.0, 0)])
    assert second - first >= 2.25


def test_shut_eyes_do_not_end_a_repeat() -> None:
    (first, _), (second, _) = run(make(), [(1.6, 0), (3.0, None), (3.0, 0)])
    assert second - first >= 3.0 + 2.25


def test_a_repeat_is_never_shorter_than_the_own_dwell_time() -> None:
    selector = DwellSelector()
    selector.set_targets(RECTS, np.full(COUNT, 3.0))
    (first, _), (second, _) = run(selector, [(7.0, 0)])
    assert second - first == pytest.approx(3.25, abs=0.05)


def test_a_target_chosen_by_hand_is_spent_and_lingering_there_is_a_repeat() -> None:
    selector = make()
    run(selector, [(1.4, 0)])
    selector.spend(0)
    later = [selector.update(GazeSample(1.4 + frame / 30, gaze(0))) for frame in range(60)]
    assert all(dwell.selected is None for dwell in later)


def test_a_choice_spends_the_progress_of_all_targets() -> None:
    chosen = run(
        make(), [(1.2, 1), (0.1, ELSEWHERE), (0.5, 3), (0.1, ELSEWHERE), (0.4, 1), (0.02, ELSEWHERE), (1.1, 3)]
    )
    assert [target for _, target in chosen] == [1]


def test_frozen_progress_is_shown_while_the_gaze_is_lost() -> None:
    selector = make()
    run(selector, [(1.0, 0)])
    before = selector.update(GazeSample(1.0, gaze(0)))
    lost = selector.update(GazeSample(1.5, None))
    assert (lost.target, lost.progress) == (0, before.progress)
    assert selector.update(GazeSample(4.0, None)).target is None


def test_a_disabled_target_shows_no_progress() -> None:
    selector = DwellSelector()
    selector.set_targets(RECTS, np.full(COUNT, np.inf))
    assert all(selector.update(GazeSample(frame / 30, gaze(0))).progress == 0 for frame in range(300))


def test_each_target_can_have_its_own_dwell_time() -> None:
    selector = DwellSelector()
    selector.set_targets(RECTS, np.array([0.5, np.nan, 3.0, np.inf]))
    assert [time_s for time_s, _ in run(selector, [(1.0, 0)])] == [pytest.approx(0.75, abs=0.04)]
    selector.set_targets(RECTS, np.array([0.5, np.nan, 3.0, np.inf]))
    assert run(selector, [(3.0, 2), (1.0, ELSEWHERE), (60.0, 3)]) == []


def test_progress_is_honest() -> None:
    selector = make()
    shown = [selector.update(GazeSample(frame / 30, gaze(0))) for frame in range(46)]
    assert all(dwell.progress == 0 for dwell in shown[:8])
    assert all(dwell.progress < 1 for dwell in shown[:-1])
    assert shown[-1].selected == 0
    assert shown[-1].progress == 1.0
    steps = np.diff([dwell.progress for dwell in shown])
    assert steps.min() >= 0
    assert steps.max() < 0.04
    assert selector.update(GazeSample(46 / 30, gaze(0))).progress == 0


def test_new_targets_start_from_nothing() -> None:
    selector = make()
    run(selector, [(1.45, 0)])
    selector.set_targets(RECTS, USUAL)
    assert run(selector, [(1.4, 0)]) == []


def test_without_targets_nothing_is_looked_at() -> None:
    dwell = DwellSelector().update(GazeSample(0.0, Point(1, 1)))
    assert (dwell.target, dwell.progress, dwell.selected) == (None, 0.0, None)


def test_a_point_that_is_no_number_counts_as_lost() -> None:
    selector = make()
    assert selector.update(GazeSample(0.0, Point(float("nan"), 0.0))).target is None


@pytest.mark.parametrize("wrong", [{"dwell_s": 0.1}, {"dwell_s": 9.0}, {"lock_on_s": -1.0}, {"max_gap_s": np.inf}])
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SelectionError):
        DwellSettings(**wrong)


def test_impossible_targets_are_refused() -> None:
    with pytest.raises(SelectionError, match="4 targets"):
        Targets(RECTS, USUAL[:2])
    with pytest.raises(SelectionError, match="finite"):
        Targets(RECTS * np.nan, USUAL)
    with pytest.raises(SelectionError, match="above zero"):
        Targets(RECTS, np.zeros(COUNT))


TARGET = st.one_of(st.none(), st.integers(ELSEWHERE, COUNT - 1))
STEP_S = st.one_of(st.sampled_from([1 / 30, 0.1, 0.0, -0.1]), st.floats(-3.0, 3.0))


def spread(looks: list[tuple[int | None, int, float]]) -> list[tuple[float, int | None]]:
    """Make of looks (target, samples, seconds between them) a list of samples."""
    return [(step_s, target) for target, count, step_s in looks for _ in range(count)]


SAMPLES = st.lists(st.tuples(TARGET, st.integers(1, 30), STEP_S), min_size=1, max_size=12).map(spread)


@given(SAMPLES)
def test_nothing_is_chosen_without_enough_looking(steps: list[tuple[float, int | None]]) -> None:
    # Counted here in the plainest way: time that has really passed, between two samples on the same target, on a clock
    # that may be set back.
    selector = make()
    settings = selector.settings
    time_s, newest_s, before, looked_s = 0.0, -np.inf, None, np.zeros(COUNT)
    for step_s, target in steps:
        time_s += step_s
        passed_s = max(0.0, time_s - newest_s)
        newest_s = time_s if time_s < newest_s - settings.forget_after_s else max(time_s, newest_s)
        if target is not None and target == before and target != ELSEWHERE:
            looked_s[target] += min(passed_s, settings.max_gap_s)
        before = target
        dwell = selector.update(GazeSample(time_s, gaze(target)))
        assert 0.0 <= dwell.progress <= 1.0
        assert (dwell.progress == 1.0) == (dwell.selected is not None)
        if dwell.selected is not None:
            assert dwell.selected == target
            assert looked_s[dwell.selected] >= settings.lock_on_s + settings.dwell_s - 1e-6
            looked_s[:] = 0.0


@given(SAMPLES)
def test_lost_frames_in_between_never_bring_a_choice_forward(steps: list[tuple[float, int | None]]) -> None:
    whole, holed = make(), make()
    time_s, early = 0.0, 0
    for step_s, target in steps:
        time_s += abs(step_s)
        early -= whole.update(GazeSample(time_s, gaze(0))).selected is not None
        early += holed.update(GazeSample(time_s, None if target is None else gaze(0))).selected is not None
        assert early <= 0


@given(SAMPLES, st.permutations(range(COUNT)))
def test_the_order_of_the_targets_does_not_matter(steps: list[tuple[float, int | None]], order: list[int]) -> None:
    plain, shuffled = make(), DwellSelector()
    shuffled.set_targets(RECTS[order], USUAL)
    time_s = 0.0
    for step_s, target in steps:
        time_s += step_s
        a = plain.update(GazeSample(time_s, gaze(target)))
        b = shuffled.update(GazeSample(time_s, gaze(target)))
        assert a.target == (None if b.target is None else order[b.target])
        assert (a.progress, a.selected is None) == (b.progress, b.selected is None)
