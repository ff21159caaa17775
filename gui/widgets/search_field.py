"""A field to search with: a magnifying glass before the words, a cross behind them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import icon_button


class SearchField(QLineEdit):
    """A line to type in; Escape empties it.

    Args:
        theme: Colours, icons and lengths.
        words: What is searched, e.g. ``"Search the texts"``; also the accessible name.
        parent: Owner.
    """

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clear = icon_button(theme, "x", "Clear search", size="small")
        self._clear.setParent(self)
        self._clear.setObjectName("clear_search")
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.set_words(words)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_words(self, words: str) -> None:
        """Changes what stands in the empty field."""
        self.setPlaceholderText(words)
        self.setAccessibleName(words)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setTextMargins(px(20), 0, px(18), 0)
        self._clear.setFixedSize(px(24), px(24))
        self._place_clear()

    def _place_clear(self) -> None:
        gap = (self.height() - self._clear.height()) // 2
        self._clear.move(self.width() - self._clear.width() - gap, gap)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Empties the field on Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Keeps the cross at the end."""
        super().resizeEvent(event)
        self._place_clear()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the glass over the field."""
        super().paintEvent(event)
        px = self._theme.px
        glass = self._theme.pixmap("search", "text3", 16)
        QPainter(self).drawPixmap(px(10), (self.height() - px(16)) // 2, glass)
