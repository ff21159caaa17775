"""A ring around the pointer while it is pressed, so that a room can follow it on a projector."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme

_SIZE = 44


class PointerRing(QWidget):
    """Shows itself in projector mode where the pointer is pressed.

    Args:
        theme: Says whether the projector mode is on.
        window: The window it lies over.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_SIZE, _SIZE)
        self.hide()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follows the pressed pointer; takes nothing away."""
        window = self.parentWidget()
        if watched is window:
            handle = window.windowHandle()
            if event.type() in (QEvent.Type.Show, QEvent.Type.WinIdChange) and handle is not None:
                handle.removeEventFilter(self)
                handle.installEventFilter(self)
        elif isinstance(event, QMouseEvent):
            self._follow(event)
        return False

    def _follow(self, event: QMouseEvent) -> None:
        released = event.type() == QEvent.Type.MouseButtonRelease
        if released or not self._theme.projector or event.buttons() == Qt.MouseButton.NoButton:
            if self.isVisible():
                self.hide()
            return
        self.move(event.position().toPoint() - QPoint(_SIZE // 2, _SIZE // 2))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("ink"), 3))
        painter.drawEllipse(QRectF(self.rect()).adjusted(2, 2, -2, -2))
