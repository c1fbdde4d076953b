"""Joins the rooms."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from eyecomm.boards.errors import BoardFormatError
from eyecomm.calibration.errors import CalibrationError
from eyecomm.calibration.layout import read_layout
from eyecomm.conversation.session import Session
from eyecomm.conversation.voice import Configured, Failed, Finished, VoiceInfo, VoicesListed
from eyecomm.devices.alarm import Alarm
from eyecomm.devices.camera import open_camera
from eyecomm.devices.camera_choice import DEFAULT_CAMERA, CameraChoice, list_cameras
from eyecomm.devices.camera_health import RECORDING_LIMITS, HealthLimits
from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.devices.sound import SelectionSounds
from eyecomm.devices.voice import SupervisedVoice
from eyecomm.gaze.fixation import FixationSettings
from eyecomm.gaze.pipeline import GazePipeline
from eyecomm.gaze.protocols import FrameSource
from eyecomm.geometry import Rect, Screen
from eyecomm.selection.blink import BlinkSettings, Eyes
from eyecomm.selection.dwell import DwellSettings
from eyecomm.selection.methods import Method, make_selector
from eyecomm.selection.protocols import Selector
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Answer, Say
from eyecomm.simulate.visitor import virtual_patient
from eyecomm.storage.boards import load_boards
from eyecomm.storage.errors import Loaded, Notice, StorageError
from eyecomm.storage.journal import Entry
from eyecomm.storage.logs import start_log, stop_log
from eyecomm.storage.paths import find_paths
from eyecomm.storage.patient_file import Guest, PatientFile
from eyecomm.storage.profiles import Profile, Profiles
from eyecomm.storage.resources import resource
from eyecomm.storage.settings import Settings, load_settings, save_settings
from eyecomm.ui import words
from eyecomm.ui.demo import Demo
from eyecomm.ui.presenter import Presenter
from eyecomm.ui.settings_dialog import SettingsDialog
from eyecomm.ui.window import Window
from eyecomm.workers.speaker import Speaker
from eyecomm.workers.tracker import Tracker

log = logging.getLogger(__name__)
T = TypeVar("T")
DEMO_SIZE_PX = (1920, 1080)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for.

    Parameters
    ----------
    home : Path or None
        Folder for everything that is kept; None for the system's usual place.
    camera : str or None
        Camera to use this time, such as `index:0`, `video:talk.mp4` or `virtual`; None for the carer's choice.
    text : str
        What the virtual patient is to say; empty for a real one.
    windowed : bool
        Do not fill the screen.
    proof : Path or None
        Where a demonstration leaves its picture and its sound; it ends when all is said.
    """

    home: Path | None = None
    camera: str | None = None
    text: str = ""
    windowed: bool = False
    proof: Path | None = None


def run(options: Options, say: Callable[[str], None]) -> int:
    """Run the app until its window is closed; `say` tells the person at the terminal one sentence."""
    # OpenCV sets these to folders of its own, where Qt would look for plugins that are not ours.
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)
    qt = QApplication(["EyeComm"])
    try:
        app = App(qt, options, say)
    except (StorageError, BoardFormatError, CalibrationError) as error:
        log.error("The app could not start: %s", type(error).__name__)  # noqa: TRY400 - no personal path in the log
        say(words.on_failed_start(error))
        return 1
    return app.run()


