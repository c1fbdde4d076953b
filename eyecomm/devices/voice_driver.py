"""Our driver for pyttsx3: eSpeak NG into miniaudio, a little at a time, so that it can be stopped at once.

pyttsx3's own eSpeak driver speaks only the last of several utterances, plays them through a shell command and cannot be
stopped, and its drivers for other systems have faults of their own. pyttsx3 finds a driver by the name of its module;
`install` puts ours there.
"""

import sys
import types
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyttsx3.voice

from eyecomm.devices.audio_output import AudioOutput
from eyecomm.devices.voice_espeak import Espeak
from eyecomm.devices.voice_protocol import draft_of

DRIVER_NAME: Final = "eyecomm"


def install(synthesizer: Espeak, output: AudioOutput) -> str:
    """Make the driver known to pyttsx3 and give the name that `pyttsx3.init` takes."""

    def build_driver(proxy: Any) -> EspeakDriver:  # noqa: ANN401  # a weak reference to pyttsx3's DriverProxy
        return EspeakDriver(proxy, synthesizer, output)

    module = types.ModuleType(f"pyttsx3.drivers.{DRIVER_NAME}")
    module.buildDriver = build_driver  # type: ignore[attr-defined]  # the name pyttsx3 looks for
    sys.modules[module.__name__] = module
    return DRIVER_NAME


class EspeakDriver:
    """What pyttsx3 asks of a driver. Speaks within `say`: when it returns, all was heard or it was stopped.

    Parameters
    ----------
    proxy : object
        Where pyttsx3 wants to hear of progress.
    synthesizer : Espeak
        Makes the sound.
    output : AudioOutput
        Plays it.
    """

    def __init__(self, proxy: Any, synthesizer: Espeak, output: AudioOutput) -> None:  # noqa: ANN401  # as above
        self._proxy = proxy
        self._synthesizer = synthesizer
        self._output = output
        self._stopped = False
        self._properties: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {
            "voice": (lambda: synthesizer.voice, synthesizer.set_voice),
            "rate": (lambda: synthesizer.rate_wpm, lambda value: setattr(synthesizer, "rate_wpm", int(value))),
            "volume": (lambda: synthesizer.volume, lambda value: setattr(synthesizer, "volume", float(value))),
        }

    def say(self, text: str) -> None:
        """Speak and wait until it was heard.

        Raises
        ------
        AudioError
            When there is no audio device, or it goes away.
        EspeakError
            When the synthesiser refuses.
        """
        self._stopped = False
        self._output.open()
        self._proxy.notify("started-utterance")
        self._synthesizer.synthesize(text, self._play)
        if self._stopped:
            self._output.flush()  # a piece may have come just after the stop
        else:
            self._output.drain()
        self._proxy.notify("finished-utterance", completed=not self._stopped)

    def _play(self, pcm: bytes) -> bool:
        if not self._stopped:
            self._output.put(pcm)
        return not self._stopped

    def save_to_file(self, text: str, filename: str) -> None:
        """Write a WAV file; it appears when it is complete.

        Raises
        ------
        OSError
            When it cannot be written.
        EspeakError
            When the synthesiser refuses.
        """
        self._proxy.notify("started-utterance")
        sound = bytearray()

        def keep(pcm: bytes) -> bool:
            sound.extend(pcm)
            return True

        self._synthesizer.synthesize(text, keep)
        _write_wav(Path(filename), bytes(sound), self._synthesizer.rate_hz)
        self._proxy.notify("finished-utterance", completed=True)

    def stop(self) -> None:
        """Be silent; may be called from any thread."""
        self._stopped = True
        self._output.flush()

    def getProperty(self, name: str) -> Any:  # noqa: N802, ANN401  # pyttsx3's name and habit
        """Give a voice, rate, volume or the list of voices.

        Raises
        ------
        KeyError
            When there is no such property.
        """
        if name == "voices":
            return [pyttsx3.voice.Voice(v.id, v.name, list(v.languages)) for v in self._synthesizer.voices()]
        return self._properties[name][0]()

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802, ANN401  # pyttsx3's name and habit
        """Set a voice, rate or volume.

        Raises
        ------
        KeyError
            When there is no such property.
        EspeakError
            When there is no such voice.
        """
        self._properties[name][1](value)

    def startLoop(self) -> None:  # noqa: N802  # pyttsx3's name
        """Do all that is queued; pyttsx3 queues `endLoop` last."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802  # pyttsx3's name
        """Nothing runs on."""

    def iterate(self) -> Iterator[None]:
        """Do all that is queued, for an event loop outside."""
        self._proxy.setBusy(False)
        yield

    def destroy(self) -> None:
        """Let the audio device go."""
        self._output.close()


def _write_wav(path: Path, sound: bytes, rate_hz: int) -> None:
    draft = draft_of(path)
    try:
        with draft.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(sound)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
