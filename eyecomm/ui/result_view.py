"""How well the calibration went: a number in words, and a picture of every target with where the gaze was found."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from eyecomm.calibration.quality import Quality, Verdict
from eyecomm.geometry import Point, Screen
from eyecomm.ui.theme import DARK, font


class ResultPicture(QWidget):
    """The screen in small: a circle for each target, a line to the middle of the estimates for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[tuple[Point, Point], ...] = ()
        self._screen: Screen | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)

    def show_pairs(self, pairs: tuple[tuple[Point, Point], ...], screen: Screen) -> None:
        """Show targets with their estimates, in pixels of the screen."""
        self._pairs, self._screen = pairs, screen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the picture."""
        if self._screen is None:
            return
        scale = min(self.width() / self._screen.width_px, self.height() / self._screen.height_px) * 0.96
        corner = QPointF(
            (self.width() - self._screen.width_px * scale) / 2, (self.height() - self._screen.height_px * scale) / 2
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(DARK.cell_border), 2))
        painter.setBrush(QColor(DARK.surface))
        painter.drawRect(QRectF(corner.x(), corner.y(), self._screen.width_px * scale, self._screen.height_px * scale))
        for target, estimate in self._pairs:
            a = corner + QPointF(target.x, target.y) * scale
            b = corner + QPointF(estimate.x, estimate.y) * scale
            painter.setPen(QPen(QColor(DARK.progress), 3))
            painter.drawLine(a, b)
            painter.setBrush(QColor(DARK.progress))
            painter.drawEllipse(b, 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK.text), 3))
            painter.drawEllipse(a, 11, 11)
        painter.end()


class ResultView(QWidget):
    """The page after a calibration.

    Attributes
    ----------
    accepted, again : Signal()
        The carer goes on to the board, or repeats the calibration.
    """

    accepted = Signal()
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.details, self.picture = QLabel(), QLabel(), ResultPicture()
        self.title.setFont(font(34, bold=True))
        self.title.setStyleSheet("font-size: 34px; font-weight: bold;")
        self.details.setWordWrap(True)
        self.details.setStyleSheet(f"font-size: 20px; color: {DARK.text_soft};")
        self.use = QPushButton(self.tr("Go to the board (Enter)"))
        self.use.setObjectName("primary")
        self.use.setShortcut("Return")
        self.use.clicked.connect(self.accepted)
        repeat = QPushButton(self.tr("Calibrate again (F5)"))
        repeat.setShortcut("F5")
        repeat.clicked.connect(self.again)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(repeat)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 32, 48, 32)
        column.setSpacing(16)
        for widget in (self.title, self.details, self.picture):
            column.addWidget(widget, 1 if widget is self.picture else 0)
        column.addLayout(buttons)

    def show_quality(self, quality: Quality, pairs: tuple[tuple[Point, Point], ...], screen: Screen) -> None:
        """Show the verdict, the numbers behind it and the picture."""
        self.title.setText(self._verdict(quality.verdict))
        self.details.setText(
            self.tr(
                "Typical error {0:.1f}° ({1:.0f} px), spread {2:.1f}° ({3:.0f} px). Each target was left out in "
                "turn and estimated from the others. Circles: where the targets were. Dots: where the gaze was found. "
                "The board comes by itself after 15 seconds."
            ).format(quality.accuracy_deg, quality.accuracy_px, quality.precision_deg, quality.precision_px)
        )
        self.picture.show_pairs(pairs, screen)

    def _verdict(self, verdict: Verdict) -> str:
        return {
            Verdict.GOOD: self.tr("✓  Good: ready for the letter board"),
            Verdict.FAIR: self.tr("●  Fair: the letter board may need a second look now and then"),
            Verdict.POOR: self.tr("▲  Poor: better light, a straighter camera or a second try will help"),
        }[verdict]
