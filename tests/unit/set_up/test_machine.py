"""The Python and the computer."""

import platform
import shutil
import sys

import pytest

from set_up import machine as module
from set_up.errors import SetUpError
from set_up.machine import as_numbers, check_machine, move_to_supported_python


def be(monkeypatch: pytest.MonkeyPatch, system: str, processor: str, libc: tuple[str, str] = ("", "")) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    monkeypatch.setattr(platform, "libc_ver", lambda: libc)


@pytest.mark.parametrize(
    ("system", "processor", "libc"),
    [
        ("linux", "x86_64", ("glibc", "2.36")),
        ("linux", "x86_64", ("glibc", "2.34")),
        ("win32", "AMD64", ("", "")),
        ("darwin", "arm64", ("", "")),
    ],
)
def test_machines_with_wheels_are_welcome(
    monkeypatch: pytest.MonkeyPatch, system: str, processor: str, libc: tuple[str, str]
) -> None:
    be(monkeypatch, system, processor, libc)
    check_machine()


@pytest.mark.parametrize(("system", "processor"), [("linux", "aarch64"), ("darwin", "x86_64"), ("win32", "ARM64")])
def test_machines_without_wheels_are_told(monkeypatch: pytest.MonkeyPatch, system: str, processor: str) -> None:
    be(monkeypatch, system, processor)
    with pytest.raises(SetUpError, match=f"on {processor}, for which MediaPipe does not exist"):
        check_machine()


@pytest.mark.parametrize(("libc", "told"), [(("glibc", "2.31"), "glibc 2.31"), (("", ""), "another C library")])
def test_an_old_or_other_c_library_is_told(monkeypatch: pytest.MonkeyPatch, libc: tuple[str, str], told: str) -> None:
    be(monkeypatch, "linux", "x86_64", libc)
    with pytest.raises(SetUpError, match=told):
        check_machine()


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 12, 0), (3, 13, 9)])
def test_a_python_that_fits_goes_on(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    move_to_supported_python(["run.py"])


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0)])
def test_without_a_python_that_fits_it_is_said(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SetUpError, match=r"needs Python 3\.11, 3\.12 or 3\.13"):
        move_to_supported_python(["run.py"])


def test_another_python_that_fits_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def become(command: list[str]) -> int:
        return 5 if command == [sys.executable, "run.py", "test"] else 6

    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(shutil, "which", lambda name: sys.executable if name == "python3.12" else None)
    monkeypatch.setattr(module, "hand_over", become)
    with pytest.raises(SystemExit) as stop:
        move_to_supported_python(["run.py", "test"])
    assert stop.value.code == 5


def test_versions_compare_as_numbers() -> None:
    assert as_numbers("2.4") < as_numbers("2.34")
