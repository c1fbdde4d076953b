"""Which of several faces is the patient's? Pure: fed with places and times.

A carer leans into the picture many times a day. If the app took the carer's face for the patient's, the carer's gaze
would choose words. So a face that is suddenly elsewhere is believed only after two seconds without the patient, and the
patient is taken back as soon as a face shows again where theirs was.
"""

from collections.abc import Sequence

from eyecomm.geometry import Point, Rect

NEW_PLACE_S = 2.0
"""So long nobody is seen before a face elsewhere is taken for the patient's."""

HOME_S = 30.0
"""So long the place left behind is remembered."""

_JUMP_FACES = 1.0  # a face that moved further than its own width between two frames is another face


class FaceFollower:
    """Remembers where the patient's face is.

    Times are those of the frames, in seconds; places are in pixels of the frame.
    """

    def __init__(self) -> None:
        self._place: Rect | None = None
        self._seen_s = 0.0
        self._home: Rect | None = None
        self._left_home_s = 0.0

    def follow_center(self) -> None:
        """Forget the patient's place: the next one is the face nearest to the middle of the picture."""
        self._place = self._home = None

    def patient_among(self, faces: Sequence[Rect], center: Point, now_s: float) -> Rect | None:
        """Say which face is the patient's.

        Parameters
        ----------
        faces : sequence of Rect
            All faces in the frame.
        center : Point
            The middle of the frame.
        now_s : float
            Time of the frame.

        Returns
        -------
        Rect or None
            None when there is no face, or only some that may well be other people's.
        """
        nearby = [face for face in faces if self._may_be_patient(face, now_s)]
        wanted = self._wanted(center, now_s, nearby)
        return min(nearby, key=lambda face: face.center.distance_to(wanted), default=None)

    def seen(self, face: Rect, now_s: float) -> bool:
        """Take in the face that was found; False when it may well be another person's, and is not to be used."""
        if not self._may_be_patient(face, now_s):
            return False
        if self._is_home(face, now_s):
            self._home = None
        elif self._place is not None and not self.is_at(face):
            self._home, self._left_home_s = self._place, now_s
        self._place, self._seen_s = face, now_s
        return True

    def is_at(self, face: Rect) -> bool:
        """Whether a face is where the patient's was last."""
        return self._place is not None and _is_near(face, self._place)

    def _may_be_patient(self, face: Rect, now_s: float) -> bool:
        if self._place is None or self.is_at(face) or self._is_home(face, now_s):
            return True
        return now_s - self._seen_s >= NEW_PLACE_S

    def _is_home(self, face: Rect, now_s: float) -> bool:
        return self._home is not None and now_s - self._left_home_s < HOME_S and _is_near(face, self._home)

    def _wanted(self, center: Point, now_s: float, faces: Sequence[Rect]) -> Point:
        if self._home is not None and any(self._is_home(face, now_s) for face in faces):
            return self._home.center
        return center if self._place is None else self._place.center


def _is_near(face: Rect, place: Rect) -> bool:
    return face.center.distance_to(place.center) <= _JUMP_FACES * max(face.width, place.width)
