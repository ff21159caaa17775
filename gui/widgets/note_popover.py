"""A remark on a run, written in a small window that keeps itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.popover import Popover


class NotePopover(Popover):
    """Asks for a note. Closing keeps what was written; nothing has to be saved."""

    note_written = Signal(str)

    def __init__(self, theme: Theme, note: str, parent: QWidget | None = None) -> None:
        """Shows the note so far.

        Args:
            theme: Colours and fonts.
            note: What was written before; may be empty.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("note_popover")
        self.setAccessibleName("Note on this run")
        self._before = note
        self._text = QPlainTextEdit(note)
        self._text.setObjectName("note_text")
        self._text.setAccessibleName("Note")
        self._text.setPlaceholderText("What is different about this run?")
        self._text.setTabChangesFocus(True)
        self._keep = Button(theme, "Keep", "secondary", size="small")
        self._keep.setObjectName("note_keep")
        self._keep.clicked.connect(self.close)
        px = theme.px
        foot = QHBoxLayout()
        foot.addWidget(label(theme, "Ctrl Enter keeps it", "caption", "text3"))
        foot.addStretch(1)
        foot.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(label(theme, "Note on this run", "bodyStrong"))
        column.addWidget(self._text)
        column.addLayout(foot)
        self._text.setFixedHeight(px(84))
        self.setFixedWidth(px(320))
        self.setFocusProxy(self._text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Keeps the note with Ctrl Enter."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Hands the note on when it changed."""
        text = self._text.toPlainText().strip()
        if text != self._before:
            self._before = text
            self.note_written.emit(text)
        super().closeEvent(event)
