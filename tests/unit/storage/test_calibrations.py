import dataclasses
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyecomm.geometry import Screen
from eyecomm.storage.calibrations import Calibrations, SavedCalibration
from eyecomm.storage.errors import DamagedFileError, MissingFileError, NoticeKind, StorageError

Make = Callable[..., SavedCalibration]
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)


@pytest.fixture
def make() -> Make:
    def made(made_at: str = "2026-05-04T10:00:00+00:00", **fields: Any) -> SavedCalibration:
        rng = np.random.default_rng(7)
        values: dict[str, Any] = {
            "features": rng.normal(size=(18, 2)),
            "targets_px": rng.uniform(0, 1000, size=(18, 2)),
            "target_index": np.repeat(np.arange(9), 2),
            "feature_names": ("iris_x", "iris_y"),
            "screen": SCREEN,
            "made_at": made_at,
            "accuracy": {"accuracy_deg": 1.5},
        }
        return SavedCalibration(**(values | fields))

    return made


@pytest.fixture
def kept(tmp_path: Path) -> Calibrations:
    return Calibrations(tmp_path / "calibrations")


def test_what_is_saved_is_loaded(kept: Calibrations, make: Make) -> None:
    calibration = make()
    loaded = kept.load(kept.save(calibration).path)
    for entry in dataclasses.fields(calibration):
        np.testing.assert_array_equal(getattr(loaded, entry.name), getattr(calibration, entry.name))
    assert isinstance(loaded.screen.width_px, int)


def test_at_first_there_is_none(kept: Calibrations) -> None:
    assert kept.find_all().value == ()
    assert kept.newest().value is None


def test_the_newest_comes_first(kept: Calibrations, make: Make) -> None:
    for made_at in ("2026-05-04T10:00:00", "2026-05-04T12:30:00+02:00", "2026-05-04T11:00:00Z"):
        kept.save(make(made_at))
    assert [entry.made_at[11:16] for entry in kept.find_all().value] == ["11:00", "12:30", "10:00"]


def test_of_one_moment_the_last_saved_comes_first(kept: Calibrations, make: Make) -> None:
    for number in range(11):
        kept.save(make(accuracy={"accuracy_deg": number}))
    assert [entry.accuracy["accuracy_deg"] for entry in kept.find_all().value] == list(range(10, -1, -1))


