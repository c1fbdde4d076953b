"""What a person sees of the screen. The virtual patient knows nothing else of the program."""

from dataclasses import dataclass

from eyecomm.geometry import Point, Rect


@dataclass(frozen=True, slots=True)
class SeenCell:
    """A cell as drawn.

    Parameters
    ----------
    label : str
        The words on it.
    rect : Rect
        Where it is, in pixels of the screen.
    """

    label: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class ScreenView:
    """The screen at one moment.

    Parameters
    ----------
    cells : tuple of SeenCell
        All cells in sight.
    message : str
        The words in the message bar.
    beacon : Point or None
        A target that draws the eye, as in calibration.
    chosen : int
        How many selections have been seen and heard so far; it grows by one with each.
    """

    cells: tuple[SeenCell, ...] = ()
    message: str = ""
    beacon: Point | None = None
    chosen: int = 0
