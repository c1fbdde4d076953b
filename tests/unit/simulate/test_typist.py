from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from eyecomm.geometry import Point, Rect
from eyecomm.simulate.patient import Intent
from eyecomm.simulate.typist import Answer, Goal, Rest, Say, Typist, TypistTraits
from eyecomm.simulate.view import ScreenView, SeenCell

STEP_S = 1 / 30
LETTERS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "Space", "Delete", "Clear all", "Speak", "Yes / No"]
ANSWERS = ["Yes", "No", "Letters"]


def cells(labels: Sequence[str]) -> tuple[SeenCell, ...]:
    return tuple(
        SeenCell(label, Rect(100.0 * (i % 8), 100.0 * (i // 8), 100.0, 100.0)) for i, label in enumerate(labels)
    )


@dataclass
class Board:
    """A scripted screen: a cell is chosen by looking at it for a second, or by shutting the eyes for half a second."""

    labels: Sequence[str] = tuple(LETTERS)
    by_blink: bool = False
    message: str = ""
    chosen: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    slips: dict[int, str] = field(default_factory=dict)  # the nth choice hits this cell instead
    deaf_s: float = 0.0  # nothing is chosen before
    _on: str = ""
    _held_s: float = 0.0

    def view(self) -> ScreenView:
        return ScreenView(cells(self.labels), self.message, None, len(self.chosen))

    def look(self, t_s: float, intent: Intent) -> None:
        on = next((c.label for c in cells(self.labels) if intent.point and c.rect.contains(intent.point)), "")
        counts = on != "" and on == self._on and (intent.shut or not self.by_blink)
        self._on, self._held_s = on, self._held_s + STEP_S if counts else 0.0
        if self._held_s > (0.5 if self.by_blink else 1.0) and t_s > self.deaf_s:
            self._held_s = -10.0 if self.by_blink else 0.0  # one blink chooses once
            self._choose(self.slips.pop(len(self.chosen), on))

    def _choose(self, label: str) -> None:
        self.chosen.append(label)
        change = {
            "Space": self.message + " ",
            "Delete": self.message[:-1],
            "Clear all": "",
            "Speak": self.message,
            "Yes / No": self.message,
            "Letters": self.message,
        }
        if label in ("Speak", "Yes", "No"):
            self.spoken.append(self.message if label == "Speak" else label)
        self.labels = {"Yes / No": ANSWERS, "Letters": LETTERS}.get(label, self.labels)
        self.message = change.get(label, self.message + label.lower() if len(label) == 1 else self.message)


def talk(board: Board, typist: Typist, longest_s: float = 120.0) -> list[Intent]:
    intents = []
    for step in range(round(longest_s / STEP_S)):
        if typist.done:
            break
        intents.append(typist.update(step * STEP_S, board.view()))
        board.look(step * STEP_S, intents[-1])
    return intents


@pytest.mark.parametrize("seed", range(5))
def test_it_spells_and_speaks(seed: int) -> None:
    board, typist = Board(), Typist([Say("HELLO YOU")], seed)
    talk(board, typist)
    assert typist.done
    assert board.spoken == ["hello you"]
    assert board.chosen == [*"HELLO", "Space", *"YOU", "Speak"]


def test_a_wrong_letter_is_noticed_and_taken_back() -> None:
    board, typist = Board(slips={1: "W"}), Typist([Say("HI")])
    talk(board, typist)
    assert board.chosen == ["H", "W", "Delete", "I", "Speak"]
    assert board.spoken == ["hi"]


def test_a_wrong_key_at_the_end_is_mended() -> None:
    board, typist = Board(slips={2: "Q"}), Typist([Say("HI")])
    talk(board, typist)
    assert board.chosen == ["H", "I", "Q", "Delete", "Speak"]


def test_landing_on_the_other_board_by_mistake_it_comes_back() -> None:
    board, typist = Board(slips={2: "Yes / No"}), Typist([Say("HI")])
    talk(board, typist)
    assert board.chosen == ["H", "I", "Yes / No", "Letters", "Speak"]


def test_it_answers_on_the_other_board() -> None:
    board, typist = Board(), Typist([Answer("Yes"), Answer("No")])
    talk(board, typist)
    assert board.chosen == ["Yes / No", "Yes", "No"]


def test_after_an_answer_it_goes_back_to_the_letters() -> None:
    board, typist = Board(labels=ANSWERS), Typist([Answer("Yes"), Say("A")])
    talk(board, typist)
    assert board.chosen == ["Yes", "Letters", "A", "Speak"]


def test_something_else_in_the_message_is_cleared_first() -> None:
    board, typist = Board(message="hello"), Typist([Say("NO")])
    talk(board, typist)
    assert board.chosen == ["Clear all", "N", "O", "Speak"]


def test_by_blink_it_shuts_the_eyes_on_each_key() -> None:
    board, typist = Board(by_blink=True), Typist([Say("OK")], by_blink=True)
    intents = talk(board, typist)
    assert board.spoken == ["ok"]
    assert any(intent.shut for intent in intents)


def test_by_dwell_the_eyes_stay_open() -> None:
    assert not any(intent.shut for intent in talk(Board(), Typist([Say("OK")])))


def test_in_vain_it_looks_away_and_tries_again() -> None:
    board, typist = Board(deaf_s=9.0), Typist([Say("A")], traits=TypistTraits(patience_s=3.0))
    intents = talk(board, typist)
    assert board.spoken == ["a"]
    points = {intent.point for intent in intents}
    assert any(p is not None and not Rect(0, 0, 100, 100).contains(p) for p in points)


def test_it_needs_time_to_see_a_change() -> None:
    typist = Typist([Say("AB")])
    first = next(n for n in range(300) if typist.update(n * STEP_S, Board().view()).point is not None)
    assert 0.3 < first * STEP_S < 1.5
    chosen = Board(message="a", chosen=["A"]).view()
    start_s = first * STEP_S
    on_a = typist.update(start_s, Board().view()).point
    moved = next(n for n in range(300) if typist.update(start_s + n * STEP_S, chosen).point != on_a)
    assert 0.3 < moved * STEP_S < 1.5


def test_it_looks_at_the_beacon_whatever_it_wants_to_say() -> None:
    typist, beacon = Typist([Say("A")]), Point(333, 222)
    board = Board()
    typist.update(0.0, board.view())
    assert typist.update(1.0, ScreenView(board.view().cells, "", beacon)).point == beacon
    assert not typist.done


def test_after_the_beacon_it_goes_on() -> None:
    board, typist = Board(), Typist([Say("A")])
    for n in range(30):
        typist.update(n * STEP_S - 1, ScreenView(beacon=Point(n, n)))
    talk(board, typist)
    assert board.spoken == ["a"]


def test_resting_it_glances_about_and_chooses_nothing() -> None:
    board, typist = Board(), Typist([Rest(20.0)])
    intents = talk(board, typist, 60.0)
    assert 20 < len(intents) * STEP_S < 22
    assert len({intent.point for intent in intents}) > 15
    assert board.chosen == []


def test_with_nothing_to_say_it_is_done_and_glances_about() -> None:
    typist = Typist([])
    assert typist.done
    assert typist.goal is None
    points = {typist.update(n * STEP_S, Board().view()).point for n in range(150)}
    assert len(points) > 3


@pytest.mark.parametrize("goal", [Say("5"), Answer("Maybe")])
def test_a_word_that_is_nowhere_is_waited_for(goal: Goal) -> None:
    board, typist = Board(labels=["A", "B"]), Typist([goal])
    intents = talk(board, typist, 5.0)
    assert not typist.done
    assert {intent.point for intent in intents} == {None}


def test_an_empty_screen_is_survived() -> None:
    typist = Typist([Rest(0.1), Say("A")])
    for n in range(60):
        assert typist.update(n * STEP_S, ScreenView()).point is None


def test_a_board_that_moves_is_followed() -> None:
    typist = Typist([Say("A")])
    for n in range(60):
        typist.update(n * STEP_S, Board().view())
    moved = ScreenView((SeenCell("A", Rect(500, 500, 100, 100)),))
    points = [typist.update(2 + n * STEP_S, moved).point for n in range(60)]
    assert points[-1] is not None
    assert Rect(500, 500, 100, 100).contains(points[-1])


def test_the_same_seed_looks_the_same_way() -> None:
    one, same, other = (talk(Board(), Typist([Say("HI")], seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other
