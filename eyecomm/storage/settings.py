"""What the carer can set. Label, unit, range and help stand beside each value; the dialog is made from them."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from eyecomm.conversation.voice import VoiceSettings
from eyecomm.storage.errors import DamagedFileError, Loaded, MissingFileError, Notice, NoticeKind, StorageError
from eyecomm.storage.files import notice_of, read_json, set_aside, write_json

SCHEMA_VERSION = 1
MAX_TEXT = 1000

T = TypeVar("T")
Value = bool | int | float | str


def _setting(
    default: T,
    label: str,
    about: str,
    *,
    unit: str = "",
    limits: tuple[float, float] | None = None,
    choices: tuple[str, ...] | None = None,
) -> T:
    metadata = {"label": label, "help": about, "unit": unit, "range": limits, "choices": choices}
    made: T = field(default=default, metadata={key: value for key, value in metadata.items() if value is not None})
    return made


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """How a cell is chosen."""

    method: str = _setting(
        "dwell", "Choose by", "Looking long enough, or shutting the eyes.", choices=("dwell", "blink", "dwell or blink")
    )
    dwell_s: float = _setting(
        1.25, "Dwell time", "How long to look at a cell to choose it.", unit="s", limits=(0.3, 5.0)
    )
    lock_on_s: float = _setting(
        0.25, "Lock-on time", "A look shorter than this does not count.", unit="s", limits=(0.0, 1.0)
    )
    keep_progress_s: float = _setting(
        0.75, "Keep progress", "How long a cell remembers a look that was interrupted.", unit="s", limits=(0.0, 3.0)
    )
    repeat_dwell_s: float = _setting(
        2.0,
        "Dwell time to repeat",
        "How long to keep looking to choose the same cell again at once.",
        unit="s",
        limits=(0.3, 5.0),
    )
    blink_min_s: float = _setting(
        0.5, "Shortest blink", "Blinks shorter than this are natural ones.", unit="s", limits=(0.2, 1.5)
    )
    blink_max_s: float = _setting(
        3.0, "Longest blink", "Eyes shut for longer than this are resting.", unit="s", limits=(2.0, 10.0)
    )
    blink_eyes: str = _setting("both", "Blink with", "Which eyes to shut.", choices=("both", "left", "right"))


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """How a look and a choice are seen and heard."""

    click_volume: float = _setting(0.5, "Click volume", "A soft click at each choice; 0 is silent.", limits=(0.0, 1.0))
    progress_style: str = _setting(
        "ring", "Progress", "How a cell shows that it is being looked at.", choices=("ring", "fill", "none")
    )
    gaze_dot: bool = _setting(False, "Gaze dot", "Show where the gaze is; it distracts many people.")
    speak_selection: bool = _setting(False, "Speak each choice", "Say the word on a cell when it is chosen.")


@dataclass(frozen=True, slots=True)
class GazeSettings:
    """How the gaze is smoothed."""

    min_cutoff_hz: float = _setting(
        0.3, "Steadiness", "Lower is steadier, and follows a moving head later.", unit="Hz", limits=(0.05, 10.0)
    )


@dataclass(frozen=True, slots=True)
class CalibrationChoices:
    """How a calibration goes."""

    points: str = _setting(
        "nine",
        "Points",
        "How many at most; with earlier calibrations of this patient, fewer are enough.",
        choices=("five", "nine", "thirteen"),
    )
    pace: str = _setting(
        "automatic",
        "Pace",
        "By key: each point waits until the carer presses the space bar or clicks.",
        choices=("automatic", "by key"),
    )
    spoken_prompt: bool = _setting(True, "Spoken prompt", "Say at the start what to do.")


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Which camera, and what is asked of it; it may give something else."""

    choice: str = _setting("index:0", "Camera", "Where the pictures come from.")
    width_px: int = _setting(640, "Picture width", "What the camera is asked for.", unit="px", limits=(160, 3840))
    height_px: int = _setting(480, "Picture height", "What the camera is asked for.", unit="px", limits=(120, 2160))
    rate_hz: float = _setting(
        30.0, "Pictures a second", "What the camera is asked for.", unit="Hz", limits=(5.0, 120.0)
    )


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The screen, measured with a ruler: needed to tell the accuracy in degrees. Usual for 24 inches, 16 to 9."""

    width_mm: float = _setting(
        531.0, "Screen width", "Of the picture, without the frame.", unit="mm", limits=(50.0, 5000.0)
    )
    height_mm: float = _setting(
        299.0, "Screen height", "Of the picture, without the frame.", unit="mm", limits=(30.0, 5000.0)
    )
    distance_mm: float = _setting(600.0, "Distance", "From the eyes to the screen.", unit="mm", limits=(100.0, 5000.0))


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set for one patient.

    Parameters
    ----------
    schema_version : int
        Of the file.
    selection, feedback, gaze, calibration, voice, camera, screen
        One group each; each of their fields has `label` and mostly `help`, `unit`, `range` and `choices` as metadata.
    """

    schema_version: int = SCHEMA_VERSION
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    feedback: FeedbackSettings = field(default_factory=FeedbackSettings)
    gaze: GazeSettings = field(default_factory=GazeSettings)
    calibration: CalibrationChoices = field(default_factory=CalibrationChoices)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)


