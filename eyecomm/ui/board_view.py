"""The board: large cells, and on the cell looked at an honest picture of how near it is to being chosen."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from eyecomm.boards.layout import Cell
from eyecomm.boards.model import ActionKind
from eyecomm.conversation.turn import Turn
from eyecomm.geometry import Point
from eyecomm.ui.theme import DARK, SPACE_PX, fitting_font, text_on

FLASH_MS = 220
DOT_RADIUS_PX = 12


class BoardView(QWidget):
    """Draws a turn; cells are drawn once into a picture and only the changed ones again.

    Attributes
    ----------
    chosen_by_hand : Signal(int)
        The carer clicked a cell.
    resized : Signal()
        The place of the board on the screen has changed.
    """

    chosen_by_hand = Signal(int)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turn: Turn | None = None
        self._shown_progress: tuple[int | None, float] = (None, 0.0)
        self._picture: QPixmap | None = None
        self._flash: int | None = None
        self._dot: Point | None = None
        self._dot_wanted = False
        self._style = "ring"
        self._origin = QPointF()
        self._word_size_px = 0
        self._timer = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._timer.timeout.connect(self._end_flash)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_feedback(self, style: str, *, gaze_dot: bool) -> None:
        """Choose how progress looks ("ring", "fill" or "none") and whether a dot shows the gaze."""
        self._style, self._dot_wanted = style, gaze_dot
        self.update()

    def show_turn(self, turn: Turn) -> None:
        """Show the board, the progress and the cell just chosen."""
        before, self._turn = self._turn, turn
        if before is None or before.cells is not turn.cells or _undo(before) != _undo(turn):
            self._redraw_all()
        self._show_progress(turn)

    def flash(self, index: int) -> None:
        """Light up a cell that was just chosen."""
        self._end_flash()
        self._flash = index
        self._timer.start()
        self._update_cell(index)

    def show_gaze(self, point: Point | None) -> None:
        """Show where the gaze is, if the dot is wanted."""
        if not self._dot_wanted:
            return
        for place in (self._dot, point):
            if place is not None:
                center = QPointF(place.x, place.y) - self._origin
                size = DOT_RADIUS_PX + 2
                self.update(QRectF(center.x() - size, center.y() - size, 2 * size, 2 * size).toAlignedRect())
        self._dot = point

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the cells must be laid out anew."""
        super().resizeEvent(event)
        self._picture = None
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let a carer choose a cell by hand."""
        place = event.position()
        for index, cell in enumerate(self._turn.cells if self._turn else ()):
            if self._place(cell).contains(place) and cell.button.enabled:
                self.chosen_by_hand.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the picture of the board and draw what changes over it."""
        if self._turn is None:
            return
        if self._picture is None:
            self._picture = self._draw_board(self._turn)
        painter = QPainter(self)
        area = event.rect()
        ratio = self._picture.devicePixelRatio()
        source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
        painter.drawPixmap(QRectF(area), self._picture, source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_feedback(painter, area)
        painter.end()

    def _draw_feedback(self, painter: QPainter, area: QRect) -> None:
        assert self._turn is not None
        index, progress = self._shown_progress
        if self._flash is not None and self._flash < len(self._turn.cells):
            self._draw_cell(painter, self._turn.cells[self._flash], chosen=True)
        elif index is not None and self._place(self._turn.cells[index]).intersects(QRectF(area)):
            self._draw_progress(painter, self._place(self._turn.cells[index]), progress)
        if self._dot_wanted and self._dot is not None:
            painter.setPen(QPen(QColor("#000000"), 2))
            painter.setBrush(QColor(DARK.focus))
            painter.drawEllipse(QPointF(self._dot.x, self._dot.y) - self._origin, DOT_RADIUS_PX, DOT_RADIUS_PX)

    def _show_progress(self, turn: Turn) -> None:
        shown = (turn.dwell.target, turn.dwell.progress)
        if shown == self._shown_progress:
            return
        before, self._shown_progress = self._shown_progress, shown
        for index in {before[0], shown[0]}:
            if index is not None:
                self._update_cell(index)

    def _redraw_all(self) -> None:
        self._picture = None
        self._shown_progress = (None, 0.0)
        self._flash = None
        self.update()

    def _end_flash(self) -> None:
        self._timer.stop()
        before, self._flash = self._flash, None
        if before is not None:
            self._update_cell(before)

    def _update_cell(self, index: int) -> None:
        if self._turn is not None and index < len(self._turn.cells):
            self.update(self._place(self._turn.cells[index]).toAlignedRect())

    def _place(self, cell: Cell) -> QRectF:
        r = cell.rect
        return QRectF(r.x - self._origin.x(), r.y - self._origin.y(), r.width, r.height)

    def place_at(self, origin: Point) -> None:
        """Say where on the screen, in pixels, the top left corner of this widget lies."""
        self._origin = QPointF(origin.x, origin.y)
        self._redraw_all()

    def _draw_board(self, turn: Turn) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(DARK.background))
        self._word_size_px = self._common_size_px(turn)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cell in turn.cells:
            self._draw_cell(painter, cell, chosen=False)
        painter.end()
        return picture

    def _draw_cell(self, painter: QPainter, cell: Cell, *, chosen: bool) -> None:
        margin = SPACE_PX / 2
        area = self._place(cell).adjusted(margin, margin, -margin, -margin)
        fill = QColor(DARK.chosen) if chosen else _background(cell)
        painter.setPen(QPen(QColor(*cell.button.border) if cell.button.border else QColor(DARK.cell_border), 2))
        painter.setBrush(fill)
        painter.drawRoundedRect(area, 12, 12)
        label = self._label(cell)
        ink = text_on(fill)
        if not cell.button.enabled:
            ink.setAlphaF(0.35)
        painter.setPen(ink)
        painter.setFont(self._font(label, area))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, label)

    def _font(self, label: str, area: QRectF) -> QFont:
        """Letters are as large as fits; the words of a board share one size, so that none looks more important."""
        fitted = fitting_font(label, area.width() * 0.62, area.height() * 0.5, area.height() * 0.42)
        if len(label) > 1 and self._word_size_px:
            fitted.setPixelSize(min(fitted.pixelSize(), self._word_size_px))
        return fitted

    def _common_size_px(self, turn: Turn) -> int:
        words = [(self._label(cell), self._place(cell)) for cell in turn.cells if len(cell.button.label) > 1]
        sizes = [fitting_font(w, a.width() * 0.62, a.height() * 0.5, a.height() * 0.42).pixelSize() for w, a in words]
        return min(sizes, default=0)

    def _label(self, cell: Cell) -> str:
        clears = any(action.kind is ActionKind.CLEAR for action in cell.button.actions)
        return self.tr("Undo clear") if clears and self._turn and _undo(self._turn) else cell.button.label

    def labels(self) -> tuple[str, ...]:
        """Give the words on the cells, as drawn."""
        return tuple(self._label(cell) for cell in self._turn.cells) if self._turn else ()

    def _draw_progress(self, painter: QPainter, place: QRectF, progress: float) -> None:
        if self._style == "none" or progress <= 0:
            return
        color = QColor(DARK.progress)
        if self._style == "fill":
            color.setAlphaF(0.45)
            area = place.adjusted(4, 4, -4, -4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(area.adjusted(0, area.height() * (1 - progress), 0, 0), 8, 8)
            return
        radius = min(place.width(), place.height()) * 0.42
        ring = QRectF(place.center().x() - radius, place.center().y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = max(5.0, radius * 0.12)
        track = QColor(color)
        track.setAlphaF(0.22)
        painter.setPen(QPen(track, width))
        painter.drawEllipse(ring)
        painter.setPen(QPen(color, width, c=Qt.PenCapStyle.FlatCap))
        # Qt counts sixteenths of a degree, against the clock, from three o'clock.
        painter.drawArc(ring, 90 * 16, -round(progress * 360 * 16))


def _undo(turn: Turn) -> bool:
    return bool(turn.message.cleared and not turn.message.text)


def _background(cell: Cell) -> QColor:
    return QColor(*cell.button.background) if cell.button.background else QColor(DARK.cell)
