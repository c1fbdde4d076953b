"""Feeds the core and shows what it says: samples in, turns out, effects carried out."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from eyecomm.calibration.errors import CalibrationError
from eyecomm.calibration.layout import CalibrationLayout
from eyecomm.calibration.model import Calibration, calibrate
from eyecomm.calibration.session import CalibrationSession
from eyecomm.conversation.session import Session
from eyecomm.conversation.turn import CallCarer, Effect, Selected, Speak, Turn
from eyecomm.geometry import Rect, Screen
from eyecomm.selection.protocols import Selector
from eyecomm.simulate.view import ScreenView, SeenCell
from eyecomm.storage.errors import StorageError
from eyecomm.ui import words
from eyecomm.ui.window import Window
from eyecomm.workers.tracker import Observation, Tracker
from eyecomm.workers.tracker_status import TrackerCause

RESULT_SHOWN_MS = 15_000
BELL_CHECK_MS = 1000


class Mouth(Protocol):
    """Speaks, in order; words are never dropped."""

    def speak(self, text: str) -> object:
        """Say this after what is being said."""


class Bell(Protocol):
    """Calls the carer until it is answered."""

    @property
    def audible(self) -> bool | None:
        """Whether the call can be heard; None while that is not known."""

    @property
    def ringing(self) -> bool:
        """Whether a call goes on, even one from before a crash."""

    def ring(self) -> None:
        """Start to ring."""

    def check(self) -> None:
        """Keep the call alive; due about once a second."""

    def acknowledge(self) -> None:
        """Stop ringing."""


class Clicker(Protocol):
    """Makes a soft click."""

    def click(self) -> None:
        """Click now."""


class Keeper(Protocol):
    """Keeps things on disk."""

    def keep_turn(self, turn: Turn) -> None:
        """Keep message and board; raises StorageError."""

    def keep_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration; raises StorageError."""


