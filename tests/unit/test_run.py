"""The two commands, and what the repository promises about them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run
from set_up.errors import SetUpError

ROOT = Path(run.__file__).resolve().parent
# In two halves, so that this file does not name what no file may name.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "conda" + ".anaconda"]


def committed_files() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, or no git")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_committed_file_names_a_package_registry() -> None:
    naming = [
        (path.name, host) for path in committed_files() for host in REGISTRIES if host.encode() in path.read_bytes()
    ]
    assert naming == []


def test_no_lock_file_with_addresses_is_committed() -> None:
    assert not {"uv.lock", "pylock.toml"} & {path.name for path in committed_files()}


@pytest.mark.parametrize("name", ["app.txt", "dev.txt"])
def test_every_requirement_is_exact_and_has_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    requirements = text.strip().splitlines()
    assert requirements
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []
    assert "://" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="the shell script of continuous integration")
def test_continuous_integration_runs_the_second_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec python3 run.py test"


def test_words_after_the_two_dashes_are_not_ours() -> None:
    options, rest = run.read_command_line(["test", "--fresh", "--", "-k", "dwell", "--", "--fresh"])
    assert (options.command, options.fresh) == ("test", True)
    assert rest == ["-k", "dwell", "--", "--fresh"]


def test_without_words_the_app_is_started() -> None:
    options, rest = run.read_command_line([])
    assert (options.command, options.fresh, rest) == (None, False, [])


def test_a_word_we_do_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run.read_command_line(["--virtual-patient"])
    assert stop.value.code == 2
    assert "run.py [--fresh] [-- app arguments]" in capsys.readouterr().err


def test_a_set_up_that_cannot_go_on_ends_with_its_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SetUpError("Type this line.")

    monkeypatch.setattr(run, "set_up", refuse)
    assert run.main([]) == run.CANNOT_SET_UP
    assert capsys.readouterr().err == "\nType this line.\n"


def test_control_c_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "set_up", interrupt)
    assert run.main(["test"]) == run.INTERRUPTED
    assert "Stopped." in capsys.readouterr().err


def test_the_app_gets_its_words_and_gives_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []

    def become(command: list[str]) -> int:
        became.append(command)
        return 7

    monkeypatch.setattr(run, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(run, "hand_over", become)
    assert run.main(["--", "--virtual-patient", "I am thirsty"]) == 7
    assert became[0][1:] == ["-P", "-m", "eyecomm", "--virtual-patient", "I am thirsty"]


def test_it_is_called_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "--help"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "python3 run.py test" in told.stdout
