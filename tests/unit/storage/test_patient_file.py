from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from eyecomm.calibration.data import CalibrationData
from eyecomm.calibration.model import MOST_SESSIONS, Calibration, calibrate
from eyecomm.calibration.reach import ReachMap
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.kernels import Eyes
from eyecomm.geometry import Point, Screen
from eyecomm.storage.calibrations import Calibrations, SavedCalibration
from eyecomm.storage.errors import NoticeKind
from eyecomm.storage.patient_file import MOST_KEPT, Guest, PatientFile
from eyecomm.storage.profiles import Profile

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
GRID = [(x, y) for y in (216.0, 594.0, 972.0) for x in (150.0, 960.0, 1770.0)]
START = datetime(2026, 1, 1, tzinfo=UTC)


class _Clock:
    """A day later at each look."""

    def __init__(self) -> None:
        self.days = 0

    def __call__(self) -> str:
        self.days += 1
        return (START + timedelta(days=self.days)).isoformat()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile("p", "Pat", tmp_path / "p")


@pytest.fixture
def file(profile: Profile) -> PatientFile:
    return PatientFile(profile, _Clock())


@pytest.fixture
def seen() -> Callable[..., CalibrationData]:
    rng = np.random.default_rng(0)

    def make(targets: int = 9, frames: int = 3, screen: Screen = SCREEN) -> CalibrationData:
        index = np.repeat(np.arange(targets), frames)
        places = np.array(GRID)[index]
        gains = np.random.default_rng(1).normal(0.0, 0.1, (2, len(FEATURE_NAMES)))
        features = (places / 1000) @ gains + rng.normal(0.0, 0.005, (len(index), len(FEATURE_NAMES)))
        return CalibrationData(features, places, index, screen)

    return make


@pytest.fixture
def made(seen: Callable[..., CalibrationData]) -> Calibration:
    return calibrate(seen())


def _keep(file: PatientFile, calibration: Calibration, data: CalibrationData) -> None:
    file.keep_calibration(replace(calibration, data=data))


def test_at_first_there_is_no_past(file: PatientFile) -> None:
    assert file.past(SCREEN) == ()
    assert file.last_calibration(SCREEN).value is None


def test_the_past_is_one_row_a_target_newest_first(
    file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    days = [seen(targets) for targets in (4, 5, 6)]
    for day in days:
        _keep(file, made, day)
    past = file.past(SCREEN)
    assert [len(one.features) for one in past] == [6, 5, 4]
    np.testing.assert_allclose(past[0].features[2], days[2].features[6:9].mean(axis=0))
    assert past[0].targets_px[2].tolist() == list(GRID[2])


def test_only_what_was_made_with_these_features_on_such_a_screen_is_past(
    profile: Profile, file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    _keep(file, made, seen(5))
    _keep(file, made, seen(6, screen=Screen(1280, 720, 300.0, 170.0, 600.0)))
    data = seen(7)
    Calibrations(profile.calibrations_path).save(
        SavedCalibration(
            data.features, data.targets_px, data.target_index, tuple("f" * 134), SCREEN, START.isoformat(), {}
        )
    )
    assert [len(one.features) for one in file.past(SCREEN)] == [5]
    last = file.last_calibration(SCREEN).value
    assert last is not None
    assert len(last.quality.targets) == 5


def test_the_last_calibration_remembers_those_before(
    file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    for _ in range(3):
        _keep(file, made, seen())
    _keep(file, made, seen(1))
    last = file.last_calibration(SCREEN, eyes=Eyes.LEFT).value
    assert last is not None
    assert (len(last.past), last.eyes) == (3, Eyes.LEFT)
    assert len(last.data.features) == 3
    fresh = seen()
    again = calibrate(seen(1), file.past(SCREEN)[1:], eyes=Eyes.LEFT)
    middle = [np.median(np.abs(one.estimator.predict(fresh.features) - fresh.targets_px)) for one in (last, again)]
    assert max(middle) < 30


def test_one_target_without_a_past_is_no_calibration(
    file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    _keep(file, made, seen(1))
    assert file.last_calibration(SCREEN).value is None
    assert len(file.past(SCREEN)) == 1


def test_damaged_ones_are_set_aside_and_the_others_used(
    profile: Profile, file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    for targets in (4, 5, 6):
        _keep(file, made, seen(targets))
    newest, middle, _ = sorted(profile.calibrations_path.glob("*.npz"), reverse=True)
    newest.write_bytes(b"nothing")
    middle.with_suffix(".json").write_text("{")
    loaded = file.last_calibration(SCREEN)
    assert [notice.kind for notice in loaded.notices] == [NoticeKind.SET_ASIDE] * 2
    assert loaded.value is not None
    assert len(loaded.value.quality.targets) == 4
    assert [len(one.features) for one in file.past(SCREEN)] == [4]


def test_a_folder_that_cannot_be_read_is_an_empty_past(profile: Profile, file: PatientFile) -> None:
    profile.calibrations_path.parent.mkdir(parents=True)
    profile.calibrations_path.write_text("in the way")
    assert file.past(SCREEN) == ()


def test_forty_are_learned_from_and_sixty_kept(
    profile: Profile, file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    for _ in range(MOST_KEPT + 3):
        _keep(file, made, seen(4, 1))
    stems = sorted(path.stem for path in profile.calibrations_path.glob("*.json"))
    assert len(stems) == MOST_KEPT
    assert stems[0].startswith("2026-01-05")  # those of the 2nd, 3rd and 4th are gone
    assert stems == sorted(path.stem for path in profile.calibrations_path.glob("*.npz"))
    assert len(file.past(SCREEN)) == MOST_SESSIONS


def test_a_clock_set_back_does_not_cost_the_newest(
    profile: Profile, file: PatientFile, made: Calibration, seen: Callable[..., CalibrationData]
) -> None:
    for _ in range(MOST_KEPT):
        _keep(file, made, seen(4, 1))
    PatientFile(profile, lambda: "1999-01-01").keep_calibration(replace(made, data=seen(4, 1)))
    assert (profile.calibrations_path / "1999-01-01.json").exists()


def test_reach_is_kept_for_the_next_session(profile: Profile, file: PatientFile) -> None:
    assert file.reach() == ReachMap()
    reach = ReachMap().after(SCREEN, reached=[Point(900.0, 900.0)], missed=[Point(900.0, 100.0)])
    file.keep_reach(reach)
    assert PatientFile(profile, _Clock()).reach() == reach


def test_of_a_guest_nothing_is_kept(made: Calibration) -> None:
    guest = Guest()
    guest.keep_calibration(made)
    guest.keep_reach(ReachMap().after(SCREEN, reached=[Point(1.0, 1.0)], missed=()))
    assert (guest.past(SCREEN), guest.reach()) == ((), ReachMap())
