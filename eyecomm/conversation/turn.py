"""What the conversation shows and asks for after each step."""

from dataclasses import dataclass

from eyecomm.boards.layout import Cell
from eyecomm.boards.model import Board
from eyecomm.selection.protocols import Dwell


@dataclass(frozen=True, slots=True)
class Message:
    """What the patient has written.

    Parameters
    ----------
    text : str
        The message so far.
    cleared : str
        What the last Clear took away, until something new is written; empty when there is nothing to bring back.
    """

    text: str = ""
    cleared: str = ""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this aloud."""

    text: str


@dataclass(frozen=True, slots=True)
class Selected:
    """A cell was chosen: let it be heard and seen, and keep the message.

    Parameters
    ----------
    index : int
        Into the cells of the turn before: the choice may have opened another board.
    """

    index: int


@dataclass(frozen=True, slots=True)
class CallCarer:
    """Ring for the carer."""


@dataclass(frozen=True, slots=True)
class BoardMissing:
    """Tell the carer that a link leads to no board; the board stays.

    Parameters
    ----------
    board_id : str
        The board that was asked for.
    """

    board_id: str


Effect = Speak | Selected | CallCarer | BoardMissing


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of the conversation after one step.

    Parameters
    ----------
    board : Board
        The board shown.
    cells : tuple of Cell
        Its visible buttons and their places; a dwell's indices point into it.
    message : Message
        What has been written.
    dwell : Dwell
        What the selector believes; always about these cells.
    effects : tuple of Effect
        What is to be done now, in order. Each is given once.
    """

    board: Board
    cells: tuple[Cell, ...]
    message: Message
    dwell: Dwell
    effects: tuple[Effect, ...] = ()
