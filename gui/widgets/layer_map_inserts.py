"""Shapes of the small new parts: always ember, because they always learn."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from engine.protocol.stack import InsertKind
from gui.look.theme import Theme
from gui.widgets.block_body import block_brush
from gui.widgets.layer_map_parts import InsertBox
from gui.widgets.layer_map_rows import Strip


def paint_insert(painter: QPainter, theme: Theme, insert: InsertBox) -> None:
    """Draws a small new part at its place."""
    painter.save()
    painter.setBrush(block_brush(theme, insert.rect, trainable=True))
    painter.setPen(QPen(theme.color("emberEdge"), 1.0))
    match insert.kind:
        case InsertKind.BOTTLENECK:
            painter.drawPolygon(_hourglass(insert.rect.adjusted(0.5, 0.5, -0.5, -0.5)))
        case InsertKind.PARALLEL:
            _paint_bypass(painter, theme, insert)
        case InsertKind.LOW_RANK:
            start = QPointF(insert.rect.left() - theme.px(5), insert.rect.center().y())
            painter.drawLine(QLineF(start, QPointF(insert.rect.left(), insert.rect.center().y())))
            painter.drawPolygon(_hourglass(insert.rect.adjusted(0.5, 0.5, -0.5, -0.5)))
        case InsertKind.PREFIX | InsertKind.PROMPT:
            _pills(painter, theme, insert.rect)
        case InsertKind.SCALING:
            painter.drawPolygon(diamond(insert.rect.adjusted(0.5, 0.5, -0.5, -0.5)))
    painter.restore()


def paint_strip(painter: QPainter, theme: Theme, strip: Strip, plate: QRectF) -> None:
    """Draws the thin line of a part of which only biases or norms may change."""
    if strip is Strip.NONE:
        return
    inset = theme.px(8)
    if strip is Strip.BIAS:
        rect = QRectF(
            plate.left() + inset, plate.bottom() - theme.px(4), plate.width() - 2 * inset, theme.px(4)
        )
    else:
        rect = QRectF(plate.left(), plate.top() - theme.px(5), plate.width(), theme.px(3))
    painter.save()
    painter.setBrush(theme.color("emberFill2"))
    painter.setPen(QPen(theme.color("emberEdge"), 0.75))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.restore()


def _hourglass(rect: QRectF) -> QPolygonF:
    """Returns a shape that is narrow in the middle, as the layer it stands for."""
    waist, flat = rect.height() * 0.13, rect.width() * 0.07
    middle = rect.center()
    return QPolygonF(
        [
            rect.topLeft(),
            QPointF(middle.x() - flat, middle.y() - waist),
            QPointF(middle.x() + flat, middle.y() - waist),
            rect.topRight(),
            rect.bottomRight(),
            QPointF(middle.x() + flat, middle.y() + waist),
            QPointF(middle.x() - flat, middle.y() + waist),
            rect.bottomLeft(),
        ]
    )


def diamond(rect: QRectF) -> QPolygonF:
    """Returns a square that stands on a corner."""
    middle = rect.center()
    return QPolygonF(
        [
            QPointF(middle.x(), rect.top()),
            QPointF(rect.right(), middle.y()),
            QPointF(middle.x(), rect.bottom()),
            QPointF(rect.left(), middle.y()),
        ]
    )


def _paint_bypass(painter: QPainter, theme: Theme, insert: InsertBox) -> None:
    track, y = insert.track, insert.rect.center().y()
    painter.save()
    painter.setPen(QPen(theme.color("emberLine"), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        [
            QPointF(track.left(), track.bottom()),
            QPointF(track.left(), y),
            QPointF(track.right(), y),
            QPointF(track.right(), track.bottom()),
        ]
    )
    painter.restore()
    painter.drawPolygon(_hourglass(insert.rect.adjusted(0.5, 0.5, -0.5, -0.5)))


def paint_prompt(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """Draws the learned vectors that are read before the words."""
    painter.save()
    painter.setBrush(block_brush(theme, rect, trainable=True))
    painter.setPen(QPen(theme.color("emberEdge"), 1.0))
    _pills(painter, theme, rect)
    painter.restore()


def _pills(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    width, height = theme.px(7), min(theme.px(20), rect.height())
    top = rect.center().y() - height / 2
    fitting = round((rect.width() + theme.px(3)) / theme.px(10))
    for number in range(min(4, fitting)):
        pill = QRectF(rect.left() + number * theme.px(10) + 0.5, top, width, height)
        painter.drawRoundedRect(pill, theme.px(3), theme.px(3))
