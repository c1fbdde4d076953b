#!/usr/bin/env python3
"""Set EyeComm up and start it, or set it up and check it, with Python's standard library alone.

``python3 run.py`` starts the app, ``python3 run.py test`` runs every check; both first set up whatever is missing.
Newer syntax than Python 3.8 knows has no place here or in `set_up`: an old Python must be able to say that it is old.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from set_up.checks import run_checks
from set_up.environment import Environment, set_up
from set_up.errors import SetUpError
from set_up.machine import move_to_supported_python
from set_up.processes import hand_over

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent
CANNOT_SET_UP = 3
INTERRUPTED = 130  # 128 + SIGINT, as a shell says it


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks, and give the exit status."""
    options, rest = read_command_line(arguments)
    testing = options.command == "test"
    environment = Environment(ROOT)
    try:
        move_to_supported_python([str(ROOT / "run.py"), *arguments])
        set_up(environment, testing=testing, fresh=options.fresh)
        if testing:
            return run_checks(environment, rest)
        return hand_over([str(environment.tool("python")), "-P", "-m", "eyecomm", *rest])
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return CANNOT_SET_UP
    except KeyboardInterrupt:
        print("\nStopped. The next start takes it up again.", file=sys.stderr)
        return INTERRUPTED


def read_command_line(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the arguments into our own and, after ``--``, those of the app or of pytest."""
    own, rest = list(arguments), []
    if "--" in own:
        place = own.index("--")
        own, rest = own[:place], own[place + 1 :]
    parser = argparse.ArgumentParser(
        prog="run.py",
        usage="python3 run.py [--fresh] [-- app arguments]\n       python3 run.py test [--fresh] [-- pytest arguments]",
        description="Sets EyeComm up, then starts it or runs every check. What is set up already is not done again.",
        epilog="What stands after -- goes to the app or to pytest; python3 run.py -- --help tells what the app knows. "
        f"Exit status {CANNOT_SET_UP}: set-up was not possible, and the last sentence says why.",
    )
    parser.add_argument("command", nargs="?", choices=["test"], help="set up and run every check")
    parser.add_argument("--fresh", action="store_true", help="make the private Python environment anew")
    return parser.parse_args(own), rest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
