"""The real face model on a real, public-domain portrait, with all the frames that used to kill it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from eyecomm.devices.face_landmarker import FaceLandmarker, FaceModelError, ModelFileError
from eyecomm.devices.face_model import FaceFinder, MeshTracker, read_model
from eyecomm.devices.mediapipe_vision import Image, ImageFormat
from eyecomm.samples import Bytes, FaceLandmarks, Frame

ASSETS = Path(__file__).parents[3] / "assets"
MODEL = ASSETS / "models" / "face_landmarker.task"
PORTRAIT = ASSETS / "faces" / "astronaut.png"

pytestmark = pytest.mark.slow

Scene = Callable[..., Bytes]


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Put the portrait's head into a frame, at the given places of its middle from 0 to 1."""
    rgba = cv2.imread(str(PORTRAIT), cv2.IMREAD_UNCHANGED)
    assert rgba is not None
    head = rgba[0:300, 80:380].astype(np.float32)
    alpha = head[..., 3:] / 255 if head.shape[2] == 4 else np.ones((300, 300, 1), np.float32)
    rgb = (head[..., 2::-1] * alpha + 110 * (1 - alpha)).astype(np.uint8)

    def compose(*places: float, size_px: tuple[int, int] = (640, 480), seed: int = 0) -> Bytes:
        width, height = size_px
        side = min(height, width // 2)
        frame = np.full((height, width, 3), 110, np.uint8)
        picture = np.asarray(cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
        for place in places:
            left = round(place * width - side / 2)
            start, end = max(0, left), min(width, left + side)
            frame[height - side :, start:end] = picture[:, start - left : end - left]
        noise = np.random.default_rng(seed).integers(-3, 4, frame.shape, np.int16)
        return np.asarray(np.clip(frame + noise, 0, 255), np.uint8)

    return compose


@pytest.fixture
def landmarker() -> Iterator[FaceLandmarker]:
    landmarker = FaceLandmarker(MODEL)
    yield landmarker
    landmarker.close()


def show(landmarker: FaceLandmarker, rgb: Bytes, start_s: float = 0.0, count: int = 3) -> FaceLandmarks | None:
    """Show a still picture for some frames at 30 per second, and give the last answer."""
    return [landmarker.detect(Frame(rgb, start_s + i / 30)) for i in range(count)][-1]


def x_of(face: FaceLandmarks | None) -> float:
    """Tell where the face is from left to right, 0 to 1."""
    assert face is not None
    return float(face.points[1, 0]) / face.frame_size_px[0]


class TestOneFace:
    @pytest.mark.parametrize("size_px", [(640, 480), (1280, 720)])
    def test_everything_is_told_in_the_pixels_of_the_frame(
        self, landmarker: FaceLandmarker, scene: Scene, size_px: tuple[int, int]
    ) -> None:
        face = show(landmarker, scene(0.5, size_px=size_px), start_s=7.0)
        assert face is not None
        width, height = size_px
        assert face.frame_size_px == size_px
        assert face.timestamp_s == pytest.approx(7.0 + 2 / 30)
        assert face.face_count == 1
        assert face.points.shape == (478, 3)
        assert face.points.dtype == np.float64
        assert np.all((face.points[:, :2] > 0) & (face.points[:, :2] < (width, height)))
        # The patient's right eye is on the left of the picture, and each iris lies between its eye's corners.
        assert face.points[33, 0] < face.points[468, 0] < face.points[133, 0]
        assert face.points[362, 0] < face.points[473, 0] < face.points[263, 0]
        assert face.points[133, 0] < face.points[362, 0]
        # Depth has the scale of the width: the face is about as deep, from nose to ear, as it is half wide.
        face_width = np.ptp(face.points[:, 0])
        assert 0.3 * face_width < np.ptp(face.points[:, 2]) < 1.2 * face_width
        assert face.points[1, 2] < face.points[33, 2]

    def test_matrix_and_blendshapes(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        face = show(landmarker, scene(0.5))
        assert face is not None
        assert face.transform.shape == (4, 4)
        assert face.transform[3].tolist() == [0, 0, 0, 1]
        assert np.linalg.det(face.transform[:3, :3]) == pytest.approx(1, abs=0.05)
        assert -90 < face.transform[2, 3] < -30
        assert face.blendshapes.shape == (52,)
        assert np.all((face.blendshapes >= 0) & (face.blendshapes <= 1))
        assert face.blendshapes[[44, 45]].min() > 0.5  # she smiles with both corners of her mouth
        assert face.blendshapes[[9, 10]].max() < 0.4  # and does not blink

    def test_the_eye_pictures_show_eyes(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        face = show(landmarker, scene(0.5))
        assert face is not None
        assert face.eye_patches.shape == (2, 36, 60)
        for patch in face.eye_patches:
            iris, cheek = patch[14:22, 22:36], patch[-4:]
            assert iris.mean() < cheek.mean() - 20

    def test_no_face(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        assert show(landmarker, scene()) is None
        assert show(landmarker, scene(0.5), start_s=1.0) is not None
        assert show(landmarker, scene(), start_s=2.0) is None

    def test_a_face_that_leaves_the_frame(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        for step in range(30):
            face = landmarker.detect(Frame(scene(0.5 + step * 0.02), step / 30))
            assert face is None or face.eye_patches.shape == (2, 36, 60)
        assert face is None


class TestSeveralFaces:
    def test_the_second_face_is_counted_and_the_patient_kept(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        assert x_of(show(landmarker, scene(0.3))) == pytest.approx(0.3, abs=0.06)
        face = show(landmarker, scene(0.3, 0.75), start_s=0.2, count=30)
        assert x_of(face) == pytest.approx(0.3, abs=0.06)
        assert face is not None
        assert face.face_count == 2
        face = show(landmarker, scene(0.3), start_s=1.4, count=30)
        assert face is not None
        assert face.face_count == 1

    @pytest.mark.parametrize("places", [(0.35, 0.85), (0.85, 0.35), (0.65, 0.15), (0.15, 0.65)])
    def test_of_two_faces_the_one_nearest_to_the_centre_is_the_patients(
        self, landmarker: FaceLandmarker, scene: Scene, places: tuple[float, float]
    ) -> None:
        face = show(landmarker, scene(*places))
        assert x_of(face) == pytest.approx(min(places, key=lambda x: abs(x - 0.5)), abs=0.06)

    def test_a_calibration_changes_to_the_face_in_the_centre(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        show(landmarker, scene(0.25))
        assert x_of(show(landmarker, scene(0.25, 0.7), start_s=0.2)) == pytest.approx(0.25, abs=0.06)
        landmarker.follow_center()
        assert x_of(show(landmarker, scene(0.25, 0.7), start_s=0.4)) == pytest.approx(0.7, abs=0.06)

    def test_a_carer_who_hides_the_patient_is_not_taken_for_them(
        self, landmarker: FaceLandmarker, scene: Scene
    ) -> None:
        show(landmarker, scene(0.25))
        assert show(landmarker, scene(0.75), start_s=0.2, count=20) is None
        face = show(landmarker, scene(0.25, 0.75), start_s=1.0)
        assert x_of(face) == pytest.approx(0.25, abs=0.06)

    def test_a_patient_who_was_moved_is_found_again(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        show(landmarker, scene(0.25))
        assert x_of(show(landmarker, scene(0.75), start_s=2.5)) == pytest.approx(0.75, abs=0.06)

    def test_the_patient_is_taken_back_from_a_carer_who_stays(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        show(landmarker, scene(0.25))
        show(landmarker, scene(0.75), start_s=2.5)
        face = show(landmarker, scene(0.25, 0.75), start_s=3.0, count=20)
        assert x_of(face) == pytest.approx(0.25, abs=0.06)


class TestBadFrames:
    @pytest.mark.parametrize(
        "bad",
        [
            np.zeros((0, 0, 3), np.uint8),
            np.zeros((480, 0, 3), np.uint8),
            np.zeros((32, 32, 3), np.uint8),
            np.zeros((480, 640, 4), np.uint8),
            np.zeros((480, 640, 3), np.float64),
            np.zeros((480, 640), np.uint8),
        ],
        ids=["empty", "no columns", "tiny", "four channels", "floats", "grey"],
    )
    def test_a_bad_frame_first_and_in_between_does_no_harm(
        self, landmarker: FaceLandmarker, scene: Scene, bad: Any
    ) -> None:
        assert landmarker.detect(Frame(bad, 0.0)) is None
        assert show(landmarker, scene(0.5), start_s=0.1) is not None
        assert landmarker.detect(Frame(bad, 0.3)) is None
        assert show(landmarker, scene(0.5), start_s=0.4) is not None

    def test_a_grey_portrait_is_a_face_too(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        grey: Any = cv2.cvtColor(scene(0.5), cv2.COLOR_RGB2GRAY)
        assert show(landmarker, grey) is not None

    def test_a_mirrored_view_is_read_right(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        assert x_of(show(landmarker, scene(0.3)[:, ::-1])) == pytest.approx(0.7, abs=0.06)

    def test_a_model_that_died_is_replaced(
        self, landmarker: FaceLandmarker, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        show(landmarker, scene(0.5))
        dead = landmarker._tracker

        def fail(*_: object) -> None:
            raise FaceModelError

        monkeypatch.setattr(dead, "track", fail)
        assert show(landmarker, scene(0.5), start_s=1.0) is not None
        assert landmarker._tracker is not dead

    def test_a_model_killed_by_a_grey_first_frame_closes_without_waiting(self) -> None:
        """The trap itself, past every guard: MediaPipe must raise, and closing must neither raise nor hang."""
        tracker = MeshTracker(read_model(MODEL))
        grey = Image(ImageFormat.GRAY8, np.zeros((480, 640), np.uint8))
        with pytest.raises((RuntimeError, ValueError)):
            tracker._vendor.detect_for_video(grey, 1)
        tracker.close()
        tracker.close()

    @pytest.mark.parametrize("bad", [np.zeros((0, 0, 3), np.uint8), np.zeros((480, 640, 3), np.uint8)[:, ::-1]])
    def test_mediapipe_never_gets_what_it_would_misread(self, bad: Any) -> None:
        model = read_model(MODEL)
        tracker, finder = MeshTracker(model), FaceFinder(model)
        with pytest.raises(FaceModelError):
            tracker.track(bad, 1)
        with pytest.raises(FaceModelError):
            finder.find(bad)
        tracker.close()
        finder.close()


class TestTime:
    def test_equal_and_slightly_older_stamps(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        rgb, model = scene(0.5), landmarker._tracker
        for stamp_s in (5.0, 5.0, 5.0, 4.9, 5.0, 5.0001, 5.1):
            face = landmarker.detect(Frame(rgb, stamp_s))
            assert face is not None
            assert face.timestamp_s == stamp_s
        assert landmarker._tracker is model  # MediaPipe had no reason to complain

    def test_time_that_begins_anew(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        assert show(landmarker, scene(0.25), start_s=1000.0) is not None
        assert x_of(show(landmarker, scene(0.75), start_s=1.0)) == pytest.approx(0.75, abs=0.06)

    def test_a_long_pause(self, landmarker: FaceLandmarker, scene: Scene) -> None:
        assert show(landmarker, scene(0.5), start_s=1.0) is not None
        assert show(landmarker, scene(0.5), start_s=90_000.0) is not None


class TestModelFile:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ModelFileError):
            FaceLandmarker(tmp_path / "none.task")

    def test_a_truncated_file(self, tmp_path: Path) -> None:
        path = tmp_path / "short.task"
        path.write_bytes(MODEL.read_bytes()[:1_000_000])
        with pytest.raises(ModelFileError):
            FaceLandmarker(path)

    def test_one_wrong_bit(self, tmp_path: Path) -> None:
        content = bytearray(MODEL.read_bytes())
        content[2_000_000] ^= 1
        path = tmp_path / "other.task"
        path.write_bytes(content)
        with pytest.raises(ModelFileError):
            FaceLandmarker(path)

    def test_a_path_in_another_script(self, tmp_path: Path) -> None:
        path = tmp_path / "модель 模型.task"
        path.write_bytes(MODEL.read_bytes())
        FaceLandmarker(path).close()

    def test_mediapipe_refuses_what_is_no_model(self) -> None:
        with pytest.raises(FaceModelError):
            MeshTracker(b"no model")


def test_nothing_is_written_to_the_terminal(scene: Scene, capfd: Any) -> None:
    landmarker = FaceLandmarker(MODEL)
    show(landmarker, scene(0.5), count=5)
    landmarker.close()
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_closing_twice(landmarker: FaceLandmarker) -> None:
    landmarker.close()
    landmarker.close()
