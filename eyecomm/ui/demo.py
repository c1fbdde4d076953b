"""Watches the virtual patient and keeps proof of what was said: a picture of the window and the sound."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from eyecomm.calibration.model import Calibration
from eyecomm.conversation.turn import Speak
from eyecomm.ui.presenter import Presenter
from eyecomm.ui.window import Window

SETTLE_MS = 1500
CHECK_MS = 200


class Demo(QObject):
    """Starts the calibration, accepts its result, and ends when the patient has said everything.

    Attributes
    ----------
    finished : Signal()
        Everything was said; `words` holds it.
    progressed : Signal(str)
        One sentence on what just happened, for the terminal.
    """

    finished = Signal()
    progressed = Signal(str)

    def __init__(self, window: Window, presenter: Presenter, done: Callable[[], bool], folder: Path | None) -> None:
        super().__init__(window)  # it goes with the window, and its timers with it
        self._window, self._presenter, self._done, self._folder = window, presenter, done, folder
        self.words: list[str] = []
        self._caught = False
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self._check)
        presenter.calibrated.connect(self._show_result_for_a_while)
        presenter.spoke.connect(self._note)

    def start(self) -> None:
        """Begin with the calibration."""
        self.progressed.emit(self.tr("The virtual patient looks at nine points ..."))
        self._presenter.start_calibration()
        self._timer.start()

    def _show_result_for_a_while(self, calibration: Calibration) -> None:
        quality = calibration.quality
        text = self.tr("Calibrated: typical error {0:.1f} degrees ({1:.0f} px), simulated.")
        self.progressed.emit(text.format(quality.accuracy_deg, quality.accuracy_px))
        self._save("calibration.png")
        QTimer.singleShot(SETTLE_MS, self, self._window.result.accepted.emit)

    def _note(self, effect: Speak) -> None:
        self.words.append(effect.text)
        self.progressed.emit(self.tr("Spoken: {0}").format(effect.text))
        self._save("board.png")

    def _catch(self) -> None:
        """Keep a picture of the board at work, half way through a look."""
        dwell = self._presenter.turn.dwell
        if not self._caught and len(self._presenter.turn.message.text) > 1 and 0.4 < dwell.progress < 0.9:
            self._caught = self._save("working.png")

    def _save(self, name: str) -> bool:
        return bool(self._folder) and self._window.grab().save(str((self._folder or Path()) / name))

    def _check(self) -> None:
        self._catch()
        if self._done():
            self._timer.stop()
            QTimer.singleShot(SETTLE_MS, self, self.finished.emit)
