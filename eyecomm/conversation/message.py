"""Writing and unwriting the message.

The message stays until it is cleared: speaking keeps it, so that it can be said again or continued. What Clear took
away comes back when Clear is chosen again before anything new is written.
"""

import unicodedata
from dataclasses import replace

from eyecomm.conversation.turn import Message

JOINER = "\u200d"
CLOSING = tuple(".,!?;:)]}…")
OPENING = tuple(" ([{¿¡")


def spell(message: Message, letters: str) -> Message:
    """Add letters to the word being written."""
    return Message(message.text + letters) if letters else message


def space(message: Message) -> Message:
    """End the word; a space at the beginning or after another one would be nothing to see or hear."""
    return spell(message, "" if message.text.endswith(" ") or not message.text else " ")


def append(message: Message, words: str) -> Message:
    """Add words, with a space before them where one is needed."""
    joined = not message.text or message.text.endswith(OPENING) or words.startswith((" ", *CLOSING))
    return spell(message, words if joined or not words else f" {words}")


def backspace(message: Message) -> Message:
    """Take away the last character as a person counts them, accents and all; what was cleared stays undoable."""
    text = message.text
    start = len(text) - 1
    while start > 0 and _continues(text, start):
        start -= 1
    return replace(message, text=text[: max(start, 0)])


def clear(message: Message) -> Message:
    """Take the whole message away, or bring it back when it was just cleared."""
    return Message("", message.text) if message.text else Message(message.cleared)


def _continues(text: str, index: int) -> bool:
    """Whether a character belongs to the one before it; the common part of Unicode's rules for grapheme clusters."""
    character = text[index]
    if unicodedata.category(character).startswith("M") or character == JOINER or text[index - 1] == JOINER:
        return True
    return _is_skin_tone(character) or (_is_flag_letter(character) and _flag_letters_before(text, index) % 2 == 1)


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return index - start
