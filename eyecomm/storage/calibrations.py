"""Calibrations of one patient: what was measured, so that any later estimator can learn from it.

Each is a pair of files: `<name>.npz` with the numbers, never pickled, and `<name>.json` with the rest and the numbers'
SHA-256. The JSON is written last: without it the numbers do not count.
"""

import contextlib
import hashlib
import io
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eyecomm.geometry import Screen
from eyecomm.samples import Floats
from eyecomm.storage.errors import DamagedFileError, Loaded, MissingFileError, Notice, StorageError, reason_of
from eyecomm.storage.files import notice_of, read_bytes, read_json, write_bytes, write_json

SCHEMA_VERSION = 1
MAX_NPZ_BYTES = 64 * 2**20

Ints = npt.NDArray[np.int64]

# What NumPy and the zip reader raise on files that are not theirs.
_NPZ_ERRORS = (ValueError, KeyError, OSError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True, eq=False)
class SavedCalibration:
    """What was measured while the patient looked at known targets.

    Parameters
    ----------
    features : ndarray of float64, shape (n, m)
        One row a sample.
    targets_px : ndarray of float64, shape (n, 2)
        The target looked at, in pixels of the screen.
    target_index : ndarray of int64, shape (n,)
        Which target it was.
    feature_names : tuple of str
        One name a column of the features.
    screen : Screen
        The screen at that time.
    made_at : str
        Moment in ISO 8601; without a zone it counts as UTC.
    accuracy : dict of str to float
        Summary by name, with the unit in the name, such as `accuracy_deg`.

    Raises
    ------
    ValueError
        When shapes do not match, or a number is not finite.
    """

    features: Floats
    targets_px: Floats
    target_index: Ints
    feature_names: tuple[str, ...]
    screen: Screen
    made_at: str
    accuracy: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = self.target_index.size
        if n == 0 or self.features.shape != (n, len(self.feature_names)):
            raise ValueError("there must be samples, with one column a feature name")
        if self.targets_px.shape != (n, 2) or self.target_index.shape != (n,):
            raise ValueError("there must be one target a sample")
        if not (np.isfinite(self.features).all() and np.isfinite(self.targets_px).all()):
            raise ValueError("all samples must be finite")
        if not all(math.isfinite(value) and value > 0 for value in asdict(self.screen).values()):
            raise ValueError("the screen must have a size")
        if not all(math.isfinite(value) for value in self.accuracy.values()):
            raise ValueError("the accuracy must be finite")
        _moment(self.made_at)


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """A calibration on disk.

    Parameters
    ----------
    path : Path
        Its JSON file.
    made_at : str
        When it was made, in ISO 8601.
    accuracy : dict of str to float
        Its summary.
    """

    path: Path
    made_at: str
    accuracy: dict[str, float]


