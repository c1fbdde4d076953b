"""A stream of sound to the default audio device, through miniaudio, and whether there is such a device.

miniaudio quietly falls back on a device that plays into nothing; here only real ones count, so that the program can
say when nobody can hear.
"""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Final

import miniaudio

BYTES_PER_FRAME: Final = 2  # one channel of 16 bits
PERIOD_MS: Final = 20
PERIODS: Final = 2  # together a buffer of 40 ms: what can still be heard after a stop
CLOSES_AFTER_S: Final = 10.0
TAKES_WITHIN_S: Final = 1.0
LOST_AFTER_S: Final = 2.5  # a sleeping sound server may take 2 s to wake

# Not JACK: where its server does not run, asking for it writes lines into the carer's terminal; who runs it has ALSA or
# PulseAudio as well.
_NOT_HEARD: Final = {miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM, miniaudio.Backend.JACK}
_REAL_BACKENDS: Final = [backend for backend in miniaudio.Backend if backend not in _NOT_HEARD]
# What PulseAudio and PipeWire, and ALSA, offer where there is no sound card.
_PLACEHOLDERS: Final = frozenset({b"auto_null", b"null"})


class AudioError(Exception):
    """Sound cannot be played."""


class NoAudioDeviceError(AudioError):
    """There is no audio device."""


class AudioLostError(AudioError):
    """The audio device went away while it played."""


class _Listing(miniaudio.Devices):  # type: ignore[misc]  # miniaudio has no types
    """The audio devices; one that cannot be opened does not hide the others."""

    def _get_info(self, device_type: Any, device_info: Any) -> dict[str, Any]:  # noqa: ANN401  # C structures
        try:
            return {"usable": bool(super()._get_info(device_type, device_info))}
        except miniaudio.MiniaudioError:
            return {"usable": False}


def can_be_heard() -> bool:
    """Tell whether there is an audio device; takes a few milliseconds."""
    return bool(_usable_devices())


def _usable_devices() -> list[Any]:
    """Give miniaudio's ids of the real devices that can be opened."""
    _quiet_alsa()
    try:
        devices = _Listing(_REAL_BACKENDS).get_playbacks()
    except miniaudio.MiniaudioError:
        return []
    ids = [device["id"] for device in devices if device["usable"]]
    return [device for device in ids if bytes(miniaudio.ffi.buffer(device)).split(b"\0")[0] not in _PLACEHOLDERS]


class AudioOutput:
    """Sound to the default audio device, in one channel of 16 bits.

    The device is opened by the first sound and closed by `rest` when nothing was played for a while, so that a new
    default device is taken up and the sound card may sleep. All belongs to one thread, but `flush` may come from any.

    Parameters
    ----------
    rate_hz : int
        Frames per second.
    on_wait : callable
        Called several times a second while `put` or `drain` wait.
    ahead_s : float
        How much sound may lie in wait before `put` waits.
    """

    def __init__(self, rate_hz: int, on_wait: Callable[[], None] = lambda: None, ahead_s: float = 1.0) -> None:
        self._rate_hz = rate_hz
        self._on_wait = on_wait
        self._ahead_bytes = int(ahead_s * rate_hz) * BYTES_PER_FRAME
        self._waiting = bytearray()
        self._changed = threading.Condition()
        self._device: Any = None
        self._playing = False
        self._rounds = 0
        self._round_s = 0.0
        self._stopped = False
        self._used_s = 0.0

    @property
    def takes_sound(self) -> bool:
        """Whether the device is open and at work."""
        return self._playing and not self._stopped and time.monotonic() - self._round_s < TAKES_WITHIN_S

    def open(self) -> None:
        """Make the device ready, so that it can be known before the first sound that there is one.

        Raises
        ------
        NoAudioDeviceError
            When there is none.
        """
        if self._playing and self._is_lost(self._round_s):
            self.close()  # it went away while nothing was played
        if self._device is not None:
            return
        devices = _usable_devices()
        for device_id in (None, *devices) if devices else ():  # the default one first
            try:
                self._device = self._make(device_id)
            except miniaudio.MiniaudioError:
                continue
            return
        raise NoAudioDeviceError("there is no audio device")

    def put(self, pcm: bytes) -> None:
        """Add sound to what is played; waits while there is much of it already.

        Raises
        ------
        NoAudioDeviceError
            When there is no audio device.
        AudioLostError
            When the device no longer takes sound.
        """
        self.open()
        with self._changed:
            self._waiting += pcm
        if not self._playing:
            self._start()
        self._wait(lambda: len(self._waiting) <= self._ahead_bytes)

    def drain(self) -> None:
        """Wait until all has been heard.

        Raises
        ------
        AudioLostError
            When the device no longer takes sound.
        """
        if not self._playing:
            return
        self._wait(lambda: not self._waiting)
        heard = self._rounds + PERIODS
        self._wait(lambda: self._rounds >= heard)

    def flush(self) -> None:
        """Throw away what has not been played yet; what the device holds is heard for at most 40 ms more."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def rest(self) -> None:
        """Close the device if nothing was played for a while."""
        if time.monotonic() - self._used_s > CLOSES_AFTER_S:
            self.close()

    def close(self) -> None:
        """Be silent and let the device go; the next sound opens it again."""
        self.flush()
        device, self._device, self._playing = self._device, None, False
        if device is not None:
            device.stop_callback = None
            device.close()
            # PlaybackDevice forgets its context, which holds a connection to the sound server and a thread.
            miniaudio.lib.ma_context_uninit(device._context)  # noqa: SLF001

    def _make(self, device_id: Any) -> Any:  # noqa: ANN401  # miniaudio's types
        return miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=self._rate_hz,
            buffersize_msec=PERIOD_MS,
            device_id=device_id,
            callback_periods=PERIODS,
            backends=_REAL_BACKENDS,
            app_name="EyeComm",
        )

    def _start(self) -> None:
        """Let the device play; the sound that waits is what it takes first."""
        feed = self._feed()
        next(feed)
        self._stopped, self._playing, self._round_s = False, True, time.monotonic()
        self._device.stop_callback = self._on_stopped
        try:
            self._device.start(feed)
        except miniaudio.MiniaudioError as error:
            self.close()
            raise AudioLostError(f"the audio device does not start: {error}") from error

    def _wait(self, done: Callable[[], bool]) -> None:
        """Wait for the device to take sound, but not for ever."""
        with self._changed:
            began_s = time.monotonic()
            while not done():
                self._changed.wait(0.1)
                self._on_wait()
                if self._is_lost(max(began_s, self._round_s)) and not done():
                    break
            else:
                self._used_s = time.monotonic()
                return
        self.close()
        raise AudioLostError("the audio device no longer takes sound")

    def _is_lost(self, since_s: float) -> bool:
        return self._stopped or time.monotonic() - since_s > LOST_AFTER_S

    def _feed(self) -> Generator[bytes, int, None]:
        """Give the device what it asks for; runs in the device's own thread."""
        frames = yield b""
        while True:
            frames = yield self._take(frames * BYTES_PER_FRAME)

    def _take(self, size: int) -> bytes:
        with self._changed:
            taken = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._rounds += 1
            self._round_s = time.monotonic()
            self._changed.notify_all()
        return taken

    def _on_stopped(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def _say_nothing(*_: object) -> None:
    """Take one of ALSA's messages."""


_SILENT_HANDLER: Final = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)(_say_nothing)


def _quiet_alsa() -> None:
    """Keep ALSA from writing a page to the terminal each time it finds no sound card."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_SILENT_HANDLER)
    except (OSError, AttributeError):
        return  # then there is no ALSA to be quiet
