"""A curve the size of a word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme


class Sparkline(QWidget):
    """Values from left to right between two fixed ends, with a faint guide line.

    Args:
        theme: Colours and sizes.
        low: Value at the lower edge.
        high: Value at the upper edge.
        guide: Value of the faint line; ``None`` for none.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        low: float = 0.0,
        high: float = 1.0,
        guide: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._low, self._high, self._guide = low, high, guide
        self._values: tuple[float, ...] = ()
        self._run_number = 1
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def values(self) -> tuple[float, ...]:
        """Returns what is drawn."""
        return self._values

    def set_values(self, values: Sequence[float], run_number: int) -> None:
        """Draws other values in a run's colour; values that are not finite are left out."""
        self._values = tuple(value for value in values if math.isfinite(value))
        self._run_number = run_number
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 56 × 18."""
        return QSize(self._theme.px(56), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._guide is not None:
            y = self._y(self._guide)
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        if not self._values:
            return
        edge = 2 * self._theme.scale
        step = (self.width() - 2 * edge) / max(1, len(self._values) - 1)
        points = [QPointF(edge + index * step, self._y(value)) for index, value in enumerate(self._values)]
        color = QColor(self._theme.run_color(self._run_number))
        pen = QPen(color, 1.6 * self._theme.scale)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(QPolygonF(points))

    def _y(self, value: float) -> float:
        edge = 2 * self._theme.scale
        share = (value - self._low) / (self._high - self._low)
        return edge + (1 - min(1.0, max(0.0, share))) * (self.height() - 2 * edge)
