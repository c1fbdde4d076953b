"""A board as the patient sees it. Follows the Open Board Format (OpenAAC 2020)."""

from dataclasses import dataclass, field
from enum import Enum


class ActionKind(Enum):
    """What a button does."""

    APPEND = "append"  # add its vocalization or label as a word or phrase
    SPELL = "spell"  # add letters to the word being spelled (+x)
    SPACE = "space"
    BACKSPACE = "backspace"
    CLEAR = "clear"
    SPEAK = "speak"
    HOME = "home"
    OPEN = "open"  # open another board
    SAY = "say"  # say at once, the message stays as it is (:ext_eyecomm_say)
    CALL = "call"  # call the carer (:ext_eyecomm_call)
    UNKNOWN = "unknown"  # shown, but disabled


@dataclass(frozen=True, slots=True)
class Action:
    """One step of what a button does.

    Parameters
    ----------
    kind : ActionKind
        What to do.
    text : str
        What to append, spell or say; the id of the board to open; for an unknown action its source text.
    """

    kind: ActionKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One cell of a board.

    Parameters
    ----------
    id : str
        Unique in its board.
    label : str
        What is shown.
    actions : tuple of Action
        What happens in order when it is selected; never empty. If one is unknown the button is disabled.
    background, border : tuple of int or None
        Red, green, blue from 0 to 255.
    dwell_s : float or None
        Own dwell time in seconds (`ext_eyecomm_dwell_s`); None for the patient's usual one.
    hidden : bool
        Not shown and not selectable.
    """

    id: str
    label: str
    actions: tuple[Action, ...]
    background: tuple[int, int, int] | None = None
    border: tuple[int, int, int] | None = None
    dwell_s: float | None = None
    hidden: bool = False

    @property
    def enabled(self) -> bool:
        """Whether it can be selected."""
        return not self.hidden and all(a.kind is not ActionKind.UNKNOWN for a in self.actions)


@dataclass(frozen=True, slots=True)
class Board:
    """A grid of buttons.

    Parameters
    ----------
    id, name, locale : str
        The locale as in the format, for example "en".
    grid : tuple of tuple of (Button or None)
        Rows from the top, all of the same length.
    warnings : tuple of str
        What the reader had to leave out or mend, for the carer and the speech-language pathologist.
    """

    id: str
    name: str
    locale: str
    grid: tuple[tuple[Button | None, ...], ...]
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.grid)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.grid[0])


@dataclass(frozen=True, slots=True)
class BoardSet:
    """Boards that link to each other.

    Parameters
    ----------
    boards : dict of str to Board
        By id.
    home : str
        The id of the first one.
    """

    boards: dict[str, Board]
    home: str
