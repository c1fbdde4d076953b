"""The scenarios in the user's words, played on the core alone: no window, camera or face model."""

import re
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from eyecomm.boards.model import Action, ActionKind, Board, BoardSet, Button
from eyecomm.boards.obf import read_board_set
from eyecomm.conversation.session import Session
from eyecomm.conversation.turn import CallCarer, Effect, Speak
from eyecomm.geometry import Point, Rect
from eyecomm.samples import GazeSample, Openness
from eyecomm.selection.blink import BlinkSelector, BlinkSettings
from eyecomm.selection.dwell import DwellSelector, DwellSettings
from eyecomm.selection.methods import Method, make_selector

BOARDS = Path(__file__).parents[2] / "assets" / "boards" / "en"
FRAME_S = 1 / 30
NOTHING = Point(960.0, 20.0)  # in the message bar

scenarios("features")


class Patient:
    """Plays gaze to a session at 30 frames a second."""

    def __init__(self) -> None:
        files = {path.name: path.read_bytes() for path in BOARDS.glob("*.obf")}
        self.session = Session(read_board_set(files, "letters.obf"), DwellSelector(), Rect(0, 170, 1920, 860))
        self.time_s = 0.0
        self.effects: list[Effect] = []

    def play(self, seconds: float, point: Point | None, openness: Openness | None) -> bool:
        """Look there for so long, or until something is chosen; tell whether it was."""
        for _ in range(round(seconds / FRAME_S)):
            self.time_s += FRAME_S
            turn = self.session.update(GazeSample(self.time_s, point, openness=openness))
            self.effects += turn.effects
            if turn.effects:
                return True
        return False

    def look(self, seconds: float, point: Point) -> bool:
        return self.play(seconds, point, Openness(1.0, 1.0))

    def place(self, label: str) -> Point:
        (cell,) = [cell for cell in self.session.turn.cells if cell.button.label == label]
        return cell.rect.center


@pytest.fixture
def patient() -> Patient:
    return Patient()


@given("the letter board that comes with EyeComm")
def letter_board(patient: Patient) -> None:
    assert patient.session.turn.board.id == "letters"


@given("I choose with a held blink")
def by_blink(patient: Patient) -> None:
    patient.session.use(BlinkSelector(), 1.25)


@given("I choose by looking or with a held blink")
def by_either(patient: Patient) -> None:
    patient.session.use(make_selector(Method.DWELL_OR_BLINK, DwellSettings(), BlinkSettings()), 1.25)


@given(parsers.parse('a button "{label}" that would also write but does something unknown'))
def unknown_button(patient: Patient, label: str) -> None:
    actions = (Action(ActionKind.SPELL, "x"), Action(ActionKind.SPEAK), Action(ActionKind.UNKNOWN, ":magic"))
    board = Board("odd", "Odd", "en", ((Button("odd", label, actions),),))
    patient.session = Session(BoardSet({"odd": board}, "odd"), DwellSelector(), Rect(0, 170, 1920, 860))


@when(parsers.re(r"I look at (?P<label>[\w /]+) for (?P<seconds>[\d.]+) seconds without a pause"))
def linger(patient: Patient, label: str, seconds: str) -> None:
    place = patient.place(label)
    for _ in range(round(float(seconds) / FRAME_S)):
        patient.look(FRAME_S, place)


@when(parsers.parse("I blink naturally {count:d} times at {label}"))
def blink_often(patient: Patient, label: str, count: int) -> None:
    for _ in range(count):
        patient.look(0.6, patient.place(label))
        shut(patient, 0.25)


@when(parsers.parse("my carer clicks {label}"))
def click(patient: Patient, label: str) -> None:
    labels = [cell.button.label for cell in patient.session.turn.cells]
    patient.effects += patient.session.choose(labels.index(label)).effects


@when(parsers.re(r"I look at (?P<label>\w) for (?P<seconds>[\d.]+) seconds"))
def look_at(patient: Patient, label: str, seconds: str) -> None:
    patient.look(float(seconds), patient.place(label))


@when(parsers.parse("I look at nothing for {seconds:g} seconds"))
def look_at_nothing(patient: Patient, seconds: float) -> None:
    patient.look(seconds, NOTHING)


@when(parsers.re(r"I look at (?P<labels>(?:(?!\bfor\b).)+)"))
def look_at_all(patient: Patient, labels: str) -> None:
    for label in re.split(r", | and ", labels):
        patient.look(0.4, NOTHING)
        assert patient.look(4.0, patient.place(label)), f"{label} was not chosen"


@when(parsers.parse("my eyes are shut for {seconds:g} seconds"))
def shut(patient: Patient, seconds: float) -> None:
    patient.play(seconds, None, Openness(0.1, 0.1))


@when(parsers.parse("my face is lost for {seconds:g} seconds"))
def lost(patient: Patient, seconds: float) -> None:
    patient.play(seconds, None, None)


@when(parsers.parse("the camera stalls for {seconds:g} seconds"))
def stalls(patient: Patient, seconds: float) -> None:
    patient.time_s += seconds
    patient.look(FRAME_S, patient.place("A"))


@then(parsers.parse('the message is "{text}"'))
@then(parsers.re(r'the message is "(?P<text>)"'))
def message_is(patient: Patient, text: str) -> None:
    assert patient.session.turn.message.text == text


@then(parsers.parse('EyeComm says "{text}"'))
def says(patient: Patient, text: str) -> None:
    assert [effect.text for effect in patient.effects if isinstance(effect, Speak)] == [text]


@then("EyeComm says nothing")
def silent(patient: Patient) -> None:
    assert not [effect for effect in patient.effects if isinstance(effect, Speak)]


@then(parsers.parse('EyeComm has said "{text}" {count:d} times'))
def said(patient: Patient, text: str, count: int) -> None:
    assert patient.effects.count(Speak(text)) == count


@then("the carer is called")
def called(patient: Patient) -> None:
    assert patient.effects.count(CallCarer()) == 1


@then("the carer is called again")
def called_again(patient: Patient) -> None:
    assert patient.effects.count(CallCarer()) == 2
