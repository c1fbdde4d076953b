import math
from collections.abc import Callable

import numpy as np
import pytest

from eyecomm.geometry import Point, Screen
from eyecomm.simulate.patient import HEALTHY, SLOW, Intent, Patient, PatientState, PatientTraits

STILL = PatientTraits(latency_sd_s=0.0, jitter_deg=0.0, blinks_per_min=0.0, sway_mm=0.0, sway_deg=0.0)
TARGET = Point(1500, 700)


def run(
    patient: Patient, seconds: float, intent: Callable[[float], Intent], rate_hz: float = 200.0
) -> list[PatientState]:
    return [patient.update(n / rate_hz, intent(n / rate_hz)) for n in range(round(seconds * rate_hz))]


def look(point: Point) -> Callable[[float], Intent]:
    return lambda _: Intent(point)


def test_nothing_moves_before_the_reaction_time(screen: Screen) -> None:
    states = run(Patient(screen, STILL), 0.195, look(TARGET))
    assert {state.gaze for state in states} == {screen.rect.center}


def test_the_eyes_arrive_and_stay(screen: Screen) -> None:
    gaze = run(Patient(screen, STILL), 2.0, look(TARGET))[-1].gaze
    assert screen.angle_between(gaze, TARGET) < STILL.tolerance_deg


def test_a_saccade_lasts_as_long_as_the_main_sequence_says(screen: Screen) -> None:
    traits = PatientTraits(gain=1.0, gain_sd=0.0, jitter_deg=0.0, latency_sd_s=0.0)
    target = screen.from_degrees(20, 0)
    states = run(Patient(screen, traits), 1.0, look(target), rate_hz=2000)
    moving = [s.timestamp_s for s in states if 0.001 < screen.to_degrees(s.gaze)[0] < 19.999]
    assert moving[-1] - moving[0] == pytest.approx(0.0022 * 20 + 0.021, rel=0.15)


def test_a_short_saccade_is_corrected_by_a_second_one(screen: Screen) -> None:
    traits = PatientTraits(gain=0.8, gain_sd=0.0, jitter_deg=0.0, latency_sd_s=0.0)
    target = screen.from_degrees(20, 0)
    states = run(Patient(screen, traits), 1.2, look(target))
    first = screen.to_degrees(next(s.gaze for s in states if s.timestamp_s > 0.3))[0]
    assert first == pytest.approx(16.0, abs=0.1)
    assert screen.to_degrees(states[-1].gaze)[0] == pytest.approx(19.2, abs=0.7)


def test_a_fixation_jitters_a_little(screen: Screen) -> None:
    traits = PatientTraits(blinks_per_min=0.0)
    states = run(Patient(screen, traits, seed=2), 60.0, look(screen.rect.center), rate_hz=30)
    angles = np.array([screen.to_degrees(s.gaze) for s in states])
    assert angles.std(axis=0) == pytest.approx((0.2, 0.2), rel=0.3)
    assert np.abs(np.diff(angles, axis=0)).mean() < 0.06  # slow, not noise from frame to frame


def test_spontaneous_blinks_come_as_often_and_last_as_long_as_told(screen: Screen) -> None:
    states = run(Patient(screen, HEALTHY, seed=4), 600.0, look(TARGET), rate_hz=60)
    shut = np.array([state.openness[0] < 0.98 for state in states])
    starts, ends = np.flatnonzero(np.diff(shut.astype(int)) == 1), np.flatnonzero(np.diff(shut.astype(int)) == -1)
    assert len(starts) / 10 == pytest.approx(15, rel=0.3)
    lengths_s = (ends - starts) / 60
    assert 0.1 < lengths_s.min() < lengths_s.max() < 0.42
    assert min(state.openness[0] for state in states) < 0.05


def test_a_commanded_blink_is_held_until_told_otherwise(screen: Screen) -> None:
    states = run(Patient(screen, STILL), 2.0, lambda t_s: Intent(shut=0.5 <= t_s < 1.3))
    by_time = {round(s.timestamp_s, 3): s.openness for s in states}
    assert by_time[0.49] == (1.0, 1.0)
    assert by_time[0.7] == by_time[1.29] == (0.0, 0.0)
    assert by_time[1.6] == (1.0, 1.0)


def test_the_head_sways_around_its_place(screen: Screen) -> None:
    heads = [s.head for s in run(Patient(screen, seed=1), 120.0, look(TARGET), rate_hz=20)]
    assert np.std([h.x_mm for h in heads]) == pytest.approx(2.0, rel=0.5)
    assert np.mean([h.z_mm for h in heads]) == pytest.approx(600, abs=2)


def test_the_same_seed_moves_the_same_way(screen: Screen) -> None:
    one, same, other = (run(Patient(screen, seed=seed), 5.0, look(TARGET), 30) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_the_slow_patient_arrives_later(screen: Screen) -> None:
    arrivals = []
    for traits in (HEALTHY, SLOW):
        states = run(Patient(screen, traits, seed=1), 3.0, look(TARGET))
        arrivals.append(next(s.timestamp_s for s in states if screen.angle_between(s.gaze, TARGET) < 1.5))
    assert arrivals[1] > arrivals[0] + 0.1


def test_a_new_aim_during_the_reaction_time_replaces_the_old_one(screen: Screen) -> None:
    elsewhere = Point(100, 100)
    states = run(Patient(screen, STILL), 1.5, lambda t_s: Intent(elsewhere if t_s < 0.1 else TARGET))
    assert min(s.gaze.x for s in states) >= screen.rect.center.x - 1
    assert screen.angle_between(states[-1].gaze, TARGET) < 1


def test_without_an_aim_the_eyes_stay(screen: Screen) -> None:
    patient = Patient(screen, STILL)
    before = run(patient, 1.0, look(TARGET))[-1].gaze
    assert patient.update(1.5, Intent()).gaze == before


def test_a_gap_in_time_is_survived(screen: Screen) -> None:
    patient = Patient(screen, HEALTHY, seed=9)
    patient.update(0.0, Intent(TARGET))
    state = patient.update(3600.0, Intent(TARGET))
    assert math.isfinite(state.gaze.x)
    assert 0 <= state.openness[0] <= 1
    later = [patient.update(3600 + n / 30, Intent(TARGET)) for n in range(60)]
    assert screen.angle_between(later[-1].gaze, TARGET) < 2
