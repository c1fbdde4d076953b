"""Numbers that people set, each with its range."""

from dataclasses import Field, field, fields
from typing import Any, ClassVar, Protocol

from eyecomm.selection.targets import SelectionError


class _Settings(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def ranged(default: float, low: float, high: float) -> float:
    """Make a dataclass field that carries its range, limits included."""
    return field(default=default, metadata={"range": (low, high)})


def check_ranges(settings: _Settings) -> None:
    """Compare every field made by `ranged` with its range.

    Raises
    ------
    SelectionError
        When a number lies outside its range or is none.
    """
    for entry in fields(settings):
        low, high = entry.metadata.get("range", (None, None))
        value = getattr(settings, entry.name)
        if low is not None and not low <= value <= high:
            raise SelectionError(f"{entry.name} must be {low} to {high}, not {value}.")