class Calibrations:
    """The calibrations of one patient.

    Parameters
    ----------
    folder : Path
        Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, calibration: SavedCalibration) -> SavedEntry:
        """Keep a calibration beside those kept before.

        Raises
        ------
        StorageError
            When it cannot be written; the others are as they were.
        """
        path = self._free_path(calibration.made_at)
        numbers = _pack(calibration)
        write_bytes(path.with_suffix(".npz"), numbers)
        write_json(path, _describe(calibration, hashlib.sha256(numbers).hexdigest()))
        return SavedEntry(path, calibration.made_at, calibration.accuracy)

    def find_all(self) -> Loaded[tuple[SavedEntry, ...]]:
        """Give all calibrations, the newest first; damaged ones are set aside."""
        entries: list[SavedEntry] = []
        notices: list[Notice] = []
        for path in self._files():
            try:
                document = read_json(path)
                entries.append(SavedEntry(path, _made_at(path, document), _accuracy(path, document)))
            except StorageError as error:
                notices.append(notice_of(error))
        entries.sort(key=_age, reverse=True)
        return Loaded(tuple(entries), tuple(notices))

    def load(self, path: Path) -> SavedCalibration:
        """Read one calibration.

        Parameters
        ----------
        path : Path
            Its JSON file.

        Raises
        ------
        MissingFileError
            When there is none.
        DamagedFileError
            When the description, or the numbers (the error's path tells which), make no sense.
        StorageError
            When it cannot be read.
        """
        document = read_json(path)
        numbers_path = path.with_suffix(".npz")
        try:
            numbers = read_bytes(numbers_path, MAX_NPZ_BYTES)
        except MissingFileError as error:
            raise DamagedFileError(path, "its file of numbers is missing") from error
        if hashlib.sha256(numbers).hexdigest() != document.get("npz_sha256"):
            raise DamagedFileError(numbers_path, "it is not what was saved")
        return _build(path, document, _unpack(numbers_path, numbers))

    def newest(self) -> Loaded[SavedCalibration | None]:
        """Give the newest calibration that can be read; damaged ones are set aside."""
        loaded = self.load_newest(1, lambda _: True)
        return Loaded(loaded.value[0] if loaded.value else None, loaded.notices)

    def load_newest(
        self, most: int, wanted: Callable[[SavedCalibration], bool]
    ) -> Loaded[tuple[SavedCalibration, ...]]:
        """Give the newest calibrations that are wanted and can be read, the newest first; damaged ones are set aside.

        Parameters
        ----------
        most : int
            So many at most.
        wanted : callable
            Says of each whether it is.
        """
        entries = self.find_all()
        notices = list(entries.notices)
        found: list[SavedCalibration] = []
        for entry in entries.value:
            if len(found) == most:
                break
            loaded = self._try_to_load(entry.path)
            notices += loaded.notices
            if loaded.value is not None and wanted(loaded.value):
                found.append(loaded.value)
        return Loaded(tuple(found), tuple(notices))

    def prune(self, most: int, keep: Path) -> None:
        """Remove the oldest calibrations beyond a number, never one of them, and never the newest.

        What cannot be removed now does no harm and is removed another time.

        Parameters
        ----------
        most : int
            So many stay.
        keep : Path
            The JSON file of the one that stays whatever its date, in case the clock was set back.
        """
        if len(self._files()) <= most:
            return
        for entry in self.find_all().value[max(1, most) :]:
            if entry.path == keep:
                continue
            with contextlib.suppress(OSError):
                entry.path.unlink()  # without it the numbers do not count
                entry.path.with_suffix(".npz").unlink()

    def _try_to_load(self, path: Path) -> Loaded[SavedCalibration | None]:
        try:
            return Loaded(self.load(path))
        except DamagedFileError as error:
            return Loaded(None, tuple(_set_pair_aside(path, error)))
        except StorageError as error:
            return Loaded(None, (notice_of(error),))

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(self._folder, f"it cannot be read because {reason_of(error)}") from error

    def _free_path(self, made_at: str) -> Path:
        stem = re.sub(r"[^0-9A-Za-z]+", "-", made_at)[:40].strip("-")
        path, number = self._folder / f"{stem}.json", 1
        while path.exists() or path.with_suffix(".npz").exists():
            number += 1
            path = self._folder / f"{stem}-{number}.json"
        return path


def _age(entry: SavedEntry) -> tuple[datetime, int, str]:
    """Order by time; of the same moment, by the number at the end of the name."""
    return _moment(entry.made_at), len(entry.path.name), entry.path.name


def _set_pair_aside(path: Path, error: DamagedFileError) -> list[Notice]:
    """Keep both files of a damaged calibration for whoever can mend it; one notice is enough."""
    both = {path, path.with_suffix(".npz")} - {error.path}
    for other in (other for other in both if other.exists()):
        notice_of(DamagedFileError(other, error.reason))
    return [notice_of(error)]


def _pack(calibration: SavedCalibration) -> bytes:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        features=calibration.features.astype(np.float64),
        targets_px=calibration.targets_px.astype(np.float64),
        target_index=calibration.target_index.astype(np.int64),
    )
    return buffer.getvalue()


def _describe(calibration: SavedCalibration, sha256: str) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "made_at": calibration.made_at,
        "feature_names": list(calibration.feature_names),
        "screen": asdict(calibration.screen),
        "accuracy": {name: float(value) for name, value in calibration.accuracy.items()},
        "npz_sha256": sha256,
    }


def _unpack(path: Path, data: bytes) -> tuple[Floats, Floats, Ints]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            features, targets_px, target_index = (arrays[n] for n in ("features", "targets_px", "target_index"))
    except _NPZ_ERRORS as error:
        raise DamagedFileError(path, "it does not hold numbers") from error
    if features.dtype != np.float64 or targets_px.dtype != np.float64 or target_index.dtype != np.int64:
        raise DamagedFileError(path, "its numbers are of a wrong type")
    return features, targets_px, target_index


def _build(path: Path, document: Mapping[str, object], arrays: tuple[Floats, Floats, Ints]) -> SavedCalibration:
    names = document.get("feature_names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DamagedFileError(path, "its feature names are missing")
    try:
        return SavedCalibration(
            *arrays,
            feature_names=tuple(names),
            screen=_screen(path, document.get("screen")),
            made_at=_made_at(path, document),
            accuracy=_accuracy(path, document),
        )
    except ValueError as error:
        raise DamagedFileError(path, str(error)) from error


def _screen(path: Path, value: object) -> Screen:
    found = _numbers(path, value, "screen")
    try:
        return Screen(
            width_px=int(found["width_px"]),
            height_px=int(found["height_px"]),
            width_mm=found["width_mm"],
            height_mm=found["height_mm"],
            distance_mm=found["distance_mm"],
        )
    except KeyError as error:
        raise DamagedFileError(path, "its screen is not complete") from error


def _accuracy(path: Path, document: Mapping[str, object]) -> dict[str, float]:
    return _numbers(path, document.get("accuracy"), "accuracy")


def _numbers(path: Path, value: object, what: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise DamagedFileError(path, f"its {what} is missing")
    try:
        found = {str(name): _number(number) for name, number in value.items()}
    except (ValueError, OverflowError) as error:
        raise DamagedFileError(path, f"its {what} does not hold numbers") from error
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a finite number")
    return float(value)


def _made_at(path: Path, document: Mapping[str, object]) -> str:
    value = document.get("made_at")
    try:
        _moment(value if isinstance(value, str) else "")
    except ValueError as error:
        raise DamagedFileError(path, "it does not say when it was made") from error
    return str(value)


def _moment(made_at: str) -> datetime:
    moment = datetime.fromisoformat(made_at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
