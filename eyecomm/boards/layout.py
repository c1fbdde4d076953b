"""Where the cells of a board lie on the screen."""

from dataclasses import dataclass

from eyecomm.boards.model import Board, Button
from eyecomm.geometry import Rect


@dataclass(frozen=True, slots=True)
class Cell:
    """A button with its place.

    Parameters
    ----------
    button : Button
        What is there.
    rect : Rect
        Where it is, in pixels. The cells of a board meet without gaps; what is drawn may be inset.
    """

    button: Button
    rect: Rect


def lay_out(board: Board, area: Rect) -> tuple[Cell, ...]:
    """Place the visible buttons of a board on an even grid, row by row.

    Parameters
    ----------
    board : Board
        The board.
    area : Rect
        The part of the screen to fill, in pixels.

    Returns
    -------
    tuple of Cell
        Visible buttons only, rows from the top, each from the left.
    """
    width, height = area.width / board.columns, area.height / board.rows
    return tuple(
        Cell(button, Rect(area.x + column * width, area.y + row * height, width, height))
        for row, buttons in enumerate(board.grid)
        for column, button in enumerate(buttons)
        if button is not None and not button.hidden
    )
