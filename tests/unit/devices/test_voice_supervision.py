"""The supervision, against a stand-in for the speech process that fails on demand."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
from eyecomm.devices.voice import SupervisedVoice, VoiceLimits

# What is said tells the stand-in what to do. It notes what it was told, across all its lives.
STAND_IN = """
import json, os, sys, time
notes = sys.argv[1]

def send(**message):
    os.write(1, json.dumps(message).encode() + b"\\n")

def note(message):
    with open(os.path.join(notes, "told"), "a") as file:
        file.write(json.dumps(message) + "\\n")

def first_time(what):
    try:
        os.mkdir(os.path.join(notes, what))
    except FileExistsError:
        return False
    return True

if os.path.exists(os.path.join(notes, "broken")):
    send(**{"is": "broken", "reason": "no voice data"})
    sys.exit(1)
current = None
send(**{"is": "ready"})
for line in sys.stdin:
    message = json.loads(line)
    kind, number, text = message["is"], message.get("id"), message.get("text", "")
    note(message)
    if kind == "activate":
        send(**{"is": "audible", "value": "deaf" not in os.listdir(notes)})
    elif kind == "configure":
        send(**{"is": "configured", "voice": message["language"], "as_asked": True})
    elif kind == "voices":
        send(**{"is": "voices", "voices": [{"id": "gmw/en", "name": "English", "languages": ["en", "en-gb"]}]})
    elif kind == "stop" and current == number:
        current = None
        send(**{"is": "finished", "id": number, "completed": False})
    elif kind == "save" and text == "crash":
        open(message["path"] + ".part", "w").close()
        sys.exit(3)
    elif kind == "save":
        send(**{"is": "finished", "id": number, "completed": True})
    elif kind == "say" and (text == "crash" or text == "crash once" and first_time("crashed")):
        send(**{"is": "started", "id": number})
        sys.exit(3)
    elif kind == "say" and text == "hang once" and first_time("hung"):
        send(**{"is": "started", "id": number})
        sys.stdin.read()
    elif kind == "say" and text in ("long", "stubborn"):
        current = number if text == "long" else None
        send(**{"is": "started", "id": number})
    elif kind == "say" and text == "unheard":
        send(**{"is": "unheard", "id": number})
        send(**{"is": "audible", "value": False})
    elif kind == "say" and text == "lost once" and first_time("lost"):
        send(**{"is": "unheard", "id": number})
        send(**{"is": "audible", "value": False})
        send(**{"is": "audible", "value": True})
    elif kind == "say":
        print("a stray line {", flush=True)
        send(**{"is": "started", "id": number})
        send(**{"is": "progress"})
        send(**{"is": "finished", "id": number, "completed": True})
