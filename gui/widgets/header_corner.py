"""The head of a table goes on over its scroll bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTableView, QWidget

from gui.look.theme import Theme


class HeaderCorner(QWidget):
    """A piece of the head's ground above the vertical scroll bar, which begins below the head then.

    Args:
        theme: Where colours come from.
        table: The table; it owns this.
    """

    def __init__(self, theme: Theme, table: QTableView) -> None:
        super().__init__(table)
        self._theme = theme
        self._header = table.horizontalHeader()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._header.installEventFilter(self)
        table.addScrollBarWidget(self, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Stays as high as the head."""
        if watched is self._header and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.setFixedHeight(self._header.height())
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of the head."""
        return QSize(self._theme.px(10), self._header.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ground and the line below."""
        painter, line = QPainter(self), self._theme.px(1)
        painter.fillRect(self.rect(), self._theme.color("sunken"))
        painter.fillRect(0, self.height() - line, self.width(), line, self._theme.color("border"))
