"""One profile a patient: a folder with the settings, the calibrations and the message."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from eyecomm.storage.errors import DamagedFileError, Loaded, MissingFileError, Notice, StorageError, reason_of
from eyecomm.storage.files import notice_of, read_json, write_json
from eyecomm.storage.paths import Paths

SCHEMA_VERSION = 1
MAX_NAME = 100

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class ProfileNameError(ValueError):
    """A profile needs a name of 1 to 100 characters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One patient.

    Parameters
    ----------
    id : str
        Name of the folder.
    name : str
        What people call the patient; need not be unique.
    path : Path
        The folder.
    """

    id: str
    name: str
    path: Path

    @property
    def settings_path(self) -> Path:
        """The file of settings."""
        return self.path / "settings.json"

    @property
    def journal_path(self) -> Path:
        """The message being written."""
        return self.path / "journal.json"

    @property
    def calibrations_path(self) -> Path:
        """The folder of calibrations."""
        return self.path / "calibrations"


class Profiles:
    """All patients of one user of this computer.

    Parameters
    ----------
    paths : Paths
        The user's folders.
    """

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.profiles
        self._current_path = paths.config / "current-profile.json"

    def find_all(self) -> Loaded[tuple[Profile, ...]]:
        """Give all profiles by name; one whose own file is damaged is called by its id, and keeps all it has."""
        found = [self._find(path) for path in self._folders() if _ID.fullmatch(path.name)]
        profiles = sorted((one.value for one in found), key=lambda profile: (profile.name.casefold(), profile.id))
        return Loaded(tuple(profiles), _notices(found))

    def create(self, name: str) -> Profile:
        """Make a new profile.

        Raises
        ------
        ProfileNameError
            When the name is empty or too long.
        StorageError
            When it cannot be written.
        """
        profile_id = uuid.uuid4().hex[:12]
        profile = Profile(profile_id, _name(name), self._folder / profile_id)
        _write(profile)
        return profile

    def rename(self, profile: Profile, name: str) -> Profile:
        """Call a patient otherwise.

        Raises
        ------
        ProfileNameError
            When the name is empty or too long.
        StorageError
            When it cannot be written.
        """
        renamed = replace(profile, name=_name(name))
        _write(renamed)
        return renamed

    def choose(self, profile: Profile) -> None:
        """Make a profile the current one.

        Raises
        ------
        StorageError
            When the choice cannot be written.
        """
        write_json(self._current_path, {"schema_version": SCHEMA_VERSION, "profile": profile.id})

    def current(self) -> Loaded[Profile | None]:
        """Give the profile chosen last, else the first by name; None when there is none."""
        everyone = self.find_all()
        chosen = _read(self._current_path)
        profiles = {profile.id: profile for profile in everyone.value}
        first = next(iter(everyone.value), None)
        return Loaded(profiles.get(str(chosen.value.get("profile")), first), everyone.notices + chosen.notices)

    def _folders(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(self._folder, f"it cannot be read because {reason_of(error)}") from error

    def _find(self, folder: Path) -> Loaded[Profile]:
        document = _read(_file(folder))
        name, notices = folder.name, document.notices
        if document.value:
            try:
                name = _name(document.value.get("name"))
            except ProfileNameError:
                notices += (notice_of(DamagedFileError(_file(folder), "it does not hold a name")),)
        return Loaded(Profile(folder.name, name, folder), notices)


def _file(folder: Path) -> Path:
    return folder / "profile.json"


def _write(profile: Profile) -> None:
    write_json(_file(profile.path), {"schema_version": SCHEMA_VERSION, "name": profile.name})


def _read(path: Path) -> Loaded[dict[str, object]]:
    try:
        return Loaded(read_json(path))
    except MissingFileError:
        return Loaded({})
    except StorageError as error:
        return Loaded({}, (notice_of(error),))


def _name(value: object) -> str:
    name = _CONTROL.sub(" ", value).strip() if isinstance(value, str) else ""
    if not 0 < len(name) <= MAX_NAME:
        raise ProfileNameError(f"a profile needs a name of 1 to {MAX_NAME} characters")
    return name


def _notices(found: Iterable[Loaded[Profile]]) -> tuple[Notice, ...]:
    return tuple(notice for one in found for notice in one.notices)
