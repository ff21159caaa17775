"""The trainable share of a model as a bar of ice and ember."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.texts import percent
from gui.look.theme import Theme

LEAST_EMBER = 4
"""Something that learns is never drawn narrower than that, at 100 %."""


def ember_width(share: float, width: float, least: float) -> float:
    """Returns how wide the ember part of a bar is.

    Args:
        share: Trainable share, 0 to 1.
        width: Width of the whole bar.
        least: Narrowest ember part of a model of which anything learns.
    """
    if share <= 0:
        return 0.0
    return min(width, max(least, share * width))


class ShareBar(QWidget):
    """Ice at the left, ember at the right, 10 high.

    Args:
        theme: Colours and lengths.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share: float | None = None
        self.setObjectName("share_bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def share(self) -> float | None:
        """Returns the share that is shown; ``None`` while it is not known."""
        return self._share

    def set_share(self, share: float | None) -> None:
        """Shows a share, 0 to 1; ``None`` draws an empty track."""
        self._share = share
        name = "Trainable share not known yet" if share is None else f"{percent(share)} trainable"
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 10 high."""
        return QSize(self._theme.px(160), self._theme.px(10))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the bar."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(rect, theme.px(3), theme.px(3))
        if self._share is None:
            painter.fillPath(outline, theme.color("pressed"))
            painter.end()
            return
        ember = ember_width(self._share, rect.width(), theme.px(LEAST_EMBER))
        painter.setClipPath(outline)
        painter.fillRect(rect, theme.color("frozenFill2"))
        warm = QRectF(rect.right() - ember, rect.top(), ember, rect.height())
        painter.fillRect(warm, theme.color("emberFill2"))
        painter.setClipping(False)
        painter.setPen(QPen(theme.color("frozenEdge" if self._share < 1 else "emberEdge"), 1))
        painter.drawPath(outline)
        if 0 < self._share < 1:
            painter.setPen(QPen(theme.color("emberEdge"), 1))
            painter.drawLine(warm.topLeft(), warm.bottomLeft())
        painter.end()
