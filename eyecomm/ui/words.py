"""What went wrong, in words a carer can act on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from eyecomm.calibration.errors import CalibrationError, NotEnoughPointsError, NoVariationError
from eyecomm.devices.face_model import ModelFileError
from eyecomm.storage.errors import MissingResourceError, Notice, NoticeKind, StorageError
from eyecomm.workers.tracker_status import TrackerCause, TrackerStatus


def tr(text: str) -> str:
    """Translate a sentence of this module."""
    return QCoreApplication.translate("words", text)


def on_status(status: TrackerStatus) -> str:
    """Say how the camera and the eyes are doing."""
    cause = status.cause
    if cause in (TrackerCause.OK, TrackerCause.SLOW):
        rate = tr("{0:.0f} pictures a second").format(status.fps)
        return f"{_ON_CAUSE[cause]()} ({rate})" if status.fps else _ON_CAUSE[cause]()
    if isinstance(status.error, ModelFileError):
        return tr("The face model is damaged: get EyeComm's files again.")
    return _ON_CAUSE[cause]()


_ON_CAUSE: dict[TrackerCause, Callable[[], str]] = {
    TrackerCause.STARTING: lambda: tr("The camera is starting ..."),
    TrackerCause.OK: lambda: tr("Eyes seen"),
    TrackerCause.NO_CAMERA: lambda: tr("No camera was found: plug one in, or watch the virtual patient."),
    TrackerCause.CAMERA_GONE: lambda: tr("The camera is gone: check its plug. EyeComm tries again by itself."),
    TrackerCause.FROZEN: lambda: tr("The picture stands still: unplug the camera and plug it in again."),
    TrackerCause.TOO_DARK: lambda: tr("The picture is too dark: turn on a light in front of the face."),
    TrackerCause.NO_FACE: lambda: tr("No face is seen: turn the camera towards the face."),
    TrackerCause.SECOND_FACE: lambda: tr("A second face is seen: EyeComm follows the first one."),
    TrackerCause.SLOW: lambda: tr("The camera is slow: more light or a smaller picture helps."),
    TrackerCause.FAILED: lambda: tr("Following the eyes failed. EyeComm tries again by itself."),
}


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


def needs_calibration() -> str:
    """Say that the gaze cannot be told yet."""
    return tr("Press F5 to calibrate.")


def nobody_hears() -> str:
    """Say that there is no sound."""
    return tr("No one can hear: no loudspeaker was found.")


def voice_sample() -> str:
    """Give a sentence to judge a voice by."""
    return tr("Hello, this is my voice.")


def on_missing_board(board_id: str) -> str:
    """Say that a key leads nowhere."""
    return tr("The board {0} is missing; this one stays.").format(board_id)


def usual_voice() -> str:
    """Name the choice of no voice in particular."""
    return tr("The usual one")


def on_failed_start(error: Exception) -> str:
    """Say why the app cannot start at all."""
    if isinstance(error, MissingResourceError):
        return tr("A part of EyeComm is missing ({0}): get EyeComm's files again.").format(error.path.name)
    if isinstance(error, StorageError):
        return tr("EyeComm cannot keep its files here: {0}").format(error)
    return tr("A part of EyeComm is damaged: get EyeComm's files again.")
