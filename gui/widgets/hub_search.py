"""A search of the hub: what is searched for, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.search_field import SearchField


class HubSearch(QWidget):
    """A field and a button beside each other.

    Signals:
        search_requested: What is searched for; empty when its words are taken away.

    Attributes:
        field: What is searched for.
    """

    search_requested = Signal(str)

    def __init__(self, theme: Theme, words: str, name: str, parent: QWidget | None = None) -> None:
        """Starts empty.

        Args:
            theme: Colours, fonts, lengths.
            words: What can be typed.
            name: Of the field; the button's is that with ``_button``.
            parent: Owner.
        """
        super().__init__(parent)
        self._theme = theme
        self.field = SearchField(theme, words)
        self.field.setObjectName(name)
        self.field.returnPressed.connect(self._search)
        self.field.textChanged.connect(self._forget)
        self._button = Button(theme, "Search", "secondary", "search")
        self._button.setObjectName(f"{name}_button")
        self._button.clicked.connect(self._search)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self._button)
        theme.changed.connect(self._measure)
        self._measure()

    def set_busy(self, busy: bool) -> None:
        """Shows whether a search is under way."""
        self._button.set_busy(busy)

    def _search(self) -> None:
        if self.field.text().strip():
            self.search_requested.emit(self.field.text())

    def _forget(self, text: str) -> None:
        if not text:
            self.search_requested.emit("")

    def _measure(self) -> None:
        self._row.setSpacing(self._theme.px(8))
