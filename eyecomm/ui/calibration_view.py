"""What the patient sees during calibration: one calm target at a time."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from eyecomm.calibration.session import CalibrationStep
from eyecomm.geometry import Point
from eyecomm.ui.theme import DARK, font

TARGET_RADIUS_PX = 42.0


class CalibrationView(QWidget):
    """Draws the target, shrinking towards its middle while samples are collected.

    Attributes
    ----------
    stopped : Signal()
        The carer pressed Escape.
    """

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: CalibrationStep | None = None
        self._origin = QPointF()
        self._seen = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Calibration"))

    def place_at(self, origin: Point) -> None:
        """Say where on the screen, in pixels, the top left corner of this widget lies."""
        self._origin = QPointF(origin.x, origin.y)
        self.update()

    def show_step(self, step: CalibrationStep, *, eyes_seen: bool) -> None:
        """Show the target of this moment, and whether the eyes are seen."""
        self._step, self._seen = step, eyes_seen
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Escape leave."""
        if event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the target and one line of help."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(DARK.background))
        if self._step is not None:
            self._draw_target(painter, self._step)
            self._draw_help(painter, self._step)
        painter.end()

    def _draw_target(self, painter: QPainter, step: CalibrationStep) -> None:
        center = QPointF(step.target.x, step.target.y) - self._origin
        radius = TARGET_RADIUS_PX * (1.0 - 0.65 * step.progress)
        painter.setPen(QPen(QColor(DARK.progress if self._seen else DARK.cell_border), 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.text))
        painter.drawEllipse(center, 7, 7)

    def _draw_help(self, painter: QPainter, step: CalibrationStep) -> None:
        count = self.tr("Point {0} of {1}").format(step.index + 1, step.count)
        text = self.tr("Look at the circle") if self._seen else self.tr("The eyes are not seen. Waiting ...")
        painter.setFont(font(26))
        painter.setPen(QColor(DARK.text_soft if self._seen else DARK.warning))
        # Between the middle row and the bottom row of targets, where no target ever is.
        line = QRectF(0, self.height() * 0.66, self.width(), 44)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, f"{text}     {count}     {self.tr('Esc: stop')}")
