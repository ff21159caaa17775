"""Chips: a word or two in a pill, plain or as a status with an icon."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.painting import draw_panel
from gui.look.theme import Theme

_STATUS = {
    "": ("", "border", "text2"),
    "ok": ("okTint", "", "ok"),
    "warn": ("warnTint", "", "warn"),
    "err": ("errTint", "", "err"),
    "frozen": ("frozenTint", "", "frozenLine"),
    "ember": ("emberTint", "", "emberLine"),
    "ink": ("ink", "", "onInk"),
}
"""Status → fill, edge and text tokens."""


class Chip(QWidget):
    """A pill with a word or two.

    Args:
        theme: Where colours and lengths come from.
        text: What it says.
        icon: Name of an icon; a status always has one.
        status: ``""``, ``"ok"``, ``"warn"``, ``"err"``, ``"frozen"``, ``"ember"`` or ``"ink"``.
        small: Whether it stands behind a title (20 high instead of 24).
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        icon: str = "",
        status: str = "",
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = text
        self._icon = icon
        self._status = status
        self._small = small
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.changed.connect(self._refresh)

    def text(self) -> str:
        """Returns what it says."""
        return self._text

    @property
    def status(self) -> str:
        """Returns its status."""
        return self._status

    def set_value(self, text: str, icon: str = "", status: str = "") -> None:
        """Says something else."""
        self._text, self._icon, self._status = text, icon, status
        self.setAccessibleName(text)
        self._refresh()

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()

    def _role(self) -> str:
        return "caption" if self._small else "small"

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of its words."""
        px = self._theme.px
        width = QFontMetricsF(self._theme.font(self._role())).horizontalAdvance(self._text)
        icon = px(14) + px(5) if self._icon else 0
        return QSize(int(width) + 1 + icon + 2 * px(9 if self._small else 10), px(20 if self._small else 24))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the same: a chip is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the pill."""
        painter = QPainter(self)
        px = self._theme.px
        fill, edge, text = _STATUS[self._status]
        draw_panel(
            painter,
            QRectF(self.rect()),
            self._theme.color(fill) if fill else None,
            self._theme.color(edge) if edge else None,
            radius=self.height() / 2,
        )
        left = px(9 if self._small else 10)
        if self._icon:
            pixmap = self._theme.pixmap(self._icon, text, 14)
            painter.drawPixmap(QPointF(left - px(1), (self.height() - px(14)) // 2), pixmap)
            left += px(14) + px(5) - px(1)
        painter.setFont(self._theme.font(self._role()))
        painter.setPen(self._theme.color(text))
        room = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._text)
