import dataclasses
from collections.abc import Callable

import pytest

from eyecomm.selection.blink import BlinkSettings
from eyecomm.selection.dwell import DwellSettings
from eyecomm.selection.targets import SelectionError

RANGES = [
    (kind, entry.name, *entry.metadata["range"])
    for kind in (DwellSettings, BlinkSettings)
    for entry in dataclasses.fields(kind)
    if "range" in entry.metadata
]


@pytest.mark.parametrize(("kind", "name", "low", "high"), RANGES)
@pytest.mark.parametrize("wrong", ["below", "above", "nan"])
def test_a_number_out_of_its_range_is_refused_by_name(
    kind: Callable[..., object], name: str, low: float, high: float, wrong: str
) -> None:
    value = {"below": low - 0.01, "above": high + 0.01, "nan": float("nan")}[wrong]
    with pytest.raises(SelectionError, match=name):
        kind(**{name: value})


def test_the_dwell_goes_from_300_to_5000_ms() -> None:
    assert DwellSettings(dwell_s=0.3).dwell_s == 0.3
    assert DwellSettings(dwell_s=5.0).dwell_s == 5.0
