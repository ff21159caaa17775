"""The small filled marks of classes: the run palette in an order of its own, colour and shape together."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF, QTransform

from gui.look.theme import Theme

_RUN_NUMBERS = (1, 4, 3, 5, 6, 8, 2, 7)
_SHAPES = ("round", "square", "diamond", "up", "down", "cross", "slab", "plus")

MOST_MARKED = len(_RUN_NUMBERS)
"""So many classes have a mark of their own; the others share a grey ring, for their names tell them apart."""


def class_color(theme: Theme, number: int) -> QColor:
    """Returns the colour of a class.

    Args:
        theme: The theme.
        number: Place in the palette; the most frequent class is 1. From the ninth on, and for 0, which is no
            class, it is grey.
    """
    if not 1 <= number <= MOST_MARKED:
        return theme.color("text3")
    return theme.run_color(_RUN_NUMBERS[number - 1])


def paint_mark(painter: QPainter, theme: Theme, place: QRectF, number: int) -> None:
    """Paints a class's mark.

    Args:
        painter: Where to; its pen and brush are changed.
        theme: The theme.
        place: A square.
        number: Place in the palette, the first is 1; 0 and what lies beyond the palette is an empty ring.
    """
    color = class_color(theme, number)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not 1 <= number <= MOST_MARKED:
        painter.setPen(color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place.adjusted(1, 1, -1, -1))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(_outline(_SHAPES[number - 1], place))


def _outline(shape: str, place: QRectF) -> QPainterPath:
    path = QPainterPath()
    left, right, top, bottom = place.left(), place.right(), place.top(), place.bottom()
    middle, third = place.center(), place.width() / 3
    if shape == "round":
        path.addEllipse(place)
    elif shape == "square":
        path.addRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    elif shape == "slab":
        path.addRect(QRectF(left, middle.y() - third, place.width(), 2 * third))
    elif shape == "diamond":
        points = (QPointF(middle.x(), top), QPointF(right, middle.y()), QPointF(middle.x(), bottom))
        path.addPolygon(QPolygonF([*points, QPointF(left, middle.y())]))
    elif shape == "up":
        path.addPolygon(QPolygonF([QPointF(left, bottom), QPointF(middle.x(), top), QPointF(right, bottom)]))
    elif shape == "down":
        path.addPolygon(QPolygonF([QPointF(left, top), QPointF(middle.x(), bottom), QPointF(right, top)]))
    else:
        path.addRect(QRectF(left, middle.y() - third / 2, place.width(), third))
        path.addRect(QRectF(middle.x() - third / 2, top, third, place.height()))
        path.setFillRule(Qt.FillRule.WindingFill)
        if shape == "cross":
            return _turned(path, middle)
    path.closeSubpath()
    return path


def _turned(path: QPainterPath, middle: QPointF) -> QPainterPath:
    turn = QTransform().translate(middle.x(), middle.y()).rotate(45).translate(-middle.x(), -middle.y())
    return turn.map(path)
