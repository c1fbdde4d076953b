"""What a voice is: words in, events out. The values know nothing of engines and devices."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SLOWEST_WPM = 80
FASTEST_WPM = 450


class VoiceSettingsError(ValueError):
    """A setting of the voice is outside its range."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How the voice sounds.

    Parameters
    ----------
    language : str
        BCP 47 tag of what is spoken, such as "en" or "en-gb"; picks the voice when none is named.
    voice : str
        Id of a voice (`VoiceInfo.id`); empty for the language's usual one.
    rate_wpm : int
        Speed in words per minute, 80 to 450.
    volume : float
        Loudness, 0 to 1.

    Raises
    ------
    VoiceSettingsError
        When a value is outside its range.
    """

    language: str = field(default="en", metadata={"label": "Language", "unit": ""})
    voice: str = field(default="", metadata={"label": "Voice", "unit": ""})
    rate_wpm: int = field(default=160, metadata={"label": "Speed", "unit": "wpm", "range": (SLOWEST_WPM, FASTEST_WPM)})
    volume: float = field(default=1.0, metadata={"label": "Volume", "unit": "", "range": (0.0, 1.0)})

    def __post_init__(self) -> None:
        if not self.language:
            raise VoiceSettingsError("a voice needs a language")
        if not SLOWEST_WPM <= self.rate_wpm <= FASTEST_WPM:
            raise VoiceSettingsError(f"rate is {self.rate_wpm} wpm, outside {SLOWEST_WPM} to {FASTEST_WPM}")
        if not 0.0 <= self.volume <= 1.0:  # also refuses NaN
            raise VoiceSettingsError(f"volume is {self.volume}, outside 0 to 1")


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that can be chosen.

    Parameters
    ----------
    id : str
        What `VoiceSettings.voice` takes.
    name : str
        What people call it.
    languages : tuple of str
        BCP 47 tags of what it speaks, the main one first.
    """

    id: str
    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words to be said, or to be written to a sound file.

    Parameters
    ----------
    id : int
        Chosen by the caller, each once; every event about these words carries it.
    text : str
        The words. They stay out of `repr`, and so out of logs and tracebacks.
    path : Path or None
        The WAV file to write instead of speaking.
    """

    id: int
    text: str = field(repr=False)
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """These words begin to be heard. Said again when a failed engine makes them begin again."""

    utterance: int


@dataclass(frozen=True, slots=True)
class Finished:
    """These words were spoken to the end, or their file is written."""

    utterance: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """These words were stopped, or taken back before they began."""

    utterance: int


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody could hear these words: there was no audio device."""

    utterance: int


@dataclass(frozen=True, slots=True)
class Failed:
    """These words could not be said.

    Parameters
    ----------
    utterance : int
        Whose.
    reason : str
        A technical sentence without the words themselves.
    """

    utterance: int
    reason: str


@dataclass(frozen=True, slots=True)
class AudibleChanged:
    """Whether anybody can hear, that is whether an audio device is there, is new or has changed."""

    audible: bool


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings are in force.

    Parameters
    ----------
    voice : str
        Id of the voice now in use.
    as_asked : bool
        False when the voice or the language asked for is not installed and another one stands in.
    """

    voice: str
    as_asked: bool


@dataclass(frozen=True, slots=True)
class VoicesListed:
    """The voices there are to choose from."""

    voices: tuple[VoiceInfo, ...]


@dataclass(frozen=True, slots=True)
class EngineDown:
    """No speech engine can be started; it is tried again and again, and `Configured` tells when it works.

    Parameters
    ----------
    reason : str
        A technical sentence.
    """

    reason: str


VoiceEvent = (
    Started | Finished | Interrupted | Unheard | Failed | AudibleChanged | Configured | VoicesListed | EngineDown
)


class Voice(Protocol):
    """Says words aloud, in order, and never loses any: each utterance ends in exactly one event.

    That event is `Finished`, `Interrupted`, `Unheard` or `Failed`. `events` does the work; it and `close` belong to one
    thread. The other methods return at once and may be called from any thread.
    """

    def speak(self, utterance: Utterance) -> None:
        """Say these words, or write them to their file, after those asked for before."""

    def stop(self) -> None:
        """Be silent now; words waiting to be said are taken back, files are still written."""

    def configure(self, settings: VoiceSettings) -> None:
        """Use these settings from the next utterance on."""

    def list_voices(self) -> None:
        """Ask for `VoicesListed`."""

    def events(self, timeout_s: float) -> tuple[VoiceEvent, ...]:
        """Do what is to be done and give what has happened, waiting at most that long."""

    def close(self) -> None:
        """Be silent and let the engine and the device go. May be called twice; `events` may not follow."""
