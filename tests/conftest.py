"""What every test needs before Qt and numpy are imported, and a listener for what was said."""

import os
import wave
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small matrices: threads only get in each other's way
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# FFmpeg asks once, at its first use: here that may be a test that writes a film. The app sets this before it opens one.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from pocketsphinx import Decoder

# How long an example takes says something of the machine, not of the code.
settings.register_profile("eyecomm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("eyecomm")

Recognize = Callable[[Path], str]
PHRASES = (
    "i am thirsty",
    "please turn me over",
    "thank you",
    "i am in pain",
    "good morning",
    "call the nurse",
    "yes",
    "no",
    "open the window",
    "hello",
)


@pytest.fixture(scope="session")
def phrases() -> tuple[str, ...]:
    """What `recognize` can hear."""
    return PHRASES


@pytest.fixture(scope="session")
def recognize() -> Recognize:
    """Give a listener who knows a few phrases and tells which one a sound file holds."""
    decoder = Decoder(lm=None, samprate=16000.0, loglevel="FATAL")
    decoder.add_jsgf_string("phrases", f"#JSGF V1.0; grammar g; public <s> = {' | '.join(PHRASES)};")
    decoder.activate_search("phrases")
    room = np.random.default_rng(1)  # a recogniser cannot hear in digital silence, only in a quiet room

    def listen(path: Path) -> str:
        with wave.open(str(path)) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
            count = round(len(sound) * 16000 / file.getframerate())
        speech = np.fft.irfft(np.fft.rfft(sound)[: count // 2 + 1], count) * count / len(sound)
        heard = np.pad(speech, 4000) + room.normal(0.0, 40.0, count + 8000)
        decoder.start_utt()
        decoder.process_raw(np.clip(heard, -32768, 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        words = decoder.hyp()
        return words.hypstr if words else ""

    return listen
