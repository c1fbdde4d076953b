"""Where the calibration targets are."""

import json
from dataclasses import dataclass

from eyecomm.calibration.errors import LayoutError
from eyecomm.geometry import Point, Screen


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
        When it is not JSON, or has fewer than three points, or points outside the screen.
    """
    try:
        data = json.loads(text)
        points = tuple((float(x), float(y)) for x, y in data["points"])
        name = str(data["name"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LayoutError(f"The calibration layout cannot be read: {error}.") from error
    if len(set(points)) < 3 or not all(0 <= part <= 1 for point in points for part in point):
        raise LayoutError(f"The layout {name} needs at least three different points, all on the screen.")
    return CalibrationLayout(name, points)
