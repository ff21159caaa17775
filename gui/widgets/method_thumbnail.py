"""The layer map in 40 × 42 pixels: what a method does to a model, at a glance."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.stack import InsertKind, LayerKind
from gui.look.theme import Theme
from gui.widgets.layer_map_inserts import diamond
from gui.widgets.layer_map_rows import RowView, Strip
from gui.widgets.layer_map_view import StackView

WIDTH, HEIGHT = 40, 42
"""Size at 100 %."""

_BARS = 6
_HEAD, _FIRST_BAR, _BARS_HEIGHT = 5.0, 7.0, 33.0
_LEFT, _RIGHT = 5.0, 35.0


def paint_thumbnail(painter: QPainter, theme: Theme, view: StackView, rect: QRectF) -> None:
    """Draws head and blocks as bars, with the small new parts where they sit.

    A model of more than six blocks is drawn with six bars, each for a stretch of blocks.

    Args:
        painter: Where.
        theme: Colours.
        view: The model.
        rect: The place; drawn in its middle as large as the proportions allow.
    """
    scale = min(rect.width() / WIDTH, rect.height() / HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center() - QPointF(WIDTH, HEIGHT) * (scale / 2))
    painter.scale(scale, scale)
    for head in (row for row in view.rows if row.kind is LayerKind.HEAD):
        _paint_bar(painter, theme, QRectF(_LEFT, 0.5, _RIGHT - _LEFT, _HEAD), trainable=head.trainable)
    blocks = [row for row in view.rows if row.kind is LayerKind.BLOCK for _block in row.ids]
    count = min(_BARS, len(blocks))
    pitch = min(_BARS_HEIGHT / max(1, count), 8.0)
    for number in range(count):  # the lowest block is the lowest bar
        stretch = blocks[number * len(blocks) // count : (number + 1) * len(blocks) // count]
        top = _FIRST_BAR + (count - 1 - number) * pitch
        bar = QRectF(_LEFT, top, _RIGHT - _LEFT, pitch - 0.75)
        warm = sum(row.trainable for row in stretch) * 2 > len(stretch)
        _paint_bar(painter, theme, bar, trainable=warm, scheduled=bool(stretch[0].scheduled))
        _paint_strips(painter, theme, stretch[0], bar)
        _paint_inserts(painter, theme, stretch[0], bar)
    if any(insert.kind is InsertKind.PROMPT for row in view.rows for insert in row.inserts):
        bottom = _FIRST_BAR + (count - 0.5) * pitch
        _paint_dot(painter, theme, QPointF(_LEFT - 2.5, bottom - 0.4))
    painter.restore()


def thumbnail_pixmap(theme: Theme, view: StackView, height: int = HEIGHT) -> QPixmap:
    """Returns the thumbnail as a picture, e.g. for a combo box or another list.

    Args:
        theme: Colours; make it anew when the theme changes.
        view: The model.
        height: Height at 100 %.
    """
    size = QSize(theme.px(height * WIDTH / HEIGHT), theme.px(height))
    ratio = 2.0
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_thumbnail(painter, theme, view, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return pixmap


class MethodThumbnail(QWidget):
    """The thumbnail as a widget, for empty states and other places beside a word.

    Args:
        theme: Colours and lengths.
        view: The model; nothing is drawn without one.
        height: Height at 100 %.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        view: StackView | None = None,
        height: int = HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = view
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_view(self, view: StackView | None) -> None:
        """Shows another model."""
        self._view = view
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of the picture."""
        return QSize(self._theme.px(self._height * WIDTH / HEIGHT), self._theme.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws it."""
        if self._view is not None:
            painter = QPainter(self)
            paint_thumbnail(painter, self._theme, self._view, QRectF(self.rect()))
            painter.end()


def _paint_bar(
    painter: QPainter, theme: Theme, rect: QRectF, *, trainable: bool, scheduled: bool = False
) -> None:
    kind, radius = ("ember", rect.height() / 2) if trainable else ("frozen", 0.8)
    painter.setBrush(theme.color(f"{kind}Fill2"))
    pen = QPen(theme.color(f"{kind}Edge"), 0.8)
    if scheduled:
        pen = QPen(theme.color("emberLine"), 1.0)
        pen.setDashPattern([2.5, 1.5])
    painter.setPen(pen)
    painter.drawRoundedRect(rect.adjusted(0.4, 0.4, -0.4, -0.4), radius, radius)


def _paint_strips(painter: QPainter, theme: Theme, row: RowView, bar: QRectF) -> None:
    strips = {part.strip for part in row.parts}
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("emberFill2"))
    if Strip.BIAS in strips:
        painter.drawRect(QRectF(bar.left() + 0.5, bar.bottom() - 1.3, bar.width() - 1, 1.3))
    elif Strip.NORM in strips:
        painter.drawRect(QRectF(bar.left() + 0.5, bar.top(), bar.width() - 1, 1.3))


def _paint_inserts(painter: QPainter, theme: Theme, row: RowView, bar: QRectF) -> None:
    kinds = {insert.kind for insert in row.inserts}
    painter.setPen(QPen(theme.color("emberEdge"), 0.7))
    painter.setBrush(theme.color("emberFill2"))
    if kinds & {InsertKind.BOTTLENECK, InsertKind.PARALLEL}:
        parts = {insert.part for insert in row.inserts}
        for left in (12.0, 20.0) if len(parts) > 1 else (20.0,):
            painter.drawRoundedRect(QRectF(_LEFT + left, bar.top(), 5, bar.height()), 1, 1)
    if InsertKind.LOW_RANK in kinds:
        _paint_dot(painter, theme, QPointF(_RIGHT + 2.9, bar.center().y()))
    if InsertKind.PREFIX in kinds:
        _paint_dot(painter, theme, QPointF(_LEFT - 2.7, bar.center().y()))
    if InsertKind.SCALING in kinds:
        for x in (10.5, 22.5):
            painter.drawPolygon(diamond(QRectF(_LEFT + x - 2.2, bar.center().y() - 2.2, 4.4, 4.4)))


def _paint_dot(painter: QPainter, theme: Theme, center: QPointF) -> None:
    painter.setPen(QPen(theme.color("emberEdge"), 0.7))
    painter.setBrush(theme.color("emberFill2"))
    painter.drawEllipse(center, 2.1, 2.1)
