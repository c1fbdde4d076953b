"""What went wrong, in words a carer can act on."""

from PySide6.QtCore import QCoreApplication

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.storage.errors import Notice, NoticeKind, StorageError
from eyecomm.workers.tracker import Cause, TrackerStatus


def tr(text: str) -> str:
    """Translate a sentence of this module."""
    return QCoreApplication.translate("words", text)


def on_status(status: TrackerStatus) -> str:
    """Say how the camera and the eyes are doing."""
    words = {
        Cause.STARTING: tr("The camera is starting ..."),
        Cause.OK: tr("Eyes seen"),
        Cause.NO_CAMERA: tr("No camera was found: plug one in, or let the virtual patient show how EyeComm works."),
        Cause.CAMERA_GONE: tr("The camera is gone: check its plug. EyeComm tries again by itself."),
        Cause.FROZEN: tr("The camera's picture stands still: unplug the camera and plug it in again."),
        Cause.TOO_DARK: tr("The picture is too dark: turn on a light in front of the face."),
        Cause.NO_FACE: tr("No face is seen: turn the camera towards the face."),
        Cause.SECOND_FACE: tr("A second face is seen: EyeComm follows the first one."),
        Cause.SLOW: tr("The camera is slow: more light or a lower picture size helps."),
    }
    rate = tr(" ({0:.0f} pictures a second)").format(status.fps) if status.cause in (Cause.OK, Cause.SLOW) else ""
    return words[status.cause] + rate


def on_calibration(error: CalibrationError) -> str:
    """Say why a calibration failed."""
    if isinstance(error, NotEnoughPointsError):
        return tr("The eyes were not seen on enough points. Check light and camera, then press F5 to try again.")
    if isinstance(error, NoVariationError):
        return tr("The eyes did not follow the points. Press F5 to try again.")
    return tr("The calibration did not work. Press F5 to try again.")


def on_notice(notice: Notice) -> str:
    """Say what was found wrong on the disk and what was done about it."""
    name = notice.path.name
    if notice.kind is NoticeKind.MENDED:
        return tr("{0} held impossible values; usual ones are used instead.").format(name)
    return tr("{0} could not be read; EyeComm goes on without it and keeps the file.").format(name)


def on_storage(error: StorageError) -> str:
    """Say what could not be written."""
    return tr("{0} could not be saved: is the disk full or locked?").format(error.path.name)
