"""The marker of a run: its colour and its shape, as in the charts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.painting import draw_marker
from gui.look.theme import Theme


class RunMarker(QWidget):
    """A small mark before the name of a run; it says nothing to a screen reader, the name does."""

    def __init__(self, theme: Theme, number: int = 1, parent: QWidget | None = None) -> None:
        """Shows the marker of a run.

        Args:
            theme: Colours and shapes.
            number: Number of the run in the palette, from 1.
            parent: Owner.
        """
        super().__init__(parent)
        self._theme = theme
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def number(self) -> int:
        """Returns the number of the run in the palette."""
        return self._number

    def set_number(self, number: int) -> None:
        """Shows another run's marker."""
        self._number = number
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 12 × 12."""
        return QSize(self._theme.px(12), self._theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the marker."""
        center = QPointF(self.width() / 2, self.height() / 2)
        color = self._theme.run_color(self._number)
        draw_marker(QPainter(self), self._theme.run_symbol(self._number), color, center, self._theme.px(10))
