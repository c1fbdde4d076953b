import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.selection.blink import BlinkSettings, Eyes
from eyecomm.selection.dwell import DwellSettings
from eyecomm.storage.errors import NoticeKind, StorageError
from eyecomm.storage.settings import (
    ScreenSettings,
    SelectionSettings,
    Settings,
    from_json,
    load_settings,
    save_settings,
    to_json,
)

GROUPS = [entry.name for entry in dataclasses.fields(Settings) if entry.name != "schema_version"]
ENTRIES = [
    (group, entry.name, getattr(getattr(Settings(), group), entry.name), entry.metadata)
    for group in GROUPS
    for entry in dataclasses.fields(getattr(Settings(), group))
]
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(-(10**400)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_the_defaults_are_those_of_the_field() -> None:
    selection = Settings().selection
    assert (selection.lock_on_s, selection.dwell_s, selection.keep_progress_s) == (0.25, 1.25, 0.75)
    assert (selection.blink_min_s, selection.blink_max_s) == (0.5, 3.0)
    assert not Settings().feedback.gaze_dot
    assert not Settings().feedback.speak_selection
    assert Settings().screen == ScreenSettings(531.0, 299.0, 600.0)


@pytest.mark.parametrize(("group", "name", "default", "metadata"), ENTRIES)
def test_each_can_be_shown_in_a_dialog(group: str, name: str, default: object, metadata: Any) -> None:
    assert metadata["label"]
    if isinstance(default, int | float) and not isinstance(default, bool):
        low, high = metadata["range"]
        assert low <= default <= high
    if "choices" in metadata:
        assert default in metadata["choices"]


def test_every_dwell_and_blink_that_can_be_set_can_be_used() -> None:
    metadata: dict[str, Any] = {entry.name: entry.metadata for entry in dataclasses.fields(SelectionSettings)}
    limits = {name: about["range"] for name, about in metadata.items() if "range" in about}
    for side in (0, 1):
        DwellSettings(
            limits["lock_on_s"][side],
            limits["dwell_s"][side],
            limits["keep_progress_s"][side],
            limits["repeat_dwell_s"][side],
        )
        for other in (0, 1):
            BlinkSettings(limits["blink_min_s"][side], limits["blink_max_s"][other])
    assert set(metadata["blink_eyes"]["choices"]) == {eye.value for eye in Eyes}


def test_what_is_saved_is_loaded(path: Path) -> None:
    settings = dataclasses.replace(Settings(), selection=SelectionSettings(method="blink", dwell_s=2.5))
    save_settings(path, settings)
    assert load_settings(path).value == settings
    assert load_settings(path).notices == ()


def test_without_a_file_there_are_defaults(path: Path) -> None:
    assert load_settings(path).value == Settings()
    assert load_settings(path).notices == ()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (99, 5.0),
        (-1, 0.3),
        (10**400, 5.0),
        (2, 2.0),
        ("2", 1.25),
        (True, 1.25),
        (None, 1.25),
        ([], 1.25),
        (float("nan"), 1.25),
        (float("inf"), 1.25),
    ],
)
def test_a_wrong_dwell_time_is_mended_and_told(found: object, expected: float) -> None:
    settings, mended = from_json({"selection": {"dwell_s": found}})
    assert settings.selection.dwell_s == expected
    assert bool(mended) == (found != 2)
    assert all("selection.dwell_s" in sentence for sentence in mended)


@pytest.mark.parametrize("found", ["wink", 7, "", "x" * 5000])
def test_a_wrong_choice_is_mended(found: object) -> None:
    settings, mended = from_json({"selection": {"method": found}})
    assert settings.selection.method == "dwell"
    assert len(mended) == 1


def test_a_wrong_switch_is_mended() -> None:
    settings, mended = from_json({"feedback": {"gaze_dot": 1}})
    assert settings.feedback.gaze_dot is False
    assert len(mended) == 1


def test_a_part_of_a_pixel_is_mended() -> None:
    settings, mended = from_json({"camera": {"width_px": 640.5, "height_px": 480.0}})
    assert (settings.camera.width_px, settings.camera.height_px) == (640, 480)
    assert isinstance(settings.camera.height_px, int)
    assert len(mended) == 1


def test_a_group_that_refuses_its_values_is_left_out_whole() -> None:
    settings, mended = from_json({"voice": {"language": "", "rate_wpm": 200}})
    assert settings.voice == Settings().voice
    assert "voice" in mended[0]


def test_a_group_of_another_kind_is_left_out() -> None:
    settings, mended = from_json({"screen": [1, 2]})
    assert settings == Settings()
    assert len(mended) == 1


def test_mended_values_are_told_with_the_file(path: Path) -> None:
    path.write_text('{"selection": {"dwell_s": 99}}')
    loaded = load_settings(path)
    assert loaded.value.selection.dwell_s == 5.0
    assert [(notice.kind, notice.path) for notice in loaded.notices] == [(NoticeKind.MENDED, path)]


def test_a_damaged_file_is_kept_and_the_defaults_serve(path: Path) -> None:
    path.write_bytes(b"\x00\x01")
    loaded = load_settings(path)
    assert loaded.value == Settings()
    (notice,) = loaded.notices
    assert notice.kept_as is not None
    assert notice.kept_as.read_bytes() == b"\x00\x01"


def test_saving_over_a_damaged_file_keeps_it(path: Path) -> None:
    path.write_bytes(b"{")
    save_settings(path, Settings())
    assert path.with_name("settings.json.damaged-1").read_bytes() == b"{"
    assert load_settings(path).value == Settings()


def test_saving_keeps_what_a_later_version_wrote(path: Path) -> None:
    path.write_text('{"later": {"a": 1}, "selection": {"dwell_s": 2, "wink": true}, "screen": 3}')
    save_settings(path, Settings())
    document = json.loads(path.read_text())
    assert document["later"] == {"a": 1}
    assert document["selection"]["wink"] is True
    assert document["selection"]["dwell_s"] == 1.25
    assert document["screen"] == to_json(Settings())["screen"]


def test_what_cannot_be_read_now_is_neither_moved_nor_replaced(path: Path) -> None:
    path.mkdir()
    assert load_settings(path).value == Settings()
    assert load_settings(path).notices[0].kind is NoticeKind.PASSED_OVER
    with pytest.raises(StorageError):
        save_settings(path, Settings())
    assert path.is_dir()


@given(st.dictionaries(st.sampled_from([*GROUPS, "schema_version", "x"]), ANY_VALUE))
def test_any_document_gives_settings(document: dict[str, object]) -> None:
    from_json(document)


@given(st.sampled_from(ENTRIES), ANY_VALUE)
def test_any_value_in_any_place_gives_a_value_that_can_be_used(entry: Any, value: object) -> None:
    group, name, default, metadata = entry
    settings, _ = from_json({group: {name: value}})
    got = getattr(getattr(settings, group), name)
    assert type(got) is type(default)
    if "range" in metadata:
        assert metadata["range"][0] <= got <= metadata["range"][1]
    assert from_json(json.loads(json.dumps(to_json(settings)))) == (settings, ())
