"""Following other programs, and one at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from set_up.lock import hold, share
from set_up.processes import follow, hand_over

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files that are in use itself")


def test_what_matters_is_shown_and_the_end_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", "for n in range(30): print('line', n)\nraise SystemExit(4)"]
    status, last_lines = follow(command, lambda line: line.strip() if line.endswith(" 7\n") else None)
    assert status == 4
    assert capsys.readouterr().out == "      line 7\n"
    assert last_lines == [f"line {n}" for n in range(10, 30)]


@posix
def test_a_set_up_waits_for_those_who_use_the_environment(tmp_path: Path) -> None:
    user = share(tmp_path)
    assert user is not None
    code = (
        "import sys; from pathlib import Path; from set_up.lock import hold, share\n"
        "hold(share(Path(sys.argv[1])), alone=True); print('alone')"
    )
    command = [sys.executable, "-u", "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, close_fds=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().startswith("Waiting for another set-up")
        assert other.poll() is None
        os.close(user)
        assert other.stdout.readline() == "alone\n"


@posix
def test_many_may_use_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    locks = [share(tmp_path), share(tmp_path)]
    for lock in locks:
        assert lock is not None
        os.close(lock)
    assert capsys.readouterr().out == ""


def test_without_a_lock_nothing_is_held() -> None:
    hold(None, alone=True)


@posix
def test_the_command_takes_the_place_of_the_caller() -> None:
    code = (
        "import sys; from set_up.processes import hand_over; hand_over([sys.executable, '-c', 'raise SystemExit(9)'])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert callable(hand_over)
