"""The conversation: gaze in, words out. It reads no clock, keeps no file and makes no sound; it asks for these."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from eyecomm.boards.layout import Cell, lay_out
from eyecomm.boards.model import Action, ActionKind, BoardSet
from eyecomm.conversation import message as writing
from eyecomm.conversation.errors import NoHomeError
from eyecomm.conversation.turn import BoardMissing, CallCarer, Effect, Message, Selected, Speak, Turn
from eyecomm.geometry import Rect
from eyecomm.samples import GazeSample
from eyecomm.selection.dwell import SHORTEST_DWELL_S, USUAL_DWELL_S
from eyecomm.selection.protocols import NOTHING, Dwell, Selector

# A button that does one of these is heard, rings, takes away words or the board: it never gets a shorter dwell than the
# patient's usual one.
HIGH_STAKES = frozenset(
    {ActionKind.SPEAK, ActionKind.SAY, ActionKind.CLEAR, ActionKind.CALL, ActionKind.HOME, ActionKind.OPEN}
)

WRITING: dict[ActionKind, Callable[[Message, str], Message]] = {
    ActionKind.SPELL: writing.spell,
    ActionKind.APPEND: writing.append,
    ActionKind.SPACE: lambda message, _text: writing.space(message),
    ActionKind.BACKSPACE: lambda message, _text: writing.backspace(message),
    ActionKind.CLEAR: lambda message, _text: writing.clear(message),
}


class Session:
    """Joins boards, selector and message.

    Parameters
    ----------
    boards : BoardSet
        What can be said.
    selector : Selector
        Decides which cell is meant.
    area : Rect
        Where the board lies on the screen, in pixels.
    usual_dwell_s : float
        The patient's dwell time, below which no high-stakes button goes.
    message : Message or None
        What was written before, for example before a crash.
    board_id : str
        The board to begin with; the home board where there is no such board.

    Raises
    ------
    NoHomeError
        When the boards have no home board.
    """

    def __init__(
        self,
        boards: BoardSet,
        selector: Selector,
        area: Rect,
        *,
        usual_dwell_s: float = USUAL_DWELL_S,
        message: Message | None = None,
        board_id: str = "",
    ) -> None:
        if boards.home not in boards.boards:
            raise NoHomeError(f"There is no home board {boards.home!r} among {len(boards.boards)} boards.")
        self._boards, self._selector, self._area = boards, selector, area
        self._usual_dwell_s = usual_dwell_s
        self._message = message or Message()
        self._board = boards.boards[board_id if board_id in boards.boards else boards.home]
        self._begin()

    @property
    def turn(self) -> Turn:
        """The state now, without effects."""
        return Turn(self._board, self._cells, self._message, self._dwell)

    def update(self, sample: GazeSample) -> Turn:
        """Weigh one gaze sample; when it completes a selection, do what the cell says."""
        self._dwell = self._selector.update(sample)
        chosen = self._dwell.selected
        if chosen is None:
            return self.turn
        if not self._can_select(chosen):  # a selector's fault must not run half of a disabled button
            self._dwell = NOTHING
            return self.turn
        return self._select(chosen)

    def choose(self, index: int) -> Turn:
        """Select a cell by hand or switch, just as the gaze would; a disabled or missing one does nothing.

        Looking begins afresh, so that the gaze does not select once more what the hand has selected.
        """
        if not self._can_select(index):
            return self.turn
        board, self._dwell = self._board, Dwell(index, 1.0, index)
        turn = self._select(index)
        if self._board is board:
            self._begin()
        return turn

    def open_board(self, board_id: str) -> Turn:
        """Show another board; where there is none the turn says so and the board stays."""
        effects = self._open(board_id)
        return replace(self.turn, effects=effects)

    def resize(self, area: Rect) -> Turn:
        """Lay the board out anew; looking begins afresh."""
        self._area = area
        self._begin()
        return self.turn

    def use(self, selector: Selector, usual_dwell_s: float) -> Turn:
        """Change how selections are made; the message stays."""
        self._selector, self._usual_dwell_s = selector, usual_dwell_s
        self._begin()
        return self.turn

    def _begin(self) -> None:
        """Lay out the board; nothing on it has been looked at yet."""
        self._cells = lay_out(self._board, self._area)
        self._dwell = NOTHING
        edges = [(c.rect.x, c.rect.y, c.rect.x + c.rect.width, c.rect.y + c.rect.height) for c in self._cells]
        dwell_s = np.array([self._dwell_s(cell) for cell in self._cells], dtype=np.float64)
        self._selector.set_targets(np.array(edges, dtype=np.float64).reshape(-1, 4), dwell_s)

    def _dwell_s(self, cell: Cell) -> float:
        own = cell.button.dwell_s
        if not cell.button.enabled:
            return np.inf
        if own is None:
            return np.nan
        high_stakes = any(action.kind in HIGH_STAKES for action in cell.button.actions)
        return max(own, self._usual_dwell_s if high_stakes else SHORTEST_DWELL_S)

    def _can_select(self, index: int) -> bool:
        return 0 <= index < len(self._cells) and self._cells[index].button.enabled

    def _select(self, index: int) -> Turn:
        """Carry out every action of a cell in order."""
        board, cells, dwell = self._board, self._cells, self._dwell
        effects: tuple[Effect, ...] = (Selected(index),)
        for action in cells[index].button.actions:
            effects += self._act(action)
        if self._board is not board:
            return replace(self.turn, effects=effects)
        self._dwell = Dwell(index, 0.0, None)  # told once, like the effects
        return Turn(board, cells, self._message, dwell, effects)

    def _act(self, action: Action) -> tuple[Effect, ...]:
        if action.kind in WRITING:
            self._message = WRITING[action.kind](self._message, action.text)
            return ()
        if action.kind is ActionKind.CALL:
            return (CallCarer(),)
        if action.kind in (ActionKind.SPEAK, ActionKind.SAY):
            return _speak(self._message.text if action.kind is ActionKind.SPEAK else action.text)
        return self._open(self._boards.home if action.kind is ActionKind.HOME else action.text)

    def _open(self, board_id: str) -> tuple[Effect, ...]:
        if board_id not in self._boards.boards:
            return (BoardMissing(board_id),)
        board = self._boards.boards[board_id]
        if board is not self._board:
            self._board = board
            self._begin()
        return ()


def _speak(text: str) -> tuple[Effect, ...]:
    return (Speak(text),) if text.strip() else ()
