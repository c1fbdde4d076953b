"""Which parts of the screen a patient's eyes reach: many cannot look up, some not to one side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from eyecomm.geometry import Point, Screen

ROWS, COLUMNS = 4, 5
ASK_AGAIN_AFTER = 4
"""So many calibrations a place is spared before it is asked again: reach comes back with rest, or with the bed."""

TRUSTED_TRIES = 2
"""One miss may have been a yawn or a visitor; so many in a row were not."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one field of the screen.

    Parameters
    ----------
    tries, successes : int
        How often a target there was shown, and reached.
    missed : int
        How often it was missed since it was last reached.
    spared : int
        Calibrations since it was last shown.
    """

    tries: int = 0
    successes: int = 0
    missed: int = 0
    spared: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.tries or not 0 <= self.missed <= self.tries or self.spared < 0:
            raise ValueError("Counts of reach must not contradict each other.")

    def after(self, *, reached: bool) -> "Place":
        """Count one more try."""
        if reached:
            return Place(self.tries + 1, self.successes + 1)
        return Place(self.tries + 1, self.successes, self.missed + 1)


@dataclass(frozen=True, slots=True)
class ReachMap:
    """Remembers over calibrations, in fields of the screen, what was reached.

    Parameters
    ----------
    places : tuple of Place
        Row by row from the top left, `ROWS` by `COLUMNS`.
    """

    places: tuple[Place, ...] = (Place(),) * (ROWS * COLUMNS)

    def __post_init__(self) -> None:
        if len(self.places) != ROWS * COLUMNS:
            raise ValueError(f"A map of reach has {ROWS} by {COLUMNS} places.")

    def after(self, screen: Screen, *, reached: Iterable[Point], missed: Iterable[Point]) -> "ReachMap":
        """Give the map after a calibration.

        Parameters
        ----------
        screen : Screen
            Where it was.
        reached, missed : iterable of Point
            Targets on which the eyes were found, and targets shown in vain.
        """
        found, lost = {_field(p, screen) for p in reached}, {_field(p, screen) for p in missed}
        places = list(self.places)
        for i, place in enumerate(places):
            if i in found | lost:
                places[i] = place.after(reached=i in found)
            elif place.missed:
                places[i] = replace(place, spared=place.spared + 1)
        return ReachMap(tuple(places))

    def is_reachable(self, point: Point, screen: Screen) -> bool:
        """Whether a target there is worth showing: it was not missed again and again, or not asked for long."""
        place = self.places[_field(point, screen)]
        return place.missed < TRUSTED_TRIES or place.spared >= ASK_AGAIN_AFTER

    def is_proven(self, point: Point, screen: Screen) -> bool:
        """Whether the last target shown there was reached."""
        place = self.places[_field(point, screen)]
        return place.successes > 0 and place.missed == 0

    def to_json(self) -> dict[str, object]:
        """Give plain values, for `from_json`."""
        return {"rows": ROWS, "columns": COLUMNS, "places": [_counts(place) for place in self.places]}

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Self:
        """Read what `to_json` gave.

        Raises
        ------
        ValueError
            When it makes no sense, or is of another grid.
        """
        places = value.get("places")
        if (value.get("rows"), value.get("columns")) != (ROWS, COLUMNS) or not isinstance(places, list):
            raise ValueError(f"there must be {ROWS} by {COLUMNS} places")
        return cls(tuple(_place(one) for one in places))


def _field(point: Point, screen: Screen) -> int:
    row = min(max(int(point.y / screen.height_px * ROWS), 0), ROWS - 1)
    column = min(max(int(point.x / screen.width_px * COLUMNS), 0), COLUMNS - 1)
    return row * COLUMNS + column


def _counts(place: Place) -> list[int]:
    return [place.tries, place.successes, place.missed, place.spared]


def _place(counts: object) -> Place:
    if not isinstance(counts, list) or len(counts) != 4 or any(type(one) is not int for one in counts):
        raise ValueError("a place needs four counts")
    return Place(*counts)
