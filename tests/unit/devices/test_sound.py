import math
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from eyecomm.devices.audio_output import AudioOutput, NoAudioDeviceError
from eyecomm.devices.sound import RATE_HZ, SelectionSounds, click_samples, tick_samples, to_pcm


class Output(AudioOutput):
    """Notes what is played, and plays nothing."""

    def __init__(self, *, there: bool = True) -> None:
        super().__init__(RATE_HZ)
        self.there = there
        self.played: list[bytes] = []
        self.something = threading.Semaphore(0)
        self.closed = False

    def put(self, pcm: bytes) -> None:
        try:
            if not self.there:
                raise NoAudioDeviceError("there is no audio device")
            self.played.append(pcm)
        finally:
            self.something.release()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def output() -> Output:
    return Output()


@pytest.fixture
def sounds(output: Output) -> Iterator[SelectionSounds]:
    sounds = SelectionSounds(0.5, lambda _: output)
    yield sounds
    sounds.close()


def test_the_click_is_short_soft_at_its_edges_and_never_too_loud() -> None:
    click = click_samples()
    assert 0.02 < len(click) / RATE_HZ < 0.05
    assert np.abs(click).max() <= 1.0
    assert np.abs(click).max() > 0.5
    assert np.abs(click[[0, -1]]).max() < 0.01


def test_the_tick_is_fainter_than_the_click() -> None:
    assert np.abs(tick_samples()).max() < 0.5 * np.abs(click_samples()).max()


@pytest.mark.parametrize("volume", [0.25, 0.5, 1.0])
def test_the_volume_scales_the_sound(volume: float) -> None:
    sound = np.frombuffer(to_pcm(np.array([1.0, -1.0, 0.5]), volume), "<i2")
    np.testing.assert_allclose(sound, np.array([1.0, -1.0, 0.5]) * volume * 32767, atol=1.0)


def test_a_click_is_played_at_its_volume(sounds: SelectionSounds, output: Output) -> None:
    assert sounds.available is None
    sounds.click()
    output.something.acquire()
    sounds.close()
    assert output.played == [to_pcm(click_samples(), 0.5)]
    assert sounds.available is True


def test_at_volume_nought_nothing_is_played(sounds: SelectionSounds, output: Output) -> None:
    sounds.volume = 0.0
    sounds.click()
    sounds.volume = 1.0
    sounds.tick()
    output.something.acquire()
    sounds.close()
    assert output.played == [to_pcm(tick_samples(), 1.0)]


def test_without_a_device_it_is_silent_and_says_so() -> None:
    output = Output(there=False)
    sounds = SelectionSounds(0.5, lambda _: output)
    sounds.click()
    output.something.acquire()
    sounds.click()  # at once again: not even tried
    sounds.close()
    assert sounds.available is False
    assert output.played == []


@pytest.mark.parametrize(("asked", "got"), [(-1.0, 0.0), (2.0, 1.0), (math.nan, 0.0), (0.3, 0.3)])
def test_any_volume_is_brought_into_its_range(sounds: SelectionSounds, asked: float, got: float) -> None:
    sounds.volume = asked
    assert sounds.volume == got


def test_it_lets_the_device_go_and_may_be_closed_twice(sounds: SelectionSounds, output: Output) -> None:
    sounds.close()
    sounds.close()
    assert output.closed
