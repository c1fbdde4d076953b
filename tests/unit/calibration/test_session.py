from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyecomm.calibration.errors import NotEnoughPointsError
from eyecomm.calibration.layout import CalibrationLayout
from eyecomm.calibration.model import calibrate
from eyecomm.calibration.planner import Plan, Planner
from eyecomm.calibration.reach import ReachMap
from eyecomm.calibration.session import (
    CalibrationData,
    CalibrationSession,
    CalibrationSettings,
    CalibrationStep,
    Phase,
    trim,
)
from eyecomm.geometry import Point, Screen
from eyecomm.samples import EyeFeatures, HeadPose, Openness

Look = Callable[..., EyeFeatures]
NINE = CalibrationLayout("nine", tuple((x, y) for y in (0.9, 0.55, 0.2) for x in (0.1, 0.5, 0.9)))
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
OPEN, SHUT = Openness(1.0, 1.0), Openness(0.1, 0.1)
RATES = [15.0, 30.0, 60.0]


class _Carer:
    """Runs a session at a steady rate; the patient looks at the target shown."""

    def __init__(self, session: CalibrationSession, look: Look, rate_hz: float = 30.0) -> None:
        self.session, self._look, self.step_s = session, look, 1 / rate_hz
        self.now_s = 100.0

    def frame(self, openness: Openness | None = OPEN, *, face: bool = True) -> CalibrationStep:
        self.now_s += self.step_s
        features = self._look(self.session.step.target, self.now_s) if face else None
        return self.session.update(features, openness if face else None, self.now_s)

    def frames(self, *, face: bool = True) -> Iterator[CalibrationStep]:
        while not self.session.done:
            yield self.frame(face=face)

    def run(self) -> None:
        for _ in self.frames():
            pass

    def skip_target(self) -> None:
        index = self.session.step.index
        while not self.session.done and self.session.step.index == index:
            self.frame(face=False)


@pytest.fixture
def session(screen: Screen) -> CalibrationSession:
    return CalibrationSession(NINE, screen)


def test_every_target_is_shown_in_order_and_gives_samples(session: CalibrationSession, look: Look) -> None:
    shown = [step.index for step in _Carer(session, look).frames()]
    assert sorted(set(shown)) == list(range(9))
    assert shown == sorted(shown)
    data = session.result()
    assert set(data.target_index) == set(range(9))
    assert data.features.shape == (len(data.target_index), look(session.step.target).vector.size)
    targets = session.step.count, data.targets_px[data.target_index == 3][0].tolist()
    assert targets == (9, [192.0, 594.0])


@pytest.mark.parametrize("rate_hz", RATES)
def test_nine_points_take_about_sixteen_seconds(session: CalibrationSession, look: Look, rate_hz: float) -> None:
    carer = _Carer(session, look, rate_hz)
    carer.run()
    assert 15 < carer.now_s - 100 < 19


@pytest.mark.parametrize("rate_hz", RATES)
def test_nothing_counts_before_the_eyes_have_settled(session: CalibrationSession, look: Look, rate_hz: float) -> None:
    carer = _Carer(session, look, rate_hz)
    shown_s = dict.fromkeys(range(9), 0.0)
    collecting_s: dict[int, float] = {}
    index = -1
    for step in carer.frames():
        if step.index != index:
            index, shown_s[step.index] = step.index, carer.now_s
        if step.progress > 0 and step.index not in collecting_s:
            collecting_s[step.index] = carer.now_s
    # The first target appears with the first sample; the others replace the one before in the same update.
    assert min(collecting_s[i] - shown_s[i] for i in range(9)) >= 0.8 - 1e-9


def test_phases_follow_each_other(session: CalibrationSession, look: Look) -> None:
    phases = [step.phase for step in _Carer(session, look).frames() if step.index == 0]
    assert phases == sorted(phases, key=[Phase.SETTLE, Phase.COLLECT].index)
    assert set(phases) == {Phase.SETTLE, Phase.COLLECT}


