"""Where the calibration targets are."""

import json
from dataclasses import dataclass

from eyecomm.calibration.errors import LayoutError
from eyecomm.geometry import Point, Screen

FEWEST_TARGETS = 4
"""Three define a plane; one more tells how well it fits."""


@dataclass(frozen=True, slots=True)
class CalibrationLayout:
    """Targets in the order shown.

    Parameters
    ----------
    name : str
        What it is called.
    points : tuple of tuple of float
        Fractions of the screen's width and height, 0 to 1.
    """

    name: str
    points: tuple[tuple[float, float], ...]

    def targets(self, screen: Screen) -> tuple[Point, ...]:
        """Give the targets in pixels of a screen."""
        return tuple(Point(x * screen.width_px, y * screen.height_px) for x, y in self.points)


def read_layout(text: str) -> CalibrationLayout:
    """Read a layout from JSON: `{"name": ..., "points": [[x, y], ...]}`.

    Raises
    ------
    LayoutError
        When it is not JSON, or has fewer than four points, or the same twice, or one outside the screen.
    """
    try:
        data = json.loads(text)
        points = tuple((float(x), float(y)) for x, y in data["points"])
        name = str(data["name"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise LayoutError(f"The calibration layout cannot be read: {error}.") from error
    if len(points) < FEWEST_TARGETS or len(set(points)) < len(points):
        raise LayoutError(f"The layout {name} needs at least {FEWEST_TARGETS} points, all different.")
    if not all(0 <= part <= 1 for point in points for part in point):
        raise LayoutError(f"The layout {name} has points outside the screen.")
    return CalibrationLayout(name, points)
