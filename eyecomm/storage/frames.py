"""Lists of pictures, or of moments in a video, with the targets that were looked at in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from eyecomm.geometry import Point, Screen
from eyecomm.storage.errors import DamagedFileError
from eyecomm.storage.tables import TableRow, read_table

USUAL_DISTANCE_MM = 600.0
_REQUIRED = ("target_x_px", "target_y_px", "split")
_OPTIONAL = ("person", "screen_width_px", "screen_height_px", "screen_width_mm", "distance_mm")
_FARTHEST_PX = 1e6


class Split(Enum):
    """What a look is for."""

    PAST = "past"
    CALIBRATE = "calibrate"
    TEST = "test"
    PAUSE = "pause"
    """In a track only: nothing; the eyes wander."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at what, and what for.

    Parameters
    ----------
    person, session : str
        As in the file; a file without persons has one without a name.
    target : Point
        In pixels of the screen.
    split : Split
        What it is for.
    screen : Screen or None
        None when its width is not known in pixels and millimetres; a height or distance not known is the usual one.
    is_size_known : bool
        Whether everything about the screen is known, so that pixels can be told in degrees.
    """

    person: str
    session: str
    target: Point
    split: Split
    screen: Screen | None = None
    is_size_known: bool = False


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A picture of someone who looks at a target.

    Parameters
    ----------
    image : str
        As in the file.
    path : Path
        Where it is.
    look : Look
        What is looked at.
    timestamp_s : float or None
        When it was taken.
    """

    image: str
    path: Path
    look: Look
    timestamp_s: float | None = None


@dataclass(frozen=True, slots=True)
class TrackRow:
    """From a moment on, a target is looked at.

    Parameters
    ----------
    start_s : float
        Seconds from the beginning of the video.
    look : Look
        What is looked at.
    """

    start_s: float
    look: Look


def read_frames(path: Path) -> tuple[FrameRow, ...]:
    """Read a list of pictures, in the order of the file.

    Raises
    ------
    StorageError
        When it cannot be read; a `DamagedFileError` names the line that makes no sense.
    """
    rows = read_table(path, ("session", "image", *_REQUIRED), (*_OPTIONAL, "timestamp_s"))
    _check_any(path, rows)
    return tuple(FrameRow(row.text("image"), path.parent / row.text("image"), _look(row), _time(row)) for row in rows)


def read_track(path: Path) -> tuple[TrackRow, ...]:
    """Read the targets of a video, in the order of time.

    Raises
    ------
    StorageError
        As `read_frames`; also when time does not grow from line to line.
    """
    rows = read_table(path, ("timestamp_s", *_REQUIRED), ("session", *_OPTIONAL))
    _check_any(path, rows)
    track = tuple(TrackRow(row.number("timestamp_s", 0, 1e6), _look(row, may_pause=True)) for row in rows)
    for row, before, now in zip(rows[1:], track, track[1:], strict=False):
        if now.start_s <= before.start_s:
            raise row.error("its timestamp_s is not after that of the line before")
    return track


def _check_any(path: Path, rows: Sequence[TableRow]) -> None:
    if not rows:
        raise DamagedFileError(path, "it holds no rows but the names of its columns")


def _look(row: TableRow, *, may_pause: bool = False) -> Look:
    x, y = (row.number(column, -_FARTHEST_PX, _FARTHEST_PX) for column in ("target_x_px", "target_y_px"))
    session = row.cells["session"] if may_pause else row.text("session")
    screen, is_size_known = _screen(row)
    return Look(row.cells["person"], session, Point(x, y), _split(row, may_pause=may_pause), screen, is_size_known)


def _split(row: TableRow, *, may_pause: bool) -> Split:
    text = row.text("split").lower()
    known = [split.value for split in Split if may_pause or split is not Split.PAUSE]
    if text not in known:
        raise row.error(f'split is "{text[:40]}"; it must be one of {", ".join(known)}')
    return Split(text)


def _screen(row: TableRow) -> tuple[Screen | None, bool]:
    width_px, height_px = (row.optional_number(f"screen_{side}_px", 1, 1e5) for side in ("width", "height"))
    width_mm = row.optional_number("screen_width_mm", 10, 1e5)
    distance_mm = row.optional_number("distance_mm", 10, 1e5)
    if width_px is None or width_mm is None:
        return None, False
    height = height_px or width_px * 9 / 16
    screen = Screen(
        round(width_px), round(height), width_mm, width_mm * height / width_px, distance_mm or USUAL_DISTANCE_MM
    )
    return screen, height_px is not None and distance_mm is not None


def _time(row: TableRow) -> float | None:
    return row.optional_number("timestamp_s", -1e12, 1e12)
