"""Which camera the carer chose, and which ones there are."""

import enum
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Self

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from eyecomm.devices.camera_errors import CameraNotFoundError

# The number of a camera means something only together with the system interface that counted it.
SYSTEM_BACKEND: int = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}.get(
    sys.platform, cv2.CAP_ANY
)


class CameraKind(enum.Enum):
    """Where the pictures come from; the value is the word in the settings."""

    INDEX = "index"
    NAME = "name"
    VIDEO = "video"
    FOLDER = "folder"
    URL = "url"
    VIRTUAL = "virtual"


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """The camera to use.

    Parameters
    ----------
    kind : CameraKind
        Where the pictures come from.
    value : str
        Number, name, path or address; empty for the virtual patient.
    """

    kind: CameraKind
    value: str = ""

    def __post_init__(self) -> None:
        """Refuse a choice that can never work."""
        if self.kind is CameraKind.INDEX and not (self.value.isdecimal() and len(self.value) <= 4):
            raise ValueError(f"a camera's number is a whole number below 10000, not {self.value!r}")
        if (self.kind is CameraKind.VIRTUAL) == bool(self.value):
            raise ValueError(f"a camera of kind {self.kind.value} cannot have the value {self.value!r}")

    def __str__(self) -> str:
        """Write the choice as it stands in the settings, such as `index:0`."""
        return self.kind.value if self.kind is CameraKind.VIRTUAL else f"{self.kind.value}:{self.value}"

    @classmethod
    def from_str(cls, text: str) -> Self:
        """Read a choice from the settings.

        Raises
        ------
        ValueError
            When the text is no choice.
        """
        word, _, value = text.partition(":")
        return cls(CameraKind(word), value)

    @property
    def is_recording(self) -> bool:
        """Whether equal pictures in a row are natural here, rather than a sign of a frozen camera."""
        return self.kind in {CameraKind.VIDEO, CameraKind.FOLDER}


DEFAULT_CAMERA = CameraChoice(CameraKind.INDEX, "0")
VIRTUAL_CAMERA = CameraChoice(CameraKind.VIRTUAL)


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that is plugged in.

    Parameters
    ----------
    name : str
        As its maker calls it.
    choice : CameraChoice
        By name, which still finds the camera when it is plugged in again and gets another number; by number when
        two cameras have the same name.
    """

    name: str
    choice: CameraChoice


def list_cameras() -> tuple[CameraInfo, ...]:
    """Name the cameras that are plugged in, in the order of their numbers. Opens none of them."""
    found = _numbered_names()
    times = Counter(name for _, name in found)
    return tuple(
        CameraInfo(
            name or f"Camera {number}",
            CameraChoice(CameraKind.NAME, name)
            if name and times[name] == 1
            else CameraChoice(CameraKind.INDEX, str(number)),
        )
        for number, name in found
    )


def camera_number(choice: CameraChoice) -> int:
    """Find the number under which the system knows a camera chosen by number or name.

    Raises
    ------
    CameraNotFoundError
        When no camera of that name is plugged in.
    """
    if choice.kind is CameraKind.INDEX:
        return int(choice.value)
    for number, name in _numbered_names():
        if name == choice.value:
            return number
    raise CameraNotFoundError(f"no camera is called {choice.value!r}")


def is_plugged_in(number: int) -> bool:
    """Whether the system knows a camera of that number."""
    return any(known == number for known, _ in _numbered_names())


def _numbered_names() -> list[tuple[int, str]]:
    """Ask the system for its cameras: number and name."""
    try:
        found = enumerate_cameras(SYSTEM_BACKEND)
    except (NotImplementedError, OSError):
        return []  # this system cannot list its cameras; they still open by number
    return sorted((int(one.index), str(one.name or "")) for one in found)
