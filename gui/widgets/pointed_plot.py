"""A plot of points, one of which is picked by the pointer or the arrow keys and then told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.look.theme import Theme
from gui.widgets.announce import announce

_NEAR = 12
"""Pixels at 100 % from a point within which the pointer means it."""


class PointedPlot(QWidget):
    """Knows which point is meant; where points lie and what they are is for those who draw them to say."""

    point_chosen = Signal(int)
    """The number of the point that was clicked, or that Enter was pressed on."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no point picked."""
        super().__init__(parent)
        self._theme = theme
        self._picked = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @property
    def picked(self) -> int:
        """Returns the number of the point that is meant; -1 for none."""
        return self._picked

    def places(self) -> Sequence[QPointF]:
        """Returns where the points lie, in pixels."""
        raise NotImplementedError

    def words_of(self, number: int) -> str:
        """Returns what a point is, for those who point at it.

        Args:
            number: Which, from 0.
        """
        raise NotImplementedError

    def pick(self, number: int) -> None:
        """Draws one point as the one that is meant; -1 for none."""
        if number != self._picked:
            self._picked = number
            self.update()

    # Qt

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Picks the point below the pointer."""
        self.pick(self._nearest(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Chooses the point below the pointer."""
        number = self._nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.point_chosen.emit(number)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Picks nothing."""
        self.pick(-1)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Shows what a point is where the pointer rests."""
        if isinstance(event, QHelpEvent):
            if self._picked >= 0:
                QToolTip.showText(event.globalPos(), self.words_of(self._picked), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Goes from point to point and says what each is; Enter chooses it."""
        key, count = Qt.Key(event.key()), len(self.places())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        if step is not None and count:
            start = self._picked if self._picked >= 0 or step > 0 else 0
            self.pick((start + step) % count)
            announce(self, self.words_of(self._picked))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._picked >= 0:
            self.point_chosen.emit(self._picked)
        else:
            super().keyPressEvent(event)

    # Inside

    def _nearest(self, point: QPointF) -> int:
        best, least = -1, float(self._theme.px(_NEAR)) ** 2
        for number, place in enumerate(self.places()):
            away = place - point
            distance = away.x() ** 2 + away.y() ** 2
            if distance < least:
                best, least = number, distance
        return best
