import pytest

from eyecomm.selection.blink import BlinkSelector, BlinkSettings, DwellOrBlinkSelector
from eyecomm.selection.dwell import DwellSelector, DwellSettings
from eyecomm.selection.methods import Method, make_selector


@pytest.mark.parametrize(
    ("name", "kind"),
    [("dwell", DwellSelector), ("blink", BlinkSelector), ("dwell or blink", DwellOrBlinkSelector)],
)
def test_each_method_has_its_selector(name: str, kind: type) -> None:
    assert isinstance(make_selector(Method(name), DwellSettings(), BlinkSettings()), kind)


def test_the_settings_are_handed_on() -> None:
    dwell = make_selector(Method.DWELL, DwellSettings(dwell_s=2.0), BlinkSettings())
    blink = make_selector(Method.BLINK, DwellSettings(), BlinkSettings(min_s=0.8))
    assert isinstance(dwell, DwellSelector)
    assert isinstance(blink, BlinkSelector)
    assert (dwell.settings.dwell_s, blink.settings.min_s) == (2.0, 0.8)
