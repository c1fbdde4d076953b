"""How the tracking does: the one thing that is worst, for the windows to put into words."""

import enum
from dataclasses import dataclass
from typing import Protocol

from eyecomm.devices.camera_health import CameraHealth, CameraState

_HOLD_S = 1.0  # a face that is missed, or a second one that is seen, for a shorter time is not worth words


class TrackerCause(enum.Enum):
    """Why the eyes are not followed, or not well; OK when they are."""

    STARTING = "starting"
    OK = "ok"
    NO_CAMERA = "no camera"
    CAMERA_GONE = "camera gone"
    FROZEN = "frozen"
    TOO_DARK = "too dark"
    NO_FACE = "no face"
    SECOND_FACE = "second face"
    SLOW = "slow"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrackerStatus:
    """How the tracking does.

    Parameters
    ----------
    cause : TrackerCause
        The worst that is wrong.
    fps : float
        Frames followed per second; 0 when unknown.
    age_s : float
        Since the newest frame.
    face_count : int
        How many faces were seen last, the patient's included.
    error : Exception or None
        What the camera or the face model raised.
    """

    cause: TrackerCause
    fps: float = 0.0
    age_s: float = 0.0
    face_count: int = 0
    error: Exception | None = None

    def says_the_same_as(self, other: "TrackerStatus") -> bool:
        """Whether a person would be told the same: the figures may differ."""
        return (
            self.cause is other.cause and self.face_count == other.face_count and type(self.error) is type(other.error)
        )


class JudgedCamera(Protocol):
    """What is judged of a `SteadyCamera`."""

    @property
    def health(self) -> CameraHealth:
        """How it does."""

    @property
    def error(self) -> Exception | None:
        """Why it does not open or ended."""

    @property
    def has_worked(self) -> bool:
        """Whether a frame has ever come."""


class StatusJudge:
    """Says what is worst: first the camera, then the light, then the faces.

    Parameters
    ----------
    now_s : float
        When the tracking began, in seconds.
    """

    def __init__(self, now_s: float) -> None:
        self._face_count = 0
        self._face_s = now_s
        self._alone_s = now_s

    def update(self, camera: JudgedCamera, face_count: int | None, now_s: float) -> TrackerStatus:
        """Take in how many faces a new frame shows, None without a new frame, and judge."""
        health = camera.health
        if face_count is not None:
            self._face_count = face_count
        if self._face_count > 0 or health.state is CameraState.STARTING:
            self._face_s = now_s
        if self._face_count <= 1:
            self._alone_s = now_s
        cause = _cause_of_camera(camera) or self._cause_of_picture(health, now_s)
        return TrackerStatus(cause, health.fps, health.age_s, self._face_count, camera.error)

    def _cause_of_picture(self, health: CameraHealth, now_s: float) -> TrackerCause:
        if now_s - self._face_s >= _HOLD_S:
            return TrackerCause.TOO_DARK if health.state is CameraState.TOO_DARK else TrackerCause.NO_FACE
        if now_s - self._alone_s >= _HOLD_S:
            return TrackerCause.SECOND_FACE
        return TrackerCause.SLOW if health.state is CameraState.SLOW else TrackerCause.OK


def _cause_of_camera(camera: JudgedCamera) -> TrackerCause | None:
    """Say what keeps pictures from coming, if anything does."""
    state = camera.health.state
    if state is CameraState.FROZEN:
        return TrackerCause.FROZEN
    if camera.error is not None or state is CameraState.GONE:
        return TrackerCause.CAMERA_GONE if camera.has_worked else TrackerCause.NO_CAMERA
    return TrackerCause.STARTING if state is CameraState.STARTING else None
