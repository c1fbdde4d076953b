"""The call, with a stand-in for the siren; and the siren, with a stand-in for the loudspeaker."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from eyecomm.devices.alarm import CALL_FILE, SIREN_FILE, Alarm
from eyecomm.devices.alarm_child import RATE_HZ, Siren, siren_pcm
from eyecomm.devices.audio_output import AudioOutput, NoAudioDeviceError

STAND_IN = """
import os, sys, time
folder = sys.argv[1]
with open(os.path.join(folder, "pid"), "w") as file:
    file.write(str(os.getpid()))
while "--attached" in sys.argv or os.path.exists(os.path.join(folder, "call")):
    with open(os.path.join(folder, "siren.json"), "w") as file:
        file.write('{"audible": true}')
    time.sleep(0.02)
"""

MakeAlarm = Callable[[], Alarm]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def make_alarm(folder: Path, tmp_path: Path) -> Iterator[MakeAlarm]:
    script = tmp_path / "siren.py"
    script.write_text(STAND_IN)
    alarms: list[Alarm] = []

    def make() -> Alarm:
        alarms.append(Alarm(folder, (sys.executable, "-I", "-S", str(script))))
        return alarms[-1]

    yield make
    for alarm in alarms:
        alarm.acknowledge()
        if alarm._siren is not None:
            alarm._siren.wait(10.0)


def rings(alarm: Alarm) -> bool:
    return alarm.ringing  # asked anew: to mypy a property stays what it once was


def wait_for(condition: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + 15.0
    while not condition():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)


def siren_pid(folder: Path) -> int:
    wait_for(lambda: (folder / "pid").exists() and (folder / "pid").read_text() != "")
    return int((folder / "pid").read_text())


def test_it_rings_until_acknowledged(make_alarm: MakeAlarm, folder: Path) -> None:
    alarm = make_alarm()
    assert not rings(alarm)
    assert alarm.audible is None
    alarm.ring()
    assert rings(alarm)
    wait_for(lambda: alarm.audible is True)
    pid = siren_pid(folder)
    alarm.acknowledge()
    assert not rings(alarm)
    wait_for(lambda: not psutil.pid_exists(pid))


def test_calling_twice_rings_once(make_alarm: MakeAlarm, folder: Path) -> None:
    alarm = make_alarm()
    alarm.ring()
    pid = siren_pid(folder)
    alarm.ring()
    alarm.check()
    assert siren_pid(folder) == pid
    assert alarm._siren is not None
    assert alarm._siren.pid == pid


def test_a_program_started_again_finds_the_call_and_can_end_it(make_alarm: MakeAlarm, folder: Path) -> None:
    make_alarm().ring()
    pid = siren_pid(folder)
    again = make_alarm()
    wait_for(lambda: again.audible is True)
    again.check()
    assert again._siren is None  # the old siren still rings: no second one
    again.acknowledge()
    wait_for(lambda: not psutil.pid_exists(pid))


def test_a_call_whose_siren_is_gone_rings_again(make_alarm: MakeAlarm, folder: Path) -> None:
    folder.mkdir()
    (folder / CALL_FILE).touch()  # from before a power cut
    alarm = make_alarm()
    assert rings(alarm)
    alarm.check()
    wait_for(lambda: alarm.audible is True)


def test_a_siren_that_is_killed_is_replaced(make_alarm: MakeAlarm, folder: Path) -> None:
    alarm = make_alarm()
    alarm.ring()
    first = siren_pid(folder)
    assert alarm._siren is not None
    alarm._siren.kill()
    alarm._siren.wait(10.0)
    (folder / "pid").unlink()
    (folder / SIREN_FILE).unlink()  # as if its note had grown old
    alarm.check()
    assert siren_pid(folder) != first


def test_a_call_that_cannot_be_kept_rings_all_the_same(tmp_path: Path) -> None:
    script = tmp_path / "siren.py"
    script.write_text("import sys, time\nassert '--attached' in sys.argv\nsys.stdin.read()\n")
    (tmp_path / "file").touch()
    alarm = Alarm(tmp_path / "file", (sys.executable, "-I", "-S", str(script)))  # no folder can be made there
    alarm.ring()
    assert rings(alarm)
    assert alarm._siren is not None
    alarm.check()
    alarm.acknowledge()
    assert not rings(alarm)
    assert alarm._siren.wait(10.0) != 0


def test_a_siren_that_cannot_be_started_is_inaudible_not_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyecomm.devices.alarm.STARTS_WITHIN_S", 0.0)
    alarm = Alarm(folder, (str(folder / "nothing"),))
    alarm.ring()
    assert rings(alarm)
    assert alarm.audible is False
    alarm.acknowledge()


@pytest.mark.parametrize("note", ["", "{", "[]", "\xff"])
def test_an_unreadable_note_counts_as_none(make_alarm: MakeAlarm, folder: Path, note: str) -> None:
    folder.mkdir()
    (folder / CALL_FILE).touch()
    (folder / SIREN_FILE).write_text(note, "latin-1")
    assert make_alarm().audible is False


def test_an_old_note_counts_as_none(make_alarm: MakeAlarm, folder: Path) -> None:
    folder.mkdir()
    (folder / CALL_FILE).touch()
    (folder / SIREN_FILE).write_text('{"audible": true}')
    os.utime(folder / SIREN_FILE, (0, 0))
    assert make_alarm().audible is False


class Loudspeaker(AudioOutput):
    """Ends the call after a few pieces of sound."""

    def __init__(self, *, there: bool = True) -> None:
        super().__init__(RATE_HZ)
        self.there = there
        self.played = b""
        self.pieces = 0

    def put(self, pcm: bytes) -> None:
        self.pieces += 1
        if not self.there:
            raise NoAudioDeviceError("there is no audio device")
        self.played += pcm


def test_the_siren_repeats_without_a_gap(tmp_path: Path) -> None:
    speaker = Loudspeaker()
    Siren(speaker, tmp_path / SIREN_FILE, lambda: speaker.pieces < 12).ring()
    once = siren_pcm()
    assert speaker.played.startswith(once + once)
    assert (tmp_path / SIREN_FILE).read_text() == '{"audible": true}'


def test_the_siren_notes_that_nobody_can_hear(tmp_path: Path) -> None:
    speaker = Loudspeaker(there=False)
    Siren(speaker, tmp_path / SIREN_FILE, lambda: speaker.pieces < 1).ring()
    assert (tmp_path / SIREN_FILE).read_text() == '{"audible": false}'


def test_the_siren_rings_though_it_cannot_note_anything(tmp_path: Path) -> None:
    speaker = Loudspeaker()
    Siren(speaker, tmp_path / "missing" / SIREN_FILE, lambda: speaker.pieces < 3).ring()
    assert speaker.played


def test_the_siren_is_loud_and_has_two_tones() -> None:
    sound = np.frombuffer(siren_pcm(), "<i2").astype(np.float64)
    assert np.sqrt(np.mean(sound**2)) > 0.7 * 32767
    low, high = (np.abs(np.fft.rfft(half)).argmax() / (len(half) / RATE_HZ) for half in np.array_split(sound, 2))
    assert low == pytest.approx(750, abs=10)
    assert high == pytest.approx(1000, abs=10)
