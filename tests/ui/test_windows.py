"""The window as a person meets it: what is drawn, what a click or a key does."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from eyecomm.boards.obf import read_board_set
from eyecomm.calibration.layout import read_layout
from eyecomm.calibration.model import Calibration
from eyecomm.conversation.session import Session
from eyecomm.conversation.turn import Turn
from eyecomm.gaze.protocols import GazeEstimator
from eyecomm.geometry import Point, Rect, Screen
from eyecomm.samples import GazeSample, Openness
from eyecomm.selection.dwell import DwellSelector
from eyecomm.storage.errors import StorageError
from eyecomm.storage.settings import Settings
from eyecomm.ui.presenter import Presenter
from eyecomm.ui.settings_dialog import SettingsDialog
from eyecomm.ui.theme import contrast, text_on
from eyecomm.ui.window import Window
from eyecomm.workers.tracker import Observation
from eyecomm.workers.tracker_status import TrackerCause, TrackerStatus

ROOT = Path(__file__).parents[2]
SCREEN = Screen(1280, 800, 531.0, 299.0, 600.0)


class FakeTracker(QObject):
    """Hands over what the test puts in."""

    observed = Signal()
    status_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.next: Observation | None = None
        self.cause = TrackerCause.OK
        self.centered = 0

    def take(self) -> Observation | None:
        taken, self.next = self.next, None
        return taken

    def status(self) -> TrackerStatus:
        return TrackerStatus(self.cause, 30.0)

    def follow_center(self) -> None:
        self.centered += 1

    def use_estimator(self, _estimator: GazeEstimator | None, _noise_px: float) -> None:
        pass

    def see(self, time_s: float, point: Point | None) -> None:
        sample = GazeSample(time_s, point, openness=Openness(1.0, 1.0))
        self.next = Observation(sample, None, None, time_s, time_s)
        self.observed.emit()


class Desk:
    """The window with everything around it replaced by notebooks."""

    audible = False
    ringing = False

    def __init__(self, qtbot: QtBot) -> None:
        self.said: list[str] = []
        self.rings = self.clicks = self.answers = 0
        self.kept: list[Turn] = []
        self.disk_full = False
        self.window, self.tracker = Window(), FakeTracker()
        boards = {path.name: path.read_bytes() for path in (ROOT / "assets" / "boards" / "en").glob("*.obf")}
        session = Session(read_board_set(boards, "letters.obf"), DwellSelector(), Rect(0, 0, 100, 100))
        layout = read_layout((ROOT / "calibration" / "layouts" / "nine.json").read_text())
        self.presenter = Presenter(
            self.window,
            self.tracker,  # type: ignore[arg-type]  # a notebook with the same signals
            session,
            screen=SCREEN,
            layout=layout,
            mouth=self,
            bell=self,
            clicker=self,
            keeper=self,
        )
        qtbot.addWidget(self.window)
        self.window.setGeometry(0, 0, SCREEN.width_px, SCREEN.height_px)
        self.window.show()
        self.window.show_board()
        self.time_s = 0.0

    def speak(self, text: str) -> None:
        self.said.append(text)

    def ring(self) -> None:
        self.rings += 1
        self.ringing = True

    def acknowledge(self) -> None:
        self.answers += 1
        self.ringing = False

    def check(self) -> None:
        pass

    def click(self) -> None:
        self.clicks += 1

    def keep_turn(self, turn: Turn) -> None:
        if self.disk_full:
            raise StorageError(Path("journal.json"), "the disk is full")
        self.kept.append(turn)

    def keep_calibration(self, _calibration: Calibration) -> None:
        raise AssertionError

    def look(self, label: str, seconds: float = 1.6) -> None:
        (place,) = [cell.rect.center for cell in self.presenter.turn.cells if cell.button.label == label]
        for _ in range(round(seconds * 30)):
            self.time_s += 1 / 30
            self.tracker.see(self.time_s, place)

    def color(self, label: str, dx: float = 0.0, dy: float = 0.0) -> QColor:
        """The colour drawn on a cell, some pixels from its middle."""
        (rect,) = [cell.rect for cell in self.presenter.turn.cells if cell.button.label == label]
        corner = self.window.board.mapToGlobal(QPoint(0, 0))
        image = self.window.board.grab().toImage()
        return image.pixelColor(round(rect.center.x - corner.x() + dx), round(rect.center.y - corner.y() + dy))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_look_spells_clicks_and_is_kept(desk: Desk) -> None:
    desk.look("H")
    assert desk.window.message.text == "h"
    assert desk.clicks == 1
    assert desk.kept[-1].message.text == "h"


def test_choices_are_spoken_if_wished(desk: Desk) -> None:
    desk.look("H")
    assert desk.said == []
    desk.presenter.speaks_choices = True
    desk.look("Yes / No")
    assert desk.said == ["Yes / No"]


def test_the_ring_grows_with_the_look_and_goes_with_it(desk: Desk, qtbot: QtBot) -> None:
    desk.window.board.set_feedback("fill", gaze_dot=False)
    before = desk.color("M", dy=45)
    desk.look("M", 1.3)
    assert desk.color("M", dy=45) != before
    desk.look("A", 0.1)
    qtbot.wait(10)
    assert desk.color("M", dy=45) == before


def test_progress_can_be_hidden(desk: Desk) -> None:
    desk.window.board.set_feedback("none", gaze_dot=False)
    before = desk.color("M", dy=45)
    desk.look("M", 1.3)
    assert desk.color("M", dy=45) == before


def test_a_carer_can_choose_by_hand(desk: Desk) -> None:
    cell = next(cell for cell in desk.presenter.turn.cells if cell.button.label == "W")
    corner = desk.window.board.mapToGlobal(QPoint(0, 0))
    place = QPoint(round(cell.rect.center.x - corner.x()), round(cell.rect.center.y - corner.y()))
    QTest.mouseClick(desk.window.board, Qt.MouseButton.LeftButton, pos=place)
    assert desk.window.message.text == "w"


def test_after_clear_the_key_offers_to_undo_it(desk: Desk) -> None:
    desk.look("H")
    desk.look("Clear all")
    assert desk.window.message.text == ""
    assert "Undo clear" in desk.window.board.labels()


def test_the_virtual_patient_sees_what_is_drawn(desk: Desk) -> None:
    desk.look("H")
    view = desk.presenter.screen_view
    assert view.message == "h"
    assert view.chosen == 1
    assert [cell.label for cell in view.cells] == list(desk.window.board.labels())


def test_a_call_rings_flashes_and_ends_when_the_carer_answers(desk: Desk) -> None:
    desk.look("Call")
    assert desk.rings == 1
    assert desk.window.call.isVisible()
    QTest.keyClick(desk.window.call, Qt.Key.Key_Space)
    assert desk.answers == 1
    assert not desk.window.call.isVisible()


def test_a_call_from_before_a_crash_is_shown_again(desk: Desk, qtbot: QtBot) -> None:
    desk.ringing = True
    qtbot.waitUntil(desk.window.call.isVisible, timeout=5000)


def test_escape_leaves_the_calibration_and_the_message_is_still_there(desk: Desk) -> None:
    desk.look("H")
    desk.presenter.start_calibration()
    assert desk.tracker.centered == 1
    assert _beacon(desk) is not None
    QTest.keyClick(desk.window.calibration, Qt.Key.Key_Escape)
    assert _beacon(desk) is None
    assert desk.window.message.text == "h"


def _beacon(desk: Desk) -> Point | None:
    return desk.presenter.screen_view.beacon


def test_a_calibration_without_eyes_says_what_to_do(desk: Desk) -> None:
    desk.presenter.start_calibration()
    for _ in range(9 * 53):
        desk.time_s += 0.2
        desk.tracker.see(desk.time_s, None)
    assert "F5" in desk.window.strip.notice
    assert desk.presenter.screen_view.beacon is None


def test_a_full_disk_is_told_and_the_words_go_on(desk: Desk) -> None:
    desk.disk_full = True
    desk.look("H")
    assert desk.window.message.text == "h"
    assert "journal.json" in desk.window.strip.notice


@pytest.mark.parametrize("cause", list(TrackerCause))
def test_every_trouble_of_the_camera_is_told_in_words(desk: Desk, cause: TrackerCause) -> None:
    desk.tracker.cause = cause
    desk.tracker.status_changed.emit()
    assert len(desk.window.strip.status) > 8
    assert desk.window.strip.demo_button.isVisible() == (cause is TrackerCause.NO_CAMERA)


def test_two_notices_stand_side_by_side(desk: Desk) -> None:
    desk.window.strip.show_notice("No sound.", "sound")
    desk.window.strip.show_notice("Press F5.", "calibration")
    assert "No sound." in desk.window.strip.notice
    desk.window.strip.show_notice("", "sound")
    assert desk.window.strip.notice == "Press F5."


def test_a_notice_does_not_move_the_cells(desk: Desk, qtbot: QtBot) -> None:
    before = desk.window.board_area()
    desk.window.strip.show_notice("No one can hear: no loudspeaker was found.", "sound")
    qtbot.wait(10)
    assert desk.window.board_area() == before


def test_settings_pass_through_the_dialog_unchanged(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    assert dialog.settings() == Settings()


def test_what_the_carer_changes_is_what_comes_out(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), {("camera", "choice"): [("name:Webcam", "Webcam")]})
    qtbot.addWidget(dialog)
    dwell, camera = dialog.fields["selection", "dwell_s"], dialog.fields["camera", "choice"]
    assert isinstance(dwell, QDoubleSpinBox)
    assert isinstance(camera, QComboBox)
    dwell.setValue(2.5)
    camera.setCurrentIndex(camera.findData("name:Webcam"))
    changed = dialog.settings()
    assert changed.selection.dwell_s == 2.5
    assert changed.camera.choice == "name:Webcam"
    assert dataclasses.replace(changed.voice) == Settings().voice


@pytest.mark.parametrize("background", ["#000000", "#23303d", "#56b4e9", "#d55e00", "#ffffff", "#777777"])
def test_labels_can_be_read_on_every_background(background: str) -> None:
    assert contrast(text_on(QColor(background)), QColor(background)) >= 4.5


def test_the_window_covers_no_cell_at_a_small_size(desk: Desk, qtbot: QtBot) -> None:
    desk.window.resize(1024, 600)
    qtbot.wait(10)
    area = desk.window.board_area()
    assert all(area.contains(cell.rect.center) for cell in desk.presenter.turn.cells)
    assert area.height > 0.6 * 600
