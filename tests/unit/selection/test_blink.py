"""Held blinks, told in openness: (seconds, openness of left and right, or None for a lost face)."""

from collections.abc import Sequence

import numpy as np
import pytest

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
