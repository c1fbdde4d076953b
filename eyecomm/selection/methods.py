"""The ways to select, by name."""

from enum import Enum

from eyecomm.selection.blink import BlinkSelector, BlinkSettings, DwellOrBlinkSelector
from eyecomm.selection.dwell import DwellSelector, DwellSettings
from eyecomm.selection.protocols import Selector


class Method(Enum):
    """How the patient selects."""

    DWELL = "dwell"
    BLINK = "blink"
    DWELL_OR_BLINK = "dwell or blink"


def make_selector(method: Method, dwell: DwellSettings, blink: BlinkSettings) -> Selector:
    """Make the selector for a method; settings of the other method are not used."""
    if method is Method.DWELL:
        return DwellSelector(dwell)
    if method is Method.BLINK:
        return BlinkSelector(blink)
    return DwellOrBlinkSelector(DwellSelector(dwell), BlinkSelector(blink))
