"""The carer's strip at the bottom: what is well, what is wrong, and the few things a carer does."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from eyecomm.ui.theme import DARK

NOTICE_HEIGHT_PX = 22


class CarerStrip(QWidget):
    """Status in words on the left, buttons on the right.

    Attributes
    ----------
    calibrate_asked, settings_asked, full_screen_asked, quit_asked, demo_asked : Signal()
        The carer's intentions.
    """

    calibrate_asked = Signal()
    settings_asked = Signal()
    full_screen_asked = Signal()
    quit_asked = Signal()
    demo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: dict[str, str] = {}
        self._symbol, self._status, self._notice = QLabel(), QLabel(), QLabel()
        self._notice.setStyleSheet(f"color: {DARK.warning};")
        for label in (self._status, self._notice):
            # Nothing is cut off on a small screen: sentences take a second line.
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        # Its place is kept while it is empty: a notice must not move the cells under the patient's eyes.
        self._notice.setMinimumHeight(NOTICE_HEIGHT_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 2, 16, 6)
        column.setSpacing(2)
        column.addWidget(self._notice)
        row = self._row = QHBoxLayout()
        row.setSpacing(10)
        column.addLayout(row)
        row.addWidget(self._symbol)
        row.addWidget(self._status, 1)
        self.demo_button = self._button(self.tr("Show the virtual patient"), self.demo_asked)
        self.calibrate_button = self._button(self.tr("Calibrate"), self.calibrate_asked, "F5")
        self._button(self.tr("Settings"), self.settings_asked, "F9")
        self._button(self.tr("Full screen"), self.full_screen_asked, "F11")
        self._button(self.tr("Quit"), self.quit_asked, "Ctrl+Q")
        self.demo_button.hide()

    def _button(self, words: str, signal: SignalInstance, key: str = "") -> QPushButton:
        button = QPushButton(words, self)
        button.clicked.connect(signal)
        if key:
            button.setShortcut(key)
            button.setToolTip(self.tr("Key: {0}").format(key))
        self._row.addWidget(button)
        return button

    def show_status(self, words: str, *, good: bool) -> None:
        """Show one sentence on the eyes and the camera, with a symbol that does not rely on colour."""
        self._symbol.setText("●" if good else "▲")
        self._symbol.setStyleSheet(f"color: {DARK.good if good else DARK.warning}; font-size: 20px;")
        self._status.setText(words)
        self._status.setToolTip(words)

    def show_notice(self, words: str, topic: str = "") -> None:
        """Show one sentence on what else needs the carer, one for each topic; an empty one removes it."""
        self._notices.pop(topic, None)
        if words:
            self._notices[topic] = words
        shown = "  ·  ".join(self._notices.values())
        self._notice.setText(shown)
        self._notice.setToolTip("\n".join(self._notices.values()))

    def offer_demo(self, *, offered: bool) -> None:
        """Offer the virtual patient, where there is no camera."""
        self.demo_button.setVisible(offered)

    @property
    def status(self) -> str:
        """The status shown."""
        return self._status.text()

    @property
    def notice(self) -> str:
        """The notices shown."""
        return self._notice.text()
