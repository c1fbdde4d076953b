"""System packages: what is missing, and the one line that installs it."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from set_up import system_packages as module
from set_up.errors import SetUpError
from set_up.system_packages import debian_name, missing_libraries, provide_system_packages, root_line, tell_of_apt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes libraries from the system")

Install = list[list[str]]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Pretend that nothing is missing and note what would be installed."""
    calls: Install = []
    monkeypatch.setattr(module, "loads", lambda _: True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(module, "debian_name", lambda name: name)
    monkeypatch.setattr(module, "install_with_apt", calls.append)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return calls


def lack(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(module, "loads", lambda name: name not in names)


def test_where_all_is_there_nothing_is_installed(installed: Install) -> None:
    provide_system_packages(testing=True, making=True)
    assert installed == []


def test_a_missing_library_is_installed_by_its_package(installed: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    lack(monkeypatch, "libglib-2.0.so.0", "libgthread-2.0.so.0", "libEGL.so.1")
    provide_system_packages(testing=False, making=False)
    assert installed == [["libegl1", "libglib2.0-0"]]


@pytest.mark.parametrize(("screen", "calls"), [("", []), (":0", [["libxcb-cursor0"]])])
def test_libraries_of_windows_are_needed_where_there_is_a_screen(
    installed: Install, monkeypatch: pytest.MonkeyPatch, screen: str, calls: Install
) -> None:
    lack(monkeypatch, "libxcb-cursor.so.0")
    monkeypatch.setenv("DISPLAY", screen)
    provide_system_packages(testing=False, making=False)
    assert installed == calls


def test_the_tests_need_windows_and_a_screen_that_is_not_there(
    installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    lack(monkeypatch, "libxcb-cursor.so.0")
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "Xvfb" else name)
    provide_system_packages(testing=True, making=False)
    assert installed == [["libxcb-cursor0", "xvfb"]]


@pytest.mark.parametrize("making", [True, False])
def test_debians_bare_python_needs_its_venv_package(
    installed: Install, monkeypatch: pytest.MonkeyPatch, *, making: bool
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    provide_system_packages(testing=False, making=making)
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert installed == ([[package]] if making else [])


def test_without_apt_the_libraries_are_named(installed: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    lack(monkeypatch, "libEGL.so.1", "libGL.so.1")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SetUpError, match=r"package manager, then start again: libGL\.so\.1, libEGL\.so\.1\."):
        provide_system_packages(testing=False, making=False)
    assert installed == []


def test_without_the_right_to_install_the_exact_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "root_prefix", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    line = "    su -c 'apt-get update && apt-get install -y --no-install-recommends libegl1 libgl1'\n"
    with pytest.raises(SetUpError) as stop:
        module.install_with_apt(["libegl1", "libgl1"])
    assert line in str(stop.value)


@pytest.mark.parametrize(
    ("user", "sudo", "line"),
    [
        (0, None, "apt-get update && apt-get install x"),
        (1000, "/usr/bin/sudo", "sudo sh -c 'apt-get update && apt-get install x'"),
        (1000, None, "su -c 'apt-get update && apt-get install x'"),
    ],
)
def test_the_line_fits_the_system(monkeypatch: pytest.MonkeyPatch, user: int, sudo: str | None, line: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(shutil, "which", lambda _: sudo)
    assert root_line(["apt-get", "install", "x"]) == line


@pytest.mark.parametrize("update_status", [0, 100])
def test_a_broken_package_source_does_not_stop_the_installation(
    monkeypatch: pytest.MonkeyPatch, update_status: int
) -> None:
    commands: list[list[str]] = []

    def follow(command: list[str], _: object) -> tuple[int, list[str]]:
        commands.append(command)
        return (update_status if "update" in command else 0), []

    monkeypatch.setattr(module, "root_prefix", list)
    monkeypatch.setattr(module, "follow", follow)
    module.install_with_apt(["libgl1"])
    assert [command[3] for command in commands] == ["update", "install"]


def test_a_failed_installation_says_what_apt_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "root_prefix", list)
    monkeypatch.setattr(module, "follow", lambda *_: (100, ["E: Unable to locate package libgl1"]))
    with pytest.raises(SetUpError, match="could not be installed"):
        module.install_with_apt(["libgl1"])
    assert "Unable to locate" in capsys.readouterr().err


def test_names_follow_the_change_to_64_bit_time(tmp_path: Path) -> None:
    (tmp_path / "libssl3:amd64.list").touch()
    assert debian_name("libasound2", tmp_path) == "libasound2"
    (tmp_path / "libssl3t64:amd64.list").touch()
    assert debian_name("libasound2", tmp_path) == "libasound2t64"
    assert debian_name("libgl1", tmp_path) == "libgl1"


def test_the_loader_itself_is_asked() -> None:
    assert missing_libraries({"libc.so.6": "libc6", "libnowhere.so.9": "nowhere"}) == {"libnowhere.so.9": "nowhere"}


def test_apt_is_told_in_few_words() -> None:
    assert tell_of_apt("Setting up libgl1:amd64 (1.6.0-1) ...") == "libgl1"
    assert tell_of_apt("Reading package lists...") is None
