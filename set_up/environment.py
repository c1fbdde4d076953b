"""The private Python environment: made once, installed with hashes, made anew when it no longer fits."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from set_up.errors import SetUpError
from set_up.lock import hold, share
from set_up.machine import check_machine
from set_up.processes import follow
from set_up.system_packages import provide_system_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

EDITION = 1  # raise it when set-up itself changes: every environment is then made anew
APP = ["app.txt"]
APP_AND_TOOLS = ["app.txt", "dev.txt"]

# What pip says -> what that means to the person who waits. The first that fits is told.
REASONS = {
    "No space left on device": "The disk is full. Free 2 GB, then start again.",
    "DO NOT MATCH THE HASHES": "A download was not the file that was tested, so it was not installed. Start again.",
    "SSLError|CERTIFICATE": "The secure connection failed. Are this computer's date and time right?",
    "name resolution|NewConnection|getaddrinfo|unreachable|refused|ConnectTimeout|Read timed out": (
        "The download failed. Connect this computer to the internet, then start again."
    ),
}
UNKNOWN_REASON = "The packages could not be installed; pip says why above. Start again, with --fresh if it repeats."


@dataclasses.dataclass(frozen=True)
class Environment:
    """The private Python environment of one checkout.

    Attributes
    ----------
    root : Path
        The folder that holds run.py.
    """

    root: Path

    @property
    def folder(self) -> Path:
        """Where the environment lies."""
        return self.root / ".venv"

    @property
    def stamp(self) -> Path:
        """The file that is written last: an environment without it was never finished."""
        return self.folder / "eyecomm-stamp"

    def tool(self, name: str) -> Path:
        """Give the place of a program of the environment."""
        return self.folder / "Scripts" / f"{name}.exe" if sys.platform == "win32" else self.folder / "bin" / name

    def requirements(self, name: str) -> Path:
        """Give the place of a requirement file."""
        return self.root / "requirements" / name


def set_up(environment: Environment, *, testing: bool, fresh: bool) -> None:
    """Bring the environment to what the requirement files ask for; do nothing where it is so already."""
    files = APP_AND_TOOLS if testing else APP
    lock = share(environment.root)
    ready = is_ready(environment, files) and not fresh
    if not ready:
        check_machine()
    provide_system_packages(testing=testing, making=not ready)
    if not ready:
        hold(lock, alone=True)
        if fresh or not is_ready(environment, files):  # another set-up may have done it meanwhile
            renew(environment, files, lock, fresh=fresh)
        hold(lock, alone=False)


def renew(environment: Environment, files: Sequence[str], lock: int | None, *, fresh: bool) -> None:
    """Make the environment, or add the tools to one that holds the app; until the stamp it counts as unfinished."""
    keep = not fresh and is_ready(environment, APP) and read_stamp(environment) == marks(environment, APP)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("Making a private Python environment in .venv", lambda: make(environment)),
        ("Fetching the packages, some minutes the first time", lambda: install(environment, files, lock)),
        ("Trying them out", lambda: try_out(environment)),
    ]
    with explained(environment), contextlib.suppress(FileNotFoundError):
        environment.stamp.unlink()
    for number, (words, step) in enumerate(steps[keep:], 1):
        print(f"{number}/{len(steps[keep:])} {words} ...", flush=True)
        step()
    with explained(environment):
        environment.stamp.write_text("\n".join(sorted(marks(environment, files))), encoding="utf-8")


def is_ready(environment: Environment, files: Sequence[str]) -> bool:
    """Tell whether the environment is finished, has its Python and is what the requirement files ask for."""
    return environment.tool("python").exists() and marks(environment, files) <= read_stamp(environment)


def marks(environment: Environment, files: Sequence[str]) -> set[str]:
    """Give the lines that the stamp holds when the environment is what this checkout and this Python need."""
    lines = {f"set-up {EDITION}", "python {}.{}".format(*sys.version_info[:2])}
    for name in files:
        content = hashlib.sha256(environment.requirements(name).read_bytes()).hexdigest()
        # The app stands a move of its folder, even far from any network; the scripts of the tools hold its path.
        lines.add(f"{name} {content}" if name in APP else f"{name} {content} in {environment.root}")
    return lines


def read_stamp(environment: Environment) -> set[str]:
    """Give the lines of the stamp, none where there is no finished environment."""
    try:
        return set(environment.stamp.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return set()


def make(environment: Environment) -> None:
    """Make an empty environment that knows its checkout.

    Raises
    ------
    SetUpError
        If the folder cannot be written to, the old environment is in use, or Python's venv fails.
    """
    with explained(environment):
        clear(environment.folder)
    base = getattr(sys, "_base_executable", sys.executable)  # this file may run in the environment it replaces
    made = subprocess.run([base, "-m", "venv", str(environment.folder)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        print(made.stdout + made.stderr, file=sys.stderr)
        raise SetUpError("Python could not make a private environment; the lines above say why.")
    packages = next(environment.folder.glob("[Ll]ib/**/site-packages"))
    # A relative path is plain ASCII, and stays true when the whole folder moves.
    path = os.path.relpath(environment.root, packages)
    with explained(environment):
        (packages / "eyecomm-checkout.pth").write_text(f"{path}\n", encoding="ascii")


@contextlib.contextmanager
def explained(environment: Environment) -> Iterator[None]:
    """Turn a refusal of the file system into a sentence.

    Raises
    ------
    SetUpError
        If something in the environment cannot be written or removed.
    """
    try:
        yield
    except OSError as error:
        raise SetUpError(
            f"{environment.folder}, where EyeComm keeps its Python environment, cannot be changed: {error.strerror}. "
            "Close EyeComm if it runs; else copy its folder to a place where you may write."
        ) from error


def clear(folder: Path) -> None:
    """Leave an empty folder, whatever stood there."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()


