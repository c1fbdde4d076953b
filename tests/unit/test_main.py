"""The command line: what it hands on, and what it shows meanwhile."""

import io
import sys
from pathlib import Path

import pytest

from eyecomm import __main__, __version__
from eyecomm.replay import command


class Terminal(io.StringIO):
    """Takes itself for one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets what OpenCV asks for; other tests keep what they have."""
    for name in ("OPENCV_IO_MAX_IMAGE_PIXELS", "OPENCV_LOG_LEVEL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_the_version_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        __main__.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"EyeComm {__version__}\n"


def test_the_help_names_the_replay(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        __main__.main(["--help"])
    assert "eyecomm replay --help" in capsys.readouterr().out


class TestReplay:
    def test_words_behind_it_are_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(command, "main", lambda arguments, *_: len(arguments))
        assert __main__.main(["replay", "a", "b", "c"]) == 3

    def test_what_went_wrong_is_one_line_on_the_error_output(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert __main__.main(["replay", str(tmp_path / "none.csv"), "--out", str(tmp_path / "r.json")]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err) == ("", "none.csv: there is no such file.\n")

    @pytest.mark.parametrize("seconds", ["-1", "61", "nan", "soon"])
    def test_a_time_to_settle_that_makes_no_sense(self, seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stop:
            __main__.main(["replay", "film.mp4", "--targets", "t.csv", "--out", "r.json", f"--settle-s={seconds}"])
        assert stop.value.code == 2
        assert "--settle-s" in capsys.readouterr().err

    def test_a_folder_is_no_report(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "f.csv").write_text("session,image,target_x_px,target_y_px,split\na,1.png,1,2,test\n")
        assert __main__.main(["replay", str(tmp_path / "f.csv"), "--out", str(tmp_path)]) == 1
        assert "it is a folder, and the report needs a file" in capsys.readouterr().err

    def test_control_c_leaves_no_report(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupt(*_: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(command, "main", interrupt)
        assert __main__.main(["replay"]) == 130
        assert "no report was written" in capsys.readouterr().err

    def test_progress_is_one_line_at_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        __main__._show_progress("pictures", 12, 2000)
        __main__._show_progress("frames seen", 7, 0)
        first, second = terminal.getvalue().removeprefix("\r").removesuffix("\r").split("\r\r")
        assert (first.rstrip(), second.rstrip()) == ("pictures: 12 of 2000", "frames seen: 7")
        assert len(first) == len(second)
        assert "\n" not in terminal.getvalue()

    def test_progress_is_nothing_in_a_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        file = io.StringIO()
        monkeypatch.setattr(sys, "stderr", file)
        __main__._show_progress("pictures", 1, 2)
        assert file.getvalue() == ""
