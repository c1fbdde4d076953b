import sys
import tempfile
from pathlib import Path

import pytest

from eyecomm.devices.voice_espeak import short_path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder too deep for eSpeak, with a temporary folder of its own."""
    short = tmp_path / "t"
    short.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    folder = tmp_path / ("d" * 200)
    folder.mkdir()
    (folder / "phontab").touch()
    return folder


def test_a_short_path_stays() -> None:
    assert short_path(Path("/usr/share/espeak-ng-data")) == Path("/usr/share/espeak-ng-data")


def test_a_deep_folder_is_reached_through_a_short_link(deep: Path) -> None:
    link = short_path(deep)
    assert len(str(link)) < len(str(deep))
    assert (link / "phontab").exists()


def test_the_link_is_used_again(deep: Path) -> None:
    assert short_path(deep) == short_path(deep)


def test_a_link_that_leads_elsewhere_is_not_trusted(deep: Path, tmp_path: Path) -> None:
    first = short_path(deep)
    first.unlink()
    first.symlink_to(tmp_path)
    second = short_path(deep)
    assert second != first
    assert (second / "phontab").exists()
