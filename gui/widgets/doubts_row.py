"""The line below the health check with which labels that look wrong are looked for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.label_doubts import LabelDoubtsFound
from engine.protocol.problems import Problem
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.doubts_list import DoubtsList
from gui.widgets.labels import label


class DoubtsRow(QWidget):
    """A link; while it is looked how far that is, then what was found.

    Signals:
        search_requested: The person wants to know.
        cancel_requested: The person does not want to know any more.
        repair_chosen: The :class:`Repair` that relabels or removes rows.
    """

    search_requested = Signal()
    cancel_requested = Signal()
    repair_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with nothing known."""
        super().__init__(parent)
        self._theme = theme
        self._found: LabelDoubtsFound | None = None
        self._column = ""
        self.setObjectName("doubts_row")
        self.link = Button(theme, "", "link")
        self.link.setObjectName("find_doubts")
        self.link.clicked.connect(self._press)
        self._cancel = Button(theme, "Cancel", "link")
        self._cancel.setObjectName("cancel_doubts")
        self._cancel.setAccessibleName("Look for wrong labels no longer")
        self._cancel.clicked.connect(self.cancel_requested)
        self._note = label(theme, "", "small", "text2", wrap=True)
        self._busy = label(theme, "", "body", "text", weight=500)
        line = QHBoxLayout()
        line.addWidget(self.link)
        line.addWidget(self._busy)
        line.addStretch(1)
        line.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addLayout(line)
        column.addWidget(self._note)
        self.reset()

    @property
    def note(self) -> str:
        """The words below the link."""
        return self._note.text()

    @property
    def busy_words(self) -> str:
        """What is being done, in the place of the link; empty while nothing is."""
        return self._busy.text()

    def reset(self, column: str = "") -> None:
        """Forgets what was found: the rows are other ones.

        Args:
            column: Name of the column with the labels; empty where labels cannot be doubted.
        """
        self._found, self._column = None, column
        self._show("Look for labels that look wrong", "", busy=False)
        self.link.setToolTip("The model reads every text once, as long as a feature-based run takes")
        self.setVisible(bool(column))

    def show_progress(self, words: str, done: int, total: int) -> None:
        """Shows how far it is.

        Args:
            words: What is done now.
            done: How much of it is done.
            total: Of how much; 0 when it cannot be counted.
        """
        share = f" {100 * done // total} %" if total else ""
        self._show("Looking for wrong labels", f"{words}{share}", busy=True)

    def show_found(self, found: LabelDoubtsFound) -> None:
        """Says what was found; the link leads to the rows."""
        self._found = found
        title = f"Read {count('labels', len(found.doubts))} that may be wrong"
        self._show(title if found.doubts else "Look again", found.finding.title, busy=False)
        self._note.setToolTip(found.finding.reason)

    def show_end(self, problem: Problem | None) -> None:
        """Shows why nothing was found, and offers to look again."""
        self.reset(self._column)
        if problem is not None:
            self._note.setText(f"{problem.title}. {problem.fix}")
            self._note.show()

    def open_list(self) -> DoubtsList | None:
        """Opens the rows that were found; ``None`` where there are none."""
        if self._found is None or not self._found.doubts:
            return None
        shown = DoubtsList(self._theme, self._found.doubts, self._column, self.window())
        shown.repair_chosen.connect(self.repair_chosen)
        shown.open_below(self.link)
        return shown

    def _press(self) -> None:
        if self.open_list() is None:
            self.search_requested.emit()

    def _show(self, title: str, note: str, *, busy: bool) -> None:
        self.link.setText(title)
        self.link.setVisible(not busy)
        self._busy.setText(title if busy else "")
        self._busy.setVisible(busy)
        self._cancel.setVisible(busy)
        self._note.setText(note)
        self._note.setVisible(bool(note))
