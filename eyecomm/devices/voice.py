"""Offline speech that survives its engine: a voice in a supervised process, with a spare one.

The words wait here, not in the process: whatever happens to it, they are said by the next one, in order.
"""

import contextlib
import dataclasses
import enum
import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

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
from eyecomm.devices.voice_process import ProcessPair, SpeechProcess, python_command
from eyecomm.devices.voice_protocol import Message, draft_of

VOICE_COMMAND: Final = python_command("eyecomm.devices.voice_child")


class VoiceError(Exception):
    """Words could not be written to a sound file."""


@dataclass(frozen=True, slots=True)
class VoiceLimits:
    """How long the program waits for its speech process.

    Parameters
    ----------
    start_s : float
        From its start until it is ready.
    hang_s : float
        Without a sign of sound being made.
    stop_s : float
        From a stop to silence; at least 0.15, which a healthy engine keeps.
    lost_device_s : float
        For an audio device to come back, before words it cut off count as unheard.
    longest_pause_s : float
        Between attempts to start a process.
    tries : int
        How many processes an utterance may bring down before it is given up.
    """

    start_s: float = 20.0
    hang_s: float = 3.0
    stop_s: float = 0.25
    lost_device_s: float = 3.0
    longest_pause_s: float = 10.0
    tries: int = 3


@dataclass(slots=True)
class _Job:
    """One thing asked of the engine; without an utterance, the list of voices."""

    utterance: Utterance | None
    tries: int = 0
    waited: bool = False

    @property
    def spoken(self) -> bool:
        return self.utterance is not None and self.utterance.path is None

    def message(self) -> Message:
        if self.utterance is None:
            return {"is": "voices"}
        message: Message = {"id": self.utterance.id, "text": self.utterance.text}
        if self.utterance.path is None:
            return {"is": "say", **message}
        return {"is": "save", "path": str(self.utterance.path), **message}


class _State(enum.Enum):
    """What becomes of the job that is first in line, and what its deadline means."""

    IDLE = enum.auto()  # to be begun; no deadline
    RUNNING = enum.auto()  # by then the engine must have shown life
    STOPPING = enum.auto()  # by then it must be silent
    HELD = enum.auto()  # by then the audio device must be back


