"""The thread of the voice, with a voice of the test's own. Signals come straight from the thread."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from eyecomm.conversation.voice import (
    AudibleChanged,
    Configured,
    EngineDown,
    Failed,
    Finished,
    Interrupted,
    Started,
    Unheard,
    Utterance,
    VoiceEvent,
    VoiceInfo,
    VoiceSettings,
    VoicesListed,
)
from eyecomm.workers.speaker import Speaker


class FakeVoice:
    """Says everything at once; breaks down at the word "break"."""

    def __init__(self, settings: VoiceSettings, log: list[str]) -> None:
        self.log = log
        self.happened: queue.SimpleQueue[VoiceEvent | None] = queue.SimpleQueue()
        self.happened.put(Configured(settings.language, as_asked=True))
        self.closed = False

    def speak(self, utterance: Utterance) -> None:
        self.log.append(utterance.text)
        self.happened.put(Started(utterance.id))
        if utterance.text == "break":
            self.happened.put(None)
        elif utterance.text == "nobody hears":
            self.happened.put(Unheard(utterance.id))
        elif utterance.text != "long":
            self.happened.put(Finished(utterance.id))

    def stop(self) -> None:
        self.log.append("(stop)")
        self.happened.put(AudibleChanged(audible=False))

    def configure(self, settings: VoiceSettings) -> None:
        self.happened.put(Configured(settings.language, as_asked=True))

    def list_voices(self) -> None:
        self.happened.put(VoicesListed((VoiceInfo("a", "A", ("en",)),)))

    def events(self, timeout_s: float) -> tuple[VoiceEvent, ...]:
        try:
            event = self.happened.get(timeout=timeout_s)
        except queue.Empty:
            return ()
        if event is None:
            raise ValueError("the patient said something private")
        return (event,)

    def close(self) -> None:
        self.closed = True


class Told:
    """What the signals said, in order."""

    def __init__(self, speaker: Speaker) -> None:
        self._all: queue.SimpleQueue[object] = queue.SimpleQueue()
        for signal in (
            speaker.started,
            speaker.finished,
            speaker.failed,
            speaker.configured,
            speaker.voices_listed,
            speaker.engine_down,
            speaker.audible_changed,
        ):
            signal.connect(self._all.put, Qt.ConnectionType.DirectConnection)  # there is no event loop

    def until(self, wanted: object) -> list[object]:
        told: list[object] = []
        while wanted not in told:
            told.append(self._all.get(timeout=5.0))
        return told


Make = Callable[..., tuple[Speaker, Told]]


@pytest.fixture
def log() -> list[str]:
    """Note what the voices are asked to say."""
    return []


@pytest.fixture
def voices() -> list[FakeVoice]:
    """Keep the voices made."""
    return []


@pytest.fixture
def make(log: list[str], voices: list[FakeVoice]) -> Iterator[Make]:
    made: list[Speaker] = []

    def make_voice(settings: VoiceSettings) -> FakeVoice:
        voices.append(FakeVoice(settings, log))
        return voices[-1]

    def make_speaker(factory: Callable[[VoiceSettings], FakeVoice] = make_voice) -> tuple[Speaker, Told]:
        speaker = Speaker(factory, VoiceSettings(), first_pause_s=0.0)
        made.append(speaker)
        return speaker, Told(speaker)

    yield make_speaker
    for speaker in made:
        assert speaker.close(10.0)


def test_words_asked_for_before_the_start_are_said_in_order(make: Make, log: list[str]) -> None:
    speaker, told = make()
    assert [speaker.speak("one"), speaker.speak("two")] == [1, 2]
    speaker.start()
    events = told.until(Finished(2))
    assert [event for event in events if isinstance(event, Finished)] == [Finished(1), Finished(2)]
    assert log == ["one", "two"]


def test_files_are_numbered_with_the_words(make: Make, tmp_path: Path) -> None:
    speaker, told = make()
    speaker.start()
    speaker.speak("one")
    assert speaker.save_wav("two", tmp_path / "two.wav") == 2
    told.until(Finished(2))


def test_a_voice_that_breaks_down_is_replaced_and_nothing_is_lost(
    make: Make, log: list[str], voices: list[FakeVoice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyecomm.workers.speaker.TRIES", 2)
    speaker, told = make()
    speaker.speak("break")
    speaker.speak("next")
    speaker.start()
    events = told.until(Finished(2))
    assert [type(event) for event in events if isinstance(event, EngineDown | Failed)] == [
        EngineDown,
        EngineDown,
        Failed,
    ]
    assert log == ["break", "next"] * 2 + ["next"]
    assert all(voice.closed for voice in voices[:-1])


def test_what_was_said_never_reaches_the_log(
    make: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyecomm.workers.speaker.TRIES", 1)
    speaker, told = make()
    speaker.speak("break")
    speaker.start()
    with caplog.at_level(logging.DEBUG):
        events = told.until(Configured("en", as_asked=True))
        while not any(isinstance(event, Failed) for event in events):
            events += told.until(Configured("en", as_asked=True))
    assert "ValueError in events" in caplog.text
    assert "private" not in caplog.text
    assert "private" not in repr(events)


def test_a_voice_that_cannot_be_made_is_tried_again(make: Make) -> None:
    attempts: list[int] = []

    def fail_twice(settings: VoiceSettings) -> FakeVoice:
        attempts.append(1)
        if len(attempts) < 3:
            raise OSError("no memory")
        return FakeVoice(settings, [])

    speaker, told = make(fail_twice)
    speaker.speak("one")
    speaker.start()
    told.until(Finished(1))
    assert len(attempts) == 3


def test_a_stop_goes_to_the_voice(make: Make, log: list[str]) -> None:
    speaker, told = make()
    speaker.start()
    number = speaker.speak("long")
    told.until(Started(number))
    speaker.stop()
    told.until(False)
    assert log == ["long", "(stop)"]


def test_a_stop_before_there_is_a_voice_takes_the_words_back(make: Make, log: list[str], tmp_path: Path) -> None:
    speaker, told = make()
    speaker.speak("one")
    speaker.save_wav("file", tmp_path / "a.wav")
    speaker.stop()
    told.until(Interrupted(1))
    speaker.start()
    told.until(Finished(2))
    assert log == ["file"]


def test_settings_reach_this_voice_and_the_next(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eyecomm.workers.speaker.TRIES", 1)
    speaker, told = make()
    speaker.start()
    told.until(Configured("en", as_asked=True))
    speaker.configure(VoiceSettings("de"))
    told.until(Configured("de", as_asked=True))
    speaker.speak("break")
    told.until(Configured("de", as_asked=True))


def test_settings_changed_while_a_voice_is_made_reach_it(make: Make) -> None:
    changed = threading.Event()

    def make_slowly(settings: VoiceSettings) -> FakeVoice:
        assert changed.wait(10.0)
        return FakeVoice(settings, [])

    speaker, told = make(make_slowly)
    speaker.start()
    speaker.configure(VoiceSettings("de"))
    changed.set()
    told.until(Configured("de", as_asked=True))


def test_words_nobody_could_hear_are_told_as_failed(make: Make) -> None:
    speaker, told = make()
    speaker.start()
    told.until(Configured("en", as_asked=True))
    told_failed: list[object] = []
    speaker.failed.connect(told_failed.append, Qt.ConnectionType.DirectConnection)
    number = speaker.speak("nobody hears")
    told.until(Unheard(number))
    speaker.close(10.0)
    assert told_failed == [Unheard(number)]


def test_voices_are_listed(make: Make) -> None:
    speaker, told = make()
    speaker.list_voices()  # no voice yet: nothing to ask
    speaker.start()
    told.until(Configured("en", as_asked=True))
    speaker.list_voices()
    told.until(VoicesListed((VoiceInfo("a", "A", ("en",)),)))


def test_closing_ends_the_thread_and_the_voice(make: Make, voices: list[FakeVoice]) -> None:
    speaker, told = make()
    speaker.start()
    told.until(Configured("en", as_asked=True))
    assert speaker.close(10.0)
    assert speaker.close(10.0)
    assert voices[0].closed


def test_a_speaker_that_was_never_started_can_be_closed(make: Make) -> None:
    speaker, _ = make()
    assert speaker.close()
