"""Every check, one after the other, with a table at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from set_up.environment import Environment

COVERED_IN_FULL = "eyecomm/selection/*,eyecomm/conversation/*"


class Outcome(NamedTuple):
    """How one check went.

    Attributes
    ----------
    name : str
        What was checked.
    passed : bool
        Whether it exited with 0.
    duration_s : float
        How long it took.
    """

    name: str
    passed: bool
    duration_s: float


class Count(NamedTuple):
    """How many passed, failed and were skipped."""

    passed: int
    failed: int
    skipped: int


def run_checks(environment: Environment, pytest_arguments: Sequence[str]) -> int:
    """Run every check, whatever the others say, and close with what passed and what failed.

    Returns
    -------
    int
        0 if all passed, else 1.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        checks = list_checks(environment, pytest_arguments, report)
        outcomes = [check(environment.root, name, command) for name, command in checks.items()]
        print(close(outcomes, count_tests(report)))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def list_checks(environment: Environment, pytest_arguments: Sequence[str], report: Path) -> dict[str, list[str]]:
    """Give the command of each check, by its name."""
    ruff, layers, python = (str(environment.tool(name)) for name in ("ruff", "lint-imports", "python"))
    checks = {
        "ruff check": [ruff, "check", "."],
        "ruff format": [ruff, "format", "--check", "."],
        # The libraries bring their types for the Python they run on, which need not be the oldest one.
        "mypy": [python, "-m", "mypy", "--python-version", "{}.{}".format(*sys.version_info[:2])],
        "layers": [layers],
        "tests": [python, "-m", "pytest", "--cov", "--cov-report=", f"--junitxml={report}", *pytest_arguments],
    }
    if not pytest_arguments:  # a part of the tests cannot cover everything
        coverage = ["report", f"--include={COVERED_IN_FULL}", "--fail-under=100", "--show-missing"]
        checks["coverage"] = [python, "-m", "coverage", *coverage]
    return checks


def check(root: Path, name: str, command: Sequence[str]) -> Outcome:
    """Run one check with its output in the open."""
    print(f"\n== {name}", flush=True)
    start_s = time.monotonic()
    status = subprocess.call(command, cwd=root, env={"QT_QPA_PLATFORM": "offscreen", **os.environ})
    return Outcome(name, status == 0, time.monotonic() - start_s)


def close(outcomes: Sequence[Outcome], tests: Count) -> str:
    """Give the table and the closing line, in which each check but the tests themselves counts as one more."""
    table = [f"{name:12s} {'passed' if passed else 'FAILED'} {took_s:8.1f} s" for name, passed, took_s in outcomes]
    others = [outcome.passed for outcome in outcomes if outcome.name != "tests"]
    passed, failed = tests.passed + sum(others), tests.failed + len(others) - sum(others)
    parts = f"{sum(tests)} tests and {len(others)} other checks"
    return "\n".join(["", *table, "", f"{parts}: {passed} passed, {failed} failed, {tests.skipped} skipped"])


def count_tests(report: Path) -> Count:
    """Read pytest's report; where it wrote none, that is one failure."""
    try:
        suite = ElementTree.parse(report).find("testsuite")
    except (OSError, ElementTree.ParseError):
        suite = None
    if suite is None:
        return Count(0, 1, 0)
    total, failures, errors, skipped = (int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped"))
    return Count(total - failures - errors - skipped, failures + errors, skipped)
