"""What other runs said to a text: a line each, with a tick or a cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.run_marker import RunMarker

_SIGNS = {True: ("check", "ok", "right"), False: ("x", "err", "wrong")}


class Said(Protocol):
    """An answer of another run."""

    @property
    def name(self) -> str:
        """What the run is called."""

    @property
    def number(self) -> int:
        """Number of its colour and marker."""

    @property
    def said(self) -> str:
        """The answer."""

    @property
    def is_right(self) -> bool:
        """Whether it is right."""


class OtherRuns(QWidget):
    """Shows a few answers; nothing takes no room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)  # both are cut where there is no room, none to nothing
        self.lines: tuple[Said, ...] = ()
        self.setObjectName("other_runs")
        theme.changed.connect(self._draw)
        self.set_lines(())

    def set_lines(self, lines: Sequence[Said]) -> None:
        """Shows what others said.

        Args:
            lines: Their answers.
        """
        self.lines = tuple(lines)
        self._draw()

    def _draw(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        theme, px = self._theme, self._theme.px
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(6))
        for row, one in enumerate(self.lines):
            name, said = (
                label(theme, one.name, elide=True),
                label(theme, one.said, "body", "text2", elide=True),
            )
            said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            sign = QLabel()
            sign.setPixmap(
                theme.pixmap("check" if one.is_right else "x", "ok" if one.is_right else "err", 16)
            )
            sign.setAccessibleName("right" if one.is_right else "wrong")
            for column, widget in enumerate((RunMarker(theme, one.number), name, said, sign)):
                self._grid.addWidget(widget, row, column)
                widget.show()
        told = "; ".join(
            f"{one.name}: {one.said}, {'right' if one.is_right else 'wrong'}" for one in self.lines
        )
        self.setAccessibleName(f"What the other runs said: {told}" if told else "No other run")
        self.setVisible(bool(self.lines))
