"""Runs that are not compared, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.scroll_column import ScrollColumn


class LeftOutList(ScrollColumn):
    """A name and two sentences for each run.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[QWidget] = []
        self.setObjectName("left_out_list")
        self.setAccessibleName("Runs that are not compared")
        self.column.addStretch(1)
        self._measure()
        theme.changed.connect(self._measure)

    def set_runs(self, runs: Sequence[tuple[str, str, str]]) -> None:
        """Shows runs.

        Args:
            runs: Name, what is the matter, and why, of each.
        """
        for row in self._rows:
            self.column.removeWidget(row)
            row.deleteLater()
        self._rows = [self._row(*run) for run in runs]
        for place, row in enumerate(self._rows):
            self.column.insertWidget(place, row)

    def _row(self, name: str, title: str, reason: str) -> QWidget:
        row = QWidget()
        row.setObjectName("left_out")
        row.setAccessibleName(f"{name}: {title}. {reason}")
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.px(2))
        column.addWidget(label(self._theme, f"**{name}** · {title}", "body", "text", wrap=True))
        column.addWidget(label(self._theme, reason, "small", "text2", wrap=True))
        return row

    def _measure(self) -> None:
        px = self._theme.px
        self.column.setContentsMargins(px(16), px(4), px(16), px(12))
        self.column.setSpacing(px(12))
