"""Training rows that a model reads most like a text, to be read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from engine.protocol.nearest_rows import NearestFound
from engine.protocol.problems import Problem
from gui.look.texts import percent, thousands
from gui.look.theme import Theme
from gui.widgets.cards import Divider
from gui.widgets.labels import label
from gui.widgets.popover import Popover

_WIDTH = 520
_LONGEST = 240
"""Characters of a row's text that are shown."""


class NearestList(Popover):
    """Shows how far the search is, then the rows; Escape or a click elsewhere closes it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with nothing found."""
        super().__init__(theme, parent)
        self.setObjectName("nearest_rows")
        self.setAccessibleName("It learned from these")
        px = theme.px
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(1, 1)
        self._note = label(theme, "", "small", "text2", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(theme, "It learned from these", "bodyStrong"))
        layout.addWidget(self._note)
        layout.addLayout(self._grid)
        self.setFixedWidth(px(_WIDTH))

    @property
    def note(self) -> str:
        """Returns how far the search is, or what the rows are."""
        return self._note.text()

    def show_state(self, found: NearestFound | None, problem: Problem | None, progress: str) -> None:
        """Shows how far the search is.

        Args:
            found: The rows.
            problem: Why there are none.
            progress: What is being done.
        """
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if problem is not None:
            self._note.setText(f"{problem.title}. {problem.reason} {problem.fix}")
        elif found is None:
            self._note.setText(progress)
        else:
            self._show_rows(found)
        layout = self.layout()
        if layout is not None:  # the texts say only for a width how high they are
            layout.activate()
            self.setFixedHeight(layout.heightForWidth(self.width()))
        self.fit()

    def _show_rows(self, found: NearestFound) -> None:
        theme = self._theme
        self._note.setText(
            f"Of {thousands(found.looked_at)} training rows those that this model reads most alike; two "
            f"drawn by lot are {percent(round(max(0.0, found.usual), 2))} alike. They show what it may have "
            "learned from, not that it has."
        )
        for place, row in enumerate(found.rows):
            line = 2 * place
            if place:
                self._add(Divider(theme), line - 1, 0, across=3)
            alike = percent(round(min(row.likeness, 1.0), 2))
            self._add(label(theme, alike, "small", "text2"), line, 0)
            text = " · ".join(part for part in (row.second, row.text) if part)
            words = " ".join(text.split())
            shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}…"
            self._add(label(theme, shown, wrap=True), line, 1)
            truth = label(theme, " ".join(row.truth.split())[:40], "bodyStrong")
            truth.setToolTip(f"Row {thousands(row.row)}")
            self._add(truth, line, 2)

    def _add(self, widget: QWidget, line: int, column: int, across: int = 1) -> None:
        """Adds to the rows; what is added to a window that is shown is hidden at first."""
        if across > 1:
            self._grid.addWidget(widget, line, column, 1, across)
        else:
            self._grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignTop)
        widget.show()
