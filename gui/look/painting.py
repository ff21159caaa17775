"""Shapes that many widgets draw: crisp rounded panels, mixed colours, run markers."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF


def draw_panel(
    painter: QPainter,
    rect: QRectF,
    fill: QColor | QBrush | None,
    edge: QColor | None,
    *,
    radius: float,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """Draws a rounded rectangle whose edge lies inside ``rect`` and stays sharp.

    Args:
        painter: Where to draw.
        rect: Outer bounds.
        fill: Inside; ``None`` for nothing.
        edge: Line around; ``None`` for nothing.
        radius: Of the outer corners, in pixels.
        width: Of the line.
        dashed: Whether the line is dashed.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = width / 2 if edge is not None else 0.0
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QBrush(fill))
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(edge, width)
        if dashed:
            pen.setDashPattern([3.0, 2.5])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
    corner = max(0.0, min(radius - inset, (min(rect.width(), rect.height()) - width) / 2))
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner)
    painter.restore()


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Returns the colour between two.

    Args:
        first: Colour at share 0.
        second: Colour at share 1.
        share: 0 to 1.
    """
    share = max(0.0, min(share, 1.0))
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
        first.alphaF() + (second.alphaF() - first.alphaF()) * share,
    )


def marker_path(symbol: str, center: QPointF, size: float) -> QPainterPath:
    """Returns the outline of a run's marker.

    Args:
        symbol: Name as in pyqtgraph: ``o s d t1 t x star +``.
        center: Middle of the marker.
        size: Width and height in pixels.
    """
    path = QPainterPath()
    half = size / 2
    if symbol == "o":
        path.addEllipse(center, half, half)
    elif symbol == "s":
        path.addRoundedRect(QRectF(center.x() - half, center.y() - half, size, size), size * 0.2, size * 0.2)
    else:
        points = [center + point * half for point in _corners(symbol)]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    return path


def draw_marker(painter: QPainter, symbol: str, color: QColor, center: QPointF, size: float) -> None:
    """Draws a run's marker, filled."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(marker_path(symbol, center, size), color)
    painter.restore()


def _corners(symbol: str) -> list[QPointF]:
    """Returns a marker's corners in a square from -1 to 1."""
    if symbol == "d":
        return [QPointF(0, -1.1), QPointF(1.1, 0), QPointF(0, 1.1), QPointF(-1.1, 0)]
    if symbol == "t1":
        return [QPointF(0, -1), QPointF(1.05, 0.85), QPointF(-1.05, 0.85)]
    if symbol == "t":
        return [QPointF(0, 1), QPointF(1.05, -0.85), QPointF(-1.05, -0.85)]
    if symbol == "star":
        return [
            QPointF(math.sin(turn * math.pi / 5), -math.cos(turn * math.pi / 5))
            * (1.15 if turn % 2 == 0 else 0.48)
            for turn in range(10)
        ]
    arm = 0.36
    plus = [
        (-arm, -1),
        (arm, -1),
        (arm, -arm),
        (1, -arm),
        (1, arm),
        (arm, arm),
        (arm, 1),
        (-arm, 1),
        (-arm, arm),
    ]
    plus += [(-1, arm), (-1, -arm), (-arm, -arm)]
    turn = math.pi / 4 if symbol == "x" else 0.0
    return [
        QPointF(x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        for x, y in plus
    ]
