"""A model as a stack of blocks, partly thawed: the picture on Welcome and in empty places."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme
from gui.widgets.block_body import paint_body

_INTERSECT = Qt.ClipOperation.IntersectClip


def paint_thawing(painter: QPainter, theme: Theme, rect: QRectF, share: float) -> None:
    """Draws a block that is thawed from the left as far as ``share`` (0 to 1), with a melting edge."""
    paint_body(painter, theme, rect, trainable=False)
    painter.save()
    painter.setClipPath(_melted(rect, share), _INTERSECT)
    wide = QRectF(rect)
    wide.setWidth(rect.width() + 2 * theme.radius("trainableBlock"))
    window = theme.color("window")
    painter.fillRect(rect.adjusted(-1, -1, 1, 1), window)
    paint_body(painter, theme, wide, trainable=True)
    painter.restore()


def paint_stack(painter: QPainter, theme: Theme, rect: QRectF, blocks: int, trainable: int) -> None:
    """Draws a small stack whose upper ``trainable`` blocks are thawed."""
    pitch = rect.height() / blocks
    for number in range(blocks):
        height = pitch * 0.82 if pitch < 12 else pitch * 0.8 // 1
        top = number * pitch if pitch < 12 else round(number * pitch)
        bar = QRectF(rect.left(), rect.top() + top, rect.width(), height)
        paint_body(painter, theme, bar, trainable=number < trainable, frost=height > 12)


def _melted(rect: QRectF, share: float) -> QPainterPath:
    """Returns the thawed part of a block; its right edge runs like melting ice."""
    edge = rect.left() + rect.width() * share
    height, top = rect.height(), rect.top()
    path = QPainterPath(QPointF(rect.left() - 1, top - 1))
    path.lineTo(edge + height * 0.10, top - 1)
    path.cubicTo(
        QPointF(edge + height * 0.16, top + height * 0.06),
        QPointF(edge - height * 0.08, top + height * 0.14),
        QPointF(edge + height * 0.04, top + height * 0.26),
    )
    path.cubicTo(
        QPointF(edge + height * 0.20, top + height * 0.38),
        QPointF(edge + height * 0.16, top + height * 0.46),
        QPointF(edge + height * 0.02, top + height * 0.52),
    )
    path.cubicTo(
        QPointF(edge - height * 0.08, top + height * 0.60),
        QPointF(edge + height * 0.02, top + height * 0.72),
        QPointF(edge - height * 0.04, top + height * 0.82),
    )
    path.lineTo(edge - height * 0.06, rect.bottom() + 1)
    path.lineTo(rect.left() - 1, rect.bottom() + 1)
    path.closeSubpath()
    return path


class StackPicture(QWidget):
    """A small stack with its top blocks thawed.

    Args:
        theme: Where colours come from.
        blocks: How many there are.
        trainable: How many of them, from the top, are thawed.
        parent: Owner.
    """

    def __init__(
        self, theme: Theme, blocks: int = 7, trainable: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._blocks = blocks
        self._trainable = trainable
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the stack."""
        paint_stack(QPainter(self), self._theme, QRectF(self.rect()), self._blocks, self._trainable)


class HalfThawedStack(QWidget):
    """Six large blocks: two thawed, one thawing, three frozen.

    Args:
        theme: Where colours come from.
        parent: Owner.
    """

    _BLOCKS = 6

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("A model of six blocks, the upper ones thawed")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size on a large window."""
        return QSize(self._theme.px(436), self._theme.px(352))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size at which it is still a stack."""
        return QSize(self._theme.px(160), self._theme.px(60))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the blocks."""
        painter = QPainter(self)
        gap = self._theme.px(10 if self.height() > self._theme.px(220) else 6)
        room = (self.height() - gap * (self._BLOCKS - 1)) / self._BLOCKS
        height = min(room, float(self._theme.px(51)))
        for number in range(self._BLOCKS):
            rect = QRectF(0, round(number * (height + gap)), self.width(), round(height))
            if number == 2:
                paint_thawing(painter, self._theme, rect, 0.55)
            else:
                paint_body(painter, self._theme, rect, trainable=number < 2)
