"""Colours as boards write them: `rgb()`, `rgba()` and, found in the wild, hexadecimal."""

import re

Color = tuple[int, int, int]

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.ASCII | re.IGNORECASE)
_RGB = re.compile(r"rgba?\(([^()]*)\)", re.ASCII | re.IGNORECASE)
_PART = re.compile(r"(\d{1,6}(?:\.\d{0,12})?|\.\d{1,12})(%?)", re.ASCII)


def parse_color(text: str) -> Color | None:
    """Read a colour; a see-through one is laid over white, the paper its author saw it on.

    Parameters
    ----------
    text : str
        For example "rgb(0, 84, 150)", "rgba(255, 0, 0, 0.5)", "#fc0" or "#ffcc00".

    Returns
    -------
    tuple of int or None
        Red, green and blue from 0 to 255; None for a colour that is wholly see-through.

    Raises
    ------
    ValueError
        When it is no colour.
    """
    text = text.strip()
    if text.lower() == "transparent":
        return None
    parts = _hex_parts(text) or _rgb_parts(text)
    if parts is None:
        raise ValueError(f"{text[:40]!r} is not a colour")
    red, green, blue, alpha = parts
    return None if alpha == 0 else (_over_white(red, alpha), _over_white(green, alpha), _over_white(blue, alpha))


def _hex_parts(text: str) -> tuple[float, float, float, float] | None:
    found = _HEX.fullmatch(text)
    if found is None:
        return None
    digits = found[1]
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha / 255


def _rgb_parts(text: str) -> tuple[float, float, float, float] | None:
    found = _RGB.fullmatch(text)
    if found is None:
        return None
    parts = [_PART.fullmatch(part) for part in re.split(r"[\s,/]+", found[1].strip())]
    if len(parts) not in (3, 4) or None in parts:
        return None
    scales = (255, 255, 255, 1)
    values = [_value(part[1], part[2], scale) for part, scale in zip(parts, scales, strict=False) if part]
    red, green, blue, alpha = (*values, 1.0)[:4]
    return red, green, blue, alpha


def _value(number: str, percent: str, scale: int) -> float:
    value = float(number) * scale / 100 if percent else float(number)
    return min(value, float(scale))


def _over_white(part: float, alpha: float) -> int:
    return round(part * alpha + 255 * (1 - alpha))