class Presenter(QObject):
    """Stands between the window and the core.

    Attributes
    ----------
    viewed : Signal()
        What is on the screen has changed; read it from `screen_view`.
    spoke : Signal(Speak)
        These words were handed to the voice.
    calibrated : Signal(Calibration)
        A calibration was made and is in use.
    """

    viewed = Signal()
    spoke = Signal(Speak)
    calibrated = Signal(Calibration)

    def __init__(
        self,
        window: Window,
        tracker: Tracker,
        session: Session,
        *,
        screen: Screen,
        layout: CalibrationLayout,
        mouth: Mouth,
        bell: Bell,
        clicker: Clicker,
        keeper: Keeper,
    ) -> None:
        super().__init__(window)  # it goes with the window, and its timers with it
        self._window, self._tracker, self._session = window, tracker, session
        self._screen, self._layout = screen, layout
        self._mouth, self._bell, self._clicker, self._keeper = mouth, bell, clicker, keeper
        self._calibrating: CalibrationSession | None = None
        self._chosen = 0
        self._view = ScreenView()
        self._labels: tuple[str, ...] = ()
        self.speaks_choices = False
        self._area: Rect | None = None
        # A patient may be alone: the result does not wait for a carer for ever.
        self._patience = QTimer(self, singleShot=True, interval=RESULT_SHOWN_MS)
        self._patience.timeout.connect(self._accept)
        self._bell_watch = QTimer(self, interval=BELL_CHECK_MS)
        self._bell_watch.timeout.connect(self._watch_bell)
        self._bell_watch.start()
        self._connect()

    def _connect(self) -> None:
        window = self._window
        self._tracker.observed.connect(self._observe)
        self._tracker.status_changed.connect(self._show_status)
        window.board_placed.connect(self._place)
        window.board.chosen_by_hand.connect(self._choose)
        window.strip.calibrate_asked.connect(self.start_calibration)
        window.calibration.stopped.connect(self.stop_calibration)
        window.result.accepted.connect(self._accept)
        window.result.again.connect(self.start_calibration)
        window.call.acknowledged.connect(self._answer_call)

    @property
    def screen_view(self) -> ScreenView:
        """What a person sees of the screen now."""
        return self._view

    @property
    def turn(self) -> Turn:
        """The conversation now."""
        return self._session.turn

    def start_calibration(self) -> None:
        """Show the first target. The calibration in use stays until a new one is made."""
        self._patience.stop()
        self._tracker.follow_center()
        self._calibrating = CalibrationSession(self._layout, self._screen)
        self._window.show_calibration()
        self._show_view()

    def stop_calibration(self) -> None:
        """Leave the calibration; the one before stays in use."""
        self._calibrating = None
        self._accept()

    def use(self, calibration: Calibration) -> None:
        """Estimate the gaze with a calibration from now on."""
        self._tracker.use_estimator(calibration.estimator, calibration.quality.precision_px)

    def receive(self, session: Session, keeper: Keeper) -> None:
        """Let someone else talk: a conversation of their own, kept by their own keeper."""
        self._session, self._keeper = session, keeper
        self._calibrating = None
        self._accept()

    def select_with(self, selector: Selector, usual_dwell_s: float) -> None:
        """Change how cells are chosen; the message stays."""
        self._show(self._session.use(selector, usual_dwell_s))

    def call(self) -> None:
        """Call the carer. Works in every state: it needs no calibration, board or voice."""
        self._bell.ring()
        self._window.call.show_call(audible=self._bell.audible is not False)

    def _observe(self) -> None:
        observation = self._tracker.take()
        if observation is None:
            return
        if self._calibrating is not None:
            self._calibrate(self._calibrating, observation)
        else:
            self._show(self._session.update(observation.sample))
            self._window.board.show_gaze(observation.sample.point)

    def _calibrate(self, session: CalibrationSession, observation: Observation) -> None:
        sample = observation.sample
        step = session.update(observation.features, sample.openness, sample.timestamp_s)
        self._window.calibration.show_step(step, eyes_seen=observation.features is not None)
        if session.done:
            self._calibrating = None
            self._finish(session)
        self._show_view()

    def _finish(self, session: CalibrationSession) -> None:
        try:
            calibration = calibrate(session.result())
        except CalibrationError as error:
            self._window.strip.show_notice(words.on_calibration(error), "calibration")
            self._accept()
            return
        self.use(calibration)
        quality = calibration.quality
        pairs = tuple((one.target, one.estimate) for one in quality.targets)
        self._window.result.show_quality(quality, pairs, self._screen)
        self._window.show_result()
        self._window.strip.show_notice("", "calibration")
        self._patience.start()
        self.keep(lambda: self._keeper.keep_calibration(calibration))
        self.calibrated.emit(calibration)

    def _accept(self) -> None:
        self._patience.stop()
        self._area = None
        self._window.show_board()

    def _place(self) -> None:
        area = self._window.board_area()
        if area != self._area and area.width > 0 and area.height > 0:
            self._area = area
            self._show(self._session.resize(area))

    def _choose(self, index: int) -> None:
        self._show(self._session.choose(index))

    def _show(self, turn: Turn) -> None:
        self._labels = self._window.board.labels()  # what was chosen stood on the board as it was before
        self._window.board.show_turn(turn)
        self._window.message.show_text(turn.message.text)
        for effect in turn.effects:
            self._carry_out(effect, turn)
        self._show_view()

    def _carry_out(self, effect: Effect, turn: Turn) -> None:
        if isinstance(effect, Selected):
            self._chosen += 1
            self._clicker.click()
            self.keep(lambda: self._keeper.keep_turn(turn))
            if self.speaks_choices and effect.index < len(self._labels):
                self._mouth.speak(self._labels[effect.index])
            if turn.dwell.selected == effect.index:
                self._window.board.flash(effect.index)
        elif isinstance(effect, Speak):
            self._window.message.show_spoken(effect.text)
            self._mouth.speak(effect.text)
            self.spoke.emit(effect)
        elif isinstance(effect, CallCarer):
            self.call()
        else:
            self._window.strip.show_notice(words.on_missing_board(effect.board_id), "board")

    def keep(self, write: Callable[[], None]) -> None:
        """Write something to the disk; if that fails, the carer is told."""
        try:
            write()
        except StorageError as error:
            self._window.strip.show_notice(words.on_storage(error), "storage")

    def _watch_bell(self) -> None:
        self._bell.check()
        if self._bell.ringing:
            self._window.call.show_call(audible=self._bell.audible is not False)

    def _answer_call(self) -> None:
        self._bell.acknowledge()
        self._window.call.hide_call()

    def _show_status(self) -> None:
        status = self._tracker.status()
        good = status.cause in (TrackerCause.OK, TrackerCause.STARTING)
        self._window.strip.show_status(words.on_status(status), good=good)
        self._window.strip.offer_demo(offered=status.cause is TrackerCause.NO_CAMERA)

    def _show_view(self) -> None:
        """Tell what a person would see; the virtual patient looks at it."""
        if self._calibrating is not None:
            view = ScreenView(beacon=self._calibrating.step.target, chosen=self._chosen)
        else:
            turn = self._session.turn
            labels = self._window.board.labels()
            cells = tuple(SeenCell(label, cell.rect) for label, cell in zip(labels, turn.cells, strict=False))
            view = ScreenView(cells, turn.message.text, None, self._chosen)
        if view != self._view:
            self._view = view
            self.viewed.emit()
