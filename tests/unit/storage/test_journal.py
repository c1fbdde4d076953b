import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyecomm.conversation.turn import Message
from eyecomm.storage.errors import NoticeKind, StorageError
from eyecomm.storage.journal import Entry, Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.json"


@pytest.mark.parametrize("text", ["", "I am thirsty", "我渴了", "né\n", "half \ud83d"])
def test_the_message_is_there_again(path: Path, text: str) -> None:
    entry = Entry(Message(text, "before"), "letters")
    Journal(path).write(entry)
    assert Journal(path).read().value == entry


def test_a_new_journal_is_empty(path: Path) -> None:
    assert Journal(path).read().value == Entry()
    assert Journal(path).read().notices == ()


def test_a_damaged_journal_is_kept_and_told(path: Path) -> None:
    path.write_bytes(b'{"text": "I am th')
    loaded = Journal(path).read()
    assert loaded.value == Entry()
    (notice,) = loaded.notices
    assert notice.kind is NoticeKind.SET_ASIDE
    assert notice.kept_as is not None
    assert notice.kept_as.read_bytes() == b'{"text": "I am th'


@pytest.mark.parametrize("data", ["{}", '{"text": 5}', '{"text": "a", "cleared": []}', '{"text": "a", "board": null}'])
def test_a_journal_without_a_message_is_damaged(path: Path, data: str) -> None:
    path.write_text(data)
    assert Journal(path).read().notices[0].kind is NoticeKind.SET_ASIDE


def test_a_full_disk_keeps_the_message_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Journal(path).write(Entry(Message("hell")))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        Journal(path).write(Entry(Message("hello")))
    assert Journal(path).read().value.message.text == "hell"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, 80))
def test_any_damage_gives_a_message_or_keeps_the_file(path: Path, put: bytes, place: int) -> None:
    for old in path.parent.iterdir():
        old.unlink()
    whole = b'{"schema_version": 1, "text": "I am thirsty", "cleared": "", "board": "letters"}'
    damaged = whole[:place] + put
    path.write_bytes(damaged)
    loaded = Journal(path).read()
    if loaded.notices:
        assert path.with_name("journal.json.damaged-1").read_bytes() == damaged
    else:
        assert isinstance(loaded.value.message.text, str)
