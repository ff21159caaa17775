"""A model as a stack of blocks, partly thawed: the picture on Welcome and in empty places."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme

_FROST = ((0.46, 0.07), (0.58, 0.14), (0.80, 0.05))
"""Bands of frost: where each begins at the bottom of a block and how wide it is, in block widths."""

_INTERSECT = Qt.ClipOperation.IntersectClip


def paint_frozen(painter: QPainter, theme: Theme, rect: QRectF, *, frost: bool = True) -> None:
    """Draws a frozen block: ice, small corners, bands of frost."""
    _paint_body(painter, theme, rect, "frozen", _scaled(theme.radius("frozenBlock"), rect))
    if not frost:
        return
    painter.save()
    clip = QPainterPath()
    clip.addRect(rect.adjusted(1.25, 1.25, -1.25, -1.25))
    painter.setClipPath(clip, _INTERSECT)
    white = QColor("white")
    white.setAlphaF(theme.alpha("frostBand"))
    for start, wide in _FROST:
        left, width, lean = rect.left() + rect.width() * start, rect.width() * wide, rect.height()
        band = QPolygonF(
            [
                QPointF(left - lean / 2, rect.bottom()),
                QPointF(left - lean / 2 + width, rect.bottom()),
                QPointF(left + lean / 2 + width, rect.top()),
                QPointF(left + lean / 2, rect.top()),
            ]
        )
        path = QPainterPath()
        path.addPolygon(band)
        painter.fillPath(path, white)
    painter.restore()


def paint_trainable(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """Draws a trainable block: warm, round corners."""
    _paint_body(painter, theme, rect, "ember", _scaled(theme.radius("trainableBlock"), rect))


def paint_thawing(painter: QPainter, theme: Theme, rect: QRectF, share: float) -> None:
    """Draws a block that is thawed from the left as far as ``share`` (0 to 1), with a melting edge."""
    paint_frozen(painter, theme, rect)
    painter.save()
    painter.setClipPath(_melted(rect, share), _INTERSECT)
    wide = QRectF(rect)
    wide.setWidth(rect.width() + 2 * theme.radius("trainableBlock"))
    window = theme.color("window")
    painter.fillRect(rect.adjusted(-1, -1, 1, 1), window)
    paint_trainable(painter, theme, wide)
    painter.restore()


def paint_stack(painter: QPainter, theme: Theme, rect: QRectF, blocks: int, trainable: int) -> None:
    """Draws a small stack whose upper ``trainable`` blocks are thawed."""
    pitch = rect.height() / blocks
    for number in range(blocks):
        height = pitch * 0.82 if pitch < 12 else pitch * 0.8 // 1
        top = number * pitch if pitch < 12 else round(number * pitch)
        bar = QRectF(rect.left(), rect.top() + top, rect.width(), height)
        if number < trainable:
            paint_trainable(painter, theme, bar)
        else:
            paint_frozen(painter, theme, bar, frost=height > 12)


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


def _scaled(radius: int, rect: QRectF) -> float:
    return min(float(radius), rect.height() * 0.32)


def _paint_body(painter: QPainter, theme: Theme, rect: QRectF, state: str, radius: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    gradient = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    gradient.setColorAt(0, theme.color(f"{state}Fill"))
    gradient.setColorAt(1, theme.color(f"{state}Fill2"))
    width = 1.25 if rect.height() > 12 else 1.0 if rect.height() > 5 else 0.7
    painter.setBrush(gradient)
    painter.setPen(QPen(theme.color(f"{state}Edge"), width))
    painter.drawRoundedRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2), radius, radius)
    painter.restore()


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
            if number < 2:
                paint_trainable(painter, self._theme, rect)
            elif number == 2:
                paint_thawing(painter, self._theme, rect, 0.55)
            else:
                paint_frozen(painter, self._theme, rect)