@pytest.mark.parametrize(
    "fields",
    [
        {"features": np.zeros((17, 2))},
        {"features": np.zeros((18, 3))},
        {"features": np.zeros(18)},
        {"features": np.array(1.0)},
        {"features": np.full((18, 2), np.nan)},
        {"targets_px": np.zeros((18, 3))},
        {"targets_px": np.full((18, 2), np.inf)},
        {"target_index": np.zeros((9, 2), dtype=np.int64)},
        {"target_index": np.zeros(0, dtype=np.int64), "features": np.zeros((0, 2)), "targets_px": np.zeros((0, 2))},
        {"screen": Screen(0, 1080, 531.0, 299.0, 600.0)},
        {"accuracy": {"accuracy_deg": np.inf}},
        {"made_at": "yesterday"},
    ],
)
def test_nonsense_is_never_saved(make: Make, fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must|Invalid"):
        make(**fields)


def test_a_missing_one_is_told(kept: Calibrations, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        kept.load(tmp_path / "none.json")


def test_a_damaged_newest_is_set_aside_whole_and_the_one_before_serves(kept: Calibrations, make: Make) -> None:
    older = kept.save(make("2026-05-04T10:00:00"))
    newer = kept.save(make("2026-05-05T10:00:00"))
    numbers = newer.path.with_suffix(".npz")
    numbers.write_bytes(numbers.read_bytes()[:-10])
    loaded = kept.newest()
    assert loaded.value is not None
    assert loaded.value.made_at == older.made_at
    assert [(notice.kind, notice.path) for notice in loaded.notices] == [(NoticeKind.SET_ASIDE, numbers)]
    names = {path.name for path in newer.path.parent.iterdir()}
    assert {f"{newer.path.name}.damaged-1", f"{numbers.name}.damaged-1"} <= names
    assert kept.newest().notices == ()


def test_one_without_its_numbers_is_damaged(kept: Calibrations, make: Make) -> None:
    entry = kept.save(make())
    entry.path.with_suffix(".npz").unlink()
    with pytest.raises(DamagedFileError, match="file of numbers is missing"):
        kept.load(entry.path)
    assert kept.newest().value is None


def test_numbers_without_a_description_do_not_count(kept: Calibrations, make: Make) -> None:
    entry = kept.save(make())
    entry.path.unlink()
    assert kept.find_all().value == ()
    assert kept.save(make()).path != entry.path


def test_one_that_cannot_be_read_now_is_passed_over(
    kept: Calibrations, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.save(make())

    def busy(self: Calibrations, path: Path) -> SavedCalibration:
        raise StorageError(path, "it is busy")

    monkeypatch.setattr(Calibrations, "load", busy)
    assert kept.newest().notices[0].kind is NoticeKind.PASSED_OVER
    assert len(kept.find_all().value) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"feature_names": None},
        {"feature_names": ["a", 5]},
        {"feature_names": ["one"]},
        {"screen": None},
        {"screen": {"width_px": 1920}},
        {"screen": {"width_px": True}},
        {"screen": {"width_px": 10**400}},
        {"accuracy": [1]},
        {"accuracy": {"a": "b"}},
        {"made_at": 5},
        {"made_at": "never"},
        {"npz_sha256": "0" * 64},
    ],
)
def test_a_wrong_description_is_damage(kept: Calibrations, make: Make, change: dict[str, object]) -> None:
    entry = kept.save(make())
    entry.path.write_text(json.dumps(json.loads(entry.path.read_text()) | change))
    with pytest.raises(DamagedFileError):
        kept.load(entry.path)
    assert kept.newest().value is None


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=True, **arrays)
    return buffer.getvalue()


GOOD = {"features": np.zeros((2, 2)), "targets_px": np.zeros((2, 2)), "target_index": np.zeros(2, dtype=np.int64)}


@pytest.mark.parametrize(
    "numbers",
    [
        b"",
        b"PK\x03\x04",
        npz(features=np.zeros((2, 2))),
        npz(**(GOOD | {"features": np.array([[print, 1], [2, 3]], dtype=object)})),
        npz(**(GOOD | {"features": np.zeros((2, 2), dtype=np.float32)})),
        npz(**(GOOD | {"target_index": np.zeros(2)})),
        npz(**(GOOD | {"features": np.full((2, 2), np.nan)})),
        npz(**(GOOD | {"features": np.array(0.0)})),
        npz(**GOOD)[:-30],
    ],
    ids=["empty", "cut zip", "arrays missing", "pickle", "float32", "float index", "nan", "no shape", "cut"],
)
def test_wrong_numbers_are_damage_even_with_the_right_hash(kept: Calibrations, make: Make, numbers: bytes) -> None:
    entry = kept.save(make())
    entry.path.with_suffix(".npz").write_bytes(numbers)
    document = json.loads(entry.path.read_text()) | {"npz_sha256": hashlib.sha256(numbers).hexdigest()}
    entry.path.write_text(json.dumps(document))
    with pytest.raises(DamagedFileError):
        kept.load(entry.path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_any_damage_is_noticed(kept: Calibrations, make: Make, data: st.DataObject) -> None:
    entry = kept.save(make(feature_names=("a", "b")))
    path = data.draw(st.sampled_from([entry.path, entry.path.with_suffix(".npz")]))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:place] + data.draw(st.binary(max_size=5)) + whole[place + data.draw(st.integers(0, 9)) :])
    try:
        loaded = kept.load(entry.path)
    except DamagedFileError:
        return
    np.testing.assert_array_equal(loaded.features, make().features)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="a file is where its folder should be"):
        Calibrations(tmp_path / "file").find_all()
    with pytest.raises(StorageError, match="it cannot be saved"):
        Calibrations(tmp_path / "file").save(make())
