"""The Python and the computer: are they ones that EyeComm can run on."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from set_up.errors import SetUpError
from set_up.processes import hand_over

if TYPE_CHECKING:
    from collections.abc import Sequence

PYTHONS = ((3, 11), (3, 12), (3, 13))
GLIBC = (2, 34)  # what the wheels of Qt ask for
MACHINES = {("linux", "x86_64"), ("win32", "AMD64"), ("darwin", "arm64")}  # MediaPipe has wheels for no other


def move_to_supported_python(command: Sequence[str]) -> None:
    """Go on as it is under a Python that fits, else start the command again with one that is on the path.

    Raises
    ------
    SetUpError
        If there is none.
    """
    if sys.version_info[:2] in PYTHONS:
        return
    for version in reversed(PYTHONS):
        other = shutil.which("python{}.{}".format(*version))
        if other and subprocess.run([other, "-c", ""], capture_output=True, check=False).returncode == 0:
            sys.exit(hand_over([other, *command]))
    raise SetUpError(
        f"EyeComm needs Python 3.11, 3.12 or 3.13; this is {platform.python_version()}. "
        "Install one of them, then start again."
    )


def check_machine() -> None:
    """Say so at once where no wheels exist.

    Raises
    ------
    SetUpError
        If the system, its processor or its C library is not one the wheels are made for.
    """
    if (sys.platform, platform.machine()) not in MACHINES:
        raise SetUpError(
            "EyeComm runs on 64-bit Linux and Windows with an Intel or AMD processor and on Macs with Apple silicon; "
            f"this is {platform.system()} on {platform.machine()}, for which MediaPipe does not exist."
        )
    library, version = platform.libc_ver()
    if sys.platform == "linux" and (library != "glibc" or as_numbers(version) < GLIBC):
        raise SetUpError(
            "EyeComm needs a Linux with glibc 2.34 or newer, such as Debian 12 or Ubuntu 22.04; "
            f"this one has {f'{library} {version}'.strip() or 'another C library'}."
        )


def as_numbers(version: str) -> tuple[int, ...]:
    """Turn ``2.36`` into ``(2, 36)``, which can be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version))
