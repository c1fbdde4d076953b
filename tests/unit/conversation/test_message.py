import pytest

from eyecomm.conversation.message import append, backspace, clear, spell
from eyecomm.conversation.turn import Message


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("ab", "a"), ("cafe\u0301", "caf"), ("ok👍🏽", "ok"), ("👩\u200d🚀", ""), ("❤\ufe0f", ""), ("a ", "a")],
)
def test_backspace_takes_what_a_person_counts_as_one(before: str, after: str) -> None:
    assert backspace(Message(before)).text == after


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("", "water", "water"),
        ("I want", "water", "I want water"),
        ("I ", "am", "I am"),
        ("Yes", ", please", "Yes, please"),
    ],
)
def test_words_get_a_space_where_one_is_needed(before: str, words: str, after: str) -> None:
    assert append(Message(before), words).text == after


def test_clear_twice_is_no_clear() -> None:
    assert clear(clear(Message("hello"))).text == "hello"


def test_clear_of_nothing_is_nothing() -> None:
    assert clear(Message()) == Message()


def test_spelling_forgets_what_was_cleared() -> None:
    assert spell(clear(Message("old")), "n") == Message("n")
