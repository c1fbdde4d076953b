"""pyttsx3 with our driver, against a synthesiser and an output of the test's own."""

import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pyttsx3

from eyecomm.conversation.voice import VoiceInfo
from eyecomm.devices.audio_output import NoAudioDeviceError
from eyecomm.devices.voice_driver import install
from eyecomm.devices.voice_espeak import EspeakError

PIECES = 5


class Synthesizer:
    """Turns a text into five pieces of itself."""

    rate_hz = 22050

    def __init__(self) -> None:
        self.voice, self.rate_wpm, self.volume = "gmw/en", 160, 1.0
        self.before_piece: Callable[[int], None] = lambda _: None

    def synthesize(self, text: str, sink: Callable[[bytes], bool]) -> None:
        for number in range(PIECES):
            self.before_piece(number)
            if not sink(text[:2].encode()):
                return

    def set_voice(self, voice: str) -> None:
        if voice != "gmw/de":
            raise EspeakError("there is no such voice")
        self.voice = voice

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("gmw/de", "German", ("de",)),)


class Output:
    """Notes what is played."""

    def __init__(self) -> None:
        self.played: list[bytes] = []
        self.drained = 0
        self.there = True

    def open(self) -> None:
        if not self.there:
            raise NoAudioDeviceError("there is no audio device")

    def put(self, pcm: bytes) -> None:
        self.played.append(pcm)

    def flush(self) -> None:
        """Nothing waits."""

    def drain(self) -> None:
        self.drained += 1

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def synthesizer() -> Synthesizer:
    return Synthesizer()


@pytest.fixture
def output() -> Output:
    return Output()


@pytest.fixture
def engine(synthesizer: Synthesizer, output: Output) -> Iterator[Any]:
    name = install(synthesizer, output)  # type: ignore[arg-type]  # stand-ins
    engine = pyttsx3.engine.Engine(name)
    yield engine
    del sys.modules[f"pyttsx3.drivers.{name}"]


@pytest.fixture
def topics(engine: Any) -> list[tuple[str, object]]:
    """Note what pyttsx3 tells."""
    told: list[tuple[str, object]] = []
    engine.connect("started-utterance", lambda **_: told.append(("started", None)))
    engine.connect("finished-utterance", lambda completed, **_: told.append(("finished", completed)))
    engine.connect("error", lambda exception, **_: told.append(("error", type(exception))))
    return told


def test_all_that_is_asked_for_is_said_in_order(engine: Any, output: Output, topics: list[tuple[str, object]]) -> None:
    engine.say("ab")
    engine.say("cd")
    engine.runAndWait()
    assert output.played == [b"ab"] * PIECES + [b"cd"] * PIECES
    assert output.drained == 2
    assert topics == [("started", None), ("finished", True)] * 2


def test_it_can_be_used_again_and_again(engine: Any, output: Output) -> None:
    for _ in range(3):
        engine.say("ab")
        engine.runAndWait()
    assert len(output.played) == 3 * PIECES


def test_a_stop_ends_the_words_and_says_so(
    engine: Any, synthesizer: Synthesizer, output: Output, topics: list[tuple[str, object]]
) -> None:
    synthesizer.before_piece = lambda number: engine.stop() if number == 2 else None
    engine.say("ab")
    engine.runAndWait()
    assert output.played == [b"ab"] * 2
    assert output.drained == 0
    assert topics[-1] == ("finished", False)
    synthesizer.before_piece = lambda _: None
    engine.say("cd")
    engine.runAndWait()
    assert topics[-1] == ("finished", True)


def test_a_file_is_written_whole_and_later_words_are_spoken(engine: Any, output: Output, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    engine.save_to_file("ab", str(path))
    engine.runAndWait()
    before = path.read_bytes()
    engine.say("cd")
    engine.runAndWait()
    assert output.played == [b"cd"] * PIECES
    assert path.read_bytes() == before
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22050, 1, 2)
        assert file.readframes(100) == b"ab" * PIECES
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(
    engine: Any, tmp_path: Path, topics: list[tuple[str, object]]
) -> None:
    engine.save_to_file("ab", str(tmp_path / "missing" / "a.wav"))
    engine.runAndWait()
    assert topics[-1] == ("error", FileNotFoundError)
    assert not list(tmp_path.iterdir())


def test_without_a_device_the_words_never_start(engine: Any, output: Output, topics: list[tuple[str, object]]) -> None:
    output.there = False
    engine.say("ab")
    engine.runAndWait()
    assert topics == [("error", NoAudioDeviceError)]


def test_properties_are_set_and_read(engine: Any, synthesizer: Synthesizer) -> None:
    for name, value in (("voice", "gmw/de"), ("rate", 200), ("volume", 0.25)):
        engine.setProperty(name, value)
    engine.runAndWait()
    assert (synthesizer.voice, synthesizer.rate_wpm, synthesizer.volume) == ("gmw/de", 200, 0.25)
    assert [engine.getProperty(name) for name in ("voice", "rate", "volume")] == ["gmw/de", 200, 0.25]
    assert [voice.id for voice in engine.getProperty("voices")] == ["gmw/de"]


def test_a_voice_that_is_not_there_is_told(engine: Any, topics: list[tuple[str, object]]) -> None:
    engine.setProperty("voice", "nobody")
    engine.runAndWait()
    assert topics == [("error", EspeakError)]