def install(environment: Environment, files: Sequence[str], lock: int | None) -> None:
    """Install what the requirement files list, each package checked against its hash.

    Raises
    ------
    SetUpError
        If pip fails; its last lines are shown first.
    """
    command = [str(environment.tool("python")), "-u", "-m", "pip", "install", "--no-deps", "--require-hashes"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    for name in files:
        command += ["-r", str(environment.requirements(name))]
    status, last_lines = follow(command, tell_of_pip, lock)
    if status != 0:
        print("\n".join(last_lines), file=sys.stderr)
        raise SetUpError(explain("\n".join(last_lines)))


def tell_of_pip(line: str) -> str | None:
    """Give what is worth showing of a line that pip prints."""
    wheel = re.match(
        r"\s*(?:Downloading|Using cached|Processing) (?:\S*/)?(\w[\w.]*)-(\d[^-]*)-\S+\.whl( \(.+\))?$", line
    )
    if wheel:
        return f"{wheel[1].replace('_', '-')} {wheel[2]}{wheel[3] or ''}"
    together = re.match(r"Installing collected packages: (.*)", line)
    return f"unpacking {len(together[1].split(','))} packages" if together else None


def explain(output: str) -> str:
    """Give the sentence that fits what pip said."""
    return next((sentence for sign, sentence in REASONS.items() if re.search(sign, output)), UNKNOWN_REASON)


def try_out(environment: Environment) -> None:
    """Import the libraries once, so that one that cannot load is named now and not in the middle of a start.

    Raises
    ------
    SetUpError
        If an import fails; the text holds its last line.
    """
    trial = "import cv2, eyecomm, mediapipe, miniaudio, numpy, pyttsx3, PySide6.QtWidgets"
    command = [str(environment.tool("python")), "-P", "-c", trial]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        reason = (tried.stderr.strip().splitlines() or [f"exit status {tried.returncode}"])[-1]
        raise SetUpError(f"The packages are installed, but one of them cannot be loaded: {reason}")
