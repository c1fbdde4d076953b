"""The dwell beside OptiKey's own rules, where both want the same: gaze never lost, and looking away after a choice."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyecomm.geometry import Point
from eyecomm.samples import GazeSample
from eyecomm.selection.dwell import DwellSelector

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench" / "selection"
RATE_HZ = 120.0
SLACK_FRAMES = 6  # OptiKey rounds lock-on and dwell up to frames, and loses one at each change of target
COUNT = 3
ELSEWHERE = -1


class Row:
    """Targets of 100 px in a row, as OptiKey's board."""

    K = COUNT

    def hit(self, points: np.ndarray) -> np.ndarray:
        index = np.floor(points[:, 0] / 100).astype(int)
        return np.where((index < COUNT) & (points[:, 1] < 100), index, ELSEWHERE)


@pytest.fixture(scope="module")
def optikey_class() -> Any:
    if not BENCH.is_dir():
        pytest.skip("the selection bench is not beside this repository")
    sys.path.insert(0, str(BENCH))
    try:
        spec = importlib.util.spec_from_file_location("selection_baselines", BENCH / "baselines.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    return module.OptiKey


class Race:
    """Both get the same samples."""

    def __init__(self, optikey_class: Any) -> None:
        self.theirs = optikey_class(1.25, smooth=None)
        self.theirs.start(Row(), 1, None, RATE_HZ)
        self.ours = DwellSelector()
        self.ours.set_targets(
            np.array([[100.0 * i, 0, 100.0 * i + 100, 100] for i in range(COUNT)]), np.full(COUNT, np.nan)
        )
        self.frame = 0

    def step(self, target: int) -> tuple[int | None, int | None]:
        x, y = (50.0, 500.0) if target == ELSEWHERE else (100.0 * target + 50, 50.0)
        time_s, self.frame = self.frame / RATE_HZ, self.frame + 1
        theirs = int(self.theirs.step(time_s, 1 / RATE_HZ, np.array([[x, y]]), np.array([True]))[0])
        return self.ours.update(GazeSample(time_s, Point(x, y))).selected, None if theirs < 0 else theirs

    def look(self, target: int, seconds: float) -> tuple[list[int], list[int]]:
        """Look until something is chosen and the other had time to follow, then look away for long."""
        ours: list[int] = []
        theirs: list[int] = []
        left = round(seconds * RATE_HZ)
        while left > 0:
            left -= 1
            mine, other = self.step(target)
            if (mine is not None or other is not None) and not ours and not theirs:
                left = SLACK_FRAMES
            ours += [] if mine is None else [mine]
            theirs += [] if other is None else [other]
        if ours or theirs:
            for _ in range(round(1.2 * RATE_HZ)):
                self.step(ELSEWHERE)
        return ours, theirs


# Sums of these stay clear of 0.25, 0.75 and 1.5 s, where a frame more or less decides.
LOOKS = st.lists(
    st.tuples(st.integers(ELSEWHERE, COUNT - 1), st.sampled_from([0.18, 0.7, 1.7])), min_size=5, max_size=25
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LOOKS)
def test_both_choose_the_same_at_the_same_time(optikey_class: Any, looks: list[tuple[int, float]]) -> None:
    race = Race(optikey_class)
    for target, seconds in looks:
        ours, theirs = race.look(target, seconds)
        assert ours == theirs


def test_where_gaze_is_lost_optikey_counts_it_and_we_do_not(optikey_class: Any) -> None:
    race = Race(optikey_class)
    for _ in range(round(0.6 * RATE_HZ)):
        race.step(0)
    race.frame += round(1.0 * RATE_HZ)
    assert race.step(0) == (None, 0)
