"""Which camera was chosen, and which ones there are."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.devices import camera_choice
from eyecomm.devices.camera_choice import (
    DEFAULT_CAMERA,
    VIRTUAL_CAMERA,
    CameraChoice,
    CameraInfo,
    CameraKind,
    camera_number,
    is_plugged_in,
    list_cameras,
)
from eyecomm.devices.camera_errors import CameraNotFoundError


@pytest.fixture
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """Let the system list these cameras."""
    cameras: list[SimpleNamespace] = []
    monkeypatch.setattr(camera_choice, "enumerate_cameras", lambda _: cameras)
    return cameras


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("index:0", DEFAULT_CAMERA),
        ("name:HD Webcam: front", CameraChoice(CameraKind.NAME, "HD Webcam: front")),
        ("video:/a/b: c.avi", CameraChoice(CameraKind.VIDEO, "/a/b: c.avi")),
        ("folder:C:\\a", CameraChoice(CameraKind.FOLDER, "C:\\a")),
        ("url:http://127.0.0.1:8080/", CameraChoice(CameraKind.URL, "http://127.0.0.1:8080/")),
        ("virtual", VIRTUAL_CAMERA),
    ],
)
def test_a_choice_survives_the_settings(text: str, choice: CameraChoice) -> None:
    assert CameraChoice.from_str(text) == choice
    assert str(choice) == text


@pytest.mark.parametrize(
    "text", ["", "index", "index:", "index:-1", "index:x", "index:99999999999", "film:a", "video:", "virtual:x", ":0"]
)
def test_nonsense_is_no_choice(text: str) -> None:
    with pytest.raises(ValueError, match=r"camera|CameraKind"):
        CameraChoice.from_str(text)


@given(st.text())
def test_any_text_is_a_choice_or_a_value_error(text: str) -> None:
    try:
        choice = CameraChoice.from_str(text)
    except ValueError:
        return
    assert CameraChoice.from_str(str(choice)) == choice


def test_only_recordings_may_hold_still() -> None:
    assert {kind for kind in CameraKind if kind is not CameraKind.VIRTUAL and CameraChoice(kind, "1").is_recording} == {
        CameraKind.VIDEO,
        CameraKind.FOLDER,
    }


def test_cameras_are_listed_by_name_in_order(plugged_in: list[SimpleNamespace]) -> None:
    plugged_in += [
        SimpleNamespace(index=4, name="Twin"),
        SimpleNamespace(index=2, name="Front"),
        SimpleNamespace(index=0, name="Twin"),
        SimpleNamespace(index=6, name=None),
    ]
    assert list_cameras() == (
        CameraInfo("Twin", CameraChoice(CameraKind.INDEX, "0")),
        CameraInfo("Front", CameraChoice(CameraKind.NAME, "Front")),
        CameraInfo("Twin", CameraChoice(CameraKind.INDEX, "4")),
        CameraInfo("Camera 6", CameraChoice(CameraKind.INDEX, "6")),
    )


def test_a_camera_plugged_in_again_is_found_under_its_new_number(plugged_in: list[SimpleNamespace]) -> None:
    choice = CameraChoice(CameraKind.NAME, "Front")
    plugged_in.append(SimpleNamespace(index=0, name="Front"))
    assert camera_number(choice) == 0
    plugged_in[0] = SimpleNamespace(index=2, name="Front")
    assert camera_number(choice) == 2
    assert is_plugged_in(2)
    assert not is_plugged_in(0)


def test_a_camera_that_is_not_there_is_not_found(plugged_in: list[SimpleNamespace]) -> None:
    plugged_in.append(SimpleNamespace(index=0, name="Other"))
    with pytest.raises(CameraNotFoundError):
        camera_number(CameraChoice(CameraKind.NAME, "Front"))


@pytest.mark.parametrize("error", [NotImplementedError, OSError])
def test_a_system_that_cannot_list_lists_nothing(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(camera_choice, "enumerate_cameras", fail)
    assert list_cameras() == ()


def test_this_machine_can_be_asked() -> None:
    assert all(info.name for info in list_cameras())
