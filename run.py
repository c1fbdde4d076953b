#!/usr/bin/env python3
"""Set EyeComm up and run it: `python3 run.py`. Set up and run every check: `python3 run.py test`.

Needs nothing but Python 3.11 to 3.13. Words after `--` go to the app or to pytest.
"""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "eyecomm-stamp"
SUPPORTED = ((3, 11), (3, 13))

# Shared library -> the Debian package that brings it. Qt aborts without the first group, a window needs the second.
LIBRARIES = {
    "GL": "libgl1",
    "EGL": "libegl1",
    "GLESv2": "libgles2",
    "xkbcommon": "libxkbcommon0",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "glib-2.0": "libglib2.0-0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0",
}


class SetUpError(Exception):
    """Set-up cannot go on; the text says why and what to do, in one sentence."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then run the app or the checks."""
    if "-h" in arguments or "--help" in arguments:
        print(__doc__)
        return 0
    own, rest = _split(arguments)
    if own not in ([], ["test"]):
        print("Use: python3 run.py [test] [-- arguments]")
        return 2
    try:
        python = set_up(for_tests=bool(own))
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 3
    return run_checks(python, rest) if own else run_app(python, rest)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    place = arguments.index("--")
    return arguments[:place], arguments[place + 1 :]


def set_up(*, for_tests: bool) -> Path:
    """Make the private Python environment if it is missing or out of date, and give its Python."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        raise SetUpError(f"EyeComm needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.")
    _need_system_packages(for_tests=for_tests)
    files = ["app.txt", "dev.txt"] if for_tests else ["app.txt"]
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = STAMP.read_text().splitlines() if STAMP.exists() and python.exists() else []
    if all(_mark(name) in done for name in files):
        return python
    _make_environment(python, fresh=not done)
    _install(python, files)
    _write_stamp(python, files, done)
    return python


def _mark(name: str) -> str:
    content = (ROOT / "requirements" / name).read_bytes()
    where = f"{ROOT} {sys.version_info[:2]} {name}"
    return f"{name} {hashlib.sha256(content + where.encode()).hexdigest()}"


def _make_environment(python: Path, *, fresh: bool) -> None:
    print("1/3 Making a private Python environment in .venv ...", flush=True)
    if fresh and VENV.exists() and not _works(python):
        shutil.rmtree(VENV, ignore_errors=True)
    if not python.exists() and subprocess.call([sys.executable, "-m", "venv", str(VENV)]) != 0:
        raise SetUpError(f"The environment could not be made in {VENV}: is the folder writable?")


def _works(python: Path) -> bool:
    ask = [str(python), "-c", "import pip, sys; print(sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == str(sys.version_info[:2])


def _install(python: Path, files: list[str]) -> None:
    print("2/3 Fetching and installing what EyeComm needs (some minutes the first time) ...", flush=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input"]
    for name in files:
        command += ["-r", str(ROOT / "requirements" / name)]
    if subprocess.call(command) != 0:
        raise SetUpError("Installing failed, see above: check the internet connection and free space, then try again.")


def _write_stamp(python: Path, files: list[str], done: list[str]) -> None:
    print("3/3 Finishing ...", flush=True)
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    (packages / "eyecomm-checkout.pth").write_text(f"{ROOT}\n")
    kept = [line for line in done if line.split()[0] not in files]
    STAMP.write_text("\n".join(kept + [_mark(name) for name in files]) + "\n")


def _need_system_packages(*, for_tests: bool) -> None:
    if not sys.platform.startswith("linux"):
        return
    missing = _missing_packages(for_tests=for_tests)
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise SetUpError("Please install these with your system's package manager first: " + " ".join(missing))
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    prefix = _root_prefix()
    if prefix is None:
        line = "sudo apt-get update && sudo " + " ".join(install)
        raise SetUpError(f"Some system packages are missing. Type this line, then try again:\n\n    {line}\n")
    print(f"Installing system packages: {' '.join(missing)}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([*prefix, "apt-get", "update", "-qq"], env=env)
    if subprocess.call([*prefix, *install, "-qq"], env=env) != 0:
        raise SetUpError("The system packages could not be installed; the lines above say why.")


def _missing_packages(*, for_tests: bool) -> list[str]:
    missing = [package for name, package in LIBRARIES.items() if not _library_present(name)]
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) != 0:
        missing.append("python3-venv")
    if for_tests and shutil.which("Xvfb") is None:
        missing.append("xvfb")
    return missing


def _library_present(name: str) -> bool:
    if ctypes.util.find_library(name):
        return True
    # A bare system has neither a compiler nor binutils, which find_library asks; look in the usual places too.
    places = [Path("/lib"), Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib")]
    return any(next(place.glob(f"**/lib{name}.so.*"), None) for place in places if place.is_dir())


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def run_app(python: Path, rest: list[str]) -> int:
    """Start the app in its own environment."""
    return subprocess.call([str(python), "-m", "eyecomm", *rest])


def run_checks(python: Path, rest: list[str]) -> int:
    """Run every check, say how each went, and give 0 when all passed."""
    tools = python.parent
    floor = ["eyecomm/selection/*", "eyecomm/conversation/*"]
    coverage = [str(tools / "coverage"), "report", "--fail-under=100", f"--include={','.join(floor)}"]
    checks = {
        "ruff": [str(tools / "ruff"), "check", "."],
        "format": [str(tools / "ruff"), "format", "--check", "."],
        "mypy": [str(tools / "mypy")],
        "layers": [str(tools / "lint-imports")],
        "tests": [str(python), "-m", "pytest", "--cov=eyecomm", "--cov-branch", "--cov-report=", *rest],
        "coverage": coverage,
    }
    results = {name: _check(name, command) for name, command in checks.items() if name != "coverage" or not rest}
    print("\n" + "\n".join(f"{name:10s} {'passed' if ok else 'FAILED'}" for name, ok in results.items()))
    failed = sum(not ok for ok in results.values())
    print(f"checks: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _check(name: str, command: list[str]) -> bool:
    print(f"\n== {name}: {' '.join([Path(command[0]).name, *command[1:]])}", flush=True)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.call(command, cwd=ROOT, env=env) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
