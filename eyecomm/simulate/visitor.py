"""One call makes the virtual patient, camera and all."""

from collections.abc import Callable, Sequence

from eyecomm.geometry import Screen
from eyecomm.simulate.camera import VirtualCamera
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.patient import Patient
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Goal, Typist


def virtual_patient(
    screen: Screen,
    portrait: Portrait,
    plan: Sequence[Goal],
    *,
    seed: int = 7,
    camera: CameraModel | None = None,
    start_s: float = 0.0,
    wait: Callable[[float], float] | None = None,
) -> VirtualCamera:
    """Make a patient with a plan in front of a webcam.

    Parameters
    ----------
    screen : Screen
        What is looked at.
    portrait : Portrait
        The face.
    plan : sequence of Goal
        What to say and answer.
    seed : int
        For everything that is random.
    camera : CameraModel, optional
        The webcam.
    start_s, wait
        As in `VirtualCamera`.
    """
    renderer = FaceRenderer(portrait, camera, seed=seed)
    return VirtualCamera(
        screen, renderer, Patient(screen, seed=seed), Typist(plan, seed=seed), start_s=start_s, wait=wait
    )
