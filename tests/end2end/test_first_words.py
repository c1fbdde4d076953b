"""The main job: a rendered face, the real face model, a calibration, and words that can be heard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eyecomm.boards.obf import read_board_set
from eyecomm.calibration.layout import read_layout
from eyecomm.calibration.model import Calibration, calibrate
from eyecomm.calibration.session import CalibrationSession
from eyecomm.conversation.session import Session
from eyecomm.conversation.turn import Selected, Speak
from eyecomm.conversation.voice import VoiceSettings
from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.devices.voice import save_wav
from eyecomm.gaze.pipeline import GazePipeline
from eyecomm.geometry import Rect, Screen
from eyecomm.samples import EyeFeatures, GazeSample
from eyecomm.selection.dwell import DwellSelector
from eyecomm.simulate.camera import VirtualCamera
from eyecomm.simulate.face import FaceRenderer
from eyecomm.simulate.patient import Patient
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Answer, Goal, Say, Typist
from eyecomm.simulate.view import ScreenView, SeenCell

ROOT = Path(__file__).parents[2]
SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
AREA = Rect(0, 173, 1920, 855)  # between the message bar and the carer's strip
LONGEST_S = 180.0


class Room:
    """The virtual patient before the screen, with everything but the window."""

    def __init__(self, goals: list[Goal], seed: int) -> None:
        faces = ROOT / "assets" / "faces"
        portrait = Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text())
        self.typist = Typist(goals, seed=seed)
        self.camera = VirtualCamera(SCREEN, FaceRenderer(portrait, seed=seed), Patient(SCREEN, seed=seed), self.typist)
        self.landmarker = FaceLandmarker(ROOT / "assets" / "models" / "face_landmarker.task")
        self.pipeline = GazePipeline()
        boards = {path.name: path.read_bytes() for path in (ROOT / "assets" / "boards" / "en").glob("*.obf")}
        self.session = Session(read_board_set(boards, "letters.obf"), DwellSelector(), AREA)
        self.spoken: list[str] = []
        self.chosen: list[str] = []
        self.time_s = 0.0

    def calibrate(self) -> Calibration:
        layout = read_layout((ROOT / "calibration" / "layouts" / "nine.json").read_text())
        session = CalibrationSession(layout, SCREEN)
        self.landmarker.follow_center()
        while not session.done:
            self.camera.see(ScreenView(beacon=session.step.target))
            sample, features = self._look()
            session.update(features, sample.openness, sample.timestamp_s)
        calibration = calibrate(session.result())
        self.pipeline.use(calibration.estimator, calibration.quality.precision_px)
        return calibration

    def talk(self, done: Callable[[], bool]) -> None:
        end_s = self.time_s + LONGEST_S
        while not done() and self.time_s < end_s:
            turn = self.session.turn
            cells = tuple(SeenCell(cell.button.label, cell.rect) for cell in turn.cells)
            self.camera.see(ScreenView(cells, turn.message.text, None, len(self.chosen)))
            before = self.session.turn.cells
            for effect in self.session.update(self._look()[0]).effects:
                if isinstance(effect, Selected):
                    self.chosen.append(before[effect.index].button.label)
                if isinstance(effect, Speak):
                    self.spoken.append(effect.text)

    def _look(self) -> tuple[GazeSample, EyeFeatures | None]:
        frame = self.camera.read()
        assert frame is not None
        self.time_s = frame.timestamp_s
        return self.pipeline.update(self.landmarker.detect(frame), frame.timestamp_s)


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room([Say("HELLO"), Answer("Yes")], seed=7)
    yield room
    room.landmarker.close()


@pytest.mark.slow
def test_the_virtual_patient_calibrates_spells_hello_and_answers_yes(
    room: Room, recognize: Callable[[Path], str], tmp_path: Path
) -> None:
    calibration = room.calibrate()
    assert calibration.quality.accuracy_deg < 2.0
    assert room.time_s < 60
    room.talk(lambda: room.typist.done)
    assert room.spoken == ["hello", "Yes."]
    heard = []
    for number, words in enumerate(room.spoken):
        save_wav(words, tmp_path / f"{number}.wav", VoiceSettings("en-us", rate_wpm=150))
        heard.append(recognize(tmp_path / f"{number}.wav"))
    assert heard == ["hello", "yes"]
