"""An icon that stands by itself and follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme


class IconLabel(QWidget):
    """An icon of the theme; it takes no room while its name is empty.

    Args:
        theme: Where it comes from.
        icon: Name of the icon.
        token: Colour token.
        size: Edge at 100 %.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        icon: str = "",
        token: str = "text2",
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._token = token
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._refresh)

    @property
    def icon(self) -> str:
        """Returns the name of the icon."""
        return self._icon

    def set_icon(self, icon: str, token: str | None = None) -> None:
        """Shows another icon, or the same in another colour."""
        self._icon = icon
        self._token = self._token if token is None else token
        self._refresh()

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the square of the icon."""
        edge = self._theme.px(self._size) if self._icon else 0
        return QSize(edge, edge)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the icon."""
        if self._icon:
            token = self._token if self.isEnabled() else "disabled"
            QPainter(self).drawPixmap(0, 0, self._theme.pixmap(self._icon, token, self._size))
