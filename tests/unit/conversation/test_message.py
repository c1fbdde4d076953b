from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.conversation.message import append, backspace, clear, space, spell
from eyecomm.conversation.turn import Message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("ab", "a"),
        ("cafe\u0301", "caf"),
        ("ok👍🏽", "ok"),
        ("👩\u200d🚀", ""),
        ("❤\ufe0f", ""),
        ("a ", "a"),
        ("हिन्दी", "हिन्"),
        ("🇩🇪🇫🇷", "🇩🇪"),
        ("a🇩🇪", "a"),
        ("🇩🇪🇫", "🇩🇪"),
        ("\u0301", ""),
    ],
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
        ("Help", "!", "Help!"),
        ("It hurts (", "here", "It hurts (here"),
        ("I want", "", "I want"),
    ],
)
def test_words_get_a_space_where_one_is_needed(before: str, words: str, after: str) -> None:
    assert append(Message(before), words).text == after


@pytest.mark.parametrize(("before", "after"), [("", ""), ("hello", "hello "), ("hello ", "hello ")])
def test_a_space_ends_a_word_and_only_a_word(before: str, after: str) -> None:
    assert space(Message(before)).text == after


@pytest.mark.parametrize("nothing", [space, backspace, lambda message: spell(message, ""), lambda m: append(m, "")])
def test_what_writes_nothing_keeps_what_was_cleared(nothing: Callable[[Message], Message]) -> None:
    assert nothing(Message("", "old")) == Message("", "old")


@given(st.text(min_size=1))
def test_backspace_takes_from_the_end_and_ends_at_nothing(text: str) -> None:
    message = Message(text)
    for _ in text:
        shorter = backspace(message)
        assert message.text.startswith(shorter.text)
        assert len(shorter.text) < len(message.text) or not message.text
        message = shorter
    assert message.text == ""


def test_clear_twice_is_no_clear() -> None:
    assert clear(clear(Message("hello"))).text == "hello"


def test_clear_of_nothing_is_nothing() -> None:
    assert clear(Message()) == Message()


def test_spelling_forgets_what_was_cleared() -> None:
    assert spell(clear(Message("old")), "n") == Message("n")
