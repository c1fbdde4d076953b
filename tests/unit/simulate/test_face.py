import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.gaze.head_pose import rotation_deg
from eyecomm.geometry import Point, Screen
from eyecomm.samples import Bytes, Frame
from eyecomm.simulate.eye import IRIS_DEPTH_MM, iris_shift_mm
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.glasses import Glasses
from eyecomm.simulate.portrait import Portrait, apply
from eyecomm.simulate.pose import FaceState, HeadState

QUIET = CameraModel(noise_sd=0.0)
LEFT_EYE_MM, RIGHT_EYE_MM = (30.0, 0.0), (-30.0, 0.0)  # right of the middle in the picture


@pytest.fixture(scope="module")
def renderer(portrait: Portrait) -> FaceRenderer:
    return FaceRenderer(portrait, QUIET)


def eye_box(frame: Bytes, eye_mm: tuple[float, float], camera: CameraModel = QUIET) -> npt.NDArray[np.float64]:
    """The grey 16 by 9 mm around an eye."""
    scale = camera.focal_px / 624
    x, y = apply(camera.head_to_frame(HeadState()), np.array([eye_mm]))[0]
    rows = slice(round(y - 4.5 * scale), round(y + 4.5 * scale))
    columns = slice(round(x - 12 * scale), round(x + 12 * scale))
    return np.asarray(frame[rows, columns].mean(axis=2))


