"""The real speech process and the real engine, without an audio device."""

import os
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from eyecomm.conversation.voice import (
    AudibleChanged,
    Configured,
    Failed,
    Finished,
    Unheard,
    Utterance,
    VoiceEvent,
    VoiceSettings,
    VoicesListed,
)
from eyecomm.devices.voice import SupervisedVoice, VoiceError, save_wav
from eyecomm.devices.voice_channel import StopGate
from eyecomm.devices.voice_protocol import decode, draft_of, encode

Recognize = Callable[[Path], str]


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide every audio device, so that the test is the same everywhere and startles nobody."""
    if sys.platform != "linux":
        pytest.skip("audio devices can be hidden on Linux only")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", str(tmp_path / "nothing"))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "nothing"))


def samples(path: Path) -> tuple[npt.NDArray[np.float64], int]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64), file.getframerate()


def run(voice: SupervisedVoice, done: Callable[[list[VoiceEvent]], bool]) -> list[VoiceEvent]:
    happened: list[VoiceEvent] = []
    give_up_s = time.monotonic() + 30.0
    while not done(happened):
        assert time.monotonic() < give_up_s, f"stuck after {happened}"
        happened += voice.events(1.0)
    return happened


@pytest.mark.slow
def test_the_words_really_come_out(deaf: None, recognize: Recognize, phrases: tuple[str, ...], tmp_path: Path) -> None:
    voice = SupervisedVoice(VoiceSettings("en-us", rate_wpm=150))
    for number, phrase in enumerate(phrases):
        voice.speak(Utterance(number, phrase, tmp_path / f"{number}.wav"))
    run(voice, lambda events: Finished(len(phrases) - 1) in events)
    voice.close()
    heard = [recognize(tmp_path / f"{number}.wav") for number in range(len(phrases))]
    assert heard == list(phrases)


@pytest.mark.slow
def test_volume_rate_and_voice_take_effect_on_the_next_words(deaf: None, tmp_path: Path) -> None:
    voice = SupervisedVoice(VoiceSettings())
    changes = (VoiceSettings(), VoiceSettings(volume=0.5), VoiceSettings(rate_wpm=320), VoiceSettings("de"))
    for number, settings in enumerate(changes):
        voice.configure(settings)
        voice.speak(Utterance(number, "bring me some water", tmp_path / f"{number}.wav"))
        events = run(voice, lambda events, number=number: Finished(number) in events)  # type: ignore[misc]  # a default
    voice.close()
    usual, quiet, fast, german = (samples(tmp_path / f"{number}.wav")[0] for number in range(len(changes)))
    assert np.abs(quiet).max() == pytest.approx(0.5 * np.abs(usual).max(), rel=0.1)
    assert len(fast) < 0.7 * len(usual)
    assert len(german) != len(usual)
    assert Configured("gmw/de", as_asked=True) in events


@pytest.mark.slow
def test_without_an_audio_device_it_says_so_and_lists_its_voices(deaf: None) -> None:
    voice = SupervisedVoice(VoiceSettings())
    voice.speak(Utterance(1, "hello"))
    voice.list_voices()
    events = run(voice, lambda events: any(isinstance(event, VoicesListed) for event in events))
    voice.close()
    assert AudibleChanged(audible=False) in events
    assert Unheard(1) in events
    listed = next(event for event in events if isinstance(event, VoicesListed)).voices
    assert {"en", "es", "de", "fr", "cmn", "yue"} <= {tag for info in listed for tag in info.languages}


@pytest.mark.slow
def test_any_text_can_be_said(deaf: None, tmp_path: Path) -> None:
    texts = ("a\0b", "\ud800", "🙂", "<speak>&amp;", "[[h@l'oU]]", "水", "x" * 5000, "?!", "'; rm -rf /")
    voice = SupervisedVoice(VoiceSettings())
    for number, text in enumerate(texts):
        voice.speak(Utterance(number, text, tmp_path / f"{number}.wav"))
    events = run(voice, lambda events: Finished(len(texts) - 1) in events)
    voice.close()
    assert not [event for event in events if isinstance(event, Failed)]


@pytest.mark.slow
def test_a_file_is_written_in_one_call_or_it_is_said_why_not(deaf: None, tmp_path: Path) -> None:
    path = tmp_path / "hello.wav"
    path.write_text("what was there before")
    save_wav("hello", path, VoiceSettings())
    assert len(samples(path)[0]) > 4000
    with pytest.raises(VoiceError, match="cannot be written"):
        save_wav("hello", tmp_path / "missing" / "hello.wav", VoiceSettings())


@pytest.mark.slow
def test_no_speech_process_outlives_a_program_that_dies(deaf: None, tmp_path: Path) -> None:
    program = """
import os
from eyecomm.conversation.voice import Configured, VoiceSettings
from eyecomm.devices.voice import SupervisedVoice
voice = SupervisedVoice(VoiceSettings())
while not any(isinstance(event, Configured) for event in voice.events(1.0)):
    pass
voice.events(0.0)
print(" ".join(str(process.pid) for process in __import__("psutil").Process().children()), flush=True)
os.abort()
"""
    root = str(Path(__file__).parents[3])
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
    )
    pids = [int(pid) for pid in ended.stdout.split()]
    assert pids
    orphans = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(orphans, timeout=10.0)
    assert not alive


def test_a_stop_reaches_only_the_words_it_is_meant_for() -> None:
    stopped: list[str] = []
    gate = StopGate()
    gate.stop = lambda: stopped.append("stopped")
    gate.close_for(1)  # before it begins
    gate.enter(1)
    assert stopped == ["stopped"]
    gate.leave()
    gate.enter(2)
    gate.close_for(1)  # too late
    assert stopped == ["stopped"]
    gate.close_for(2)
    assert stopped == ["stopped"] * 2
    gate.leave()
    gate.close_for(2)
    assert stopped == ["stopped"] * 2


@pytest.mark.parametrize("text", ["hello", "水 🙂", "two\nlines", "\ud800", '"quoted"'])
def test_every_text_travels_in_one_line(text: str) -> None:
    line = encode({"is": "say", "id": 1, "text": text})
    assert line.count(b"\n") == 1
    assert decode(line) == {"is": "say", "id": 1, "text": text}


@pytest.mark.parametrize("line", [b"", b"\n", b"{", b"\xff\xfe", b"[]", b"3", b"{}", b'{"is": 3}'])
def test_what_is_no_message_is_ignored(line: bytes) -> None:
    assert decode(line) is None


def test_the_draft_lies_beside_its_file() -> None:
    assert draft_of(Path("folder/a.wav")) == Path("folder/a.wav.part")
