from dataclasses import dataclass, field

import numpy as np
import pytest

from eyecomm.boards.model import Action, ActionKind, Board, BoardSet, Button
from eyecomm.conversation.confirmation import Chosen, Confirmed, Evidence, Withdrawn, Witness
from eyecomm.conversation.session import Session
from eyecomm.geometry import Point, Rect
from eyecomm.samples import GazeSample
from eyecomm.selection.dwell import DwellSelector

AREA = Rect(0, 0, 700, 100)
BUTTONS = {
    "a": (Action(ActionKind.SPELL, "a"),),
    "b": (Action(ActionKind.SPELL, "b"),),
    "space": (Action(ActionKind.SPACE),),
    "back": (Action(ActionKind.BACKSPACE),),
    "speak": (Action(ActionKind.SPEAK),),
    "water": (Action(ActionKind.APPEND, "water"),),
    "yes": (Action(ActionKind.SAY, "Yes."),),
}
BOARD = Board("one", "One", "en", (tuple(Button(name, name, actions) for name, actions in BUTTONS.items()),))
NAMES = list(BUTTONS)


@dataclass
class Talk:
    """Looks at cells until they are chosen, 10 px right of the middle."""

    session: Session = field(
        default_factory=lambda: Session(BoardSet({"one": BOARD}, "one"), DwellSelector(), AREA),
    )
    witness: Witness = field(default_factory=Witness)
    now_s: float = 0.0

    def frame(self, point: Point | None) -> tuple[Evidence, ...]:
        self.now_s += 1 / 30
        sample = GazeSample(self.now_s, point)
        before = self.session.turn
        return self.witness.update(sample, before, self.session.update(sample))

    def choose(self, name: str) -> tuple[Evidence, ...]:
        rect = self.session.turn.cells[NAMES.index(name)].rect
        for _ in range(10):
            self.frame(Point(-500.0, -500.0))  # looks away: no repeat
        for _ in range(120):
            found = self.frame(Point(rect.center.x + 10, rect.center.y))
            if found:
                return found
        raise AssertionError("nothing was chosen")


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_choice_tells_its_cell_and_where_the_gaze_was(talk: Talk) -> None:
    (found,) = talk.choose("b")
    assert isinstance(found, Chosen)
    assert found.cell == talk.session.turn.cells[1].rect
    assert found.gaze.x == pytest.approx(found.cell.center.x + 10)
    assert found.noise.sd_px == pytest.approx(0.0)
    assert found.timestamp_s == talk.now_s


def test_noise_is_that_of_the_median_of_a_second(talk: Talk) -> None:
    rng = np.random.default_rng(2)
    seen: list[Evidence] = []
    rect = talk.session.turn.cells[0].rect
    for _ in range(100):
        seen += talk.frame(Point(rect.center.x + rng.normal(0, 8), rect.center.y + rng.normal(0, 4)))
        if seen:
            break
    (found,) = seen
    assert isinstance(found, Chosen)
    assert found.noise.xx == pytest.approx(64 * 0.3, rel=0.8)
    assert found.noise.yy < found.noise.xx


def test_backspace_takes_back_letters_from_the_newest(talk: Talk) -> None:
    times = []
    for name in ("a", "b"):
        talk.choose(name)
        times.append(talk.now_s)
    assert talk.choose("back")[0] == Withdrawn(times[1])
    assert talk.choose("back")[0] == Withdrawn(times[0])


def test_backspace_with_nothing_written_takes_nothing_back(talk: Talk) -> None:
    (found,) = talk.choose("back")
    assert isinstance(found, Chosen)


def test_what_was_not_chosen_by_gaze_cannot_be_taken_back(talk: Talk) -> None:
    talk.session.choose(NAMES.index("a"))
    (found,) = talk.choose("back")
    assert isinstance(found, Chosen)
    assert talk.session.turn.message.text == ""


@pytest.mark.parametrize("name", ["speak", "space", "water"])
def test_a_spoken_or_accepted_word_confirms_what_came_before(talk: Talk, name: str) -> None:
    talk.choose("a")
    first, second = talk.choose(name)
    assert first == Confirmed()
    assert isinstance(second, Chosen)


@pytest.mark.parametrize("name", ["speak", "yes"])
def test_silence_and_a_quick_phrase_confirm_nothing(talk: Talk, name: str) -> None:
    (found,) = talk.choose(name)
    assert isinstance(found, Chosen)


def test_a_choice_with_too_little_gaze_is_no_evidence_but_can_be_taken_back(talk: Talk) -> None:
    rect = talk.session.turn.cells[0].rect
    found: tuple[Evidence, ...] = ()
    for _ in range(600):  # the camera gives three frames a second
        talk.now_s += 0.3
        found = talk.frame(rect.center)
        if talk.session.turn.message.text:
            break
    assert talk.session.turn.message.text == "a"
    assert found == ()
    assert isinstance(talk.choose("back")[0], Withdrawn)


def test_lost_gaze_is_not_remembered(talk: Talk) -> None:
    rect = talk.session.turn.cells[0].rect
    seen: list[Evidence] = []
    for number in range(300):
        seen += talk.frame(None if number % 3 == 0 else rect.center)
        if seen:
            break
    (found,) = seen
    assert isinstance(found, Chosen)
    assert found.gaze == rect.center