"""

PATIENT = VoiceLimits(start_s=30.0, hang_s=30.0, stop_s=30.0, lost_device_s=30.0, longest_pause_s=0.1)

Make = Callable[..., SupervisedVoice]


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    return (sys.executable, "-I", "-S", str(script), str(tmp_path))


@pytest.fixture
def make_voice(command: tuple[str, ...]) -> Iterator[Make]:
    made: list[SupervisedVoice] = []

    def make(limits: VoiceLimits = PATIENT) -> SupervisedVoice:
        made.append(SupervisedVoice(VoiceSettings(), command, limits))
        return made[-1]

    yield make
    for voice in made:
        voice.close()


def until(voice: SupervisedVoice, *wanted: VoiceEvent) -> list[VoiceEvent]:
    """Give what happens until the last of the events wanted."""
    happened: list[VoiceEvent] = []
    give_up_s = time.monotonic() + 20.0
    while not set(wanted) <= set(happened):
        assert time.monotonic() < give_up_s, f"{wanted} never came after {happened}"
        happened += voice.events(1.0)
    return happened


def say(voice: SupervisedVoice, *texts: str) -> None:
    for number, text in enumerate(texts, start=1):
        voice.speak(Utterance(number, text))


def spoken(events: list[VoiceEvent]) -> list[VoiceEvent]:
    return [event for event in events if not isinstance(event, Configured | AudibleChanged)]


def test_words_are_said_in_order_and_each_ends_once(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "one", "two", "three")
    events = until(voice, Finished(3))
    assert spoken(events) == [Started(1), Finished(1), Started(2), Finished(2), Started(3), Finished(3)]
    assert Configured("en", as_asked=True) in events
    assert AudibleChanged(audible=True) in events


def test_words_cut_off_by_a_crash_are_said_again_and_the_others_follow(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "crash once", "next")
    events = spoken(until(voice, Finished(2)))
    assert events == [Started(1), Started(1), Finished(1), Started(2), Finished(2)]


def test_words_that_crash_every_engine_are_given_up_and_the_others_follow(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "crash", "next")
    events = spoken(until(voice, Finished(2)))
    assert events.count(Started(1)) == 3
    assert [event for event in events if isinstance(event, Failed)] == [
        Failed(1, "the speech engine failed 3 times at these words")
    ]


def test_a_hanging_engine_is_replaced(make_voice: Make) -> None:
    voice = make_voice(VoiceLimits(hang_s=0.5))
    say(voice, "hang once", "next")
    assert spoken(until(voice, Finished(2)))[-3:] == [Finished(1), Started(2), Finished(2)]


def test_a_stop_interrupts_takes_back_what_waits_and_lets_files_be_written(make_voice: Make, tmp_path: Path) -> None:
    voice = make_voice()
    say(voice, "long", "waiting")
    voice.speak(Utterance(3, "file", tmp_path / "a.wav"))
    until(voice, Started(1))
    voice.stop()
    voice.speak(Utterance(4, "after"))
    events = spoken(until(voice, Finished(4)))
    assert events == [Interrupted(2), Interrupted(1), Finished(3), Started(4), Finished(4)]


def test_a_stop_before_the_engine_runs_takes_the_words_back(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "one")
    voice.stop()
    say(voice, "two")
    assert spoken(until(voice, Finished(1))) == [Interrupted(1), Started(1), Finished(1)]


def test_a_stop_of_nothing_changes_nothing(make_voice: Make) -> None:
    voice = make_voice()
    voice.stop()
    say(voice, "one")
    assert spoken(until(voice, Finished(1))) == [Started(1), Finished(1)]


def test_an_engine_that_does_not_stop_is_ended_and_the_spare_goes_on(make_voice: Make) -> None:
    voice = make_voice(VoiceLimits(stop_s=0.2, hang_s=30.0))
    say(voice, "stubborn")
    until(voice, Started(1))
    voice.stop()
    voice.speak(Utterance(2, "next"))
    assert spoken(until(voice, Finished(2))) == [Interrupted(1), Started(2), Finished(2)]


def test_without_an_audio_device_words_are_known_to_be_unheard(make_voice: Make, tmp_path: Path) -> None:
    (tmp_path / "deaf").touch()
    voice = make_voice()
    say(voice, "unheard")
    assert AudibleChanged(audible=False) in until(voice, Unheard(1))


def test_words_cut_off_by_a_lost_device_are_said_when_it_is_back(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "lost once")
    events = until(voice, Finished(1))
    assert [event.audible for event in events if isinstance(event, AudibleChanged)] == [True, False, True]
    assert Unheard(1) not in events


def test_words_cut_off_by_a_device_that_stays_away_are_unheard(make_voice: Make) -> None:
    voice = make_voice(VoiceLimits(lost_device_s=0.1))
    say(voice, "unheard", "next")
    assert spoken(until(voice, Finished(2))) == [Unheard(1), Started(2), Finished(2)]


def test_a_stop_while_waiting_for_the_device_takes_the_words_back(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "unheard")
    until(voice, AudibleChanged(audible=False))
    voice.stop()
    assert spoken(until(voice, Interrupted(1))) == [Interrupted(1)]


def test_without_any_engine_the_words_fail_and_the_reason_is_told(make_voice: Make, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    voice = make_voice()
    say(voice, "one")
    events = until(voice, Failed(1, "no speech engine can be started"))
    assert EngineDown("no voice data") in events
    (tmp_path / "broken").unlink()
    until(voice, Configured("en", as_asked=True))
    say(voice, "two")
    until(voice, Finished(1))


def test_a_command_that_does_not_exist_is_told(tmp_path: Path) -> None:
    voice = SupervisedVoice(VoiceSettings(), (str(tmp_path / "nothing"),), PATIENT)
    say(voice, "one")
    events = until(voice, Failed(1, "no speech engine can be started"))
    assert any(isinstance(event, EngineDown) for event in events)
    voice.close()


def test_an_engine_that_never_gets_ready_is_ended() -> None:
    voice = SupervisedVoice(
        VoiceSettings(),
        (sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"),
        VoiceLimits(start_s=0.1, longest_pause_s=0.01),
    )
    say(voice, "one")
    until(voice, EngineDown("the speech process does not start in time"))
    voice.close()


def test_settings_reach_the_engine_and_every_one_after_it(make_voice: Make, tmp_path: Path) -> None:
    voice = make_voice()
    voice.configure(VoiceSettings("de", rate_wpm=120, volume=0.5))
    say(voice, "crash once")
    until(voice, Finished(1), Configured("de", as_asked=True))
    told = (tmp_path / "told").read_text()
    setting = '{"is": "configure", "language": "de", "voice": "", "rate_wpm": 120, "volume": 0.5}'
    assert told.count(setting) >= 2


def test_the_voices_are_listed(make_voice: Make) -> None:
    voice = make_voice()
    voice.list_voices()
    until(voice, VoicesListed((VoiceInfo("gmw/en", "English", ("en", "en-gb")),)))


def test_blank_words_are_over_at_once_and_make_no_file(make_voice: Make, tmp_path: Path) -> None:
    voice = make_voice()
    say(voice, " \n")
    voice.speak(Utterance(2, "", tmp_path / "a.wav"))
    until(voice, Finished(1), Failed(2, "there are no words"))


def test_a_crash_leaves_no_half_written_file(make_voice: Make, tmp_path: Path) -> None:
    voice = make_voice()
    voice.speak(Utterance(1, "crash", tmp_path / "a.wav"))
    until(voice, Failed(1, "the speech engine failed 3 times at these words"))
    assert not list(tmp_path.glob("*.part"))


def test_the_words_do_not_show_where_values_are_logged() -> None:
    assert "secret" not in repr(Utterance(1, "secret"))


def test_after_closing_nothing_happens(make_voice: Make) -> None:
    voice = make_voice()
    say(voice, "one")
    voice.close()
    voice.close()
    assert voice.events(0.0) == ()
