"""Where the files of one user lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "EYECOMM_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders of one user; they are made when something is written.

    Parameters
    ----------
    data : Path
        What must not be lost: profiles, boards.
    config : Path
        Choices that belong to this computer.
    cache : Path
        What can be made again, and logs.
    """

    data: Path
    config: Path
    cache: Path

    @property
    def profiles(self) -> Path:
        """One folder a patient."""
        return self.data / "profiles"

    @property
    def boards(self) -> Path:
        """The user's own boards, one folder a locale."""
        return self.data / "boards"

    @property
    def logs(self) -> Path:
        """What the app did, never what was said."""
        return self.cache / "logs"


def find_paths(root: Path | None = None, environment: Mapping[str, str] = os.environ) -> Paths:
    """Find the user's folders: under a given root, else under EYECOMM_HOME, else where the system wants them.

    Parameters
    ----------
    root : Path or None
        One folder for everything.
    environment : mapping of str to str
        The process's environment.
    """
    if root is None and environment.get(HOME_VARIABLE):
        root = Path(environment[HOME_VARIABLE]).expanduser()
    if root is not None:
        root = root.absolute()
        return Paths(root / "data", root / "config", root / "cache")
    return Paths(
        platformdirs.user_data_path("eyecomm", appauthor=False),
        platformdirs.user_config_path("eyecomm", appauthor=False),
        platformdirs.user_cache_path("eyecomm", appauthor=False),
    )
