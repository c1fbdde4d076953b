"""Files that come with the app: in the source tree, or in a frozen bundle."""

import sys
from pathlib import Path

from eyecomm.storage.errors import MissingResourceError

ROOT_FOLDERS = ("calibration",)


def resource_root() -> Path:
    """Give the folder that holds `assets` and `calibration`."""
    bundle: str | None = getattr(sys, "_MEIPASS", None)  # set by PyInstaller
    return Path(bundle) if bundle else Path(__file__).resolve().parents[2]


def resource(name: str) -> Path:
    """Find a file or folder that comes with the app.

    Parameters
    ----------
    name : str
        Place in `assets`, such as "models/face_landmarker.task", or "calibration/layouts/<name>.json".

    Raises
    ------
    MissingResourceError
        When it is not there: the app is not wholly installed.
    """
    root = resource_root()
    path = root / name if name.split("/")[0] in ROOT_FOLDERS else root / "assets" / name
    if not path.exists():
        raise MissingResourceError(path, "this part of the app is missing, so the app must be installed again")
    return path
