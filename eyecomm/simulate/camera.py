"""The virtual patient in front of a virtual webcam: frames come out as from a camera."""

import math
from collections.abc import Callable

from eyecomm.geometry import Screen
from eyecomm.samples import Frame
from eyecomm.simulate.face import FaceRenderer
from eyecomm.simulate.patient import Patient, PatientState
from eyecomm.simulate.pose import FaceState
from eyecomm.simulate.typist import Typist
from eyecomm.simulate.view import ScreenView


class VirtualCamera:
    """A source of frames of the virtual patient, who sees the screen through `see`.

    Without `wait`, frame n is stamped `start_s + n / rate_hz` and comes as fast as it can be drawn: a run depends
    only on the seeds and the views. With `wait` it keeps to the clock and leaves out frames it is too late for.

    Parameters
    ----------
    screen : Screen
        What the patient looks at.
    renderer : FaceRenderer
        Draws the face.
    patient : Patient
        Moves the eyes.
    typist : Typist
        Decides where to look.
    rate_hz : float
        Frames a second.
    start_s : float
        Time stamp of the first frame.
    wait : callable, optional
        `wait(until_s)` sleeps until then and returns the time it is, both on the clock that `start_s` is taken from.
    """

    def __init__(
        self,
        screen: Screen,
        renderer: FaceRenderer,
        patient: Patient,
        typist: Typist,
        *,
        rate_hz: float = 30.0,
        start_s: float = 0.0,
        wait: Callable[[float], float] | None = None,
    ) -> None:
        self._screen, self._renderer, self._patient, self._typist = screen, renderer, patient, typist
        self._rate_hz, self._start_s, self._wait = rate_hz, start_s, wait
        self._next = 0
        self._view = ScreenView()
        self._truth: PatientState | None = None
        self._closed = False

    def see(self, view: ScreenView) -> None:
        """Show the patient the screen as it is now. May be called from another thread: one value is replaced."""
        self._view = view

    @property
    def truth(self) -> PatientState | None:
        """Where the patient really looked in the newest frame. For measuring; the program itself must not use it."""
        return self._truth

    @property
    def done(self) -> bool:
        """Whether the patient has said everything."""
        return self._typist.done

    def read(self) -> Frame | None:
        """Give the next frame; None once closed."""
        if self._closed:
            return None
        due_s = self._start_s + self._next / self._rate_hz
        if self._wait is not None:
            late = math.floor((self._wait(due_s) - due_s) * self._rate_hz)
            self._next += max(late, 0)
            due_s = self._start_s + self._next / self._rate_hz
        self._next += 1
        intent = self._typist.update(due_s, self._view)
        state = self._patient.update(due_s, intent)
        self._truth = state
        face = FaceState.looking_at(self._screen, state.gaze, state.head, state.openness)
        return Frame(self._renderer.render(face), due_s)

    def close(self) -> None:
        """End the pictures. May be called twice."""
        self._closed = True
