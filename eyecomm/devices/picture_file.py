"""Single pictures from files."""

from pathlib import Path

from eyecomm.devices.camera_errors import UnusableFrameError
from eyecomm.devices.camera_frames import decode, to_rgb
from eyecomm.samples import Bytes

MAX_PICTURE_BYTES = 64 * 2**20


class PictureError(Exception):
    """A file is not there, or is no picture that can be used."""


def read_picture(path: Path) -> Bytes:
    """Read a picture as a camera would give it: RGB, of a sensible size.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Raises
    ------
    PictureError
        Says in words what is wrong.
    """
    try:
        if not path.is_file():  # neither a folder nor a pipe that never ends
            raise PictureError("there is no such file")
        with path.open("rb") as file:
            content = file.read(MAX_PICTURE_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with a zero in it
        raise PictureError("it cannot be read") from error
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureError(f"it is larger than {MAX_PICTURE_BYTES // 2**20} MB")
    try:
        rgb = to_rgb(decode(content))
    except UnusableFrameError as error:
        raise PictureError(str(error)) from error
    if rgb is None:
        raise PictureError("it is no picture that can be read")
    return rgb
