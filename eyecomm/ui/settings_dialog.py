"""The carer's settings, made from the settings tree: label, unit, range and help stand beside each value there."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from eyecomm.storage.settings import Settings

Value = bool | int | float | str
LABEL_WIDTH_PX = 190


class SettingsDialog(QDialog):
    """Shows all settings and gives back changed ones; nothing is in force until it is confirmed.

    Attributes
    ----------
    test_voice_asked : Signal()
        The carer wants to hear the voice as set.

    Parameters
    ----------
    settings : Settings
        As they are.
    choices : mapping of (str, str) to sequence of (str, str)
        For group and field: what only the running system knows (cameras, voices), as (value, words).
    """

    test_voice_asked = Signal()

    def __init__(
        self,
        settings: Settings,
        choices: Mapping[tuple[str, str], list[tuple[str, str]]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings, self._choices = settings, choices or {}
        self.fields: dict[tuple[str, str], QWidget] = {}
        page = QWidget()
        column = QVBoxLayout(page)
        for name, group in _groups(settings).items():
            column.addWidget(self._group(name, group))
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        test = buttons.addButton(self.tr("Hear the voice"), QDialogButtonBox.ButtonRole.ActionRole)
        test.clicked.connect(self.test_voice_asked)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # the platform's own icons clash with ours
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.addWidget(scroll)
        outer.addWidget(buttons)
        self.resize(680, 720)

    def settings(self) -> Settings:
        """Give the settings as shown now."""
        groups = {}
        for name, group in _groups(self._settings).items():
            shown = {
                entry.name: _read(self.fields[name, entry.name], getattr(group, entry.name))
                for entry in dataclasses.fields(group)
            }
            groups[name] = dataclasses.replace(group, **shown)
        return dataclasses.replace(self._settings, **groups)

    def _group(self, name: str, group: Any) -> QGroupBox:  # noqa: ANN401 - any group of the tree
        box = QGroupBox(self._title(name))
        form = QFormLayout(box)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for entry in dataclasses.fields(group):
            listed = self._choices.get((name, entry.name))
            field = _field(getattr(group, entry.name), entry.metadata, listed)
            field.setToolTip(self.tr(entry.metadata.get("help", "")))
            field.setAccessibleName(self.tr(entry.metadata["label"]))
            label = QLabel(self.tr(entry.metadata["label"]))
            label.setMinimumWidth(LABEL_WIDTH_PX)
            label.setBuddy(field)
            form.addRow(label, field)
            self.fields[name, entry.name] = field
        return box

    def _title(self, name: str) -> str:
        return {
            "selection": self.tr("Choosing a cell"),
            "feedback": self.tr("What is seen and heard"),
            "gaze": self.tr("Gaze"),
            "calibration": self.tr("Calibration"),
            "voice": self.tr("Voice"),
            "camera": self.tr("Camera"),
            "screen": self.tr("Screen"),
        }.get(name, name)


def _groups(settings: Settings) -> dict[str, Any]:
    values = {entry.name: getattr(settings, entry.name) for entry in dataclasses.fields(settings)}
    return {name: value for name, value in values.items() if dataclasses.is_dataclass(value)}


def _field(value: Value, about: Mapping[str, Any], listed: list[tuple[str, str]] | None) -> QWidget:
    if isinstance(value, bool):
        box = QCheckBox()
        box.setChecked(value)
        return box
    if isinstance(value, str):
        return _text_field(value, listed or [(choice, choice.capitalize()) for choice in about.get("choices", ())])
    spin = QDoubleSpinBox()
    spin.setMinimumHeight(38)
    low, high = about["range"]
    spin.setRange(low, high)
    whole = isinstance(value, int) or high > 100
    spin.setDecimals(0 if whole else 2)
    spin.setSingleStep(max(1.0, round((high - low) / 100)) if whole else 0.05)
    spin.setSuffix(f" {about['unit']}" if about.get("unit") else "")
    spin.setValue(value)
    return spin


def _text_field(value: str, listed: list[tuple[str, str]]) -> QWidget:
    if not listed:
        return QLineEdit(value)
    combo = QComboBox()
    for choice, words in listed if any(choice == value for choice, _ in listed) else [(value, value), *listed]:
        combo.addItem(words, choice)
    combo.setCurrentIndex(combo.findData(value))
    return combo


def _read(field: QWidget, before: Value) -> Value:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return str(field.currentData())
    if isinstance(field, QDoubleSpinBox):
        return type(before)(field.value())
    assert isinstance(field, QLineEdit)
    return field.text().strip() or before
