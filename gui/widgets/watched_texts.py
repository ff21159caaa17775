"""The texts that are followed while training, and room for the person's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.protocol.events import WatchedAnswer, WatchedText
from gui.look.texts import singular
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.labels import label
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.watched_row import WaitingRow, WatchedRow

MOST = 6
LONGEST = 2000


class _TextField(QLineEdit):
    """A field that Escape closes."""

    closed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.closed.emit()
            return
        super().keyPressEvent(event)


class WatchedTexts(QWidget):
    """Up to six texts with what the model says to them; new ones are followed from the next run on.

    Args:
        theme: Colours and fonts.
        parent: Owner.
    """

    text_added = Signal(str)
    """The person wants to follow a text of their own from the next run on."""
    text_removed = Signal(str)
    """A text of their own shall not be followed any more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._watched: tuple[WatchedText, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._waiting: tuple[str, ...] = ()
        self._most = MOST
        self._second_first = True
        self._unit = "texts"
        self._history: tuple[Sequence[WatchedAnswer], ...] = ()
        self._run_number = 0
        self._rows: list[WatchedRow] = []
        self._waiting_rows: list[WaitingRow] = []
        self._title = label(theme, "", "bodyStrong", elide=True)
        self._note = label(theme, "the model has never trained on them", "caption", "text3", elide=True)
        self._list = QWidget()
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._list_column.setSpacing(0)
        self._list_column.addStretch(1)
        self._scroll = ScrollColumn()
        self._scroll.column.addWidget(self._list)
        self._add = Button(theme, "", "quiet", "plus")
        self._add.setObjectName("add_text")
        self._add.clicked.connect(self._open_field)
        self._field = _TextField()
        self._field.setObjectName("add_text_field")
        self._field.setMaxLength(LONGEST)
        self._field.hide()
        self._field.returnPressed.connect(self._take_text)
        self._field.closed.connect(self._close_field)
        self._lay_out()
        self.set_unit("texts")

    def _lay_out(self) -> None:
        px = self._theme.px
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._note)
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addSpacing(-px(8))  # its icon stands below the other words, not the edge of the button
        foot.addWidget(self._add)
        foot.addWidget(self._field, 1)
        foot.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addLayout(words)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def set_titled(self, titled: bool) -> None:
        """Leaves title and note out where they stand in the card around it."""
        self._title.setVisible(titled)
        self._note.setVisible(titled)

    @property
    def rows(self) -> tuple[WatchedRow, ...]:
        """Returns the rows of this run's texts, as shown."""
        return tuple(self._rows)

    @property
    def waiting_texts(self) -> tuple[str, ...]:
        """Returns the person's texts for the next run."""
        return self._waiting

    def set_unit(self, unit: str) -> None:
        """Says what a row of the data is called, plural, e.g. ``"texts"``."""
        self._unit = unit
        self._title.setText(f"Watch these {unit}")
        self._add.setText(f"Add a {singular(unit)}")
        self._field.setPlaceholderText(f"A {singular(unit)} to follow from the next run on")
        self._field.setAccessibleName(f"Add a {singular(unit)} to follow")
        self.setAccessibleName(f"Watched {unit}")

    def set_most(self, most: int) -> None:
        """Shows at most so many, e.g. three in a small window."""
        if most != self._most:
            self._most = most
            self._make_rows()
            self.set_answers(self._history, self._run_number)

    def set_second_first(self, second_first: bool) -> None:
        """Says whether the second text is read before the first, as a question is before its passage."""
        self._second_first = second_first

    def set_texts(self, watched: Sequence[WatchedText], classes: Sequence[str]) -> None:
        """Shows the texts of a run, before any answer; the same ones again change nothing."""
        watched = tuple(watched)
        if watched == self._watched and self._classes == tuple(classes):
            return
        self._watched, self._classes, self._history = watched, tuple(classes), ()
        self._make_rows()

    def _make_rows(self) -> None:
        for row in self._rows:
            _drop(self._list_column, row)
        self._rows = []
        for one in self._watched[: self._most]:
            row = WatchedRow(self._theme, one, self._classes, second_first=self._second_first)
            self._list_column.insertWidget(len(self._rows), row)
            self._rows.append(row)

    def set_answers(self, history: Sequence[Sequence[WatchedAnswer]], run_number: int) -> None:
        """Shows what the model said.

        Args:
            history: For each validation, oldest first, the answers in the order of the texts.
            run_number: Number of the run's colour.
        """
        if self._history and not history:  # another run, of the same texts
            self._make_rows()
        self._history, self._run_number = tuple(history), run_number
        for index, row in enumerate(self._rows):
            row.set_answers([one[index] for one in history if index < len(one)], run_number)

    def set_waiting(self, texts: Sequence[str]) -> None:
        """Shows the person's own texts that only the next run will follow."""
        followed = {one.text for one in self._watched}
        waiting = tuple(text for text in texts if text not in followed)
        if waiting == self._waiting:
            return
        self._waiting = waiting
        for row in self._waiting_rows:
            _drop(self._list_column, row)
        self._waiting_rows = []
        for text in waiting:
            remove = icon_button(self._theme, "x", "Do not follow it", size="small")
            remove.setObjectName("remove_text")
            remove.clicked.connect(lambda _checked=False, text=text: self.text_removed.emit(text))
            row = WaitingRow(self._theme, text, remove)
            self._list_column.insertWidget(len(self._rows) + len(self._waiting_rows), row)
            self._waiting_rows.append(row)

    def _open_field(self) -> None:
        self._add.hide()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_field(self) -> None:
        self._field.hide()
        self._add.show()
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_text(self) -> None:
        text = self._field.text().strip()
        self._field.clear()
        if text:
            self.text_added.emit(text)
        else:
            self._close_field()


def _drop(column: QVBoxLayout, row: QWidget) -> None:
    column.removeWidget(row)
    row.hide()
    row.deleteLater()
