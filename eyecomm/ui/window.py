"""The window: message on top, board below it, the carer's strip at the bottom; calibration and calls cover it."""

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from eyecomm.geometry import Point, Rect
from eyecomm.ui.board_view import BoardView
from eyecomm.ui.calibration_view import CalibrationView
from eyecomm.ui.call_view import CallView
from eyecomm.ui.carer_strip import CarerStrip
from eyecomm.ui.message_bar import MessageBar
from eyecomm.ui.result_view import ResultView
from eyecomm.ui.theme import style_sheet

MESSAGE_SHARE = 0.16  # of the window's height


class Window(QMainWindow):
    """Holds the views and knows where on the screen they lie.

    Attributes
    ----------
    board_placed : Signal()
        The board has a new place on the screen; read it from `board_area`.
    closed : Signal()
        The window is going.
    """

    board_placed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("EyeComm")
        self.setStyleSheet(style_sheet())
        self.message, self.board, self.strip = MessageBar(), BoardView(), CarerStrip()
        self.calibration, self.result = CalibrationView(), ResultView()
        self._talk = QWidget()
        column = QVBoxLayout(self._talk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for view in (self.message, self.board, self.strip):
            column.addWidget(view, 1 if view is self.board else 0)
        self._pages = QStackedWidget()
        for page in (self._talk, self.calibration, self.result):
            self._pages.addWidget(page)
        self.setCentralWidget(self._pages)
        self.call = CallView(self)
        self.board.resized.connect(self._place)
        self.strip.full_screen_asked.connect(self.toggle_full_screen)
        self.strip.quit_asked.connect(self.close)

    def board_area(self) -> Rect:
        """Give the place of the board in pixels of the screen."""
        corner = self.board.mapToGlobal(QPoint(0, 0))
        return Rect(corner.x(), corner.y(), self.board.width(), self.board.height())

    def show_board(self) -> None:
        """Show message, board and strip."""
        self._pages.setCurrentWidget(self._talk)
        self.board.setFocus()
        self._place()

    def show_calibration(self) -> None:
        """Show the page with the targets."""
        self._pages.setCurrentWidget(self.calibration)
        self.calibration.setFocus()
        self._place()

    def show_result(self) -> None:
        """Show how the calibration went."""
        self._pages.setCurrentWidget(self.result)
        self.result.setFocus()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back to a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.fill_screen()

    def fill_screen(self) -> None:
        """Fill the screen, also where no window manager does it for us."""
        screen = self.screen() or QApplication.primaryScreen()
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the proportions, and the call over everything."""
        super().resizeEvent(event)
        self.message.setFixedHeight(max(72, round(self.height() * MESSAGE_SHARE)))
        self.call.setGeometry(self.rect())

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the board out anew where the window now is."""
        super().moveEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow a change between window and full screen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._place()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the window is going."""
        self.closed.emit()
        super().closeEvent(event)

    def _place(self) -> None:
        if not self.isVisible():
            return
        corner = self.board.mapToGlobal(QPoint(0, 0))
        self.board.place_at(Point(corner.x(), corner.y()))
        corner = self.calibration.mapToGlobal(QPoint(0, 0))
        self.calibration.place_at(Point(corner.x(), corner.y()))
        self.board_placed.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the board out as soon as it has a place."""
        super().showEvent(event)
        self._place()
