"""The whole text of a cell, to be read or changed, in a popover that closes by itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.popover import Popover
from gui.widgets.typed_text import typed_text


class FullText(Popover):
    """Shows a text to be read and copied, or changed; Escape or a click elsewhere closes it.

    Signals:
        text_changed: The text as the person wants it.
    """

    text_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        parent: QWidget | None = None,
        *,
        editable: bool = False,
        fixed: str = "",
    ) -> None:
        """Makes the popover; :meth:`open_over` shows it.

        Args:
            theme: Colours and fonts.
            title: Where the text stands, e.g. ``"Row 12, message"``.
            text: All of it.
            parent: Owner.
            editable: Whether the text may be changed.
            fixed: Why it may not, in a sentence; empty where nobody would try.
        """
        super().__init__(theme, parent)
        self._before, self._is_explained = text, bool(fixed) and not editable
        self.setObjectName("full_text")
        self.setAccessibleName(f"Full text of {title}")
        px = theme.px
        self._text = QPlainTextEdit(text, self)
        self._text.setObjectName("text")
        self._text.setAccessibleName(title)
        self._text.setReadOnly(not editable)
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
        if editable:
            layout.addLayout(self._make_change())
        elif fixed:
            layout.addWidget(label(theme, fixed, "small", "text3", wrap=True))
        self.setMinimumWidth(px(320))
        self.setFocusProxy(self._text)

    def _make_change(self) -> QHBoxLayout:
        """Returns the row with the button that takes the change over."""
        change = Button(self._theme, "Change the text", "primary", size="small")
        change.setObjectName("change_text")
        change.setToolTip("Your file stays as it is; the change can be undone (Ctrl Enter)")
        change.setShortcut(QKeySequence("Ctrl+Return"))
        change.setEnabled(False)
        change.clicked.connect(self._change)
        self._text.textChanged.connect(lambda: change.setEnabled(self.text != self._before))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(change)
        return row

    def _change(self) -> None:
        self.text_changed.emit(self.text)
        self.close()

    @property
    def text(self) -> str:
        """The text on screen."""
        return typed_text(self._text, self._before)

    def open_over(self, owner: QWidget) -> None:
        """Shows the popover in the middle of a widget, as high as the text needs and the widget allows."""
        lines = max(2, min(14, 1 + len(self.text) // 60 + self.text.count("\n")))
        height = (
            self._theme.px((116 if self._is_explained else 90) if self._text.isReadOnly() else 134)
            + lines * self._text.fontMetrics().lineSpacing()
        )
        width = max(self.minimumWidth(), min(owner.width() * 3 // 4, self._theme.px(640)))
        place = QRect(0, 0, width, min(height, max(owner.height() - 40, 160)))
        place.moveCenter(QPoint(owner.width() // 2, owner.height() // 2))
        place.moveTopLeft(owner.mapToGlobal(place.topLeft()))
        self.setGeometry(place)
        self.show()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)
