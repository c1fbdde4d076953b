import errno
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyecomm.storage import files
from eyecomm.storage.errors import DamagedFileError, MissingFileError, NoticeKind, StorageError
from eyecomm.storage.files import notice_of, read_bytes, read_json, set_aside, write_bytes, write_json

OLD, NEW = b"the old words", b"the new words"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "message.json"
    path.write_bytes(OLD)
    return path


class TestWriting:
    def test_makes_the_folders_it_needs(self, tmp_path: Path) -> None:
        path = tmp_path / "Ωμέγα" / "b" / "message.json"
        write_bytes(path, NEW)
        assert path.read_bytes() == NEW

    def test_leaves_nothing_else_behind(self, path: Path) -> None:
        write_bytes(path, NEW)
        assert list(path.parent.iterdir()) == [path]

    @pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
    def test_is_private(self, tmp_path: Path) -> None:
        path = tmp_path / "profiles" / "message.json"
        write_bytes(path, NEW)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_keeps_the_old_file_when_it_stops_before_the_new_one_takes_its_place(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            write_bytes(path, NEW)
        assert path.read_bytes() == OLD
        assert list(path.parent.iterdir()) == [path]

    def test_has_the_data_on_the_disk_before_the_name(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        steps: list[str] = []
        fsync, replace = os.fsync, Path.replace

        def note_fsync(handle: int) -> None:
            steps.append("fsync")
            fsync(handle)

        def note_replace(draft: Path, target: Path) -> Path:
            steps.append("replace")
            return replace(draft, target)

        monkeypatch.setattr(os, "fsync", note_fsync)
        monkeypatch.setattr(Path, "replace", note_replace)
        write_bytes(path, NEW)
        assert steps[:2] == ["fsync", "replace"]

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (errno.ENOSPC, "the disk is full"),
            (errno.EROFS, "the disk can only be read"),
            (errno.EACCES, "protected"),
            (errno.EIO, "input/output error"),
        ],
    )
    def test_says_why_it_failed_and_keeps_the_old_file(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
    ) -> None:
        def fail(_: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError, match=words) as caught:
            write_bytes(path, NEW)
        assert str(caught.value).startswith("message.json: it cannot be saved because ")
        assert path.read_bytes() == OLD
        assert list(path.parent.iterdir()) == [path]

    def test_fails_in_words_where_a_file_is_in_the_way(self, path: Path) -> None:
        with pytest.raises(StorageError, match="it cannot be saved"):
            write_bytes(path / "below" / "message.json", NEW)
        assert path.read_bytes() == OLD

    def test_fails_in_words_where_a_folder_is_in_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        with pytest.raises(StorageError, match="it cannot be saved"):
            write_bytes(tmp_path / "folder", NEW)

    def test_by_several_at_once_leaves_one_whole(self, path: Path) -> None:
        texts = [bytes([65 + n]) * 20_000 for n in range(6)]
        threads = [threading.Thread(target=write_bytes, args=(path, text)) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert path.read_bytes() in texts
        assert list(path.parent.iterdir()) == [path]

    def test_works_where_folders_cannot_be_opened(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usual = os.open

        def refuse(name: str | Path, flags: int, mode: int = 0o777) -> int:
            if name == path.parent:
                raise PermissionError
            return usual(name, flags, mode)

        monkeypatch.setattr(os, "open", refuse)
        write_bytes(path, NEW)
        assert path.read_bytes() == NEW


class TestReading:
    def test_tells_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(MissingFileError):
            read_json(tmp_path / "nothing.json")

    def test_tells_what_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match="it cannot be read because"):
            read_json(tmp_path)

    def test_refuses_a_huge_file(self, path: Path) -> None:
        with pytest.raises(DamagedFileError, match="larger"):
            read_bytes(path, len(OLD) - 1)
        assert read_bytes(path, len(OLD)) == OLD

    @pytest.mark.parametrize(
        "data", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff", b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"]
    )
    def test_refuses_what_is_no_json_object(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        with pytest.raises(DamagedFileError):
            read_json(path)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none(), max_size=4))
    def test_gives_back_what_was_written(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, value: dict[str, object]
    ) -> None:
        monkeypatch.setattr(files, "_settle", lambda _: None)  # a hundred waits for the disk prove nothing here
        monkeypatch.setattr(os, "fsync", lambda _: None)
        write_json(path, {**value, "half": "\ud800"})
        assert read_json(path) == {**value, "half": "\ud800"}


class TestADamagedFile:
    def test_is_kept_under_a_name_of_its_own(self, path: Path) -> None:
        for number in (1, 2, 3):
            path.write_bytes(b"damage %d" % number)
            notice = set_aside(DamagedFileError(path, "it is odd"))
            assert notice.kind is NoticeKind.SET_ASIDE
            assert notice.kept_as == path.with_name(f"message.json.damaged-{number}")
            assert notice.detail == "message.json: it is odd."
        assert not path.exists()
        assert [p.read_bytes() for p in sorted(path.parent.iterdir())] == [b"damage 1", b"damage 2", b"damage 3"]

    def test_that_cannot_be_moved_stays(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(Path, "replace", refuse)
        assert set_aside(DamagedFileError(path, "it is odd")).kind is NoticeKind.PASSED_OVER
        assert list(path.parent.iterdir()) == [path]

    def test_stays_in_a_folder_that_cannot_be_written(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(Path, "touch", refuse)
        assert set_aside(DamagedFileError(path, "it is odd")).kind is NoticeKind.PASSED_OVER
        assert path.read_bytes() == OLD

    def test_stays_when_a_thousand_are_kept_already(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "MOST_DAMAGED", 1)
        assert set_aside(DamagedFileError(path, "it is odd")).kind is NoticeKind.PASSED_OVER

    def test_is_told_from_one_that_cannot_be_read_now(self, path: Path) -> None:
        assert notice_of(StorageError(path, "it is busy")).kind is NoticeKind.PASSED_OVER
        assert path.exists()
        assert notice_of(DamagedFileError(path, "it is odd")).kind is NoticeKind.SET_ASIDE
        assert not path.exists()
