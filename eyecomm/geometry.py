"""Places and sizes on the screen, in pixels, millimetres and degrees of visual angle."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the screen.

    Parameters
    ----------
    x, y : float
        Pixels from the top left corner of the screen, y down. May lie outside it.
    """

    x: float
    y: float

    def distance_to(self, other: "Point") -> float:
        """Distance to another point in pixels."""
        return math.hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle on the screen.

    Parameters
    ----------
    x, y : float
        Top left corner in pixels.
    width, height : float
        Size in pixels.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        """The middle of the rectangle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def contains(self, point: Point) -> bool:
        """Whether a point lies inside; the right and bottom edges do not belong to it."""
        return self.x <= point.x < self.x + self.width and self.y <= point.y < self.y + self.height

    def inset(self, margin: float) -> "Rect":
        """Shrink the rectangle by a margin in pixels on every side, never below zero size."""
        width = max(0.0, self.width - 2 * margin)
        height = max(0.0, self.height - 2 * margin)
        center = self.center
        return Rect(center.x - width / 2, center.y - height / 2, width, height)


@dataclass(frozen=True, slots=True)
class Screen:
    """A flat screen seen straight on by one person.

    Parameters
    ----------
    width_px, height_px : int
        Size in pixels.
    width_mm, height_mm : float
        Size of the picture in millimetres.
    distance_mm : float
        From the eyes to the middle of the screen, in millimetres.
    """

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    distance_mm: float

    @property
    def rect(self) -> Rect:
        """The whole screen."""
        return Rect(0.0, 0.0, float(self.width_px), float(self.height_px))

    def to_mm(self, point: Point) -> tuple[float, float]:
        """Millimetres right of and below the middle of the screen."""
        x_mm = (point.x / self.width_px - 0.5) * self.width_mm
        y_mm = (point.y / self.height_px - 0.5) * self.height_mm
        return x_mm, y_mm

    def to_degrees(self, point: Point) -> tuple[float, float]:
        """Visual angle right of and below the middle of the screen, in degrees."""
        x_mm, y_mm = self.to_mm(point)
        return (
            math.degrees(math.atan2(x_mm, self.distance_mm)),
            math.degrees(math.atan2(y_mm, self.distance_mm)),
        )

    def from_degrees(self, x_deg: float, y_deg: float) -> Point:
        """Find the point seen under a visual angle right of and below the middle, both below 90 degrees."""
        x_mm = math.tan(math.radians(x_deg)) * self.distance_mm
        y_mm = math.tan(math.radians(y_deg)) * self.distance_mm
        return Point(
            (x_mm / self.width_mm + 0.5) * self.width_px,
            (y_mm / self.height_mm + 0.5) * self.height_px,
        )

    def angle_between(self, a: Point, b: Point) -> float:
        """Angle between the lines of sight to two points, in degrees."""
        (ax, ay), (bx, by) = self.to_mm(a), self.to_mm(b)
        d = self.distance_mm
        dot = ax * bx + ay * by + d * d
        cross = math.hypot(ay * d - d * by, d * bx - ax * d, ax * by - ay * bx)
        return math.degrees(math.atan2(cross, dot))


@dataclass(frozen=True, slots=True)
class Covariance:
    """How uncertain a place on the screen is: the covariance of its x and y.

    Parameters
    ----------
    xx, xy, yy : float
        In square pixels; xx and yy at least 0.
    """

    xx: float
    xy: float
    yy: float

    def __add__(self, other: "Covariance") -> "Covariance":
        """Add what is independent."""
        return Covariance(self.xx + other.xx, self.xy + other.xy, self.yy + other.yy)

    @property
    def sd_px(self) -> float:
        """Standard deviation along one axis, the root of the mean of both variances, in pixels."""
        return math.sqrt(max(0.0, (self.xx + self.yy) / 2))

    def ellipse(self, share: float = 0.95) -> tuple[float, float, float]:
        """Give the ellipse that holds a share of a normal distribution.

        Returns
        -------
        tuple of float
            The longer and the shorter half axis in pixels, and the angle from the x axis to the longer one, clockwise
            on the screen, in degrees.
        """
        middle, half = (self.xx + self.yy) / 2, math.hypot((self.xx - self.yy) / 2, self.xy)
        radius = math.sqrt(_chi_square(share))
        long, short = (radius * math.sqrt(max(0.0, middle + sign * half)) for sign in (1, -1))
        return long, short, math.degrees(math.atan2(2 * self.xy, self.xx - self.yy) / 2)

    def contains(self, dx_px: float, dy_px: float, share: float = 0.95) -> bool:
        """Whether an offset from the middle lies within the ellipse that holds a share of a normal distribution."""
        determinant = self.xx * self.yy - self.xy**2
        if determinant <= 0:
            return dx_px == dy_px == 0
        square = (self.yy * dx_px**2 - 2 * self.xy * dx_px * dy_px + self.xx * dy_px**2) / determinant
        return square <= _chi_square(share)


def _chi_square(share: float) -> float:
    """Square radius that holds a share of a normal distribution in the plane: with two axes, this has a closed form."""
    return -2 * math.log1p(-share)
