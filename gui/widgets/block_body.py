"""The body of a block, at every size: ice with bands of frost, or ember."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPolygonF

from gui.look.painting import draw_panel
from gui.look.theme import Theme

_FROST = ((0.46, 0.07), (0.58, 0.14), (0.80, 0.05))
"""Frost bands: left edge at half height and width, as shares of the block's width."""


def block_brush(theme: Theme, rect: QRectF, *, trainable: bool) -> QBrush:
    """Returns the gradient that fills a block."""
    kind = "ember" if trainable else "frozen"
    gradient = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    gradient.setColorAt(0, theme.color(f"{kind}Fill"))
    gradient.setColorAt(1, theme.color(f"{kind}Fill2"))
    return QBrush(gradient)


def paint_frost(painter: QPainter, theme: Theme, rect: QRectF, radius: float) -> None:
    """Draws the bands of frost, clipped to the block."""
    painter.save()
    outline = QPainterPath()
    outline.addRoundedRect(rect, radius, radius)
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.setPen(Qt.PenStyle.NoPen)
    white = QColor(255, 255, 255)
    white.setAlphaF(theme.alpha("frostBand"))
    painter.setBrush(white)
    lean = rect.height() / 2
    for left, width in _FROST:
        x, band = rect.left() + left * rect.width(), width * rect.width()
        corners = [
            QPointF(x - lean, rect.bottom()),
            QPointF(x + lean, rect.top()),
            QPointF(x + lean + band, rect.top()),
            QPointF(x - lean + band, rect.bottom()),
        ]
        painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def paint_body(painter: QPainter, theme: Theme, rect: QRectF, *, trainable: bool, frost: bool = True) -> None:
    """Draws a whole block without words, its edge inside ``rect``.

    Args:
        painter: Where.
        theme: Colours and corners.
        rect: Outer bounds.
        trainable: Whether it is ember rather than ice.
        frost: Whether ice shows its bands.
    """
    radius = min(float(theme.radius("trainableBlock" if trainable else "frozenBlock")), rect.height() * 0.32)
    width = 1.25 if rect.height() > 12 else 1.0 if rect.height() > 5 else 0.7
    fill, edge = (
        block_brush(theme, rect, trainable=trainable),
        theme.color("emberEdge" if trainable else "frozenEdge"),
    )
    draw_panel(painter, rect, fill, None, radius=radius)
    if frost and not trainable:
        paint_frost(painter, theme, rect, radius)
    draw_panel(painter, rect, None, edge, radius=radius, width=width)
