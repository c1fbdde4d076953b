import numpy as np

from eyecomm.calibration.data import CalibrationData
from eyecomm.geometry import Screen

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)


def _data(features: list[float], index: list[int]) -> CalibrationData:
    places = np.column_stack([np.array(index) * 100.0, np.full(len(index), 50.0)])
    return CalibrationData(np.array(features)[:, None], places, np.array(index), SCREEN)


def test_condensed_there_is_one_row_a_target() -> None:
    condensed = _data([1.0, 3.0, 10.0, 20.0, 30.0], [2, 2, 5, 5, 5]).condense()
    assert condensed.features.tolist() == [[2.0], [20.0]]
    assert condensed.targets_px.tolist() == [[200.0, 50.0], [500.0, 50.0]]
    assert condensed.target_index.tolist() == [2, 5]


def test_added_targets_keep_apart() -> None:
    both = _data([1.0, 2.0], [0, 3]) + _data([3.0], [0])
    assert both.target_index.tolist() == [0, 3, 4]
    assert both.targets_px[:, 0].tolist() == [0.0, 300.0, 0.0]
    assert both.features[:, 0].tolist() == [1.0, 2.0, 3.0]
