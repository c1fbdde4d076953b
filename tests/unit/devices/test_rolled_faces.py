"""Faces of heads that lie on their side, in stills and live, on rendered faces whose tilt is known."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.devices.face_model import ModelFileError
from eyecomm.devices.face_view import FaceView
from eyecomm.devices.still_landmarker import StillLandmarker
from eyecomm.gaze.features import extract
from eyecomm.samples import Bytes, FaceLandmarks, Frame
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.pose import FaceState, HeadState

ASSETS = Path(__file__).parents[3] / "assets"
MODEL = ASSETS / "models" / "face_landmarker.task"
EYE_CORNERS = [33, 263]
CORNER_MM = 45.0  # of the portrait's outer eye corners from the middle between them

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def renderer() -> FaceRenderer:
    faces = ASSETS / "faces"
    return FaceRenderer(Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text()))


@pytest.fixture(scope="module")
def still() -> Iterator[StillLandmarker]:
    landmarker = StillLandmarker(MODEL)
    yield landmarker
    landmarker.close()


@pytest.fixture
def live() -> Iterator[FaceLandmarker]:
    landmarker = FaceLandmarker(MODEL)
    yield landmarker
    landmarker.close()


def render(renderer: FaceRenderer, roll_deg: float = 0.0, x_mm: float = 0.0, z_mm: float = 600.0) -> Bytes:
    return renderer.render(FaceState(head=HeadState(x_mm=x_mm, z_mm=z_mm, roll_deg=roll_deg)))


def check_roll(face: FaceLandmarks | None, upright: FaceLandmarks | None, roll_deg: float) -> None:
    """Head and eyes are told as of the upright head, but for the roll."""
    assert face is not None
    assert upright is not None
    seen, usual = extract(face), extract(upright)
    assert seen is not None
    assert usual is not None
    assert seen.head_pose.roll_deg - usual.head_pose.roll_deg == pytest.approx(roll_deg, abs=3)
    assert seen.head_pose.z_mm == pytest.approx(usual.head_pose.z_mm, rel=0.05)
    assert seen.vector[:8] == pytest.approx(usual.vector[:8], abs=0.05)
    likeness = np.corrcoef(seen.vector[14:], usual.vector[14:])[0, 1]
    assert likeness > 0.95
    assert np.linalg.det(face.transform[:3, :3]) == pytest.approx(1, abs=0.05)
    across = np.diff(face.points[EYE_CORNERS, :2], axis=0)[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(roll_deg, abs=3)


@pytest.mark.parametrize("roll_deg", [30.0, 60.0, 90.0, -60.0, -90.0])
def test_a_still_of_a_head_on_its_side(still: StillLandmarker, renderer: FaceRenderer, roll_deg: float) -> None:
    upright = still.detect(Frame(render(renderer), 0.0))
    check_roll(still.detect(Frame(render(renderer, roll_deg), 0.0)), upright, roll_deg)


@pytest.mark.parametrize("roll_deg", [30.0, 60.0, 90.0, -90.0, 120.0])
def test_live_a_head_on_its_side_is_found_within_a_second(
    live: FaceLandmarker, renderer: FaceRenderer, roll_deg: float
) -> None:
    upright = [live.detect(Frame(render(renderer), i / 30)) for i in range(8)][-1]
    live.detect(Frame(np.full((480, 640, 3), 120, np.uint8), 1.0))  # the camera is covered and the head laid down
    lying = [live.detect(Frame(render(renderer, roll_deg), 3 + i / 30)) for i in range(30)]
    check_roll(lying[-1], upright, roll_deg)


def test_live_a_head_that_turns_over_slowly_is_never_lost(live: FaceLandmarker, renderer: FaceRenderer) -> None:
    seen = [live.detect(Frame(render(renderer, 2.0 * i), i / 30)) for i in range(46)]
    assert None not in seen
    face = seen[-1]
    assert face is not None
    features = extract(face)
    assert features is not None
    assert features.head_pose.roll_deg == pytest.approx(90, abs=4)


@pytest.mark.parametrize("roll_deg", [90.0, -90.0])
@pytest.mark.parametrize("is_known", [True, False])
def test_live_a_patient_on_the_side_is_not_changed_for_an_upright_carer(
    live: FaceLandmarker, renderer: FaceRenderer, roll_deg: float, *, is_known: bool
) -> None:
    picture, carer = render(renderer, roll_deg, x_mm=100.0), render(renderer, z_mm=700.0)
    picture[:, 400:] = carer[:, 200:440]
    if is_known:
        for i in range(8):
            live.detect(Frame(render(renderer, x_mm=100.0), i / 30))
    seen = [live.detect(Frame(picture, 1 + i / 30)) for i in range(30)]
    assert all(face is None or face.points[1, 0] < 320 for face in seen)
    face = seen[-1]
    assert face is not None
    assert face.face_count == 2
    across = np.diff(face.points[EYE_CORNERS, :2], axis=0)[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(roll_deg, abs=5)


class TestStills:
    def test_the_time_and_the_size_are_those_of_the_picture(self, still: StillLandmarker) -> None:
        renderer = FaceRenderer(
            Portrait.decode(
                (ASSETS / "faces" / "astronaut.png").read_bytes(), (ASSETS / "faces" / "astronaut.json").read_text()
            ),
            CameraModel(1280, 720),
        )
        face = still.detect(Frame(render(renderer), 4.5))
        assert face is not None
        assert (face.timestamp_s, face.frame_size_px, face.face_count) == (4.5, (1280, 720), 1)
        assert face.points.shape == (478, 3)

    @pytest.mark.parametrize("x_mm", [-120.0, 0.0, 120.0])
    def test_landmarks_lie_where_the_face_was_drawn(
        self, still: StillLandmarker, renderer: FaceRenderer, x_mm: float
    ) -> None:
        head = HeadState(x_mm=x_mm, roll_deg=20.0)
        face = still.detect(Frame(renderer.render(FaceState(head=head)), 0.0))
        assert face is not None
        to_frame = renderer.camera.head_to_frame(head)
        drawn = np.array([[-CORNER_MM, 0], [CORNER_MM, 0]]) @ to_frame[:, :2].T + to_frame[:, 2]
        assert face.points[EYE_CORNERS, :2] == pytest.approx(drawn, abs=5)
        # The transform tells the same place: aside by as much, the other way round when x is the patient's.
        assert face.transform[0, 3] * 10 == pytest.approx(-x_mm, abs=35)

    def test_one_picture_leaves_no_trace_in_the_next(self, still: StillLandmarker, renderer: FaceRenderer) -> None:
        here, there = render(renderer, x_mm=-60), render(renderer, roll_deg=15, x_mm=60)
        before = still.detect(Frame(here, 0.0))
        still.detect(Frame(there, 0.0))
        after = still.detect(Frame(here, 0.0))
        assert before is not None
        assert after is not None
        assert np.array_equal(before.points, after.points)

    def test_a_face_in_the_dark_is_found(self, still: StillLandmarker, renderer: FaceRenderer) -> None:
        dark = (render(renderer) * 0.04).astype(np.uint8)
        assert still.detect(Frame(dark, 0.0)) is not None

    def test_of_two_faces_the_larger_one_near_the_middle(self, still: StillLandmarker, renderer: FaceRenderer) -> None:
        picture = render(renderer, x_mm=60)
        picture[:240, 400:640] = cv2.resize(render(renderer)[90:450, 140:500], (240, 240))
        face = still.detect(Frame(picture, 0.0))
        assert face is not None
        assert face.face_count == 2
        assert face.points[1, 0] < 320

    @pytest.mark.parametrize("kind", ["grey", "noise", "tiny", "empty"])
    def test_where_there_is_no_face_there_is_none(self, still: StillLandmarker, kind: str) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8)
        pictures = {"grey": np.full_like(noise, 120), "noise": noise, "tiny": noise[:32, :32], "empty": noise[:0]}
        assert still.detect(Frame(pictures[kind], 0.0)) is None

    def test_a_wrong_model(self, tmp_path: Path) -> None:
        (tmp_path / "other.task").write_bytes(b"no model")
        with pytest.raises(ModelFileError):
            StillLandmarker(tmp_path / "other.task")

    def test_after_closing_twice_it_finds_nothing(self, renderer: FaceRenderer) -> None:
        landmarker = StillLandmarker(MODEL)
        assert landmarker.detect(Frame(render(renderer), 0.0)) is not None
        landmarker.close()
        landmarker.close()
        assert landmarker.detect(Frame(render(renderer), 0.0)) is None


def test_a_view_and_back_is_where_it_was() -> None:
    view = FaceView(np.array([200.0, 100.0]), 30.0, 2.0, (480, 480))
    rgb = np.zeros((480, 640, 3), np.uint8)
    cv2.circle(rgb, (230, 120), 3, (255, 255, 255), -1)
    rows, columns = np.nonzero(view.cut(rgb)[..., 0] > 128)
    seen = np.array([columns.mean(), rows.mean()]) - 239.5
    turn = np.radians(30.0)
    there = 2.0 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ (30.0, 20.0)
    assert seen == pytest.approx(there, abs=0.5)
