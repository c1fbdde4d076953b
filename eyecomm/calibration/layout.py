"""Where the calibration targets are."""

import json
from dataclasses import dataclass

from eyecomm.calibration.errors import LayoutError
from eyecomm.geometry import Point, Screen

FEWEST_TARGETS = 4
"""Without a past: three define a plane; one more tells how well it fits."""

UPPER_FIELD = 0.4
"""Share of the screen's height, from the top, for which many patients have to lift their lids."""


@dataclass(frozen=True, slots=True)
class CalibrationLayout:
    """Targets in the order shown.

    Parameters
    ----------
    name : str
        What it is called.
    points : tuple of tuple of float
        Fractions of the screen's width and height, 0 to 1.
    spares : tuple of tuple of float
        Likewise; each stands in for one of the points that the patient cannot reach.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    spares: tuple[tuple[float, float], ...] = ()

    def targets(self, screen: Screen) -> tuple[Point, ...]:
        """Give the targets in pixels of a screen, the spares last."""
        return tuple(Point(x * screen.width_px, y * screen.height_px) for x, y in self.points + self.spares)


def read_layout(text: str) -> CalibrationLayout:
    """Read a layout from JSON: `{"name": ..., "points": [[x, y], ...], "spares": [[x, y], ...]}`, spares optional.

    Raises
    ------
    LayoutError
        When it is not JSON, or has no point, or the same twice, or one outside the screen.
    """
    try:
        data = json.loads(text)
        points, spares = _pairs(data["points"]), _pairs(data.get("spares", []))
        name = str(data["name"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise LayoutError(f"The calibration layout cannot be read: {error}.") from error
    every = points + spares
    if not points or len(set(every)) < len(every):
        raise LayoutError(f"The layout {name} needs at least one point, all different.")
    if not all(0 <= part <= 1 for point in every for part in point):
        raise LayoutError(f"The layout {name} has points outside the screen.")
    return CalibrationLayout(name, points, spares)


def is_upper(target: Point, screen: Screen) -> bool:
    """Whether a target lies in the part of the screen that asks for looking up."""
    return target.y < UPPER_FIELD * screen.height_px


def _pairs(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list):
        raise TypeError("there is no list of points")
    return tuple((float(x), float(y)) for x, y in value)
