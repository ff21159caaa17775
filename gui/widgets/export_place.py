"""Where an export goes: the folder, and a button to change it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.texts import place_in_words
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.file_dialog import ask_for_folder
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel


class ExportPlace(QWidget):
    """The line below the forms.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.

    Attributes:
        place: The folder; ``None`` while there is no run.
    """

    place_changed = Signal()
    """The person has chosen another folder."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.place: Path | None = None
        self._words = ThemedLabel(theme, "", "body", elide=True)
        self._words.setObjectName("export_place")
        self._panel = Panel(theme, edge="borderStrong", radius="control")
        self._inside = QHBoxLayout(self._panel)
        self._inside.addWidget(IconLabel(theme, "folder", "text2", 16))
        self._inside.addWidget(self._words, 1)
        self._change = Button(theme, "Change")
        self._change.setObjectName("change_place")
        self._change.clicked.connect(self.ask)
        self._row = QHBoxLayout()
        self._row.addWidget(self._panel, 1)
        self._row.addWidget(self._change)
        self._column = QVBoxLayout(self)
        self._column.addWidget(ThemedLabel(theme, "Where", "body", weight=600))
        self._column.addLayout(self._row)
        theme.changed.connect(self._space)
        self._space()

    def set_place(self, place: Path) -> None:
        """Shows a folder."""
        self.place = place
        self._words.setText(place_in_words(place))
        self._words.setToolTip(str(place))
        self._change.setAccessibleDescription(f"Now {place_in_words(place)}")

    def ask(self) -> None:
        """Lets the person choose another folder, without waiting for it."""
        ask_for_folder(self, "Choose the folder to export into", self._take)

    def _take(self, path: str) -> None:
        self.set_place(Path(path))
        self.place_changed.emit()

    def _space(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(8))
        self._inside.setContentsMargins(px(10), px(7), px(10), px(7))
