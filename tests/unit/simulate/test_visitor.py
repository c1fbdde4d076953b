from eyecomm.geometry import Screen
from eyecomm.simulate.face import CameraModel
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Say
from eyecomm.simulate.visitor import virtual_patient


def test_one_call_seats_a_patient_before_a_camera(portrait: Portrait, screen: Screen) -> None:
    camera = virtual_patient(screen, portrait, [Say("A")], camera=CameraModel(160, 120), start_s=3.0)
    frame = camera.read()
    assert frame is not None
    assert frame.timestamp_s == 3.0
    assert not camera.done
