"""How EyeComm looks: colours, type and spacing, in one place.

The hues (blue, amber, vermilion) stay apart for colour-blind eyes (Okabe and Ito 2008).
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontMetricsF


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of the app, as `#rrggbb`."""

    background: str = "#0e1216"
    surface: str = "#1b232c"
    cell: str = "#23303d"
    cell_border: str = "#3a4b5c"
    text: str = "#ffffff"
    text_soft: str = "#a9b8c6"
    progress: str = "#ffc21a"
    chosen: str = "#ffe9a8"
    focus: str = "#56b4e9"
    good: str = "#56b4e9"
    warning: str = "#ffc21a"
    alarm: str = "#d55e00"


DARK = Palette()
SPACE_PX = 8


def luminance(color: QColor) -> float:
    """Relative luminance from 0 to 1 (WCAG 2.2)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def text_on(background: QColor) -> QColor:
    """Give black or white, whichever reads better on a background."""
    black, white = QColor("#000000"), QColor("#ffffff")
    return max(black, white, key=lambda ink: contrast(ink, background))


def font(size_px: float, *, bold: bool = False) -> QFont:
    """Make the app's font at a height in pixels."""
    made = QFont()
    made.setPixelSize(max(1, round(size_px)))
    made.setBold(bold)
    return made


def fitting_font(text: str, width_px: float, height_px: float, largest_px: float) -> QFont:
    """Make the largest bold font, up to a size, in which the words of a text fit a box when wrapped at spaces."""
    size = max(8.0, min(largest_px, height_px))
    words = text.split() or [""]
    while size > 8:
        metrics = QFontMetricsF(font(size, bold=True))
        widest = max(metrics.horizontalAdvance(word) for word in words)
        if widest <= width_px and _lines(words, metrics, width_px) * metrics.lineSpacing() <= height_px:
            break
        size *= 0.92
    return font(size, bold=True)


def _lines(words: list[str], metrics: QFontMetricsF, width_px: float) -> int:
    lines, used = 1, 0.0
    space = metrics.horizontalAdvance(" ")
    for word in words:
        width = metrics.horizontalAdvance(word)
        if used and used + space + width > width_px:
            lines, used = lines + 1, width
        else:
            used += width + (space if used else 0)
    return lines


def style_sheet(palette: Palette = DARK) -> str:
    """Give the style of the carer's controls."""
    edge = f"border: 2px solid {palette.cell_border}; border-radius: 8px"
    return f"""
    QWidget {{ background: {palette.background}; color: {palette.text}; font-size: 16px; }}
    QLabel, QCheckBox {{ background: transparent; }}
    QPushButton {{ background: {palette.cell}; {edge}; padding: 6px 14px; min-height: 24px; }}
    QPushButton:hover, QPushButton:focus {{ border-color: {palette.focus}; }}
    QPushButton:disabled {{ color: #6c7a88; border-color: #2a3540; }}
    QPushButton#primary {{ background: {palette.focus}; color: #000000; font-weight: bold; }}
    QPushButton#primary:focus {{ border-color: {palette.text}; }}
    QPushButton#call {{ background: {palette.alarm}; color: #000000; font-weight: bold; }}
    QComboBox, QLineEdit, QDoubleSpinBox, QSpinBox {{
        background: {palette.surface}; {edge}; padding: 5px 8px; min-height: 24px; }}
    QComboBox:focus, QLineEdit:focus, QDoubleSpinBox:focus, QSpinBox:focus {{ border-color: {palette.focus}; }}
    QComboBox QAbstractItemView {{
        background: {palette.surface}; selection-background-color: {palette.cell_border}; }}
    QGroupBox {{ border: 1px solid {palette.cell_border}; border-radius: 8px; margin-top: 14px; padding-top: 10px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 12px; padding: 0 6px; color: {palette.text_soft}; }}
    QCheckBox::indicator {{ width: 20px; height: 20px; {edge}; background: {palette.surface}; }}
    QCheckBox::indicator:checked {{ background: {palette.focus}; }}
    QCheckBox::indicator:focus {{ border-color: {palette.focus}; }}
    QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; }}
    QScrollBar:vertical {{ background: {palette.background}; width: 14px; }}
    QScrollBar::handle:vertical {{ background: {palette.cell_border}; border-radius: 6px; min-height: 40px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    """
