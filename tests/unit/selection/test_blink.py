"""Held blinks, told in openness: (seconds, openness of left and right, or None for a lost face)."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.geometry import Point
from eyecomm.samples import GazeSample, Openness
from eyecomm.selection.blink import BlinkSelector, BlinkSettings, DwellOrBlinkSelector, Eyes, HeldBlink
from eyecomm.selection.dwell import DwellSelector
from eyecomm.selection.targets import SelectionError

OPEN, SHUT = (1.0, 1.0), (0.1, 0.1)
Phase = tuple[float, tuple[float, float] | None]


def fired(phases: Sequence[Phase], settings: BlinkSettings | None = None) -> int:
    blink, count, frame, end_s = HeldBlink(settings), 0, 0, 0.0
    for seconds, eyes in phases:
        end_s += seconds
        while frame / 30 < end_s - 1e-9:
            count += blink.update(frame / 30, Openness(*eyes) if eyes else None).fired
            frame += 1
    return count


def test_a_held_blink_chooses_when_the_eyes_open() -> None:
    assert fired([(1.0, OPEN), (0.8, SHUT)]) == 0
    assert fired([(1.0, OPEN), (0.8, SHUT), (0.5, OPEN)]) == 1


@pytest.mark.parametrize("length_s", [0.1, 0.2, 0.3, 0.4])
def test_a_natural_blink_never_chooses(length_s: float) -> None:
    assert fired([(1.0, OPEN), (length_s, SHUT)] * 20 + [(1.0, OPEN)]) == 0


def test_eyes_shut_too_long_are_resting() -> None:
    assert fired([(1.0, OPEN), (5.0, SHUT), (1.0, OPEN)]) == 0


def test_slow_lids_that_open_half_way_do_not_end_the_blink() -> None:
    assert fired([(1.0, OPEN), (0.4, SHUT), (0.3, (0.5, 0.5)), (0.4, SHUT), (0.5, OPEN)]) == 1


def test_a_face_lost_while_the_eyes_are_shut_cancels() -> None:
    assert fired([(1.0, OPEN), (0.3, SHUT), (0.3, None), (0.6, SHUT), (1.0, OPEN)]) == 0


def test_a_face_lost_with_open_eyes_changes_nothing() -> None:
    assert fired([(1.0, OPEN), (0.5, None), (0.3, OPEN), (0.8, SHUT), (0.5, OPEN)]) == 1


def test_a_face_that_comes_back_with_shut_eyes_has_not_blinked() -> None:
    assert fired([(1.0, OPEN), (0.5, None), (0.8, SHUT), (0.5, OPEN)]) == 0
    assert fired([(0.8, SHUT), (0.5, OPEN)]) == 0


def test_a_frame_without_a_face_does_not_spoil_a_held_blink_but_does_not_count() -> None:
    assert fired([(1.0, OPEN), (0.4, SHUT), (0.1, None), (0.4, SHUT), (0.5, OPEN)]) == 1
    assert fired([(1.0, OPEN), (0.25, SHUT), (0.15, None), (0.25, SHUT), (0.5, OPEN)]) == 0


def test_lids_that_tremble_between_the_limits_neither_end_nor_begin_a_blink() -> None:
    half = (0.52, 0.52)
    assert fired([(1.0, OPEN), (0.8, SHUT), (0.2, half), (0.1, SHUT), (0.2, half), (0.5, OPEN)]) == 1
    assert fired([(1.0, OPEN), (1.0, half), (0.5, OPEN)]) == 0


def test_lids_that_open_slowly_after_a_natural_blink_do_not_choose() -> None:
    assert fired([(1.0, OPEN), (0.3, SHUT), (0.6, (0.5, 0.5)), (0.5, OPEN)]) == 0


def test_rest_is_not_a_blink_even_when_the_lids_were_shut_for_a_part_of_it() -> None:
    assert fired([(1.0, OPEN), (1.0, SHUT), (3.0, (0.5, 0.5)), (0.5, OPEN)]) == 0


@pytest.mark.parametrize("rate_hz", [10, 15, 30, 60, 120])
@pytest.mark.parametrize(("length_s", "count"), [(0.15, 0), (0.3, 0), (0.7, 1), (2.8, 1), (3.3, 0)])
def test_the_limits_hold_at_any_frame_rate(rate_hz: int, length_s: float, count: int) -> None:
    blink = HeldBlink()
    times_s = np.arange(0, 6, 1 / rate_hz)
    got = [
        blink.update(time_s, Openness(*(SHUT if 1.0 <= time_s < 1.0 + length_s else OPEN))).fired for time_s in times_s
    ]
    assert sum(got) == count


def test_openness_that_is_no_number_counts_as_unseen() -> None:
    broken = (float("nan"), float("nan"))
    assert fired([(1.0, OPEN), (0.8, broken), (0.5, OPEN)]) == 0
    assert fired([(1.0, OPEN), (0.3, SHUT), (0.3, broken), (0.6, SHUT), (0.5, OPEN)]) == 0


def test_time_that_runs_backwards_holds_no_blink() -> None:
    blink = HeldBlink()
    blink.update(0.0, Openness(*OPEN))
    for frame in range(400):
        blink.update(0.1 * (frame % 2), Openness(*SHUT))
    assert not blink.update(0.2, Openness(*OPEN)).fired


EYES = st.one_of(st.none(), st.floats(0.0, 1.2).map(lambda level: (level, level)))


@given(st.lists(st.tuples(EYES, st.integers(1, 40), st.sampled_from([1 / 30, 0.1, 0.15, 0.5, -0.1])), max_size=20))
def test_no_blink_without_enough_time_seen_shut(phases: list[tuple[tuple[float, float] | None, int, float]]) -> None:
    blink, settings = HeldBlink(), BlinkSettings()
    time_s, newest_s, was_shut, shut_s = 0.0, -np.inf, False, 0.0
    for eyes, count, step_s in phases:
        for _ in range(count):
            time_s += step_s
            passed_s = max(0.0, time_s - newest_s)
            newest_s = time_s if time_s < newest_s - settings.max_s else max(time_s, newest_s)
            shut = eyes is not None and eyes[0] < settings.closed_below
            shut_s += passed_s if shut and was_shut else 0.0
            was_shut = shut
            now = blink.update(time_s, Openness(*eyes) if eyes else None)
            assert now.held_s <= shut_s + 1e-9
            if now.fired:
                assert eyes is not None
                assert eyes[0] >= settings.open_above
                assert settings.min_s - 1e-9 <= now.held_s <= settings.max_s + 1e-9
            if eyes is not None and eyes[0] >= settings.open_above:
                shut_s = 0.0


def test_a_wink_is_no_blink_of_both_eyes_but_one_eye_can_be_enough() -> None:
    wink: list[Phase] = [(1.0, OPEN), (0.8, (0.1, 0.8)), (1.0, OPEN)]
    assert fired(wink) == 0
    assert fired(wink, BlinkSettings(eyes=Eyes.LEFT)) == 1
    assert fired(wink, BlinkSettings(eyes=Eyes.RIGHT)) == 0


def test_a_stalled_camera_does_not_hold_a_blink() -> None:
    blink = HeldBlink()
    blink.update(0.0, Openness(*SHUT))
    assert not blink.update(2.0, Openness(*OPEN)).fired


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(SelectionError):
        BlinkSettings(min_s=2.0, max_s=1.0)
    with pytest.raises(SelectionError):
        BlinkSettings(closed_below=0.7)


RECTS = np.array([[0.0, 0.0, 100.0, 100.0], [0.0, 100.0, 100.0, 200.0]])
FIRST, SECOND, NOWHERE = Point(50, 50), Point(50, 150), Point(500, 500)


def selections(selector: BlinkSelector | DwellOrBlinkSelector, looks: list[tuple[float, Point, bool]]) -> list[int]:
    chosen, frame, end_s = [], 0, 0.0
    for seconds, point, shut in looks:
        end_s += seconds
        while frame / 30 < end_s - 1e-9:
            eyes = Openness(*(SHUT if shut else OPEN))
            dwell = selector.update(GazeSample(frame / 30, None if shut else point, openness=eyes))
            assert 0 <= dwell.progress <= 1
            if dwell.selected is not None:
                chosen.append(dwell.selected)
            frame += 1
    return chosen


def blinker(dwell_s: float = np.nan) -> BlinkSelector:
    selector = BlinkSelector()
    selector.set_targets(RECTS, np.array([dwell_s, np.nan]))
    return selector


def test_the_gaze_says_where_and_the_blink_says_when() -> None:
    assert selections(blinker(), [(3.0, FIRST, False)]) == []
    assert selections(blinker(), [(1.0, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False)]) == [0]


def test_falling_lids_that_drag_the_gaze_down_do_not_change_the_target() -> None:
    dragged = [(1.0, FIRST, False), (0.1, SECOND, False), (0.7, FIRST, True), (0.3, SECOND, False)]
    assert selections(blinker(), dragged) == [0]


def test_a_blink_at_nothing_or_at_a_disabled_target_chooses_nothing() -> None:
    assert selections(blinker(), [(1.0, NOWHERE, False), (0.7, NOWHERE, True), (0.3, NOWHERE, False)]) == []
    assert selections(blinker(np.inf), [(1.0, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False)]) == []


def test_without_targets_a_blink_chooses_nothing() -> None:
    assert selections(BlinkSelector(), [(1.0, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False)]) == []


def test_dwell_or_blink_takes_what_comes_first() -> None:
    both = DwellOrBlinkSelector(DwellSelector(), BlinkSelector())
    both.set_targets(RECTS, np.full(2, np.nan))
    looks = [(1.0, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False), (1.8, SECOND, False)]
    assert selections(both, looks) == [0, 1]


def test_a_blink_without_a_look_before_it_chooses_nothing() -> None:
    # Where the gaze was five seconds ago is not where it is meant to be now.
    selector = blinker()
    selections(selector, [(1.0, FIRST, False)])
    chosen = []
    for frame in range(30, 230):
        eyes = Openness(*(SHUT if 180 <= frame < 205 else OPEN))
        chosen.append(selector.update(GazeSample(frame / 30, None, openness=eyes)).selected)
    assert set(chosen) == {None}


def test_the_target_looked_at_most_before_the_blink_counts() -> None:
    # A few noisy samples at the edge do not decide.
    looks = [(1.0, FIRST, False), (0.07, SECOND, False), (0.2, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False)]
    assert selections(blinker(), looks) == [0]


def test_of_two_targets_looked_at_equally_before_the_blink_the_later_one_counts() -> None:
    selector = blinker()
    points = [FIRST] * 8 + [SECOND] * 2 + [None] * 8 + [SECOND]
    eyes = [Openness(*(SHUT if point is None else OPEN)) for point in points]
    dwells = [selector.update(GazeSample(0.1 * i, points[i], openness=eyes[i])) for i in range(len(points))]
    assert dwells[-1].selected == 1


def test_lids_that_flicker_open_do_not_choose_twice() -> None:
    selector = BlinkSelector(BlinkSettings(min_s=0.1))
    selector.set_targets(RECTS, np.full(2, np.nan))
    shut, flicker = (0.17, FIRST, True), (0.04, FIRST, False)
    assert selections(selector, [(1.0, FIRST, False), shut, flicker, shut, flicker, shut, flicker]) == [0]


def test_a_natural_blink_right_before_does_not_spoil_a_held_one() -> None:
    looks = [(1.0, FIRST, False), (0.1, FIRST, True), (0.04, FIRST, False), (0.7, FIRST, True), (0.1, FIRST, False)]
    assert selections(blinker(), looks) == [0]


def test_progress_is_how_long_the_lids_have_been_shut() -> None:
    selector = blinker()
    selections(selector, [(1.0, FIRST, False)])
    shown = [selector.update(GazeSample(1 + frame / 30, None, openness=Openness(*SHUT))) for frame in range(30)]
    assert [dwell.progress for dwell in shown[:3]] == pytest.approx([0, 1 / 15, 2 / 15])
    assert [dwell.progress for dwell in shown[15:]] == pytest.approx([1.0] * 15)
    assert {dwell.selected for dwell in shown} == {None}
    rest = [selector.update(GazeSample(2 + frame / 30, None, openness=Openness(*SHUT))) for frame in range(90)]
    assert (rest[-1].target, rest[-1].progress) == (None, 0.0)


def test_with_open_eyes_the_target_looked_at_is_told_without_progress() -> None:
    dwell = blinker().update(GazeSample(0.0, FIRST, openness=Openness(*OPEN)))
    assert (dwell.target, dwell.progress) == (0, 0.0)


def test_a_board_that_changes_under_shut_eyes_is_not_chosen_from() -> None:
    selector = blinker()
    selections(selector, [(1.0, FIRST, False)])
    for frame in range(20):
        selector.update(GazeSample(1 + frame / 30, None, openness=Openness(*SHUT)))
    selector.set_targets(RECTS[::-1], np.full(2, np.nan))
    assert selector.update(GazeSample(1.7, FIRST, openness=Openness(*OPEN))).selected is None


def test_a_clock_that_was_set_back_forgets_where_the_gaze_was() -> None:
    selector = blinker()
    selector.update(GazeSample(5000.0, FIRST, openness=Openness(*OPEN)))
    assert selections(selector, [(0.05, SECOND, False), (0.7, SECOND, True), (0.3, SECOND, False)]) == []
    assert selections(blinker(), [(0.5, SECOND, False), (0.7, SECOND, True), (0.3, SECOND, False)]) == [1]


def either() -> DwellOrBlinkSelector:
    selector = DwellOrBlinkSelector(DwellSelector(), BlinkSelector())
    selector.set_targets(RECTS, np.full(2, np.nan))
    return selector


def test_what_a_blink_chose_is_not_chosen_again_by_lingering() -> None:
    assert selections(either(), [(1.2, FIRST, False), (0.7, FIRST, True), (2.0, FIRST, False)]) == [0]


def test_what_a_look_chose_is_not_chosen_again_by_a_blink_under_way() -> None:
    looks = [(1.54, FIRST, False), (0.1, FIRST, False), (0.7, FIRST, True), (0.3, FIRST, False)]
    assert selections(either(), looks) == [0]


def test_dwell_or_blink_shows_the_lids_while_they_are_shut_and_the_look_otherwise() -> None:
    selector = either()
    looking = [selector.update(GazeSample(frame / 30, FIRST, openness=Openness(*OPEN))) for frame in range(30)]
    assert looking[-1].progress == pytest.approx((29 / 30 - 0.25) / 1.25)
    shut = [selector.update(GazeSample(1 + frame / 30, None, openness=Openness(*SHUT))) for frame in range(8)]
    assert shut[-1].progress == pytest.approx(7 / 15)
