"""A small window over the page that a click elsewhere or Escape closes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from gui.look.theme import Theme


class Popover(QFrame):
    """Surface and edge of a popover; what stands in it is the subclass's.

    Args:
        theme: Where colours come from.
        parent: Owner; the popover closes with it.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._owner: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def open_below(self, owner: QWidget) -> None:
        """Shows the popover below a button, right edges in line, and inside the owner's window."""
        self._owner = owner
        self.fit()
        self.show()

    def fit(self) -> None:
        """Takes the size that what stands in it needs now, and the place that goes with it."""
        owner, layout = self._owner, self.layout()
        if layout is not None:
            layout.activate()  # what was just shown, hidden or said otherwise counts
        self.adjustSize()
        if owner is None:
            return
        corner = owner.mapToGlobal(QPoint(owner.width() - self.width(), owner.height() + self._theme.px(4)))
        window = owner.window().frameGeometry()
        left = min(max(corner.x(), window.left() + 4), window.right() - self.width() - 4)
        top = min(corner.y(), max(window.top() + 4, window.bottom() - self.height() - 4))
        self.move(left, top)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints surface and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.setPen(QPen(self._theme.color("borderStrong"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
