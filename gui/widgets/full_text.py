"""The whole text of a cell, in a popover that closes by itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.popover import Popover


class FullText(Popover):
    """Shows a text to be read and copied; Escape or a click elsewhere closes it."""

    def __init__(self, theme: Theme, title: str, text: str, parent: QWidget | None = None) -> None:
        """Makes the popover; :meth:`open_over` shows it.

        Args:
            theme: Colours and fonts.
            title: Where the text stands, e.g. ``"Row 12, message"``.
            text: All of it.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("full_text")
        self.setAccessibleName(f"Full text of {title}")
        px = theme.px
        self._text = QPlainTextEdit(text, self)
        self._text.setObjectName("text")
        self._text.setAccessibleName(title)
        self._text.setReadOnly(True)
        self._text.setProperty("plain", True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setFont(theme.font("lead"))
        head = QHBoxLayout()
        head.addWidget(label(theme, title, "bodyStrong"))
        head.addStretch(1)
        head.addWidget(label(theme, count("words", len(text.split())), "small", "text3"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(head)
        layout.addWidget(self._text, 1)
        self.setMinimumWidth(px(320))
        self.setFocusProxy(self._text)

    @property
    def text(self) -> str:
        """The text on screen."""
        return self._text.toPlainText()

    def open_over(self, owner: QWidget) -> None:
        """Shows the popover in the middle of a widget, as high as the text needs and the widget allows."""
        lines = max(2, min(14, 1 + len(self.text) // 60 + self.text.count("\n")))
        height = self._theme.px(90) + lines * self._text.fontMetrics().lineSpacing()
        width = max(self.minimumWidth(), min(owner.width() * 3 // 4, self._theme.px(640)))
        place = QRect(0, 0, width, min(height, max(owner.height() - 40, 160)))
        place.moveCenter(QPoint(owner.width() // 2, owner.height() // 2))
        place.moveTopLeft(owner.mapToGlobal(place.topLeft()))
        self.setGeometry(place)
        self.show()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)
