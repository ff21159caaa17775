"""The progress of a run as a thin bar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.painting import draw_panel
from gui.look.theme import Theme


class RunBar(QWidget):
    """A thin bar that fills from the left; hatched while paused. It never moves backwards."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = 0.0
        self._paused = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def share(self) -> float:
        """Returns how much of it is filled, 0 to 1."""
        return self._share

    def set_share(self, share: float, *, paused: bool = False, fresh: bool = False) -> None:
        """Fills the bar.

        Args:
            share: 0 to 1; less than before is ignored.
            paused: Whether to hatch it.
            fresh: Whether another run begins, so that it may start anew.
        """
        self._share = max(0.0 if fresh else self._share, min(share, 1.0))
        self._paused = paused
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 220 × 6."""
        return QSize(self._theme.px(220), self._theme.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the bar."""
        painter = QPainter(self)
        theme = self._theme
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        draw_panel(painter, rect, theme.color("pressed"), None, radius=radius)
        if self._share <= 0:
            return
        rect.setWidth(max(rect.height(), rect.width() * self._share))
        if not self._paused:
            draw_panel(painter, rect, theme.color("ink"), None, radius=radius)
            return
        draw_panel(painter, rect, theme.color("text3"), None, radius=radius)
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("rail"), theme.px(2)))
        step = theme.px(7)
        for left in range(0, int(rect.width()) + step, step):
            painter.drawLine(
                QPointF(left - 2, rect.bottom() + 2), QPointF(left + rect.height(), rect.top() - 2)
            )