def to_json(settings: Settings) -> dict[str, object]:
    """Give the settings as JSON values."""
    return dataclasses.asdict(settings)


def from_json(document: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Read settings from JSON values, whatever these are.

    Parameters
    ----------
    document : mapping of str to object
        What is missing has its default; what is unknown is passed over.

    Returns
    -------
    Settings
        Every value is of its type and in its range.
    tuple of str
        What had to be mended, one technical sentence each.
    """
    mended: list[str] = []
    groups: dict[str, Any] = {}
    for name, default in _groups(Settings()).items():
        found = document.get(name, {})
        if not isinstance(found, Mapping):
            mended.append(f"{name} is not a group of settings and was left out")
            found = {}
        groups[name] = _read_group(name, default, found, mended)
    return Settings(**groups), tuple(mended)


def _groups(settings: Settings) -> dict[str, Any]:
    values = {entry.name: getattr(settings, entry.name) for entry in dataclasses.fields(settings)}
    return {name: value for name, value in values.items() if dataclasses.is_dataclass(value)}


def _read_group(group: str, default: Any, found: Mapping[str, object], mended: list[str]) -> Any:  # noqa: ANN401 - any group
    values: dict[str, Value] = {}
    for entry in dataclasses.fields(default):
        usual = getattr(default, entry.name)
        if entry.name not in found:
            continue
        value = _read_value(found[entry.name], usual, entry.metadata)
        values[entry.name] = usual if value is None else value
        if value is None or value != found[entry.name]:
            mended.append(f"{group}.{entry.name} was not a possible value and is now {values[entry.name]!r}")
    try:
        return dataclasses.replace(default, **values)
    except ValueError as error:  # a group may know more than its ranges
        mended.append(f"{group} was left out because {error}")
        return default


def _read_value(found: object, usual: Value, metadata: Mapping[str, Any]) -> Value | None:
    """Give the value, the nearest one in range, or None when it is of another kind."""
    if isinstance(usual, bool) or isinstance(found, bool):
        return found if isinstance(found, bool) and isinstance(usual, bool) else None
    if isinstance(usual, str):
        return _read_text(found, metadata.get("choices"))
    if not isinstance(found, int | float) or (isinstance(found, float) and not math.isfinite(found)):
        return None
    low, high = metadata["range"]
    # First into the range, so that a number of any size can be turned into the type.
    return type(usual)(min(max(found, low), high))


def _read_text(found: object, choices: tuple[str, ...] | None) -> str | None:
    if not isinstance(found, str) or len(found) > MAX_TEXT or (choices and found not in choices):
        return None
    return found


def load_settings(path: Path) -> Loaded[Settings]:
    """Read a file of settings; what is wrong with it is replaced by defaults and told."""
    try:
        settings, mended = from_json(read_json(path))
    except MissingFileError:
        return Loaded(Settings())
    except StorageError as error:
        return Loaded(Settings(), (notice_of(error),))
    return Loaded(settings, tuple(Notice(NoticeKind.MENDED, path, detail) for detail in mended))


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings; what the file holds beyond them, as of a later version, stays.

    Raises
    ------
    StorageError
        When they cannot be written, or a file of settings is there that cannot be read; it is as it was.
    """
    try:
        kept = read_json(path)
    except MissingFileError:
        kept = {}
    except DamagedFileError as error:
        set_aside(error)
        kept = {}
    document = kept | to_json(settings)
    for name in _groups(settings):
        before, now = kept.get(name), document[name]
        if isinstance(before, dict) and isinstance(now, dict):
            document[name] = before | now
    write_json(path, document)
