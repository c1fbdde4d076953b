"""Fields of an Open Board Format file: what is harmless is mended and noted, the rest is an error."""

import json
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NoReturn

from eyecomm.boards.colors import Color, parse_color
from eyecomm.boards.errors import BoardFormatError

MAX_BYTES = 16 * 2**20
MAX_TEXT = 2000
MAX_WARNINGS = 100
Json = object
Object = dict[str, Json]

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(slots=True)
class Notes:
    """What was found wrong in one file while reading it.

    Parameters
    ----------
    name : str
        Name of the file.
    warnings : list of str
        What was mended, in order.
    """

    name: str
    warnings: list[str] = field(default_factory=list)

    def warn(self, reason: str, button: str | None = None) -> None:
        """Note what was mended, as one sentence without its full stop; after a hundred no more is noted."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(str(BoardFormatError(self.name, reason, button)))

    def fail(self, reason: str, button: str | None = None) -> NoReturn:
        """Give the file up.

        Raises
        ------
        BoardFormatError
            Always.
        """
        raise BoardFormatError(self.name, reason, button)


def parse(data: bytes, notes: Notes) -> Object:
    """Read the bytes of a file as one JSON object.

    Raises
    ------
    BoardFormatError
        When the file is too large, not UTF-8, not JSON, nested too deep, or not an object.
    """
    if len(data) > MAX_BYTES:
        notes.fail(f"the file is larger than {MAX_BYTES // 2**20} MB")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        notes.fail("the file is not UTF-8 text")
    except RecursionError:
        notes.fail("the file is nested too deep")
    except json.JSONDecodeError as error:
        notes.fail(f"the file is not JSON (line {error.lineno}, column {error.colno})")
    except ValueError:  # a number of thousands of digits, NaN or Infinity
        notes.fail("the file holds a number that cannot be read")
    if not isinstance(document, dict):
        notes.fail("the file does not hold a board")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def printable(text: str) -> str:
    """Replace what can be neither shown, spoken nor saved by spaces: control characters and half characters."""
    return _UNSPEAKABLE.sub(" ", text)


def clean(text: str) -> str:
    """Make a text printable and take the blanks off its ends."""
    return printable(text).strip()


def text_of(value: Json, what: str, notes: Notes, button: str | None = None) -> str:
    """Read a text; a number is taken as its digits and null as empty.

    Raises
    ------
    BoardFormatError
        When it is neither.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        notes.fail(f"its {what} is not a text", button)
    text = clean(str(value))
    if len(text) > MAX_TEXT:
        notes.warn(f"its {what} is longer than {MAX_TEXT} characters and was cut", button)
    return text[:MAX_TEXT]


def id_of(value: Json) -> str | None:
    """Read an id as text, from a text or a number; None when it is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = int(value) if value.is_integer() and abs(value) < 2**53 else value
    return clean(str(value)) or None


def object_of(value: Json, what: str, notes: Notes, button: str | None = None) -> Object:
    """Read an object; null is an empty one.

    Raises
    ------
    BoardFormatError
        When it is neither.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        notes.fail(f"its {what} is not an object", button)
    return value


def list_of(value: Json, what: str, notes: Notes) -> list[Json]:
    """Read a list; null is an empty one.

    Raises
    ------
    BoardFormatError
        When it is neither.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        notes.fail(f"its {what} is not a list")
    return value


def flag_of(value: Json, what: str, notes: Notes, button: str) -> bool:
    """Read a yes or no; anything else counts as no, with a warning."""
    if value is not None and not isinstance(value, bool):
        notes.warn(f"its {what} is neither true nor false and was left out", button)
    return value is True


def color_of(value: Json, what: str, notes: Notes, button: str) -> Color | None:
    """Read a colour; what is none is left out with a warning."""
    if value is None or value == "":
        return None
    try:
        return parse_color(value if isinstance(value, str) else "")
    except ValueError:
        notes.warn(f"its {what} is not a colour and was left out", button)
        return None


def seconds_of(value: Json, what: str, notes: Notes, button: str, limits: tuple[float, float]) -> float | None:
    """Read a time in seconds; what is none, or out of range, is left out with a warning."""
    if value is None:
        return None
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        notes.warn(f"its {what} is not between {low:g} and {high:g} and was left out", button)
        return None
    return float(value)


def path_of(path: str) -> str:
    """Spell the place of a file in one way, however the board or the archive spells it."""
    parts = unicodedata.normalize("NFC", path).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))