class App(QObject):
    """One run of the app: made of the rooms, joined by signals.

    It is a QObject so that what the threads tell arrives in the thread of the windows.

    Parameters
    ----------
    qt : QApplication
        Qt's own.
    options : Options
        From the command line.
    say : callable
        Tells the person at the terminal one sentence.
    """

    def __init__(self, qt: QApplication, options: Options, say: Callable[[str], None]) -> None:
        super().__init__()
        self._qt, self._options, self._say = qt, options, say
        self._notices: list[Notice] = []
        self._paths = find_paths(options.home)
        self._log = start_log(self._paths.logs)
        self._profile = self._find_profile()
        self.settings = self._note(load_settings(self._profile.settings_path))
        self.screen = self._measure_screen()
        self._voices: tuple[VoiceInfo, ...] = ()
        self._file = PatientFile(self._profile, lambda: datetime.now(UTC).isoformat())
        self._make_devices()
        self._make_window()
        self._connect()

    def run(self) -> int:
        """Show the window and stay until it is closed; give the exit status."""
        self.start()
        if self._options.text:
            self.show_virtual_patient(self._options.text)
        status = self._qt.exec()
        self.close()
        return status

    def start(self) -> None:
        """Show the window and wake eyes and voice."""
        self._show()
        self.tracker.start()
        self.speaker.start()

    def close(self) -> None:
        """Let everything go."""
        self.tracker.stop()
        self.speaker.close()
        self.clicker.close()
        stop_log(self._log)

    def show_virtual_patient(self, text: str = "Hello") -> None:
        """Let the virtual patient take the camera's place, calibrate, say a text and answer yes."""
        faces = resource("faces/astronaut.png"), resource("faces/astronaut.json")
        portrait = Portrait.decode(faces[0].read_bytes(), faces[1].read_text(encoding="utf-8"))
        camera = virtual_patient(
            self.screen, portrait, (Say(text), Answer("Yes")), start_s=time.monotonic(), wait=_wait_until
        )
        self.tracker.switch(lambda: camera)
        # A guest: nothing it writes or shows may take the place of what is the patient's.
        self.presenter.receive(self._make_session(Entry()), Guest())
        self.presenter.viewed.connect(lambda: camera.see(self.presenter.screen_view))
        self._demo = Demo(self.window, self.presenter, lambda: camera.done, self._options.proof)
        self._demo.progressed.connect(self._say)
        self._demo.finished.connect(self._finish_demo)
        self._demo.start()

    def _find_profile(self) -> Profile:
        profiles = Profiles(self._paths)
        current = self._note(profiles.current())
        return current or profiles.create("Patient")

    def _note(self, loaded: Loaded[T]) -> T:
        self._notices += loaded.notices
        return loaded.value

    def _measure_screen(self) -> Screen:
        size = self._qt.primaryScreen().geometry().size()
        offscreen = self._qt.platformName() == "offscreen"
        width_px, height_px = DEMO_SIZE_PX if offscreen else (size.width(), size.height())
        mm = self.settings.screen
        return Screen(width_px, height_px, mm.width_mm, mm.height_mm, mm.distance_mm)

    def _make_devices(self) -> None:
        model = resource("models/face_landmarker.task")
        self.pipeline = GazePipeline(smoothing=FixationSettings(min_cutoff_hz=self.settings.gaze.min_cutoff_hz))
        self.tracker = Tracker(self._open_camera, lambda: FaceLandmarker(model), self.pipeline, self._limits())
        self.speaker = Speaker(SupervisedVoice, self.settings.voice)
        self.clicker = SelectionSounds(self.settings.feedback.click_volume)
        self.alarm = Alarm(self._paths.cache)

    def _make_window(self) -> None:
        self._boards = self._note(load_boards(self._paths))
        session = self._make_session(self._note(self._file.last_entry()))
        self.window = Window()
        layout = read_layout(resource("calibration/layouts/nine.json").read_text(encoding="utf-8"))
        self.presenter = Presenter(
            self.window,
            self.tracker,
            session,
            screen=self.screen,
            layout=layout,
            mouth=self.speaker,
            bell=self.alarm,
            clicker=self.clicker,
            keeper=self._file,
        )
        self._apply(self.settings)

    def _make_session(self, entry: Entry) -> Session:
        return Session(
            self._boards,
            selector_from(self.settings),
            Rect(0, 0, self.screen.width_px, self.screen.height_px),
            usual_dwell_s=self.settings.selection.dwell_s,
            message=entry.message,
            board_id=entry.board_id,
        )

    def _connect(self) -> None:
        strip = self.window.strip
        strip.settings_asked.connect(self._edit_settings)
        strip.demo_asked.connect(lambda: self.show_virtual_patient())
        self.speaker.audible_changed.connect(self._show_audible)
        self.speaker.configured.connect(self._ask_for_voices)
        self.speaker.voices_listed.connect(self._keep_voices)

    def _show(self) -> None:
        if self._qt.platformName() == "offscreen":
            self.window.setGeometry(0, 0, *DEMO_SIZE_PX)
            self.window.show()
        elif self._options.windowed:
            self.window.resize(1280, 800)
            self.window.show()
        else:
            self.window.fill_screen()
        self.window.show_board()
        self._use_last_calibration()
        for notice in self._notices:
            log.warning("%s: %s", notice.kind.value, notice.path.name)
            self.window.strip.show_notice(words.on_notice(notice), notice.path.name)

    def _use_last_calibration(self) -> None:
        calibration = self._note(self._file.last_calibration(self.screen))
        if calibration is not None:
            self.presenter.use(calibration)
        else:
            self.tracker.use_estimator(None, 0.0)
            self.window.strip.show_notice(words.needs_calibration(), "calibration")

    def _camera(self) -> CameraChoice:
        try:
            return CameraChoice.from_str(self._options.camera or self.settings.camera.choice)
        except ValueError:
            return DEFAULT_CAMERA

    def _limits(self) -> HealthLimits:
        return RECORDING_LIMITS if self._camera().is_recording else HealthLimits()

    def _open_camera(self) -> FrameSource:
        camera = self.settings.camera
        return open_camera(self._camera(), (camera.width_px, camera.height_px), camera.rate_hz)

    def _apply(self, settings: Settings) -> None:
        feedback = settings.feedback
        self.window.board.set_feedback(feedback.progress_style, gaze_dot=feedback.gaze_dot)
        self.clicker.volume = feedback.click_volume
        self.presenter.speaks_choices = feedback.speak_selection
        self.speaker.configure(settings.voice)
        self.presenter.select_with(selector_from(settings), settings.selection.dwell_s)

    def _edit_settings(self) -> None:
        choices = {
            ("camera", "choice"): [(str(info.choice), info.name) for info in list_cameras()],
            ("voice", "voice"): [("", words.usual_voice()), *((voice.id, voice.name) for voice in self._voices)],
        }
        dialog = SettingsDialog(self.settings, choices, self.window)
        dialog.test_voice_asked.connect(lambda: self._try_voice(dialog.settings()))
        if dialog.exec() != SettingsDialog.DialogCode.Accepted:
            self.speaker.configure(self.settings.voice)  # it may have been tried with another
            return
        before, self.settings = self.settings, dialog.settings()
        self._apply(self.settings)
        if before.camera != self.settings.camera:
            self.tracker.switch(self._open_camera, self._limits())
        self.presenter.keep(lambda: save_settings(self._profile.settings_path, self.settings))

    def _try_voice(self, settings: Settings) -> None:
        self.speaker.configure(settings.voice)
        self.speaker.speak(words.voice_sample())

    def _show_audible(self, audible: bool) -> None:
        self.window.strip.show_notice("" if audible else words.nobody_hears(), "sound")

    def _ask_for_voices(self, _event: Configured) -> None:
        if not self._voices:
            self.speaker.list_voices()

    def _keep_voices(self, event: VoicesListed) -> None:
        self._voices = event.voices

    def _finish_demo(self) -> None:
        proof = self._options.proof
        if proof is None:
            self._see_guest_off()
            return
        self._waiting = {
            self.speaker.save_wav(text, proof / f"spoken-{n}.wav") for n, text in enumerate(self._demo.words, 1)
        }
        self.speaker.finished.connect(self._note_written)
        self.speaker.failed.connect(self._note_written)

    def _see_guest_off(self) -> None:
        """Give camera, message and calibration back to the patient."""
        self.tracker.switch(self._open_camera, self._limits())
        self.presenter.receive(self._make_session(self._note(self._file.last_entry())), self._file)
        self._use_last_calibration()

    def _note_written(self, event: Finished | Failed) -> None:
        self._waiting.discard(event.utterance)
        proof = self._options.proof
        if self._waiting or proof is None:
            return
        for path in sorted([*proof.glob("*.png"), *proof.glob("*.wav")]):
            self._say(f"  {path}")
        self._qt.exit(0)


def selector_from(settings: Settings) -> Selector:
    """Make the way of choosing that the settings ask for."""
    chosen = settings.selection
    dwell = DwellSettings(chosen.lock_on_s, chosen.dwell_s, chosen.keep_progress_s, chosen.repeat_dwell_s)
    blink = BlinkSettings(chosen.blink_min_s, chosen.blink_max_s, eyes=Eyes(chosen.blink_eyes))
    return make_selector(Method(chosen.method), dwell, blink)


def _wait_until(until_s: float) -> float:
    time.sleep(max(0.0, until_s - time.monotonic()))
    return time.monotonic()
