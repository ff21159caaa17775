"""The axes of the chart of runs: round numbers at the left and below, and what lies to the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.look.theme import Theme
from gui.widgets.plot_scale import Scale
from gui.widgets.score_axes import TEN, Placement, ScoreAxis


def paint_axes(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    scale: Scale,
    height: Callable[[float], float],
    across: Placement | None,
    axis: ScoreAxis,
) -> None:
    """Draws both axes.

    Args:
        painter: Where.
        theme: Colours, fonts, lengths.
        area: Where the points are.
        scale: The vertical axis.
        height: A value of it → its place in pixels.
        across: The horizontal axis; ``None`` where no run has a place on it.
        axis: What lies to the right.
    """
    px = theme.px
    painter.setFont(theme.font("caption"))
    for position, words in scale.texts():
        value = 10**position if scale.logarithmic else position
        y = height(value)
        if value > scale.low:
            painter.setPen(QPen(theme.color("chartGrid"), 1))
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
        painter.setPen(theme.color("chartAxis"))
        box = QRectF(0, y - px(8), area.left() - px(8), px(16))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    painter.setPen(QPen(theme.color("borderStrong"), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    caption = axis.caption
    if across is not None:
        caption = f"{caption} ({TEN})" if across.tens else caption
        for tick in across.ticks:
            x = area.left() + across.share(tick) * area.width()
            painter.setPen(QPen(theme.color("borderStrong"), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + px(4)))
            painter.setPen(theme.color("chartAxis"))
            box = QRectF(x - px(50), area.bottom() + px(6), px(100), px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, axis.words(tick))
    painter.setPen(theme.color("text2"))
    painter.setFont(theme.font("caption", 500))
    row = QRectF(area.left(), area.bottom() + px(25), area.width(), px(16))
    shown = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, int(row.width()))
    painter.drawText(row, Qt.AlignmentFlag.AlignCenter, shown)
