"""The system packages that wheels cannot bring: found before Qt aborts, installed where that is allowed."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from set_up.errors import SetUpError
from set_up.processes import follow

# Shared library -> the Debian package that brings it. Qt aborts, or an import fails, where one is missing.
ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
ON_A_SCREEN = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libasound.so.2": "libasound2",  # without it nobody hears the words
}
RENAMED = {"libglib2.0-0", "libasound2"}  # they end in t64 since Debian 13 and Ubuntu 24.04


def provide_system_packages(*, testing: bool, making: bool) -> None:
    """Install the system packages that are missing on Linux, or say which line installs them.

    Raises
    ------
    SetUpError
        If something is missing and cannot be installed from here.
    """
    if sys.platform != "linux":
        return
    missing = missing_libraries({**ALWAYS, **(ON_A_SCREEN if testing or has_screen() else {})})
    missing.update(missing_programs(testing=testing, making=making))
    if not missing:
        return
    if shutil.which("apt-get") is None:
        names = ", ".join(missing)
        raise SetUpError(f"Install these with your system's package manager, then start again: {names}.")
    install_with_apt(sorted({debian_name(package) for package in missing.values()}))


def has_screen() -> bool:
    """Tell whether windows can be shown, so that their libraries are needed."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_libraries(libraries: dict[str, str]) -> dict[str, str]:
    """Give those of the shared libraries that this system's loader does not find."""
    return {name: package for name, package in libraries.items() if not loads(name)}


def missing_programs(*, testing: bool, making: bool) -> dict[str, str]:
    """Give what is missing to make an environment and, for the tests, to show windows on no screen."""
    missing = {}
    if making and importlib.util.find_spec("ensurepip") is None:  # Debian takes it out of its Python
        missing["Python's ensurepip"] = "python{}.{}-venv".format(*sys.version_info[:2])
    if testing and shutil.which("Xvfb") is None:
        missing["Xvfb"] = "xvfb"
    return missing


def loads(library: str) -> bool:
    """Tell whether the loader finds a shared library and everything it needs in turn."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def debian_name(package: str, dpkg: Path = Path("/var/lib/dpkg/info")) -> str:
    """Give the name a package has on this system, which may have passed the change to 64-bit time."""
    return f"{package}t64" if package in RENAMED and any(dpkg.glob("lib*t64*.list")) else package


def install_with_apt(packages: list[str]) -> None:
    """Install Debian packages where that is allowed without asking for a password.

    Raises
    ------
    SetUpError
        If it is not allowed, or fails; the text holds the one line to type.
    """
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = root_prefix()
    if prefix is None:
        raise SetUpError(
            f"This system lacks a few packages. Type this line, then start again:\n\n    {root_line(install)}\n"
        )
    print(f"Installing system packages: {', '.join(packages)} ...", flush=True)
    silent = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    follow([*silent, "apt-get", "update"], tell_of_apt)  # one broken source of many must not stop us: install decides
    status, last_lines = follow([*silent, *install, "-o", "DPkg::Lock::Timeout=120"], tell_of_apt)
    if status != 0:
        print("\n".join(last_lines), file=sys.stderr)
        raise SetUpError(
            "The system packages could not be installed; the lines above say why. Is this computer on the internet? "
            f"This line tries again:\n\n    {root_line(install)}\n"
        )


def root_prefix() -> list[str] | None:
    """Give what stands before a command to run it as root, or None where that needs a password."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def root_line(install: list[str]) -> str:
    """Give the line that a person types to install packages on this system."""
    line = f"apt-get update && {shlex.join(install)}"
    if sys.platform != "win32" and os.geteuid() == 0:
        return line
    return f"sudo sh -c {shlex.quote(line)}" if shutil.which("sudo") else f"su -c {shlex.quote(line)}"


def tell_of_apt(line: str) -> str | None:
    """Give what is worth showing of a line that apt prints."""
    found = re.match(r"Setting up (\S+?)(:\w+)? ", line)
    return found[1] if found else None
