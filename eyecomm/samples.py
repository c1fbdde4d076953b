"""The values that flow from the camera to the words, immutable, stamped once by the camera in monotonic seconds.

Left and right are always the patient's own. Pairs over the eyes are ordered (left, right).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eyecomm.geometry import Covariance, Point

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a camera.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        C-contiguous, not mirrored: the patient's right is on the left of the picture.
    timestamp_s : float
        Monotonic time of capture in seconds.
    """

    rgb: Bytes
    timestamp_s: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceLandmarks:
    """The patient's face in one frame.

    Parameters
    ----------
    points : ndarray of float64, shape (478, 3)
        MediaPipe's face mesh with irises (468-472 right, 473-477 left): x and y in pixels of the frame, z in the same
        scale, smaller is nearer.
    transform : ndarray of float64, shape (4, 4)
        From MediaPipe's canonical face to the camera, in centimetres.
    blendshapes : ndarray of float64, shape (52,)
        MediaPipe's scores from 0 to 1, in MediaPipe's order.
    eye_patches : ndarray of uint8, shape (2, 36, 60)
        Grey pictures of the left and the right eye, aligned on the two eye corners (roll and scale removed).
    frame_size_px : tuple of int
        Width and height of the frame.
    face_count : int
        How many faces were seen, this one included.
    timestamp_s : float
        That of the frame.
    """

    points: Floats
    transform: Floats
    blendshapes: Floats
    eye_patches: Bytes
    frame_size_px: tuple[int, int]
    face_count: int
    timestamp_s: float


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Where the head is, relative to the camera.

    Parameters
    ----------
    yaw_deg, pitch_deg, roll_deg : float
        Rotation: yaw positive when the patient turns to the right of the picture, pitch positive when the head tips
        up, roll positive when the head tilts clockwise in the picture.
    x_mm, y_mm, z_mm : float
        Between the eyes: right of and below the middle of the picture, and the distance from the camera.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    x_mm: float
    y_mm: float
    z_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class EyeFeatures:
    """What the estimator knows of one frame.

    Parameters
    ----------
    vector : ndarray of float64, shape (n,)
        Numbers for the estimator, named by `eyecomm.gaze.features.FEATURE_NAMES`.
    aspect_ratio : tuple of float
        Lid opening over eye width, (left, right); about 0.3 when open.
    head_pose : HeadPose
        Of the same frame.
    timestamp_s : float
        That of the frame.
    """

    vector: Floats
    aspect_ratio: tuple[float, float]
    head_pose: HeadPose
    timestamp_s: float


@dataclass(frozen=True, slots=True)
class Openness:
    """How open the eyes are against the person's own baseline: 1 as usual, 0 shut.

    Parameters
    ----------
    left, right : float
        One number an eye, at least 0.
    """

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class GazeSample:
    """Where the patient looked at one moment.

    Parameters
    ----------
    timestamp_s : float
        That of the frame.
    point : Point or None
        Place on the screen; None when the eyes are shut, lost, or no calibration exists.
    noise_px : float
        One standard deviation of the point, in pixels; 0 when unknown.
    openness : Openness or None
        None when no face is seen.
    covariance : Covariance or None
        How far the point may be from where the patient looks, all told; None when unknown.
    head_moved : bool
        The head is where it was not during any calibration: the point is less sure than usual.
    """

    timestamp_s: float
    point: Point | None
    noise_px: float = 0.0
    openness: Openness | None = None
    covariance: Covariance | None = None
    head_moved: bool = False
