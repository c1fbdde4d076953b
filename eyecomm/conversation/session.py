"""The conversation: gaze in, words out. It reads no clock, keeps no file and makes no sound; it asks for these."""

from dataclasses import replace

import numpy as np

from eyecomm.boards.layout import Cell, lay_out
from eyecomm.boards.model import Action, ActionKind, BoardSet
from eyecomm.conversation import message as writing
from eyecomm.conversation.turn import CallCarer, Effect, Message, Selected, Speak, Turn
from eyecomm.geometry import Rect
from eyecomm.samples import GazeSample
from eyecomm.selection.protocols import NOTHING, Selector

# A button that does one of these never gets a shorter dwell than the patient's usual one.
HIGH_STAKES = frozenset({ActionKind.SPEAK, ActionKind.CLEAR, ActionKind.CALL, ActionKind.SAY})


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
    message : Message
        What was written before, for example before a crash.
    board_id : str
        The board to begin with; the home board where there is no such board.
    """

    def __init__(
        self,
        boards: BoardSet,
        selector: Selector,
        area: Rect,
        *,
        usual_dwell_s: float = 1.25,
        message: Message | None = None,
        board_id: str = "",
    ) -> None:
        self._boards, self._selector, self._area = boards, selector, area
        self._usual_dwell_s = usual_dwell_s
        self._message = message or Message()
        self._open(board_id if board_id in boards.boards else boards.home)

    @property
    def turn(self) -> Turn:
        """The state now, without effects."""
        return Turn(self._board, self._cells, self._message, self._dwell)

    def update(self, sample: GazeSample) -> Turn:
        """Weigh one gaze sample; when it completes a selection, do what the cell says."""
        self._dwell = self._selector.update(sample)
        return self.turn if self._dwell.selected is None else self._do(self._dwell.selected)

    def choose(self, index: int) -> Turn:
        """Select a cell by hand or switch, just as the gaze would; a disabled or missing one does nothing."""
        known = 0 <= index < len(self._cells) and self._cells[index].button.enabled
        return self._do(index) if known else self.turn

    def resize(self, area: Rect) -> Turn:
        """Lay the board out anew; looking begins afresh."""
        self._area = area
        self._open(self._board.id)
        return self.turn

    def use(self, selector: Selector, usual_dwell_s: float) -> Turn:
        """Change how selections are made; the message stays."""
        self._selector, self._usual_dwell_s = selector, usual_dwell_s
        self._open(self._board.id)
        return self.turn

    def _open(self, board_id: str) -> None:
        self._board = self._boards.boards[board_id]
        self._cells = lay_out(self._board, self._area)
        self._dwell = NOTHING
        edges = [(c.rect.x, c.rect.y, c.rect.x + c.rect.width, c.rect.y + c.rect.height) for c in self._cells]
        dwell_s = [self._dwell_s(cell) for cell in self._cells]
        self._selector.set_targets(np.array(edges).reshape(-1, 4), np.array(dwell_s))

    def _dwell_s(self, cell: Cell) -> float:
        own = cell.button.dwell_s
        if not cell.button.enabled:
            return np.inf
        if own is None:
            return np.nan
        return max(own, self._usual_dwell_s) if _high_stakes(cell) else own

    def _do(self, index: int) -> Turn:
        """Carry out every action of a cell. The cells of the turn are those the choice was made on."""
        board, cells, dwell = self._board, self._cells, self._dwell
        effects: list[Effect] = [Selected(index)]
        for action in cells[index].button.actions:
            effects += self._act(action)
        if self._board is not board:
            # The new board is shown at once; the effect still tells which cell of the old one was chosen.
            return replace(self.turn, effects=tuple(effects))
        return Turn(board, cells, self._message, dwell, tuple(effects))

    def _act(self, action: Action) -> list[Effect]:
        if action.kind is ActionKind.SPEAK:
            return [Speak(self._message.text)] if self._message.text.strip() else []
        if action.kind is ActionKind.SAY:
            return [Speak(action.text)]
        if action.kind is ActionKind.CALL:
            return [CallCarer()]
        if action.kind in (ActionKind.OPEN, ActionKind.HOME):
            self._go(self._boards.home if action.kind is ActionKind.HOME else action.text)
        else:
            self._write(action)
        return []

    def _go(self, board_id: str) -> None:
        if board_id in self._boards.boards:
            self._open(board_id)

    def _write(self, action: Action) -> None:
        before = self._message
        self._message = {
            ActionKind.SPELL: lambda: writing.spell(before, action.text),
            ActionKind.SPACE: lambda: writing.spell(before, " "),
            ActionKind.APPEND: lambda: writing.append(before, action.text),
            ActionKind.BACKSPACE: lambda: writing.backspace(before),
            ActionKind.CLEAR: lambda: writing.clear(before),
        }[action.kind]()


def _high_stakes(cell: Cell) -> bool:
    return any(action.kind in HIGH_STAKES for action in cell.button.actions)
