import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eyecomm.boards.model import Action, ActionKind, Board, BoardSet, Button
from eyecomm.conversation.errors import NoHomeError
from eyecomm.conversation.session import Session
from eyecomm.conversation.turn import BoardMissing, CallCarer, Message, Selected, Speak, Turn
from eyecomm.geometry import Point, Rect
from eyecomm.samples import Floats, GazeSample
from eyecomm.selection.dwell import DwellSelector
from eyecomm.selection.protocols import NOTHING, Dwell

AREA = Rect(0, 100, 800, 200)


def button(label: str, *actions: Action, dwell_s: float | None = None) -> Button:
    return Button(label, label, actions, dwell_s=dwell_s)


def do(kind: ActionKind, text: str = "") -> Action:
    return Action(kind, text)


HOME = Board(
    "letters",
    "Letters",
    "en",
    (
        (
            button("A", do(ActionKind.SPELL, "a")),
            button("Space", do(ActionKind.SPACE)),
            button("Back", do(ActionKind.BACKSPACE)),
            button("Clear", do(ActionKind.CLEAR)),
        ),
        (
            button("Speak", do(ActionKind.SPEAK), dwell_s=0.3),
            button("More", do(ActionKind.OPEN, "more")),
            button("Water", do(ActionKind.APPEND, "water"), dwell_s=0.5),
            button("Odd", do(ActionKind.SPELL, "z"), do(ActionKind.UNKNOWN, ":fly")),
        ),
    ),
)
MORE = Board(
    "more",
    "More",
    "en",
    (
        (
            button("Yes", do(ActionKind.SAY, "Yes.")),
            button("Home", do(ActionKind.HOME)),
            button("Call", do(ActionKind.CALL)),
            button("Lost", do(ActionKind.OPEN, "nowhere")),
            button("Both", do(ActionKind.APPEND, "help"), do(ActionKind.SPEAK)),
        ),
    ),
)
BOARDS = BoardSet({"letters": HOME, "more": MORE}, "letters")


class SpySelector:
    """Chooses nothing, and remembers its targets."""

    def __init__(self) -> None:
        self.dwell_s: Floats = np.empty(0)
        self.times = 0

    def set_targets(self, rects_px: Floats, dwell_s: Floats) -> None:
        assert rects_px.shape == (len(dwell_s), 4)
        self.dwell_s = dwell_s
        self.times += 1

    def update(self, _sample: GazeSample) -> Dwell:
        return NOTHING


