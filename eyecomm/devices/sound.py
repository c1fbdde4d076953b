"""Small sounds that answer the eyes: a soft click at a selection, a softer tick on the way to it."""

import math
import queue
import threading
import time
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from eyecomm.devices.audio_output import AudioError, AudioOutput

RATE_HZ: Final = 44100
LOOKS_EVERY_S: Final = 2.0
RETRY_AFTER_S: Final = 2.0

Samples = npt.NDArray[np.float64]


def click_samples(rate_hz: int = RATE_HZ) -> Samples:
    """Make the click: 30 ms of a low, wooden knock, -1 to 1, shape (n,)."""
    return _knock(rate_hz, duration_s=0.030, pitch_hz=900.0, decay_s=0.006)


def tick_samples(rate_hz: int = RATE_HZ) -> Samples:
    """Make the tick: 12 ms, higher and a quarter as loud as the click, shape (n,)."""
    return 0.25 * _knock(rate_hz, duration_s=0.012, pitch_hz=1800.0, decay_s=0.002)


def _knock(rate_hz: int, duration_s: float, pitch_hz: float, decay_s: float) -> Samples:
    """Two partials that die away; 1 ms of rise keeps it soft, and it ends in silence."""
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    tone = 0.7 * np.sin(2 * np.pi * pitch_hz * time_s) + 0.3 * np.sin(2 * np.pi * 2.76 * pitch_hz * time_s)
    rise = np.minimum(time_s / 0.001, 1.0)
    fall = np.minimum((duration_s - time_s) / 0.002, 1.0)
    return np.asarray(tone * rise * fall * np.exp(-time_s / decay_s))


def to_pcm(samples: Samples, volume: float) -> bytes:
    """Turn samples from -1 to 1 into 16-bit sound of a volume from 0 to 1."""
    return np.asarray(np.clip(samples * volume, -1.0, 1.0) * 32767).astype("<i2").tobytes()


class SelectionSounds:
    """Plays the click and the tick; never makes the caller wait, and is silent where there is no audio device.

    The device is opened and fed by a thread of its own, since a sound server may take its time.

    Parameters
    ----------
    volume : float
        0 to 1; at 0 no sound is made.
    make_output : callable
        Makes the way to the audio device for a number of frames per second.
    """

    def __init__(self, volume: float = 0.5, make_output: Callable[[int], AudioOutput] = AudioOutput) -> None:
        self._volume = 0.0
        self.volume = volume
        self._make_output = make_output
        self._available: bool | None = None
        self._wanted: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._click, self._tick = click_samples(), tick_samples()
        self._thread = threading.Thread(target=self._run, name="selection sounds", daemon=True)
        self._thread.start()

    @property
    def available(self) -> bool | None:
        """Whether the last sound could be played; None before the first."""
        return self._available

    @property
    def volume(self) -> float:
        """Loudness, 0 to 1."""
        return self._volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._volume = 0.0 if math.isnan(value) else min(1.0, max(0.0, value))

    def click(self) -> None:
        """Let a selection be heard."""
        self._ask(self._click)

    def tick(self) -> None:
        """Let progress be heard."""
        self._ask(self._tick)

    def close(self) -> None:
        """Let the device go. May be called twice."""
        self._wanted.put(None)
        self._thread.join(2.0)

    def _ask(self, samples: Samples) -> None:
        if self._volume > 0.0 and self._wanted.empty():  # late sounds would tell lies about the present
            self._wanted.put(samples)

    def _run(self) -> None:
        output = self._make_output(RATE_HZ)
        not_before_s = 0.0
        while True:
            try:
                samples = self._wanted.get(timeout=LOOKS_EVERY_S)
            except queue.Empty:
                output.rest()
                continue
            if samples is None:
                break
            if time.monotonic() < not_before_s:
                continue
            self._available = self._play(output, samples)
            not_before_s = 0.0 if self._available else time.monotonic() + RETRY_AFTER_S
        output.close()

    def _play(self, output: AudioOutput, samples: Samples) -> bool:
        """Play it in place of what is still sounding; tell whether that was possible."""
        try:
            output.flush()
            output.put(to_pcm(samples, self._volume))
        except AudioError:
            return False
        return True
