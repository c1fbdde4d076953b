"""The table and the closing line."""

import sys
from pathlib import Path

import pytest

from set_up import checks as module
from set_up.checks import Count, Outcome, check, close, count_tests, list_checks, run_checks
from set_up.environment import Environment

SUITE = '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3" time="1.5"/></testsuites>'


def test_tests_are_counted_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    report.write_text(SUITE)
    assert count_tests(report) == Count(passed=4, failed=3, skipped=3)


@pytest.mark.parametrize("text", [None, "", "<testsuites/>"])
def test_a_pytest_that_never_finished_counts_as_a_failure(tmp_path: Path, text: str | None) -> None:
    report = tmp_path / "tests.xml"
    if text is not None:
        report.write_text(text)
    assert count_tests(report) == Count(passed=0, failed=1, skipped=0)


def test_the_closing_line_counts_tests_and_checks() -> None:
    outcomes = [Outcome("mypy", False, 2.0), Outcome("layers", True, 1.0), Outcome("tests", True, 3.0)]
    lines = close(outcomes, Count(passed=10, failed=0, skipped=1)).splitlines()
    assert lines[-1] == "11 tests and 2 other checks: 11 passed, 1 failed, 1 skipped"
    assert any("mypy" in line and "FAILED" in line for line in lines)


def test_all_checks_run_even_when_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def record(_: Path, name: str, __: list[str]) -> Outcome:
        asked.append(name)
        return Outcome(name, name != "ruff check", 0.0)

    monkeypatch.setattr(module, "check", record)
    assert run_checks(Environment(tmp_path), []) == 1
    assert asked == ["ruff check", "ruff format", "mypy", "layers", "tests", "coverage"]


def test_a_part_of_the_tests_is_not_asked_to_cover_everything(tmp_path: Path) -> None:
    checks = list_checks(Environment(tmp_path), ["-k", "dwell"], tmp_path / "tests.xml")
    assert "coverage" not in checks
    assert checks["tests"][-2:] == ["-k", "dwell"]


@pytest.mark.parametrize(("status", "passed"), [(0, True), (1, False)])
def test_a_check_passes_by_its_exit_status(tmp_path: Path, status: int, *, passed: bool) -> None:
    assert check(tmp_path, "mypy", [sys.executable, "-c", f"raise SystemExit({status})"]).passed is passed
