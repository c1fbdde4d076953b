"""The stream of sound, against a device that the test drives."""

import threading
from collections.abc import Callable, Generator, Iterator

import miniaudio
import pytest

from eyecomm.devices import audio_output
from eyecomm.devices.audio_output import AudioLostError, AudioOutput, NoAudioDeviceError

Feed = Generator[bytes, int, None]


class Device:
    """An audio device that takes sound only when told."""

    def __init__(self) -> None:
        self._context = miniaudio.ffi.NULL
        self.stop_callback: Callable[[], None] | None = None
        self.feed: Feed | None = None
        self.closed = False

    def start(self, feed: Feed) -> None:
        self.feed = feed

    def take(self, frames: int) -> bytes:
        assert self.feed is not None
        return self.feed.send(frames)

    def close(self) -> None:
        self.closed = True


class Output(AudioOutput):
    """An output whose devices are the test's."""

    def __init__(self, *, ahead_s: float = 1.0) -> None:
        super().__init__(1000, ahead_s=ahead_s)
        self.devices: list[Device] = []

    def _make(self, device_id: object) -> Device:
        if device_id is None:
            raise miniaudio.MiniaudioError("the default device is taken")
        self.devices.append(Device())
        return self.devices[-1]


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Give the list of devices that are there."""
    devices: list[object] = ["usb"]
    monkeypatch.setattr(audio_output, "_usable_devices", lambda: devices)
    monkeypatch.setattr(audio_output, "LOST_AFTER_S", 0.05)
    return devices


@pytest.fixture
def output(present: list[object]) -> Iterator[Output]:
    output = Output()
    yield output
    output.close()


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_sound_is_handed_over_in_order_and_padded_by_the_device(output: Output) -> None:
    output.put(b"abcd")
    output.put(b"ef")
    device = output.devices[0]
    assert device.take(1) == b"ab"
    assert device.take(10) == b"cdef"
    assert device.take(10) == b""


def test_without_a_device_it_says_so_and_keeps_nothing(output: Output, present: list[object]) -> None:
    present.clear()
    with pytest.raises(NoAudioDeviceError):
        output.put(b"ab")
    present.append("usb")
    output.put(b"cd")
    assert output.devices[0].take(10) == b"cd"


def test_a_flush_silences_what_waits(output: Output) -> None:
    output.put(b"abcd")
    output.flush()
    assert output.devices[0].take(10) == b""


def test_draining_waits_until_the_device_has_played_it(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_output, "LOST_AFTER_S", 10.0)
    output.put(b"abcd")
    waiter = in_background(output.drain)
    device = output.devices[0]
    device.take(10)
    waiter.join(0.05)
    assert waiter.is_alive()
    while waiter.is_alive():  # what the device holds is heard while it asks for more
        device.take(10)
    assert not device.closed


def test_a_device_that_takes_no_more_sound_is_lost(output: Output) -> None:
    output.put(b"abcd")
    with pytest.raises(AudioLostError):
        output.drain()
    assert output.devices[0].closed


def test_a_device_that_stops_is_lost_at_once(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_output, "LOST_AFTER_S", 1000.0)
    output.put(b"abcd")
    stopped = output.devices[0].stop_callback
    assert stopped is not None
    stopped()
    with pytest.raises(AudioLostError):
        output.drain()


def test_after_a_loss_the_next_sound_opens_a_new_device(output: Output) -> None:
    output.put(b"abcd")
    with pytest.raises(AudioLostError):
        output.drain()
    output.put(b"ef")
    assert output.devices[1].take(10) == b"ef"


def test_a_device_lost_in_silence_is_replaced_before_the_next_sound(output: Output) -> None:
    output.put(b"ab")
    stopped = output.devices[0].stop_callback
    assert stopped is not None
    stopped()
    assert not output.takes_sound
    output.put(b"cd")
    assert output.devices[0].closed
    assert output.devices[1].take(10) == b"cd"


def test_much_sound_waits_for_the_device(present: list[object]) -> None:
    output = Output(ahead_s=0.002)
    with pytest.raises(AudioLostError):
        output.put(b"abcdef")


def test_the_device_is_let_go_when_nothing_is_played(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    output.put(b"ab")
    output.rest()
    assert not output.devices[0].closed
    monkeypatch.setattr(audio_output, "CLOSES_AFTER_S", -1.0)
    output.rest()
    assert output.devices[0].closed


def test_nothing_to_drain_is_no_wait(output: Output) -> None:
    output.drain()
    assert not output.devices


def test_only_real_devices_can_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(name: bytes, *, usable: bool = True) -> dict[str, object]:
        return {"id": miniaudio.ffi.new("char[256]", name), "usable": usable}

    listed: list[dict[str, object]] = []
    monkeypatch.setattr(audio_output._Listing, "__init__", lambda *_: None)
    monkeypatch.setattr(audio_output._Listing, "__del__", lambda *_: None)
    monkeypatch.setattr(audio_output._Listing, "get_playbacks", lambda _: listed)
    assert not audio_output.can_be_heard()
    listed += [named(b"auto_null"), named(b"null"), named(b"hw:1", usable=False)]
    assert not audio_output.can_be_heard()
    listed += [named(b"hw:0")]
    assert audio_output.can_be_heard()


def test_without_any_sound_system_nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise miniaudio.MiniaudioError("cannot init context")

    monkeypatch.setattr(audio_output._Listing, "__init__", refuse)
    monkeypatch.setattr(audio_output._Listing, "__del__", lambda *_: None)
    assert not audio_output.can_be_heard()
