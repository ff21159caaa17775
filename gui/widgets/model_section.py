"""A section of the list of base models."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel
from gui.widgets.model_row import ModelRow


class ModelSection(QWidget):
    """A heading, what belongs under it, and rows.

    Args:
        theme: Colours, fonts, lengths.
        title: The heading.

    Attributes:
        rows: Id of a model → its row.
        said: A sentence where there are no rows.
        heading: The line of the title; add buttons at its end.
        above: What stands between the heading and the rows.
    """

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self.rows: dict[str, ModelRow] = {}
        self.said = ThemedLabel(theme, "", "caption", "text3", wrap=True)
        self.said.hide()
        self.heading = QHBoxLayout()
        self.heading.addWidget(ThemedLabel(theme, title, "caption", "text3"), 1)
        self.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self.above = QVBoxLayout()
        self._column.addLayout(self.heading)
        self._column.addLayout(self.above)
        self._column.addWidget(self.said)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._measure()
        theme.changed.connect(self._measure)

    def set_rows(self, rows: Sequence[ModelRow], nothing: str = "") -> None:
        """Shows other rows; a sentence where there are none."""
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {row.entry.id: row for row in rows}
        for row in rows:
            self._column.addWidget(row)
            row.show()
        self.say("" if rows else nothing)

    def say(self, words: str) -> None:
        """Says something below the heading; empty: nothing."""
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _measure(self) -> None:
        self._column.setSpacing(self._theme.px(6))
        self.above.setSpacing(self._theme.px(6))
        self.heading.setSpacing(self._theme.px(8))
