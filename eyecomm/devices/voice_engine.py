"""Inside the speech process: the engine behind pyttsx3's interface, doing what the program asks."""

import os
from collections.abc import Callable
from typing import Any

import pyttsx3

from eyecomm.conversation.voice import VoiceSettings
from eyecomm.devices.audio_output import AudioError, AudioOutput, can_be_heard
from eyecomm.devices.voice_channel import Channel, StopGate
from eyecomm.devices.voice_choice import choose_voice
from eyecomm.devices.voice_driver import install
from eyecomm.devices.voice_espeak import Espeak
from eyecomm.devices.voice_protocol import Message


class SpeechEngine:
    """The engine behind pyttsx3's interface, and what the program may ask of it.

    Parameters
    ----------
    channel : Channel
        Where to report.
    gate : StopGate
        Through which utterances are stopped.
    """

    def __init__(self, channel: Channel, gate: StopGate) -> None:
        synthesizer = Espeak()
        self._channel = channel
        self._gate = gate
        self._output = AudioOutput(synthesizer.rate_hz, on_wait=channel.progress)
        self._engine = pyttsx3.init(install(synthesizer, self._output))
        self._engine.connect("started-utterance", self._on_started)
        self._engine.connect("finished-utterance", self._on_finished)
        self._engine.connect("error", self._on_error)
        gate.stop = self._engine.stop
        self._voices = synthesizer.voices()
        self._utterance = 0
        self._saving = False
        self._completed = False
        self._errors: list[Exception] = []
        self._active = False
        self._audible: bool | None = None

    def do(self, message: Message) -> None:
        """Do what the program asks."""
        actions: dict[str, Callable[[Message], None]] = {
            "activate": self._activate,
            "configure": self._configure,
            "say": self._say,
            "save": self._save,
            "voices": self._list,
        }
        actions[message["is"]](message)

    def look(self) -> None:
        """See whether anybody can hear; only the process that speaks needs to know."""
        if not self._active:
            return
        self._output.rest()
        self._tell_audible(self._output.takes_sound or can_be_heard())

    def _tell_audible(self, audible: bool) -> None:
        if audible != self._audible:
            self._audible = audible
            self._channel.send({"is": "audible", "value": audible})

    def _activate(self, _message: Message) -> None:
        self._active = True
        self.look()

    def _configure(self, message: Message) -> None:
        settings = VoiceSettings(**{name: value for name, value in message.items() if name != "is"})
        voice, as_asked = choose_voice(settings, self._voices)
        for name, value in (("voice", voice), ("rate", settings.rate_wpm), ("volume", settings.volume)):
            self._engine.setProperty(name, value)
        self._engine.runAndWait()  # pyttsx3 sets properties only in its loop
        self._channel.send({"is": "configured", "voice": voice, "as_asked": as_asked})

    def _say(self, message: Message) -> None:
        self._run(message, saving=False)
        if not self._errors:
            self._tell_audible(True)

    def _save(self, message: Message) -> None:
        self._run(message, saving=True)

    def _run(self, message: Message, *, saving: bool) -> None:
        """Have the engine speak or save, and report how it went."""
        self._utterance, self._saving = message["id"], saving
        self._completed = False
        self._errors.clear()
        if saving:
            self._engine.save_to_file(message["text"], message["path"])
        else:
            self._engine.say(message["text"])
        self._engine.runAndWait()
        self._gate.leave()
        if self._errors:
            self._report(self._errors[0])
        else:
            self._channel.send({"is": "finished", "id": self._utterance, "completed": self._completed})

    def _report(self, error: Exception) -> None:
        """Tell what went wrong, never with words in it; end where a fresh engine may do better."""
        if isinstance(error, AudioError):
            self._channel.send({"is": "unheard", "id": self._utterance})
            self._tell_audible(False)
        elif isinstance(error, OSError):
            reason = f"the file cannot be written: {error.strerror or type(error).__name__}"
            self._channel.send({"is": "failed", "id": self._utterance, "reason": reason})
        else:
            os._exit(3)

    def _list(self, _message: Message) -> None:
        voices = self._engine.getProperty("voices")
        listed = [{"id": voice.id, "name": voice.name, "languages": voice.languages} for voice in voices]
        self._channel.send({"is": "voices", "voices": listed})

    def _on_started(self, **_: Any) -> None:  # noqa: ANN401  # pyttsx3 passes what it likes
        self._channel.send({"is": "started", "id": self._utterance})
        if not self._saving:
            self._gate.enter(self._utterance)

    def _on_finished(self, completed: bool, **_: Any) -> None:  # noqa: ANN401  # as above
        self._completed = completed

    def _on_error(self, exception: Exception, **_: Any) -> None:  # noqa: ANN401  # as above
        self._errors.append(exception)