def test_progress_only_grows_and_ends_done(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    progress = [step.progress for step in carer.frames() if step.index == 4]
    assert progress == sorted(progress)
    assert max(progress) < 1
    assert (session.step.phase, session.step.progress) == (Phase.DONE, 1.0)
    assert carer.frame() == session.step


@pytest.mark.parametrize("gone", [{"openness": SHUT}, {"face": False}, {"openness": None}])
def test_time_waits_while_the_eyes_are_shut_or_lost(
    session: CalibrationSession, look: Look, gone: dict[str, object]
) -> None:
    carer = _Carer(session, look)
    for _ in range(40):
        before = carer.frame()
    for _ in range(60):
        after = carer.frame(**gone)  # type: ignore[arg-type]  # one keyword at a time
    assert before.phase is Phase.COLLECT
    assert after == before


def test_one_open_eye_is_enough(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    while not session.done:
        carer.frame(Openness(1.0, 0.0))
    assert session.skipped == ()


def test_a_target_on_which_the_eyes_are_never_seen_is_left_out_and_named(
    session: CalibrationSession, look: Look
) -> None:
    carer = _Carer(session, look)
    while session.step.index < 3:
        carer.frame()
    carer.skip_target()
    assert session.skipped == (3,)
    carer.run()
    assert session.skipped == (3,)
    assert set(session.result().target_index) == {0, 1, 2, 4, 5, 6, 7, 8}


def test_a_stall_of_the_camera_is_not_waiting(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    carer.frame()
    carer.now_s += 3600
    assert carer.frame().index == 0


def test_a_very_slow_camera_still_gets_enough_samples(screen: Screen, look: Look) -> None:
    session = CalibrationSession(NINE, screen)
    _Carer(session, look, rate_hz=4.0).run()
    assert session.skipped == ()
    assert np.bincount(session.result().target_index).min() >= 4


def test_without_a_face_there_is_no_result(session: CalibrationSession, look: Look) -> None:
    for _ in _Carer(session, look).frames(face=False):
        pass
    assert session.skipped == tuple(range(9))
    with pytest.raises(NotEnoughPointsError, match="0 of 9"):
        session.result()


def test_three_targets_are_too_few(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    while session.step.index < 3:
        carer.frame()
    with pytest.raises(NotEnoughPointsError, match="3 of 9"):
        session.result()


def test_a_missed_target_can_be_taken_again(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    carer.skip_target()
    carer.run()
    session.retake(0)
    assert (session.done, session.step.index, session.step.phase) == (False, 0, Phase.SETTLE)
    carer.run()
    assert session.skipped == ()


def test_taking_a_target_again_replaces_its_samples_only(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    carer.run()
    old = session.result()
    session.retake(5)
    carer.run()
    new = session.result()
    for i in range(9):
        a, b = (data.features[data.target_index == i] for data in (old, new))
        assert (a.shape == b.shape and bool((a == b).all())) == (i != 5)


def test_a_failed_second_try_keeps_the_first(session: CalibrationSession, look: Look) -> None:
    carer = _Carer(session, look)
    carer.run()
    old = session.result()
    session.retake(5)
    carer.skip_target()
    np.testing.assert_array_equal(session.result().features, old.features)


def test_a_target_still_to_come_is_not_shown_twice(session: CalibrationSession, look: Look) -> None:
    session.retake(8)
    _Carer(session, look).run()
    assert session.done


@pytest.mark.parametrize("index", [-1, 9])
def test_no_other_target_can_be_taken_again(session: CalibrationSession, index: int) -> None:
    with pytest.raises(IndexError):
        session.retake(index)


def test_less_than_half_a_second_to_settle_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.5 s"):
        CalibrationSettings(settle_s=0.4)


def test_a_glance_away_is_trimmed(session: CalibrationSession, look: Look, screen: Screen) -> None:
    carer = _Carer(session, look)
    targets = NINE.targets(screen)
    while not session.done:
        step = session.step
        away = step.index == 4 and 0.4 < step.progress < 0.6
        carer.now_s += carer.step_s
        session.update(look(targets[0] if away else step.target), OPEN, carer.now_s)
    data = session.result()
    middle = data.features[data.target_index == 4]
    assert len(middle) >= 15
    assert np.abs(middle[:, 0]).max() < 0.03  # the corner would show 0.08


def test_the_same_eyes_give_the_same_result(screen: Screen, look: Look) -> None:
    still = look(NINE.targets(screen)[0])
    results = []
    for _ in range(2):
        session = CalibrationSession(NINE, screen)
        _Carer(session, lambda *_: still).run()
        results.append(session.result().features)
    np.testing.assert_array_equal(results[0], results[1])


@settings(max_examples=40, deadline=None)
@given(
    events=st.lists(
        st.tuples(st.booleans(), st.sampled_from([OPEN, SHUT, None]), st.floats(-0.5, 30.0)), min_size=1, max_size=300
    )
)
def test_whatever_happens_the_session_goes_on_in_order(events: list[tuple[bool, Openness | None, float]]) -> None:
    screen = Screen(1920, 1080, 531.0, 299.0, 600.0)
    session, now_s, last = CalibrationSession(NINE, screen), 0.0, 0
    features = EyeFeatures(np.zeros(14), (0.3, 0.3), HeadPose(0, 0, 0, 0, 0, 600), 0.0)
    for face, openness, elapsed_s in events:
        now_s += elapsed_s
        step = session.update(features if face else None, openness, now_s)
        assert 0 <= step.progress <= 1
        assert last <= step.index < step.count == 9
        last = step.index


FIVE = CalibrationLayout("five", ((0.5, 0.6), (0.1, 0.2), (0.9, 0.2), (0.1, 0.9), (0.9, 0.9)), ((0.1, 0.6), (0.9, 0.6)))


@pytest.mark.parametrize(("layout", "limit_s"), [(FIVE, 25.0), (NINE, 60.0)])
def test_people_who_blink_and_react_late_are_done_in_time(
    layout: CalibrationLayout, limit_s: float, look: Look
) -> None:
    session = CalibrationSession(layout, SCREEN)
    now_s, shown_s, before, last = 0.0, 0.0, SCREEN.rect.center, -1
    rng = np.random.default_rng(3)
    late_s = 0.4
    while not session.done:
        if session.step.index != last:
            before = layout.targets(SCREEN)[last] if last >= 0 else before
            last, shown_s, late_s = session.step.index, now_s, float(rng.uniform(0.2, 1.2))
        now_s += 1 / 30
        shut = now_s % 4.0 < 0.2
        at = session.step.target if now_s - shown_s > late_s else before
        session.update(look(at), SHUT if shut else OPEN, now_s)
    assert now_s < limit_s
    assert session.skipped == ()
    for index in range(len(layout.points)):
        rows = session.result().features[session.result().target_index == index]
        target = look(layout.targets(SCREEN)[index], noise=0.0).vector
        assert np.abs(rows.mean(axis=0) - target)[:8].max() < 0.004  # a fifth of the way to a neighbour would be 0.02


def test_what_asks_for_looking_up_comes_last_and_is_given_up_sooner(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen)
    carer = _Carer(session, look)
    shown: list[int] = []
    spent_s: dict[int, float] = {}
    while not session.done:
        step = session.step
        if step.index not in shown:
            shown.append(step.index)
        begun_s = carer.now_s
        carer.frame(face=step.index not in (1, 2, 3))
        spent_s[step.index] = spent_s.get(step.index, 0.0) + carer.now_s - begun_s
    assert shown == [0, 3, 4, 1, 2, 5, 6]
    assert spent_s[1] == pytest.approx(5.0, abs=0.1)
    assert spent_s[3] == pytest.approx(10.0, abs=0.1)
    assert session.skipped == (1, 2, 3)


def test_who_cannot_look_up_still_calibrates_with_five(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen)
    carer = _Carer(session, look)
    while not session.done:
        carer.frame(face=session.step.target.y > 400)
    assert carer.now_s - 100 < 25
    data = session.result()
    assert set(data.target_index) == {0, 3, 4, 5, 6}
    assert data.targets_px[data.target_index == 5][0].tolist() == [192.0, 648.0]


def test_what_was_missed_again_and_again_is_not_shown_but_asked_again_after_a_while(screen: Screen, look: Look) -> None:
    reach, shown_upper = ReachMap(), []
    for _ in range(8):
        session = CalibrationSession(FIVE, screen, reach=reach)
        carer, shown = _Carer(session, look), set()
        while not session.done:
            shown.add(session.step.index)
            carer.frame(face=session.step.target.y > 400)
        shown_upper.append(bool(shown & {1, 2}))
        assert len(session.result().target_index) > 0
        reach = session.reach
    assert shown_upper == [True, True, False, False, False, False, True, False]


def test_what_was_reached_before_is_not_left_for_last(screen: Screen, look: Look) -> None:
    first = CalibrationSession(FIVE, screen)
    _Carer(first, look).run()
    second = CalibrationSession(FIVE, screen, reach=first.reach)
    shown = list(dict.fromkeys(step.index for step in _Carer(second, look).frames()))
    assert shown == [0, 1, 2, 3, 4]


def test_a_map_without_enough_reach_is_not_believed(screen: Screen) -> None:
    reach = ReachMap()
    for _ in range(2):
        reach = reach.after(screen, reached=(), missed=NINE.targets(screen))
    assert CalibrationSession(NINE, screen, reach=reach).step.count == 9


def test_a_carer_gives_the_pace(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen, CalibrationSettings(paced=True))
    carer = _Carer(session, look)
    for number in range(1, 6):
        for _ in range(600):  # twenty seconds: nobody hurries
            step = carer.frame()
        assert (step.phase, step.number) == (Phase.WAIT, number)
        session.advance()
        phases = []
        while session.step.number == number and not session.done:
            phases.append(carer.frame().phase)
        assert phases[0] is Phase.COLLECT
    assert session.skipped == ()
    assert set(session.result().target_index) == set(range(5))


def test_a_carer_who_is_too_quick_does_not_spoil_it(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen, CalibrationSettings(paced=True))
    carer = _Carer(session, look)
    session.advance()
    phases = [carer.frame().phase for _ in range(30)]
    assert phases.index(Phase.COLLECT) >= 24  # 0.8 s
    assert Phase.WAIT not in phases


def test_a_carer_can_pass_over_a_target(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen, CalibrationSettings(paced=True))
    session.skip()
    assert (session.skipped, session.step.number, session.step.count) == ((0,), 2, 6)
    for _ in range(10):
        session.skip()
    assert session.done
    assert session.skipped == tuple(range(7))


def test_lids_on_their_way_are_left_out(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen)
    carer = _Carer(session, look)
    frame = 0
    while not session.done:
        frame += 1
        carer.now_s += carer.step_s
        part = frame % 40  # a blink of a sixth of a second, with lids half down for two frames on either side
        features = look(session.step.target)
        if part in (8, 9, 15, 16):
            features.vector[:] += 1.0
        session.update(features, SHUT if 10 <= part < 15 else OPEN, carer.now_s)
    assert session.result().features.max() < 0.5


def test_eyes_that_never_rest_are_taken_as_they_are(screen: Screen, look: Look) -> None:
    session = CalibrationSession(NINE, screen)
    carer = _Carer(session, look)
    while not session.done:
        carer.now_s += carer.step_s
        sway = 300 * np.sin(carer.now_s * 5)
        at = Point(session.step.target.x + sway, session.step.target.y)
        session.update(look(at), OPEN, carer.now_s)
    assert session.skipped == ()
    assert carer.now_s - 100 < 60


class _Stubborn(Planner):
    """Plans the first, then from the last candidate backwards, and has enough after four."""

    def plan(self, seen: CalibrationData | None, candidates: Sequence[Point]) -> Plan:
        if seen is not None and len(set(seen.target_index)) >= 4:
            return Plan(None, (0.0,) * len(candidates))
        return Plan(0 if seen is None else len(candidates) - 1, tuple(float(i) for i in range(len(candidates))))


def test_a_planner_chooses_and_stops_but_looking_up_still_comes_last(screen: Screen, look: Look) -> None:
    session = CalibrationSession(NINE, screen, planner=_Stubborn((), screen))
    shown = list(dict.fromkeys(step.index for step in _Carer(session, look).frames()))
    assert shown == [0, 5, 4, 3]
    assert (session.done, session.skipped, session.step.number, session.step.count) == (True, (), 4, 4)


def test_bad_targets_are_taken_again_once_and_then_left_out(screen: Screen, look: Look) -> None:
    session = CalibrationSession(NINE, screen)
    carer = _Carer(session, look)
    carer.run()
    assert session.revise([6, 8])
    shown = list(dict.fromkeys(step.index for step in carer.frames()))
    assert shown == [6, 8]
    assert session.revise([6])
    assert session.done
    assert session.skipped == (6,)
    assert set(session.result().target_index) == {0, 1, 2, 3, 4, 5, 7, 8}
    assert not session.revise([6])
    target = NINE.targets(screen)[6]
    assert not session.reach.is_proven(target, screen)


def test_so_much_is_not_left_out_that_too_little_remains(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen)
    carer = _Carer(session, look)
    carer.run()
    assert session.revise(range(5))
    carer.run()
    assert session.revise(range(5))
    assert len(set(session.result().target_index)) == 4
    assert not session.revise(range(5))


def test_good_targets_are_left_alone(screen: Screen, look: Look) -> None:
    session = CalibrationSession(FIVE, screen)
    _Carer(session, look).run()
    assert not session.revise([])
    assert session.done


def test_with_a_memory_one_target_may_be_a_result(screen: Screen, look: Look) -> None:
    session = CalibrationSession(CalibrationLayout("one", ((0.5, 0.55),)), screen)
    _Carer(session, look).run()
    assert set(session.result(fewest=1).target_index) == {0}
    with pytest.raises(NotEnoughPointsError, match="1 of 1"):
        session.result()
    remembering = CalibrationSession(FIVE, screen, planner=Planner([session.result(fewest=1)], screen))
    carer = _Carer(remembering, look)
    while remembering.step.number < 2:
        carer.frame()
    assert set(remembering.result().target_index) == {0}


def test_with_a_memory_of_good_days_one_target_may_be_enough(screen: Screen, look: Look) -> None:
    past = []
    for _ in range(3):
        session = CalibrationSession(NINE, screen)
        _Carer(session, look).run()
        past.append(session.result())
    session = CalibrationSession(NINE, screen, planner=Planner(past, screen), reach=session.reach)
    _Carer(session, look).run()
    assert session.step.number < 4
    assert calibrate(session.result(), past).quality.accuracy_deg < 1.5


def test_planted_outliers_are_trimmed_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(0.0, 0.003, (30, 14))
    rows[[3, 17, 29], :4] += 0.08
    kept = trim(rows)
    assert np.abs(kept).max() < 0.02
    assert len(kept) >= 25


def test_steady_samples_are_all_kept() -> None:
    rows = np.full((20, 14), 0.25)
    np.testing.assert_array_equal(trim(rows), rows)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_most_samples_stay(seed: int, count: int) -> None:
    rows = np.random.default_rng(seed).normal(0.0, 1.0, (count, 14))
    assert len(trim(rows)) >= count / 2