class SupervisedVoice:
    """A voice (see `eyecomm.conversation.voice.Voice`) that outlives crashes and hangs of its engine.

    Parameters
    ----------
    settings : VoiceSettings
        How it sounds at first.
    command : sequence of str
        What to run as the speech process.
    limits : VoiceLimits
        When to give up waiting.
    clock : callable
        Gives monotonic seconds.
    """

    def __init__(
        self,
        settings: VoiceSettings,
        command: Sequence[str] = VOICE_COMMAND,
        limits: VoiceLimits = VoiceLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._clock = clock
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._pair = ProcessPair(lambda: SpeechProcess(command, self._receive), limits.start_s, limits.longest_pause_s)
        self._speaker: SpeechProcess | None = None
        self._configured: dict[SpeechProcess, Configured] = {}
        self._told: Configured | None = None
        self._audible: bool | None = None
        self._down = False
        self._jobs: deque[_Job] = deque()
        self._state = _State.IDLE
        self._due_s = float("inf")
        self._happened: list[VoiceEvent] = []
        self._closed = False

    def speak(self, utterance: Utterance) -> None:
        """Say these words, or write them to their file, after those asked for before."""
        self._inbox.put(lambda: self._jobs.append(_Job(utterance)))

    def stop(self) -> None:
        """Be silent now; words waiting to be said are taken back, files are still written."""
        self._inbox.put(self._stop)

    def configure(self, settings: VoiceSettings) -> None:
        """Use these settings from the next utterance on."""
        self._inbox.put(lambda: self._configure(settings))

    def list_voices(self) -> None:
        """Ask for `VoicesListed`."""
        self._inbox.put(lambda: self._jobs.append(_Job(None)))

    def events(self, timeout_s: float) -> tuple[VoiceEvent, ...]:
        """Do what is to be done and give what has happened, waiting at most that long."""
        until_s = self._clock() + timeout_s
        self._advance()
        while not self._happened and not self._closed:
            wake_s = min(until_s, self._due_s, self._pair.wakes_s())
            self._work(max(0.0, wake_s - self._clock()))
            self._advance()
            if self._clock() >= until_s:
                break
        happened, self._happened = tuple(self._happened), []
        return happened

    def close(self) -> None:
        """Be silent and let the engine and the device go. May be called twice."""
        self._closed = True
        self._pair.close()

    def _receive(self, process: SpeechProcess, message: Message | None) -> None:
        """Take in what a process says, in the thread that reads it."""
        self._inbox.put(partial(self._hear, process, message))

    def _work(self, timeout_s: float) -> None:
        """Do what came in, waiting for it that long."""
        with contextlib.suppress(queue.Empty):
            self._inbox.get(timeout=timeout_s)()
            while True:
                self._inbox.get_nowait()()

    def _advance(self) -> None:
        """Do what time or a free engine calls for."""
        if self._closed:
            return
        if self._clock() >= self._due_s:
            self._overdue()
        self._pair.tend(self._clock())
        self._note_speaker()
        self._note_down()
        self._begin()

    def _note_speaker(self) -> None:
        """Let the process that speaks from now on watch the audio device."""
        active = self._pair.active
        if active is None or active is self._speaker:
            return
        self._speaker, self._down = active, False
        active.send({"is": "activate"})
        self._tell_configured(self._configured.get(active, self._told))

    def _note_down(self) -> None:
        """When no engine can be started, say so, and let no words wait unseen."""
        failing = self._pair.active is None and self._pair.failed_starts >= self._limits.tries
        if failing and not self._down:
            self._down = True
            self._happened.append(EngineDown(self._pair.reason))
        while self._down and self._jobs:
            self._fail("no speech engine can be started")

    def _begin(self) -> None:
        """Hand the engine what is next."""
        if self._state is not _State.IDLE or not self._jobs or self._pair.active is None:
            return
        utterance = self._jobs[0].utterance
        if utterance is not None and not utterance.text.strip():
            self._end(Finished(utterance.id) if utterance.path is None else Failed(utterance.id, "there are no words"))
            return
        self._enter(_State.RUNNING, self._limits.hang_s)
        self._pair.active.send(self._jobs[0].message())

    def _enter(self, state: _State, limit_s: float = float("inf")) -> None:
        self._state, self._due_s = state, self._clock() + limit_s

    def _end(self, event: VoiceEvent | None) -> None:
        """Be done with the first job."""
        self._jobs.popleft()
        self._enter(_State.IDLE)
        if event is not None:
            self._happened.append(event)

    def _fail(self, reason: str) -> None:
        utterance = self._jobs[0].utterance
        self._end(Failed(utterance.id, reason) if utterance is not None else None)

    def _overdue(self) -> None:
        """Act on a deadline that passed."""
        job, active = self._jobs[0], self._pair.active
        if self._state is _State.HELD and job.utterance is not None:
            self._end(Unheard(job.utterance.id))
        elif active is not None:
            self._gone(active)

    def _gone(self, process: SpeechProcess) -> None:
        """Go on without a process that ended, hangs, or does not fall silent."""
        spoke = process is self._pair.active
        self._pair.drop(process, self._clock())
        self._configured.pop(process, None)
        if spoke and self._state in {_State.RUNNING, _State.STOPPING}:
            self._cut_off(self._jobs[0])

    def _cut_off(self, job: _Job) -> None:
        """Try the first job again unless it was to stop, or brings down every engine."""
        job.tries += 1
        if job.utterance is not None and job.utterance.path is not None:
            with contextlib.suppress(OSError):
                draft_of(job.utterance.path).unlink(missing_ok=True)
        if self._state is _State.STOPPING and job.utterance is not None:
            self._end(Interrupted(job.utterance.id))
        elif job.tries >= self._limits.tries:
            self._fail(f"the speech engine failed {job.tries} times at these words")
        else:
            self._enter(_State.IDLE)

    def _stop(self) -> None:
        """Take back what waits, and stop what is being said."""
        first, self._jobs = self._jobs, deque()
        for place, job in enumerate(first):
            running = place == 0 and self._state in {_State.RUNNING, _State.STOPPING}
            if job.utterance is None or not job.spoken or running:
                self._jobs.append(job)
            else:
                self._happened.append(Interrupted(job.utterance.id))
        if self._state is _State.HELD:
            self._enter(_State.IDLE)
        self._stop_running()

    def _stop_running(self) -> None:
        job, active = self._jobs[0] if self._jobs else None, self._pair.active
        if job is None or job.utterance is None or not job.spoken or active is None:
            return
        if self._state is _State.RUNNING:
            active.send({"is": "stop", "id": job.utterance.id})
            self._enter(_State.STOPPING, self._limits.stop_s)

    def _configure(self, settings: VoiceSettings) -> None:
        self._settings = settings
        for process in self._pair.ready:
            process.send(_configure_message(settings))

    def _hear(self, process: SpeechProcess, message: Message | None) -> None:
        """Act on what a process said; only the one that speaks has a say about the words."""
        if message is None:
            self._gone(process)
        elif message["is"] == "ready":
            self._pair.mark_ready(process)
            process.send(_configure_message(self._settings))
        elif message["is"] == "broken":
            self._pair.mark_broken(process, str(message["reason"]))
        elif message["is"] == "configured":
            self._hear_configured(process, Configured(message["voice"], message["as_asked"]))
        elif process is self._pair.active:
            self._hear_active(message)

    def _hear_configured(self, process: SpeechProcess, configured: Configured) -> None:
        self._configured[process] = configured
        if process is self._speaker:
            self._told = None
            self._tell_configured(configured)

    def _tell_configured(self, configured: Configured | None) -> None:
        if configured is not None and configured != self._told:
            self._told = configured
            self._happened.append(configured)

    def _hear_active(self, message: Message) -> None:
        if message["is"] == "audible":
            self._hear_audible(bool(message["value"]))
        elif message["is"] == "voices" and self._jobs and self._jobs[0].utterance is None:
            self._end(VoicesListed(tuple(_voice_info(voice) for voice in message["voices"])))
        elif message["is"] == "progress" and self._state is _State.RUNNING:
            self._enter(_State.RUNNING, self._limits.hang_s)
        elif self._jobs and (utterance := self._jobs[0].utterance) is not None and message.get("id") == utterance.id:
            self._hear_first(message, utterance)

    def _hear_audible(self, audible: bool) -> None:
        if audible != self._audible:
            self._audible = audible
            self._happened.append(AudibleChanged(audible))
        if audible and self._state is _State.HELD:
            self._enter(_State.IDLE)  # the words that were cut off are said again

    def _hear_first(self, message: Message, utterance: Utterance) -> None:
        """Act on what the engine says of the first job."""
        if message["is"] == "started" and utterance.path is None:
            self._happened.append(Started(utterance.id))
        elif message["is"] == "finished":
            self._pair.mark_good()
            self._end(Finished(utterance.id) if message["completed"] else Interrupted(utterance.id))
        elif message["is"] == "failed":
            self._fail(str(message["reason"]))
        elif message["is"] == "unheard":
            self._hear_unheard(self._jobs[0], utterance)

    def _hear_unheard(self, job: _Job, utterance: Utterance) -> None:
        """Wait a moment for a device that went away just now."""
        if self._state is _State.STOPPING:
            self._end(Interrupted(utterance.id))
        elif self._audible is False or job.waited:
            self._end(Unheard(utterance.id))
        else:
            job.waited = True
            self._enter(_State.HELD, self._limits.lost_device_s)


def _configure_message(settings: VoiceSettings) -> Message:
    return {"is": "configure", **dataclasses.asdict(settings)}


def _voice_info(voice: Message) -> VoiceInfo:
    return VoiceInfo(voice["id"], voice["name"], tuple(voice["languages"]))


def save_wav(text: str, path: Path, settings: VoiceSettings, timeout_s: float = 60.0) -> None:
    """Write words to a sound file and wait for it; needs no audio device.

    Raises
    ------
    VoiceError
        When the file was not written.
    """
    voice = SupervisedVoice(settings)
    voice.speak(Utterance(0, text, path))
    try:
        for event in _until(voice, time.monotonic() + timeout_s):
            if isinstance(event, Finished):
                return
            if isinstance(event, Failed):
                raise VoiceError(event.reason)
    finally:
        voice.close()
    raise VoiceError("the speech engine took too long")


def _until(voice: SupervisedVoice, until_s: float) -> Iterator[VoiceEvent]:
    while time.monotonic() < until_s:
        yield from voice.events(1.0)
