"""The app as a whole, without a camera: it starts, says what is wrong, keeps what was written, and can be stopped."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eyecomm.__main__ import main
from eyecomm.app import App, Options, selector_from
from eyecomm.selection.blink import BlinkSelector, DwellOrBlinkSelector
from eyecomm.selection.dwell import DwellSelector
from eyecomm.storage.resources import resource
from eyecomm.storage.settings import Settings, from_json

NO_CAMERA = "index:99"


@contextmanager
def running(qapp: QApplication, home: Path, camera: str = NO_CAMERA) -> Iterator[App]:
    app = App(qapp, Options(home=home, camera=camera), print)
    app.start()
    try:
        yield app
    finally:
        app.window.close()
        app.close()


def choose(app: App, label: str) -> None:
    app.window.board.chosen_by_hand.emit([cell.button.label for cell in app.presenter.turn.cells].index(label))


def test_without_a_camera_it_says_so_and_offers_the_virtual_patient(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    with running(qapp, tmp_path) as app:
        qtbot.waitUntil(app.window.strip.demo_button.isVisible, timeout=20_000)
        assert "No camera" in app.window.strip.status


def test_message_and_board_come_back_after_the_app_has_gone(qapp: QApplication, tmp_path: Path) -> None:
    with running(qapp, tmp_path) as app:
        for label in ("H", "I", "Yes / No"):
            choose(app, label)
    with running(qapp, tmp_path) as app:
        assert app.window.message.text == "hi"
        assert app.presenter.turn.board.id == "yesno"


def test_the_virtual_patient_takes_nothing_from_the_patient(qapp: QApplication, tmp_path: Path) -> None:
    with running(qapp, tmp_path) as app:
        choose(app, "H")
        app.show_virtual_patient("Go")
        app.presenter.stop_calibration()
        assert app.window.message.text == ""
        choose(app, "X")
        assert app.window.message.text == "x"
        app._see_guest_off()
        assert app.window.message.text == "h"
        choose(app, "I")
    with running(qapp, tmp_path) as app:
        assert app.window.message.text == "hi"
    assert not list(tmp_path.rglob("*.npz"))


def test_damaged_files_cost_one_sentence_and_nothing_else(qapp: QApplication, tmp_path: Path) -> None:
    with running(qapp, tmp_path) as app:
        choose(app, "H")
    (journal,) = tmp_path.rglob("journal.json")
    journal.write_bytes(b"\xff\x00 not json")
    journal.with_name("settings.json").write_text(json.dumps({"selection": {"dwell_s": 99}}))
    with running(qapp, tmp_path) as app:
        assert "journal.json" in app.window.strip.notice
        assert "settings.json" in app.window.strip.notice
        assert app.settings.selection.dwell_s == 5.0
        assert app.window.message.text == ""
    assert [path for path in journal.parent.iterdir() if "damaged" in path.name]


def test_a_damaged_face_model_is_told_in_words(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "face_landmarker.task"
    damaged.write_bytes(b"not a model")
    monkeypatch.setattr("eyecomm.app.resource", lambda name: damaged if "models" in name else resource(name))
    with running(qapp, tmp_path / "home") as app:
        qtbot.waitUntil(lambda: "face model is damaged" in app.window.strip.status, timeout=20_000)


def test_a_file_that_is_no_video_is_told_in_words(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    video = tmp_path / "talk.avi"
    video.write_text("this is not a video")
    with running(qapp, tmp_path, f"video:{video}") as app:
        qtbot.waitUntil(lambda: "camera" in app.window.strip.status and "starting" not in app.window.strip.status)


def test_a_home_that_is_a_file_ends_in_one_sentence(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("")
    monkeypatch.setattr("eyecomm.app.QApplication", lambda _arguments: qapp)
    assert main(["--home", str(tmp_path / "home"), "--virtual-patient", "--proof", str(tmp_path)]) == 1
    said = capsys.readouterr().out.strip().splitlines()
    assert "cannot keep its files" in said[-1]


def test_a_camera_that_makes_no_sense_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--camera", "webcam"])
    assert "is no camera" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "kind"),
    [("dwell", DwellSelector), ("blink", BlinkSelector), ("dwell or blink", DwellOrBlinkSelector)],
)
def test_the_settings_choose_the_way_of_choosing(method: str, kind: type) -> None:
    settings, mended = from_json({"selection": {"method": method}})
    assert not mended
    assert isinstance(selector_from(settings), kind)


def test_extreme_but_allowed_settings_make_a_selector() -> None:
    lowest, _ = from_json({"selection": {"dwell_s": 0, "repeat_dwell_s": 0, "blink_min_s": 9, "blink_max_s": 0}})
    assert isinstance(selector_from(lowest), DwellSelector)
    assert lowest != Settings()
