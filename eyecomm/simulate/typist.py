"""What the virtual patient wants to say, and where to look for it. Sees only the screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from eyecomm.geometry import Point, Rect
from eyecomm.simulate.patient import Intent
from eyecomm.simulate.view import ScreenView, SeenCell


@dataclass(frozen=True, slots=True)
class Say:
    """Spell a text and have it spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Choose one cell by its word, such as "Yes", on the board for answers."""

    word: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Look idly about."""

    seconds: float


Goal = Say | Answer | Rest


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by which the keys without a letter are known; upper and lower case are the same.

    Parameters
    ----------
    space, backspace, clear, speak : tuple of str
        Keys of the letter board.
    letters, answers : tuple of str
        Keys that lead to the letter board and to the board for answers.
    """

    space: tuple[str, ...] = ("Space", "␣", "_")
    backspace: tuple[str, ...] = ("Backspace", "⌫", "Delete", "Back one")
    clear: tuple[str, ...] = ("Clear all", "Clear")
    speak: tuple[str, ...] = ("Speak", "Say it", "Say")
    letters: tuple[str, ...] = ("Letters", "ABC", "Back to letters", "Back", "Home")
    answers: tuple[str, ...] = ("Yes / No", "Yes/No", "Yes No", "Answers")


@dataclass(frozen=True, slots=True)
class TypistTraits:
    """Delays of one person; means in seconds, each drawn with a spread of a fifth.

    Parameters
    ----------
    search_s : float
        To decide on and find the next key of a known board; eye typists need 0.2 to 0.5 s (Majaranta, Ahola and Spakov
        2009), and the saccade's own latency comes on top.
    notice_s : float
        From a change on the screen to being aware of it: a simple reaction, about 0.3 s (Luce 1986).
    error_s : float
        More, when the change was not the one expected.
    patience_s : float
        Looking at a key in vain before looking away and trying again.
    away_s : float
        Looking away.
    glance_s : float
        One idle glance.
    aim_sd : float
        Scatter of the aim within a key, in its widths and heights.
    settle_s : float
        Looking at a key before a deliberate blink, saccade and its latency included.
    shut_s : float
        A deliberate blink.
    """

    search_s: float = 0.35
    notice_s: float = 0.3
    error_s: float = 0.5
    patience_s: float = 6.0
    away_s: float = 0.9
    glance_s: float = 0.6
    aim_sd: float = 0.07
    settle_s: float = 0.8
    shut_s: float = 0.85


@dataclass(slots=True)
class _Look:
    """Looking at one key, meaning to choose it."""

    cell: SeenCell
    aim: Point
    final: bool  # choosing it ends the goal
    since_s: float
    chosen: int  # how many selections had been noticed before


@dataclass(slots=True)
class _Idle:
    """Glances that mean nothing."""

    point: Point | None = None
    until_s: float = field(default=-1.0)


class Typist:
    """Carries out a plan by looking at the keys of the board.

    Parameters
    ----------
    plan : sequence of Goal
        What to say and answer, in order.
    seed : int
        The same seed, times and views give the same intents.
    traits : TypistTraits
        How fast.
    labels : Labels
        What the keys are called.
    by_blink : bool
        Choose with a long blink instead of by looking long enough.
    """

    def __init__(
        self,
        plan: Sequence[Goal],
        seed: int = 0,
        traits: TypistTraits | None = None,
        labels: Labels | None = None,
        by_blink: bool = False,
    ) -> None:
        self._plan = list(plan)
        self._rng = np.random.default_rng(seed)
        self._traits, self._labels, self._by_blink = traits or TypistTraits(), labels or Labels(), by_blink
        self._known: ScreenView | None = None
        self._aware_s: float | None = None
        self._ready_s = 0.0
        self._away_until_s = 0.0
        self._rest_until_s: float | None = None
        self._look: _Look | None = None
        self._idle = _Idle()

    @property
    def done(self) -> bool:
        """Whether every goal has been reached."""
        return not self._plan

    @property
    def goal(self) -> Goal | None:
        """What is being done now."""
        return self._plan[0] if self._plan else None

    def update(self, t_s: float, view: ScreenView) -> Intent:
        """See the screen at a time, never earlier than the last one, and say where to look."""
        if view.beacon is not None:
            self._look, self._known = None, None
            return Intent(view.beacon)
        self._perceive(t_s, view)
        if self._known is None:
            return Intent()
        if self._goes_idle(t_s, self.goal):
            self._look = None
            return Intent(self._glance(t_s, self._known))
        if self._look is None and t_s >= self._ready_s:
            self._look = self._find(t_s, self._known)
        return self._stare(t_s, self._look) if self._look else Intent(self._idle.point)

    def _perceive(self, t_s: float, view: ScreenView) -> None:
        """Become aware of what has changed, a little late."""
        if view == self._known:
            self._aware_s = None
        elif self._aware_s is None:
            self._aware_s = t_s + self._draw(self._traits.notice_s)
        elif t_s >= self._aware_s:
            before, self._known, self._aware_s = self._known, view, None
            self._react(t_s, before, view)

    def _react(self, t_s: float, before: ScreenView | None, now: ScreenView) -> None:
        """Think about a change: the goal may be reached, or a mistake made."""
        look, self._look = self._look, None
        self._ready_s = t_s + self._draw(self._traits.search_s)
        if before is None or look is None:
            return
        if now.chosen == look.chosen:
            self._look = look if look.cell in now.cells else None  # something else moved: keep looking
        elif look.final and _as_meant(self._plan[0], before, now):
            del self._plan[0]
        elif isinstance(goal := self.goal, Say) and not _begins(goal.text, now.message):
            self._ready_s += self._draw(self._traits.error_s)

    def _goes_idle(self, t_s: float, goal: Goal | None) -> bool:
        if isinstance(goal, Rest):
            if self._rest_until_s is None:
                self._rest_until_s = t_s + goal.seconds
            if t_s < self._rest_until_s:
                return True
            self._rest_until_s = None
            del self._plan[0]
        return goal is None or t_s < self._away_until_s

    def _find(self, t_s: float, view: ScreenView) -> _Look | None:
        """Search the board for the key needed next; without it, for the way to the right board."""
        goal = self.goal
        if goal is None or isinstance(goal, Rest):
            return None
        words, final = self._key(goal, view.message)
        cell = _cell(view, words)
        if cell is None:
            route = self._labels.letters if isinstance(goal, Say) else self._labels.answers
            cell, final = _cell(view, route), False
        if cell is None:
            return None
        self._idle.point = aim = self._aim(cell.rect)
        return _Look(cell, aim, final, t_s, view.chosen)

    def _key(self, goal: Say | Answer, message: str) -> tuple[tuple[str, ...], bool]:
        """Give the names of the key needed next, and whether it ends the goal."""
        if isinstance(goal, Answer):
            return (goal.word,), True
        if message.casefold() == goal.text.casefold():
            return self._labels.speak, True
        if not _begins(goal.text, message):
            # Something else altogether is cleared at once, a slip is taken back letter by letter.
            other = len(message) > 1 and not _begins(goal.text, message[0])
            return self._labels.clear * other + self._labels.backspace, False
        letter = goal.text[len(message)]
        return (self._labels.space if letter == " " else (letter,)), False

    def _stare(self, t_s: float, look: _Look) -> Intent:
        """Keep looking at the key until something happens or patience ends."""
        looked_s = t_s - look.since_s
        if looked_s > self._traits.patience_s:
            self._look = None
            self._away_until_s = t_s + self._draw(self._traits.away_s)
        return Intent(look.aim, self._by_blink and self._blinks(looked_s))

    def _blinks(self, looked_s: float) -> bool:
        """Shut the eyes once they rest on the key; open them, see whether it worked, and try again."""
        settle_s, shut_s = self._traits.settle_s, self._traits.shut_s
        return settle_s <= looked_s % (settle_s + 2 * shut_s) < settle_s + shut_s

    def _glance(self, t_s: float, view: ScreenView) -> Point | None:
        """Look somewhere, not for long, at nothing in particular."""
        if t_s >= self._idle.until_s and view.cells:
            cell = view.cells[int(self._rng.integers(len(view.cells)))]
            self._idle = _Idle(cell.rect.center, t_s + self._draw(self._traits.glance_s))
        return self._idle.point

    def _aim(self, rect: Rect) -> Point:
        off = np.clip(self._rng.normal(0, self._traits.aim_sd, 2), -0.3, 0.3)
        return Point(rect.center.x + float(off[0]) * rect.width, rect.center.y + float(off[1]) * rect.height)

    def _draw(self, mean_s: float) -> float:
        return float(mean_s * np.clip(self._rng.normal(1, 0.2), 0.5, 2.0))


def _cell(view: ScreenView, words: tuple[str, ...]) -> SeenCell | None:
    """Find the first cell with one of these labels, the preferred label first."""
    labels = {cell.label.strip().casefold(): cell for cell in reversed(view.cells)}
    return next((labels[word.casefold()] for word in words if word.casefold() in labels), None)


def _begins(text: str, message: str) -> bool:
    return text.casefold().startswith(message.casefold())


def _as_meant(goal: Goal, before: ScreenView, now: ScreenView) -> bool:
    """Whether a selection of the last key did what it should: nothing else was written, no other board came."""
    if isinstance(goal, Answer):
        return now.message == before.message
    return now.message in ("", before.message) and now.cells == before.cells