class HastySelector(SpySelector):
    """Chooses one thing, always."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index

    def update(self, _sample: GazeSample) -> Dwell:
        return Dwell(self._index, 1.0, self._index)


@pytest.fixture
def session() -> Session:
    return Session(BOARDS, SpySelector(), AREA)


def choose(session: Session, *labels: str) -> Turn:
    for label in labels:
        turn = session.choose([cell.button.label for cell in session.turn.cells].index(label))
    return turn


def test_letters_spaces_and_words_build_the_message(session: Session) -> None:
    assert choose(session, "A", "A", "Space", "A", "Water").message.text == "aa a water"


def test_backspace_takes_one_letter_and_none_from_nothing(session: Session) -> None:
    assert choose(session, "A", "A", "Back").message.text == "a"
    assert choose(session, "Back", "Back").message.text == ""


def test_clear_takes_all_and_a_second_clear_brings_it_back(session: Session) -> None:
    cleared = choose(session, "A", "A", "Clear")
    assert (cleared.message.text, cleared.message.cleared) == ("", "aa")
    assert choose(session, "Clear").message.text == "aa"
    assert choose(session, "Clear", "Back", "Clear").message.text == "aa"


def test_writing_on_ends_the_undo_of_clear(session: Session) -> None:
    assert choose(session, "A", "A", "Clear", "A").message == Message("a")


def test_speak_says_the_message_and_keeps_it(session: Session) -> None:
    turn = choose(session, "Water", "Speak")
    assert turn.effects == (Selected(4), Speak("water"))
    assert turn.message.text == "water"


def test_an_empty_message_says_nothing(session: Session) -> None:
    assert choose(session, "Space", "Speak").effects == (Selected(4),)


def test_boards_open_and_home_comes_back(session: Session) -> None:
    assert choose(session, "A", "More").board is MORE
    turn = choose(session, "Home")
    assert turn.board is HOME
    assert turn.message.text == "a"


def test_a_link_to_nowhere_stays_where_it_is_and_is_told(session: Session) -> None:
    turn = choose(session, "More", "Lost")
    assert turn.board is MORE
    assert turn.effects == (Selected(3), BoardMissing("nowhere"))


def test_the_carer_can_open_a_board(session: Session) -> None:
    turn = session.open_board("more")
    assert (turn.board, turn.effects) == (MORE, ())
    turn = session.open_board("nowhere")
    assert (turn.board, turn.effects) == (MORE, (BoardMissing("nowhere"),))


def test_boards_without_a_home_are_refused() -> None:
    with pytest.raises(NoHomeError, match="'start'"):
        Session(BoardSet({"letters": HOME}, "start"), SpySelector(), AREA)


def test_an_answer_without_words_says_nothing() -> None:
    board = Board("b", "B", "en", ((button("Mute", do(ActionKind.SAY, " ")),),))
    assert Session(BoardSet({"b": board}, "b"), SpySelector(), AREA).choose(0).effects == (Selected(0),)


def test_a_message_is_spoken_again_or_continued(session: Session) -> None:
    assert choose(session, "A", "Speak", "Speak").effects[1] == Speak("a")
    assert choose(session, "A").message.text == "aa"


def test_actions_run_in_the_order_given() -> None:
    board = Board("b", "B", "en", ((button("Say it", do(ActionKind.SPEAK), do(ActionKind.CLEAR)),),))
    turn = Session(BoardSet({"b": board}, "b"), SpySelector(), AREA, message=Message("thanks")).choose(0)
    assert turn.effects == (Selected(0), Speak("thanks"))
    assert turn.message == Message("", "thanks")


def test_an_answer_is_said_at_once_and_leaves_the_message(session: Session) -> None:
    turn = choose(session, "A", "More", "Yes")
    assert turn.effects == (Selected(0), Speak("Yes."))
    assert turn.message.text == "a"


def test_the_carer_can_be_called(session: Session) -> None:
    assert choose(session, "More", "Call").effects == (Selected(2), CallCarer())


def test_several_actions_happen_in_order(session: Session) -> None:
    assert choose(session, "A", "More", "Both").effects[1] == Speak("a help")


def test_an_unknown_action_disables_the_whole_button() -> None:
    spy = SpySelector()
    session = Session(BOARDS, spy, AREA)
    assert spy.dwell_s[7] == np.inf
    turn = choose(session, "Odd")
    assert turn.message.text == ""
    assert turn.effects == ()
    assert session.choose(99).effects == ()


def test_words_may_have_a_short_dwell_but_speaking_never() -> None:
    spy = SpySelector()
    Session(BOARDS, spy, AREA, usual_dwell_s=1.25)
    assert spy.dwell_s[6] == 0.5
    assert spy.dwell_s[4] == 1.25
    assert Session(BOARDS, spy, AREA, usual_dwell_s=3.0).turn.board is HOME
    assert spy.dwell_s[4] == 3.0
    assert np.isnan(spy.dwell_s[0])


@pytest.mark.parametrize(
    "kind", [ActionKind.SPEAK, ActionKind.SAY, ActionKind.CLEAR, ActionKind.CALL, ActionKind.HOME, ActionKind.OPEN]
)
def test_what_cannot_be_taken_back_easily_is_never_quick_but_may_be_slow(kind: ActionKind) -> None:
    quick, slow = button("Quick", do(kind), dwell_s=0.5), button("Slow", do(kind), dwell_s=4.0)
    spy = SpySelector()
    Session(BoardSet({"b": Board("b", "B", "en", ((quick, slow),))}, "b"), spy, AREA)
    assert list(spy.dwell_s) == [1.25, 4.0]


def test_no_button_is_quicker_than_the_shortest_dwell() -> None:
    spy = SpySelector()
    letter = button("A", do(ActionKind.SPELL, "a"), dwell_s=0.1)
    Session(BoardSet({"b": Board("b", "B", "en", ((letter,),))}, "b"), spy, AREA)
    assert list(spy.dwell_s) == [0.3]


def test_a_selector_at_fault_cannot_choose_a_disabled_or_missing_button() -> None:
    for index in (7, 8, -1):
        turn = Session(BOARDS, HastySelector(index), AREA).update(GazeSample(0.0, None))
        assert (turn.effects, turn.message.text, turn.dwell) == ((), "", NOTHING)


def test_a_board_of_empty_cells_is_shown_and_chooses_nothing() -> None:
    board = Board("b", "B", "en", ((None, None),))
    session = Session(BoardSet({"b": board}, "b"), DwellSelector(), AREA)
    turns = [session.update(GazeSample(frame / 30, AREA.center)) for frame in range(90)]
    assert {turn.effects for turn in turns} == {()}


def test_effects_and_choices_are_told_once(session: Session) -> None:
    turn = choose(session, "A")
    assert (turn.dwell.selected, turn.dwell.progress) == (0, 1.0)
    assert session.turn.effects == ()
    assert session.turn.dwell.selected is None


def test_what_the_hand_chose_the_gaze_does_not_choose_again_at_once() -> None:
    session = Session(BOARDS, DwellSelector(), AREA)
    place = session.turn.cells[0].rect.center
    for frame in range(44):
        session.update(GazeSample(frame / 30, place))
    session.choose(0)
    later = [session.update(GazeSample((44 + frame) / 30, place)) for frame in range(44)]
    assert {turn.effects for turn in later} == {()}


def test_going_to_the_board_already_shown_does_not_make_lingering_quicker() -> None:
    board = Board("b", "B", "en", ((button("Home", do(ActionKind.HOME)),),))
    session = Session(BoardSet({"b": board}, "b"), DwellSelector(), AREA)
    chosen = [frame for frame in range(120) if session.update(GazeSample(frame / 30, AREA.center)).effects]
    assert len(chosen) == 2
    assert chosen[1] - chosen[0] >= 2.25 * 30


def test_a_new_board_a_new_size_and_a_new_selector_begin_afresh() -> None:
    spy, other = SpySelector(), SpySelector()
    session = Session(BOARDS, spy, AREA)
    choose(session, "More")
    turn = session.resize(Rect(0, 0, 50, 10))
    assert turn.cells[0].rect.width == 10
    assert spy.times == 3
    assert session.use(other, 2.0).board is MORE
    assert other.times == 1


def test_a_message_and_board_from_before_come_back() -> None:
    turn = Session(BOARDS, SpySelector(), AREA, message=Message("I am"), board_id="more").turn
    assert (turn.message.text, turn.board.id) == ("I am", "more")
    assert Session(BOARDS, SpySelector(), AREA, board_id="gone").turn.board is HOME


def test_looking_long_enough_spells_a_letter() -> None:
    session = Session(BOARDS, DwellSelector(), AREA)
    place = session.turn.cells[0].rect.center
    turns = [session.update(GazeSample(frame / 30, place)) for frame in range(47)]
    (chosen,) = [turn for turn in turns if turn.effects]
    assert chosen.effects == (Selected(0),)
    assert chosen.message.text == "a"
    assert chosen.dwell.progress == 1.0


def test_the_board_that_opens_under_the_eyes_needs_a_full_look() -> None:
    session = Session(BOARDS, DwellSelector(), AREA)
    place = session.turn.cells[5].rect.center
    boards = [session.update(GazeSample(frame / 30, place)).board.id for frame in range(80)]
    assert boards.count("letters") == 45
    assert session.turn.message.text == ""


@given(st.lists(st.integers(-1, 8), max_size=60))
def test_text_only_goes_away_by_backspace_or_an_undoable_clear(picks: list[int]) -> None:
    session = Session(BOARDS, SpySelector(), AREA)
    for pick in picks:
        before = session.turn
        after = session.choose(pick)
        removing = 0 <= pick < len(before.cells) and before.cells[pick].button.label in ("Back", "Clear")
        if not removing:
            assert after.message.text.startswith(before.message.text)
        if 0 <= pick < len(before.cells) and before.cells[pick].button.label == "Clear" and before.message.text:
            assert session.choose(pick).message.text == before.message.text


@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(-50, 900), st.floats(0, 400)), max_size=100))
def test_any_gaze_gives_a_turn_about_its_own_cells(steps: list[tuple[float, float, float]]) -> None:
    session, time_s = Session(BOARDS, DwellSelector(), AREA), 0.0
    for step_s, x, y in steps:
        time_s += step_s
        turn = session.update(GazeSample(time_s, Point(x, y)))
        if turn.dwell.target is not None:
            assert turn.cells[turn.dwell.target].rect.contains(Point(x, y))


class Talk(RuleBasedStateMachine):
    """Anything may happen in any order; the message is always what a plain list of characters says."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(BOARDS, DwellSelector(), AREA)
        self.text, self.cleared, self.time_s = "", "", 0.0
        self.turn = self.session.turn

    @rule(index=st.integers(-1, 8))
    def choose(self, index: int) -> None:
        before = self.session.turn
        self.turn = self.session.choose(index)
        enabled = 0 <= index < len(before.cells) and before.cells[index].button.enabled
        assert self.turn.effects[:1] == ((Selected(index),) if enabled else ())
        if enabled:
            self.expect(before.cells[index].button.label)

    @rule(index=st.integers(0, 7), seconds=st.sampled_from([0.5, 1.7, 3.0]), lost=st.booleans())
    def look(self, index: int, seconds: float, lost: bool) -> None:
        place = self.session.turn.cells[index % len(self.session.turn.cells)].rect.center
        for _ in range(round(seconds * 30)):
            self.time_s += 1 / 30
            before = self.session.turn
            self.turn = self.session.update(GazeSample(self.time_s, None if lost else place))
            if self.turn.effects:
                assert not lost
                (chosen,) = [effect for effect in self.turn.effects if isinstance(effect, Selected)]
                assert self.turn.effects[0] == chosen
                self.expect(before.cells[chosen.index].button.label)

    @rule(width=st.integers(0, 2000))
    def resize(self, width: int) -> None:
        self.turn = self.session.resize(Rect(0, 0, width, 400))

    @rule(board_id=st.sampled_from(["letters", "more", "nowhere"]))
    def open(self, board_id: str) -> None:
        self.turn = self.session.open_board(board_id)

    @rule()
    def use_other_times(self) -> None:
        self.turn = self.session.use(DwellSelector(), 2.0)

    def expect(self, label: str) -> None:
        text, cleared = self.text, self.cleared
        changed = {
            "A": text + "a",
            "Water": f"{text} water" if text and text[-1] != " " else f"{text}water",
            "Both": f"{text} help" if text and text[-1] != " " else f"{text}help",
            "Space": f"{text} " if text and text[-1] != " " else text,
            "Back": text[:-1],
            "Clear": "" if text else cleared,
        }.get(label, text)
        if label == "Clear":
            self.cleared = text
        elif len(changed) > len(text):
            self.cleared = ""
        self.text = changed

    @invariant()
    def the_message_is_as_expected(self) -> None:
        assert self.session.turn.message == Message(self.text, self.cleared)

    @invariant()
    def a_turn_is_about_its_own_cells(self) -> None:
        turn = self.turn
        assert len(turn.cells) == sum(button is not None for row in turn.board.grid for button in row)
        assert turn.dwell.target is None or 0 <= turn.dwell.target < len(turn.cells)
        assert 0.0 <= turn.dwell.progress <= 1.0

    @invariant()
    def speech_is_never_empty(self) -> None:
        assert all(effect.text.strip() for effect in self.turn.effects if isinstance(effect, Speak))


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
