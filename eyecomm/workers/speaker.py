"""The speaker: a thread that owns the voice, so that the window never waits for speech."""

import itertools
import logging
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, SignalInstance

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
    Voice,
    VoiceEvent,
    VoiceSettings,
    VoicesListed,
)

LOOKS_EVERY_S: Final = 0.5
LONGEST_PAUSE_S: Final = 5.0
TRIES: Final = 3  # broken voices before the words that were first in line are given up

_logger = logging.getLogger(__name__)


class Speaker(QObject):
    """Says words in order, from a thread of its own.

    Words asked for are kept until it is known what became of them: when the voice breaks down, a new one is made and
    says them. What the signals are connected to runs in the thread this object belongs to, as usual in Qt.

    Parameters
    ----------
    make_voice : callable
        Makes the voice, in the thread that will use it.
    settings : VoiceSettings
        How it sounds at first.
    first_pause_s : float
        Before a broken voice is made anew; doubles with each failure in a row, up to 5 s.
    parent : QObject or None
        Its owner.
    """

    started = Signal(object)
    """Started: these words begin to be heard."""
    finished = Signal(object)
    """Finished or Interrupted: these words are over, or their file is written."""
    failed = Signal(object)
    """Failed or Unheard: these words were not said, or nobody could hear them."""
    audible_changed = Signal(bool)
    """Whether anybody can hear."""
    configured = Signal(object)
    """Configured: these settings are in force."""
    voices_listed = Signal(object)
    """VoicesListed: the voices to choose from."""
    engine_down = Signal(object)
    """EngineDown: there is no working speech engine for now."""

    def __init__(
        self,
        make_voice: Callable[[VoiceSettings], Voice],
        settings: VoiceSettings,
        first_pause_s: float = 0.2,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_voice = make_voice
        self._settings = settings
        self._first_pause_s = first_pause_s
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._unsaid: dict[int, Utterance] = {}
        self._voice: Voice | None = None
        self._closing = threading.Event()
        self._failures = 0
        self._signals: dict[type[VoiceEvent], SignalInstance] = {
            Started: self.started,
            Finished: self.finished,
            Interrupted: self.finished,
            Failed: self.failed,
            Unheard: self.failed,
            Configured: self.configured,
            VoicesListed: self.voices_listed,
            EngineDown: self.engine_down,
        }
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)

    def start(self) -> None:
        """Start the thread and with it the voice."""
        self._thread.start()

    def speak(self, text: str) -> int:
        """Say these words after those asked for before; gives the number their events carry."""
        return self._add(text, None)

    def save_wav(self, text: str, path: Path) -> int:
        """Write these words to a sound file; gives the number their events carry."""
        return self._add(text, path)

    def stop(self) -> None:
        """Be silent now; words waiting to be said are taken back."""
        with self._lock:
            if self._voice is not None:
                self._voice.stop()
                return
            taken_back = [utterance.id for utterance in self._unsaid.values() if utterance.path is None]
            for utterance in taken_back:  # no voice has heard of them
                del self._unsaid[utterance]
        for utterance in taken_back:
            self._tell(Interrupted(utterance))

    def configure(self, settings: VoiceSettings) -> None:
        """Use these settings from the next words on."""
        with self._lock:
            self._settings = settings
            if self._voice is not None:
                self._voice.configure(settings)

    def list_voices(self) -> None:
        """Ask for `voices_listed`."""
        with self._lock:
            if self._voice is not None:
                self._voice.list_voices()

    def close(self, timeout_s: float = 3.0) -> bool:
        """Be silent and end the thread; tell whether it ended in time. May be called twice."""
        self._closing.set()
        with self._lock:
            if self._voice is not None:
                self._voice.stop()  # also wakes it
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _add(self, text: str, path: Path | None) -> int:
        with self._lock:  # numbers are in order of speaking
            utterance = Utterance(next(self._ids), text, path)
            self._unsaid[utterance.id] = utterance
            if self._voice is not None:
                self._voice.speak(utterance)
        return utterance.id

    def _run(self) -> None:
        """Keep a voice speaking until closed, whatever happens to it."""
        while not self._closing.is_set():
            try:
                self._serve()
            except Exception as error:  # noqa: BLE001  # the root of the thread
                # Where, but not the error's own message: it may hold the patient's words.
                place = traceback.extract_tb(error.__traceback__)[-1]
                reason = f"the voice broke down: {type(error).__name__} in {place.name}, line {place.lineno}"
                _logger.error(reason)  # noqa: TRY400  # as said, without the message
                self._recover(reason)

    def _serve(self) -> None:
        """Make a voice, hand it what is unsaid, and pass on what happens."""
        with self._lock:
            settings = self._settings
        voice = self._make_voice(settings)
        try:
            with self._lock:
                self._voice = voice
                if self._settings != settings:
                    voice.configure(self._settings)
                for utterance in self._unsaid.values():
                    voice.speak(utterance)
            while not self._closing.is_set():
                for event in voice.events(LOOKS_EVERY_S):
                    self._tell(event)
        finally:
            with self._lock:
                self._voice = None
            voice.close()

    def _recover(self, reason: str) -> None:
        """Tell that there is no voice for now, and pause before the next; give up words that break every voice."""
        self._failures += 1
        self._tell(EngineDown(reason))
        if self._failures % TRIES == 0:
            with self._lock:
                first = next(iter(self._unsaid), None)
            if first is not None:
                self._tell(Failed(first, reason))
        self._closing.wait(min(LONGEST_PAUSE_S, self._first_pause_s * 2 ** min(self._failures - 1, 10)))

    def _tell(self, event: VoiceEvent) -> None:
        """Pass on one event; words it ends are no longer unsaid."""
        if isinstance(event, Finished | Interrupted | Failed | Unheard):
            with self._lock:
                self._unsaid.pop(event.utterance, None)
        if isinstance(event, Finished):
            self._failures = 0
        if isinstance(event, AudibleChanged):
            self.audible_changed.emit(event.audible)
        else:
            self._signals[type(event)].emit(event)
