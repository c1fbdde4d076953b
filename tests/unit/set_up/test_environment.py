"""The private environment, with pip and the imports left out."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from set_up import environment as module
from set_up.environment import APP, APP_AND_TOOLS, Environment, explain, is_ready, make, marks, set_up, tell_of_pip
from set_up.errors import SetUpError

Log = list[str]


@pytest.fixture
def checkout(tmp_path: Path) -> Environment:
    root = tmp_path / "eye comm ü"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "app.txt").write_text("numpy==2.4.6 --hash=sha256:0\n")
    (root / "requirements" / "dev.txt").write_text("ruff==0.17.6 --hash=sha256:1\n")
    return Environment(root)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """Replace the slow and outside steps by notes of what was done."""
    done: Log = []

    def fake_make(environment: Environment) -> None:
        done.append("make")
        module.clear(environment.folder)
        environment.tool("python").parent.mkdir()
        environment.tool("python").touch()

    def note(step: str) -> Callable[..., None]:
        return lambda *_, **__: done.append(step)

    monkeypatch.setattr(module, "make", fake_make)
    monkeypatch.setattr(module, "install", lambda _, files, __: done.append(" ".join(files)))
    monkeypatch.setattr(module, "try_out", note("try"))
    monkeypatch.setattr(module, "share", lambda _: None)  # held until the process ends, which is too long here
    monkeypatch.setattr(module, "check_machine", note("machine"))
    monkeypatch.setattr(module, "provide_system_packages", note("system"))
    return done


def test_the_second_time_nothing_is_done_twice(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=False, fresh=False)
    assert log == ["machine", "system", "make", "app.txt", "try"]
    log.clear()
    set_up(checkout, testing=False, fresh=False)
    assert log == ["system"]


def test_progress_is_told_in_plain_words(checkout: Environment, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(checkout, testing=False, fresh=False)
    told = capsys.readouterr().out.splitlines()
    assert [line[:3] for line in told] == ["1/3", "2/3", "3/3"]
    assert told[0] == "1/3 Making a private Python environment in .venv ..."
    assert log[-1] == "try"


def test_the_tools_are_added_to_an_environment_that_holds_the_app(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=False, fresh=False)
    log.clear()
    set_up(checkout, testing=True, fresh=False)
    assert log == ["machine", "system", "app.txt dev.txt", "try"]
    assert is_ready(checkout, APP)
    assert is_ready(checkout, APP_AND_TOOLS)


@pytest.mark.parametrize("name", APP_AND_TOOLS)
def test_changed_requirements_make_it_anew(checkout: Environment, log: Log, name: str) -> None:
    set_up(checkout, testing=True, fresh=False)
    log.clear()
    checkout.requirements(name).write_text("numpy==2.5.0 --hash=sha256:2\n")
    set_up(checkout, testing=True, fresh=False)
    assert "make" in log


def test_the_app_does_not_wait_for_new_tools(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=True, fresh=False)
    log.clear()
    checkout.requirements("dev.txt").write_text("ruff==1.0.0 --hash=sha256:2\n")
    set_up(checkout, testing=False, fresh=False)
    assert log == ["system"]


def test_a_missing_python_makes_it_anew(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=False, fresh=False)
    log.clear()
    checkout.tool("python").unlink()
    set_up(checkout, testing=False, fresh=False)
    assert "make" in log


def test_another_python_makes_it_anew(checkout: Environment, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(checkout, testing=False, fresh=False)
    log.clear()
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    set_up(checkout, testing=False, fresh=False)
    assert "make" in log


def test_a_fresh_one_can_be_asked_for(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=True, fresh=False)
    log.clear()
    set_up(checkout, testing=True, fresh=True)
    assert "make" in log


@pytest.mark.parametrize("step", ["make", "install", "try_out"])
def test_an_interrupted_set_up_heals(
    checkout: Environment, log: Log, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    set_up(checkout, testing=False, fresh=False)
    with monkeypatch.context() as broken:

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(module, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            set_up(checkout, testing=True, fresh=step == "make")
    assert not is_ready(checkout, APP)
    log.clear()
    set_up(checkout, testing=False, fresh=False)
    assert "make" in log
    assert is_ready(checkout, APP)


def test_a_garbled_stamp_makes_it_anew(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=False, fresh=False)
    log.clear()
    checkout.stamp.write_bytes(b"\xff\x00\n")
    set_up(checkout, testing=False, fresh=False)
    assert "make" in log


def test_the_app_stands_a_move_and_the_tools_do_not(checkout: Environment, log: Log) -> None:
    set_up(checkout, testing=True, fresh=False)
    moved = Environment(checkout.root.rename(checkout.root.with_name("elsewhere")))
    assert is_ready(moved, APP)
    assert not is_ready(moved, APP_AND_TOOLS)
    assert log[-1] == "try"


def test_it_waits_for_another_set_up_and_does_not_repeat_it(
    checkout: Environment, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: int | None, *, alone: bool) -> None:
        if alone:
            checkout.tool("python").parent.mkdir(parents=True)
            checkout.tool("python").touch()
            checkout.stamp.write_text("\n".join(marks(checkout, APP)))

    monkeypatch.setattr(module, "hold", meanwhile)
    set_up(checkout, testing=False, fresh=False)
    assert log == ["machine", "system"]


@pytest.mark.parametrize("refused", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_changed_is_named(
    checkout: Environment, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(refused, os.strerror(refused))

    monkeypatch.setattr(module, "clear", refuse)
    with pytest.raises(SetUpError, match=os.strerror(refused)) as stop:
        make(checkout)
    assert str(checkout.folder) in str(stop.value)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_in_the_way_is_removed_and_what_it_points_to_kept(checkout: Environment, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    checkout.folder.symlink_to(kept)
    module.clear(checkout.folder)
    assert (kept / "file").exists()
    assert list(checkout.folder.iterdir()) == []
    assert not checkout.folder.is_symlink()


@pytest.mark.slow
def test_a_real_environment_finds_its_checkout_even_after_a_move(checkout: Environment) -> None:
    make(checkout)
    (checkout.root / "eyecomm").mkdir()
    (checkout.root / "eyecomm" / "__init__.py").write_text("print('here')")
    moved = Environment(Path(shutil.move(checkout.root, checkout.root.with_name("else where"))))
    command = [str(moved.tool("python")), "-P", "-c", "import eyecomm"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=moved.root.parent)
    assert told.stdout == "here\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16.9 MB)", "numpy 2.4.6 (16.9 MB)"),
        ("  Using cached absl_py-2.5.1-py3-none-any.whl (137 kB)", "absl-py 2.5.1 (137 kB)"),
        ("Processing /some/place/pyttsx3-2.99-py3-none-any.whl", "pyttsx3 2.99"),
        ("  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (6.6 kB)", None),
        ("Installing collected packages: a, b, c", "unpacking 3 packages"),
        ("Ignoring pywin32: markers don't match your environment", None),
    ],
)
def test_pip_is_told_in_few_words(line: str, told: str | None) -> None:
    assert tell_of_pip(line) == told


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("NewConnectionError('...: Failed to establish a new connection')", "Connect this computer"),
        ("[Errno -3] Temporary failure in name resolution", "Connect this computer"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "was not installed"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)", "date and time"),
        ("something else", "--fresh"),
    ],
)
def test_what_pip_says_becomes_one_sentence(said: str, sentence: str) -> None:
    assert sentence in explain(said)
