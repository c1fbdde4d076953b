"""eSpeak NG, the speech synthesiser, bound through ctypes.

eSpeak NG is under the GPL-3, so this module is loaded only in the speech process. The engine holds its state in the
library: make one `Espeak` a process.
"""

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from eyecomm.conversation.voice import VoiceInfo

LONGEST_DATA_PATH: Final = 150  # eSpeak NG keeps it in 160 bytes

_SYNCHRONOUS: Final = 2
_DO_NOT_EXIT: Final = 0x8000
_UTF8_WITH_END_PAUSE: Final = 0x1 | 0x1000
_RATE, _VOLUME = 1, 2

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class EspeakError(Exception):
    """eSpeak NG cannot be loaded or does not do what it is told."""


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class Espeak:
    """The synthesiser: text in, sound out.

    Raises
    ------
    EspeakError
        When the library or its data is not there.

    Attributes
    ----------
    rate_hz : int
        Frames per second of the sound, one channel of 16 bits.
    """

    def __init__(self) -> None:
        self._library, data = _load()
        # The library takes the data from this variable too, which helps versions that ignore the argument.
        if data is not None:
            os.environ["ESPEAK_DATA_PATH"] = data
        path = None if data is None else os.fsencode(data)
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        self.rate_hz: int = self._library.espeak_Initialize(_SYNCHRONOUS, 20, path, _DO_NOT_EXIT)
        if self.rate_hz <= 0:
            raise EspeakError("eSpeak NG finds no voice data")
        self._sink: Callable[[bytes], bool] = lambda _: False
        self._problem: Exception | None = None
        self._callback = _Callback(self._on_sound)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def synthesize(self, text: str, sink: Callable[[bytes], bool]) -> None:
        """Turn text into sound, faster than it is spoken.

        Parameters
        ----------
        text : str
            What to say; marks of speech mark-up languages are read out, not obeyed.
        sink : callable
            Takes some sound and tells whether more is wanted. What it raises is raised here.

        Raises
        ------
        EspeakError
            When the library refuses.
        """
        data = text.replace("\0", " ").encode("utf-8", errors="replace")
        self._sink, self._problem = sink, None
        failed = self._library.espeak_Synth(
            data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, _UTF8_WITH_END_PAUSE, None, None
        )
        if self._problem is not None:
            raise self._problem
        if failed:
            raise EspeakError(f"eSpeak NG refuses to speak (code {failed})")

    def _on_sound(self, pcm: int | None, frames: int, _events: int | None) -> int:
        """Hand the sound on; give 1 to stop. Nothing may be raised through the library."""
        if not pcm or frames <= 0:
            return 0
        try:
            return 0 if self._sink(ctypes.string_at(pcm, frames * 2)) else 1
        except Exception as error:  # noqa: BLE001  # raised again by synthesize
            self._problem = error
            return 1

    def voices(self) -> tuple[VoiceInfo, ...]:
        """List the voices, the most usual of each language first."""
        listed = self._library.espeak_ListVoices(None)
        found: list[tuple[int, VoiceInfo]] = []
        while listed[len(found)]:
            voice = listed[len(found)].contents
            languages = _languages(voice.languages)
            info = VoiceInfo(_text(voice.identifier), _text(voice.name), tuple(tag for _, tag in languages))
            found.append((languages[0][0] if languages else 99, info))
        return tuple(info for _, info in sorted(found, key=lambda pair: pair[0]))

    @property
    def voice(self) -> str:
        """Id of the voice in use."""
        current = self._library.espeak_GetCurrentVoice()
        return _text(current.contents.identifier) if current else ""

    def set_voice(self, voice: str) -> None:
        """Take a voice by its id.

        Raises
        ------
        EspeakError
            When there is no such voice.
        """
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise EspeakError(f"there is no voice {voice!r}")

    @property
    def rate_wpm(self) -> int:
        """Speed in words per minute."""
        return int(self._library.espeak_GetParameter(_RATE, 1))

    @rate_wpm.setter
    def rate_wpm(self, value: int) -> None:
        self._library.espeak_SetParameter(_RATE, value, 0)

    @property
    def volume(self) -> float:
        """Loudness, 0 to 1."""
        return float(self._library.espeak_GetParameter(_VOLUME, 1)) / 100

    @volume.setter
    def volume(self, value: float) -> None:
        self._library.espeak_SetParameter(_VOLUME, round(value * 100), 0)


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", errors="replace")


def _languages(address: int | None) -> list[tuple[int, str]]:
    """Read eSpeak's list: a byte of priority (low is better), a tag, a zero; and a zero at the end."""
    found: list[tuple[int, str]] = []
    while address and (priority := ctypes.string_at(address, 1)[0]):
        tag = ctypes.string_at(address + 1)
        found.append((priority, _text(tag)))
        address += len(tag) + 2
    return found


def _load() -> tuple[ctypes.CDLL, str | None]:
    """Load the library that came with the program, else the system's, and name its data."""
    try:
        import espeakng_loader  # installers may leave it out in favour of the system's library

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        return library, str(short_path(Path(espeakng_loader.get_data_path())))
    except (ImportError, OSError, RuntimeError):
        return _load_from_system(), None


def _load_from_system() -> ctypes.CDLL:
    for name in ("libespeak-ng.so.1", "libespeak-ng.1.dylib", "libespeak-ng.dll"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise EspeakError("eSpeak NG is not installed")


def short_path(data: Path, longest: int = LONGEST_DATA_PATH) -> Path:
    """Give a path to eSpeak's data that is short enough for it: the same, or a link to it.

    Raises
    ------
    OSError
        When no link can be made.
    """
    if len(os.fsencode(data)) <= longest:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    link = Path(tempfile.gettempdir()) / f"eyecomm-voices-{digest}"
    if _leads_to(link, data):
        return link
    if os.path.lexists(link):  # somebody else's: do not trust it
        link = Path(tempfile.mkdtemp(prefix="eyecomm-")) / "voices"
    link.symlink_to(data, target_is_directory=True)
    return link


def _leads_to(link: Path, data: Path) -> bool:
    """Tell whether it is our own link to there."""
    try:
        ours = not hasattr(os, "getuid") or link.lstat().st_uid == os.getuid()
        return ours and link.is_symlink() and link.readlink() == data
    except OSError:
        return False