def iris_x_px(frame: Bytes, eye_mm: tuple[float, float], camera: CameraModel = QUIET) -> float:
    """Middle of the dark part of an eye, away from the lids."""
    box = eye_box(frame, eye_mm, camera)
    rows = box[len(box) * 2 // 5 : len(box) * 3 // 5]
    return float(np.mean(np.nonzero(rows < 85)[1]))


def test_a_look_at_smaller_x_moves_both_irises_to_the_right_of_the_picture(
    renderer: FaceRenderer, screen: Screen
) -> None:
    left_side, right_side = (renderer.render(FaceState.looking_at(screen, Point(x, 540))) for x in (200, 1720))
    for eye_mm in (LEFT_EYE_MM, RIGHT_EYE_MM):
        assert iris_x_px(left_side, eye_mm) > iris_x_px(right_side, eye_mm) + 2


def test_the_iris_moves_as_far_as_the_turning_eye_moves_it(portrait: Portrait) -> None:
    camera = CameraModel(1920, 1080, noise_sd=0.0)
    renderer = FaceRenderer(portrait, camera)
    straight, turned = (
        iris_x_px(renderer.render(FaceState((x, 0.0), (x, 0.0))), LEFT_EYE_MM, camera) for x in (0.0, 10.0)
    )
    expected_px = -10.4 * 0.17365 * camera.focal_px / np.hypot(600, 170)  # 10.4 mm times the sine of 10 degrees
    assert turned - straight == pytest.approx(expected_px, rel=0.1)


def test_iris_shift_is_eyeball_geometry() -> None:
    assert iris_shift_mm((30.0, 0.0)) == pytest.approx((-IRIS_DEPTH_MM / 2, 0.0))
    assert iris_shift_mm((0.0, 30.0)) == pytest.approx((0.0, IRIS_DEPTH_MM / 2))
    assert np.hypot(*iris_shift_mm((89.0, 89.0))) < IRIS_DEPTH_MM


def test_looking_down_lowers_the_upper_lids(renderer: FaceRenderer) -> None:
    up, down = (eye_box(renderer.render(FaceState((0, y), (0, y))), LEFT_EYE_MM) for y in (-10.0, 20.0))
    rows = slice(0, 3)  # where the upper lid hangs when the eye looks down
    assert np.abs(up[rows] - down[rows]).mean() > 10


def test_a_blink_covers_the_eyes_with_skin(renderer: FaceRenderer) -> None:
    opened, half, shut = (renderer.render(FaceState(openness=(o, o))) for o in (1.0, 0.5, 0.0))
    for eye_mm in (LEFT_EYE_MM, RIGHT_EYE_MM):
        contrast = [eye_box(frame, eye_mm).std() for frame in (opened, half, shut)]
        assert contrast[0] > contrast[2] + 10
        assert contrast[1] > contrast[2]


def test_a_wink_leaves_the_other_eye_alone(renderer: FaceRenderer) -> None:
    both, wink = renderer.render(FaceState()), renderer.render(FaceState(openness=(0.0, 1.0)))
    np.testing.assert_array_equal(eye_box(both, RIGHT_EYE_MM), eye_box(wink, RIGHT_EYE_MM))
    assert np.abs(eye_box(both, LEFT_EYE_MM) - eye_box(wink, LEFT_EYE_MM)).mean() > 10


def test_the_patients_right_is_the_left_of_the_picture() -> None:
    x_px = [QUIET.head_to_frame(HeadState(x_mm=x))[0, 2] for x in (-50.0, 0.0, 50.0)]
    assert x_px[0] > x_px[1] == 320 > x_px[2]


def test_the_usual_head_is_in_the_middle_and_a_lower_one_below() -> None:
    assert QUIET.head_to_frame(HeadState())[:, 2] == pytest.approx((320, 240))
    assert QUIET.head_to_frame(HeadState(y_mm=30.0))[1, 2] > 260


def test_twice_as_far_is_half_as_large() -> None:
    near, far = (np.hypot(*CameraModel(rise_mm=0).head_to_frame(HeadState(z_mm=z))[:, 0]) for z in (500.0, 1000.0))
    assert near == pytest.approx(2 * far)


def test_positive_roll_is_clockwise_in_the_picture() -> None:
    left_eye, right_eye = apply(QUIET.head_to_frame(HeadState(roll_deg=20)), np.array([LEFT_EYE_MM, RIGHT_EYE_MM]))
    assert left_eye[1] > right_eye[1]


def test_the_same_seed_draws_the_same_frames(portrait: Portrait) -> None:
    camera = CameraModel(320, 240)
    one, same, other = (FaceRenderer(portrait, camera, seed) for seed in (5, 5, 6))
    for _ in range(3):
        frame = one.render(FaceState())
        np.testing.assert_array_equal(frame, same.render(FaceState()))
        assert (frame != other.render(FaceState())).any()


def test_noise_has_the_strength_asked_for(portrait: Portrait) -> None:
    quiet, noisy = (FaceRenderer(portrait, CameraModel(noise_sd=sd)).render(FaceState()) for sd in (0.0, 6.0))
    corner = (slice(0, 100), slice(0, 200))
    assert (noisy[corner].astype(float) - quiet[corner]).std() == pytest.approx(6.0, rel=0.1)


def test_a_dark_room_is_dark(portrait: Portrait) -> None:
    light, dark = (FaceRenderer(portrait, CameraModel(brightness=b)).render(FaceState()).mean() for b in (1.0, 0.3))
    assert dark == pytest.approx(0.3 * light, rel=0.05)


angles = st.tuples(*[st.floats(-90, 90)] * 2)
heads = st.builds(
    HeadState, st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(-100, 5000), st.floats(-180, 180)
)
faces = st.builds(FaceState, angles, angles, st.tuples(*[st.floats(-1, 3)] * 2), heads)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(face=faces)
def test_every_state_gives_a_frame(renderer: FaceRenderer, face: FaceState) -> None:
    frame = renderer.render(face)
    assert frame.shape == (480, 640, 3)
    assert frame.dtype == np.uint8
    assert frame.flags.c_contiguous


@pytest.mark.parametrize(("width_px", "height_px"), [(32, 32), (1280, 720), (3840, 2160)])
def test_every_camera_size_gives_a_frame(portrait: Portrait, width_px: int, height_px: int) -> None:
    frame = FaceRenderer(portrait, CameraModel(width_px, height_px)).render(FaceState())
    assert frame.shape == (height_px, width_px, 3)


@pytest.mark.slow
def test_the_face_model_follows_irises_and_lids(portrait: Portrait, screen: Screen, face_model: Path) -> None:
    renderer, landmarker = FaceRenderer(portrait, seed=3), FaceLandmarker(face_model)
    frames = 0

    def measure(state: FaceState) -> npt.NDArray[np.float64]:
        """Iris between the corners (x, y) and lid opening of the left eye, in pixels, once the landmarks settled."""
        nonlocal frames
        for _ in range(8):
            landmarks = landmarker.detect(Frame(renderer.render(state), frames / 30))
            frames += 1
        assert landmarks is not None
        points = landmarks.points[:, :2]
        iris = points[473] - points[[362, 263]].mean(axis=0)
        return np.array([iris[0], iris[1], points[374, 1] - points[386, 1]])

    state = FaceState.looking_at(screen, screen.rect.center)
    across_deg, down_deg = np.linspace(-20, 20, 9), np.linspace(-12, 12, 7)
    across = [measure(FaceState.looking_at(screen, screen.from_degrees(x, 0))) for x in across_deg]
    down = [measure(FaceState.looking_at(screen, screen.from_degrees(0, y))) for y in down_deg]
    opened, shut = measure(state), measure(dataclasses.replace(state, openness=(0.0, 0.0)))
    landmarker.close()

    slope_x, slope_y = np.polyfit(across_deg, across, 1)[0, 0], np.polyfit(down_deg, down, 1)[0, 1]
    assert slope_x < 0 < slope_y  # to the patient's right is to the left of the picture
    assert np.corrcoef(across_deg, np.array(across)[:, 0])[0, 1] ** 2 > 0.93
    assert np.corrcoef(down_deg, np.array(down)[:, 1])[0, 1] ** 2 > 0.93
    true_px_per_deg = IRIS_DEPTH_MM * np.radians(1) * renderer.camera.focal_px / np.hypot(600, 170)
    assert 0.7 < -slope_x / true_px_per_deg < 1.15
    assert 0.2 < slope_y / true_px_per_deg < 0.6
    assert shut[2] < 0.5 * opened[2]


def test_a_lamp_on_one_side_leaves_the_other_cheek_dark(portrait: Portrait) -> None:
    front, right = (
        FaceRenderer(portrait, CameraModel(noise_sd=0.0, lamp_side=side)).render(FaceState()).astype(float)
        for side in (0.0, 1.0)
    )
    left_cheek, right_cheek = (slice(260, 280), slice(280, 290)), (slice(260, 280), slice(350, 360))
    assert right[right_cheek].mean() > 0.8 * front[right_cheek].mean()
    assert right[left_cheek].mean() < 0.65 * front[left_cheek].mean()


def test_glasses_are_seen_on_the_face(portrait: Portrait) -> None:
    bare, worn = (
        FaceRenderer(portrait, QUIET, glasses=one).render(FaceState()).astype(float) for one in (None, Glasses())
    )
    changed = np.abs(worn - bare).max(axis=2) > 20
    rows, columns = np.nonzero(changed)
    assert 200 < rows.min() < rows.max() < 285
    assert 250 < columns.min() < columns.max() < 390


@pytest.mark.parametrize(("turned", "axis"), [(HeadState(yaw_deg=12.0), 0), (HeadState(pitch_deg=-10.0), 1)])
def test_the_face_model_sees_the_head_turn_as_told(
    portrait: Portrait, face_model: Path, turned: HeadState, axis: int
) -> None:
    angles = []
    for head in (HeadState(), turned):
        renderer, landmarker = FaceRenderer(portrait, QUIET), FaceLandmarker(face_model)
        face = [landmarker.detect(Frame(renderer.render(FaceState(head=head)), i / 30)) for i in range(10)][-1]
        landmarker.close()
        assert face is not None
        angles.append(rotation_deg(face.transform)[:2])
    change, told = np.subtract(angles[1], angles[0]), (turned.yaw_deg, turned.pitch_deg)
    assert change[axis] == pytest.approx(told[axis], abs=5)
    assert change[1 - axis] == pytest.approx(0, abs=4)
