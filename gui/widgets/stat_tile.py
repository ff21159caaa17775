"""A number that matters, with its name above and what it is measured against beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel


class StatTile(QWidget):
    """A tile like "Time left: 47 s of 2 min 11 s".

    Args:
        theme: Where fonts and icons come from.
        icon: Name of an icon before the caption.
        caption: What the number is.
        parent: Owner.
    """

    def __init__(self, theme: Theme, icon: str, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = IconLabel(theme, icon, "text3", 14)
        self._caption = ThemedLabel(theme, caption, "caption", "text3", elide=True)
        self._value = ThemedLabel(theme, "–", "title")
        self._note = ThemedLabel(theme, "", "caption", "text3", elide=True)
        self._top = QHBoxLayout()
        self._top.addWidget(self._icon)
        self._top.addWidget(self._caption, 1)
        self._bottom = QHBoxLayout()
        self._bottom.addWidget(self._value)
        self._bottom.addWidget(self._note, 1, Qt.AlignmentFlag.AlignBottom)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top)
        self._column.addLayout(self._bottom)
        self._measure()
        theme.changed.connect(self._measure)

    def set_value(self, value: str, note: str = "") -> None:
        """Shows a number with its unit, and beside it what it is measured against."""
        self._value.setText(value)
        self._note.setText(note)
        self.setAccessibleName(f"{self._caption.text()}: {value} {note}".strip())

    def value_text(self) -> str:
        """Returns the number as it is shown."""
        return self._value.text()

    def note_text(self) -> str:
        """Returns the words beside the number."""
        return self._note.text()

    def caption_text(self) -> str:
        """Returns what the number is called."""
        return self._caption.text()

    def set_caption(self, caption: str) -> None:
        """Changes what the number is called."""
        self._caption.setText(caption)

    def _measure(self) -> None:
        px = self._theme.px
        self._top.setSpacing(px(6))
        self._bottom.setSpacing(px(8))
        self._column.setSpacing(px(2))
        self._note.setContentsMargins(0, 0, 0, px(4))
