"""Switches for kinds of noise, each with the mark that its changes have in the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from engine.protocol.fields import SettingValue, SwitchField
from gui.look.theme import Theme
from gui.widgets.class_marks import paint_mark
from gui.widgets.toggle import Toggle

_COLUMNS = 2


class _Mark(QWidget):
    """The mark of a kind; it says nothing to a screen reader, the switch does."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.setFixedSize(self._theme.px(10), self._theme.px(10))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the mark."""
        paint_mark(QPainter(self), self._theme, QRectF(self.rect()), self._number)


class NoiseSwitches(QWidget):
    """Switches side by side.

    Args:
        theme: Colours, fonts, lengths.
        fields: The switches, in the order of their marks.
        parent: Owner.

    Attributes:
        toggles: Name → switch.
    """

    changed = Signal(str, object)
    """Name and state of a switch that the person changed."""

    def __init__(self, theme: Theme, fields: Sequence[SwitchField], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.toggles: dict[str, Toggle] = {}
        self._rows: list[QHBoxLayout] = []
        for place, field in enumerate(fields):
            toggle = Toggle(theme, field.label)
            toggle.setObjectName(f"setting_{field.name}")
            toggle.setAccessibleDescription(field.help)
            toggle.setToolTip(field.help)
            toggle.clicked.connect(lambda on, name=field.name: self.changed.emit(name, on))
            self.toggles[field.name] = toggle
            row = QHBoxLayout()
            row.addWidget(_Mark(theme, place + 1))
            row.addWidget(toggle)
            row.addStretch(1)
            self._rows.append(row)
            self._grid.addLayout(row, place // _COLUMNS, place % _COLUMNS)
        self._space()
        theme.changed.connect(self._space)

    def set_values(self, values: Mapping[str, SettingValue]) -> None:
        """Shows which are on: name → state."""
        for name, toggle in self.toggles.items():
            toggle.setChecked(bool(values[name]))

    def _space(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        for row in self._rows:
            row.setSpacing(px(8))
