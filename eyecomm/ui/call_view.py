"""The full-screen flash of a call: impossible to overlook, ended by the carer at the device."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from eyecomm.ui.theme import DARK, fitting_font

FLASH_MS = 600  # 0.8 flashes a second: far below the three a second that may provoke seizures (WCAG 2.3.1)


class CallView(QWidget):
    """Covers the window while a call rings.

    Attributes
    ----------
    acknowledged : Signal()
        The carer pressed a key or clicked.
    """

    acknowledged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bright = True
        self._audible = True
        self._timer = QTimer(self, interval=FLASH_MS)
        self._timer.timeout.connect(self._flash)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Call for help. Press any key to answer."))
        self.hide()

    def show_call(self, *, audible: bool) -> None:
        """Start to flash; say so if the call cannot be heard."""
        self._audible = audible
        if self.isVisible():
            return
        self._timer.start()
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    def hide_call(self) -> None:
        """Stop flashing."""
        self._timer.stop()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Any key of the carer answers the call."""
        event.accept()
        self.acknowledged.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Any click or touch of the carer answers the call."""
        event.accept()
        self.acknowledged.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the call."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.alarm if self._bright else DARK.background))
        painter.setPen(QColor("#000000" if self._bright else "#ffffff"))
        text = self.tr("I need help")
        painter.setFont(fitting_font(text, self.width() * 0.8, self.height() * 0.4, self.height() * 0.25))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        below = self.tr("Press any key or touch the screen to answer")
        if not self._audible:
            below += "\n" + self.tr("No sound device: this call cannot be heard!")
        painter.setFont(fitting_font(below, self.width() * 0.8, 80, 32))
        area = self.rect().adjusted(0, self.height() * 2 // 3, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, below)
        painter.end()

    def _flash(self) -> None:
        self._bright = not self._bright
        self.update()
