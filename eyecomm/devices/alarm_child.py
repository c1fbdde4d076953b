"""The siren: rings while the file `call` is in the directory it is given, whatever becomes of the program.

With `--attached` (when that file could not be written) it rings until the program kills it or ends.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from eyecomm.devices.alarm import CALL_FILE, SIREN_FILE
from eyecomm.devices.audio_output import AudioError, AudioOutput

RATE_HZ: Final = 22050
LOW_HZ, HIGH_HZ = 750.0, 1000.0  # where small loudspeakers are loud and old ears still hear well
TONE_S: Final = 0.25
LOOKS_EVERY_S: Final = 0.1
NOTES_EVERY_S: Final = 1.0
TRIES_AGAIN_AFTER_S: Final = 1.0
RINGS_AT_MOST_S: Final = 12 * 3600.0  # when the program is gone; while it runs it starts the siren anew


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> None:
    """Ring until acknowledged."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    directory = Path(arguments[0])
    if "--attached" in arguments:
        threading.Thread(target=_end_with_program, daemon=True).start()
        wanted: Callable[[], bool] = lambda: True  # noqa: E731  # one of two conditions
    else:
        wanted = (directory / CALL_FILE).exists
    Siren(AudioOutput(RATE_HZ, ahead_s=LOOKS_EVERY_S), directory / SIREN_FILE, wanted).ring()


def _end_with_program() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def siren_pcm() -> bytes:
    """Make one round of the siren: a low and a high tone, as loud as can be, 16 bits."""
    time_s = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    edge = np.clip(np.minimum(time_s, TONE_S - time_s) / 0.005, 0.0, 1.0)
    # Flattened sines: louder than pure ones, and their overtones carry further.
    tones = [np.tanh(4.0 * np.sin(2 * np.pi * pitch_hz * time_s)) * edge for pitch_hz in (LOW_HZ, HIGH_HZ)]
    return np.asarray(np.concatenate(tones) * 32767).astype("<i2").tobytes()


class Siren:
    """Rings while it is wanted, and notes whether an audio device takes its sound.

    Parameters
    ----------
    output : AudioOutput
        Plays it.
    note : Path
        Where to note that the siren is alive, and whether it is audible.
    wanted : callable
        Whether to go on.
    """

    def __init__(self, output: AudioOutput, note: Path, wanted: Callable[[], bool]) -> None:
        self._output = output
        self._note_file = note
        self._wanted = wanted
        self._audible: bool | None = None
        self._noted_s = float("-inf")

    def ring(self) -> None:
        """Ring until it is no longer wanted."""
        sound, place = siren_pcm(), 0
        piece = int(LOOKS_EVERY_S * RATE_HZ) * 2
        end_s = time.monotonic() + RINGS_AT_MOST_S
        while self._wanted() and time.monotonic() < end_s:
            try:
                self._output.put((sound + sound)[place : place + piece])
            except AudioError:
                self._note(audible=False)
                self._wait()
            else:
                self._note(audible=True)
                place = (place + piece) % len(sound)
        self._output.close()

    def _wait(self) -> None:
        """Pause before the next look for an audio device, but notice the end of the call."""
        until_s = time.monotonic() + TRIES_AGAIN_AFTER_S
        while self._wanted() and time.monotonic() < until_s:
            time.sleep(LOOKS_EVERY_S)

    def _note(self, *, audible: bool) -> None:
        now_s = time.monotonic()
        if audible == self._audible and now_s - self._noted_s < NOTES_EVERY_S:
            return
        self._audible, self._noted_s = audible, now_s
        draft = self._note_file.with_suffix(f".{os.getpid()}")
        try:
            draft.write_text(json.dumps({"audible": audible}), "utf-8")
            draft.replace(self._note_file)
        except OSError:
            return  # it rings all the same


if __name__ == "__main__":
    main()
