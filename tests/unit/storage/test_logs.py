import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from eyecomm.storage import logs
from eyecomm.storage.errors import StorageError


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    logger = logging.getLogger("eyecomm")
    level = logger.level
    yield tmp_path / "logs"
    logger.setLevel(level)


def test_what_the_app_reports_is_written(folder: Path) -> None:
    handler = logs.start_log(folder)
    logging.getLogger("eyecomm.devices").warning("the camera is gone")
    logs.stop_log(handler)
    logging.getLogger("eyecomm.devices").warning("after the end")
    text = (folder / "eyecomm.log").read_text(encoding="utf-8")
    assert "WARNING eyecomm.devices: the camera is gone" in text
    assert "after the end" not in text


def test_the_name_of_the_user_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/someone"))
    handler = logs.start_log(folder)
    logging.getLogger("eyecomm").error("cannot read %s", "/home/someone/board.obf")
    logs.stop_log(handler)
    assert "cannot read ~/board.obf" in (folder / "eyecomm.log").read_text(encoding="utf-8")


def test_old_files_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 200)
    handler = logs.start_log(folder)
    for number in range(40):
        logging.getLogger("eyecomm").info("line %d", number)
    logs.stop_log(handler)
    assert len(list(folder.iterdir())) == 4


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_only_the_user_can_read_it(folder: Path) -> None:
    logs.stop_log(logs.start_log(folder))
    assert stat.S_IMODE((folder / "eyecomm.log").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="nothing can be logged"):
        logs.start_log(tmp_path / "file" / "logs")
