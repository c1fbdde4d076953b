"""Writing and unwriting the message."""

import unicodedata
from dataclasses import replace

from eyecomm.conversation.turn import Message

JOINER = "\u200d"
CLOSING = ".,!?;:"


def spell(message: Message, letters: str) -> Message:
    """Add letters to the word being written."""
    return Message(message.text + letters)


def append(message: Message, words: str) -> Message:
    """Add words, with a space before them where one is needed."""
    needs_space = message.text and not message.text.endswith(" ") and not words.startswith((" ", *CLOSING))
    return Message(f"{message.text}{' ' if needs_space else ''}{words}")


def backspace(message: Message) -> Message:
    """Take away the last character as a person counts them, its accents included; what was cleared stays undoable."""
    text = message.text
    while text:
        last, text = text[-1], text[:-1]
        joined = text.endswith(JOINER) or last == JOINER
        if not (unicodedata.combining(last) or _modifies(last) or joined):
            break
    return replace(message, text=text)


def _modifies(character: str) -> bool:
    """Whether a character only changes the one before it: variation selectors and skin tones."""
    return "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"


def clear(message: Message) -> Message:
    """Take the whole message away, or bring it back when it was just cleared."""
    return Message("", message.text) if message.text else Message(message.cleared)
