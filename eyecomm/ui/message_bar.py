"""The bar on top with the words written so far."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from eyecomm.ui.theme import DARK, SPACE_PX, font

SPOKEN_SHOWN_MS = 4000
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class MessageBar(QWidget):
    """Shows the message, and for a while what is being said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._spoken = ""
        self._notice = ""
        self._timer = QTimer(self, singleShot=True, interval=SPOKEN_SHOWN_MS)
        self._timer.timeout.connect(self._forget)

    def show_text(self, text: str) -> None:
        """Show the message written so far."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(self.tr("Message: {0}").format(text))
            self.update()

    def show_spoken(self, text: str) -> None:
        """Show for some seconds what is said aloud."""
        self._spoken, self._notice = text, ""
        self._timer.start()
        self.update()

    def show_notice(self, text: str) -> None:
        """Show a sentence to the patient for some seconds."""
        self._notice = text
        self._timer.start()
        self.update()

    @property
    def text(self) -> str:
        """The message shown."""
        return self._text

    def _forget(self) -> None:
        self._spoken = self._notice = ""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(SPACE_PX, SPACE_PX, -SPACE_PX, -SPACE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.surface))
        painter.drawRoundedRect(area, 12, 12)
        line = self._below_line()
        body = area.adjusted(24, 6, -24, -area.height() * 0.34 if line else -6)
        self._draw_message(painter, body)
        if line:
            below = QRectF(body.left(), body.bottom(), body.width(), area.bottom() - body.bottom() - 6)
            painter.setPen(QColor(DARK.progress))
            painter.setFont(font(below.height() * 0.62, bold=True))
            painter.drawText(below, LEFT, line)
        painter.end()

    def _below_line(self) -> str:
        if self._notice:
            return self._notice
        return self.tr("Saying: {0}").format(self._spoken) if self._spoken else ""

    def _draw_message(self, painter: QPainter, body: QRectF) -> None:
        ink = font(min(body.height() * 0.62, 72), bold=True)
        painter.setFont(ink)
        if not self._text:
            painter.setPen(QColor(DARK.text_soft))
            painter.drawText(body, LEFT, self.tr("Your words appear here"))
            return
        painter.setPen(QColor(DARK.text))
        metrics = QFontMetricsF(ink)
        # The end of a long message is what is being written: keep it in sight. A bar marks a space at the end.
        shown = metrics.elidedText(self._text + "▏", Qt.TextElideMode.ElideLeft, body.width())
        painter.drawText(body, LEFT, shown)
