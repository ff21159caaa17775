"""The mark of Thaw: three layers, the uppermost thawed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.paths import resource
from gui.look.theme import Theme


def paint_mark(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """Draws the mark into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    unit = rect.width() / 20
    gap = 1.5 * unit
    height = (rect.height() - 2 * gap) / 3
    soft = theme.color("emberFill2")
    middle = theme.tint("frozenEdge", 0.62)
    for number, color in enumerate((soft, middle, theme.color("frozenEdge"))):
        bar = QRectF(rect.left(), rect.top() + number * (height + gap), rect.width(), height)
        painter.fillPath(_bar(bar, 3.2 * unit if number == 0 else unit * 0.9, unit * 0.9), color)
    painter.restore()


def _bar(bar: QRectF, upper: float, lower: float) -> QPainterPath:
    """Returns a bar whose upper corners may be rounder than its lower ones."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    top = QRectF(bar.left(), bar.top(), bar.width(), max(bar.height(), 2 * upper))
    path.addRoundedRect(top, upper, upper)
    clip = QPainterPath()
    clip.addRoundedRect(bar.adjusted(0, -bar.height(), 0, 0), lower, lower)
    return path.intersected(clip)


class ThawMark(QWidget):
    """The mark as a widget.

    Args:
        theme: Where colours come from.
        size: Edge at 100 %.
        parent: Owner.
    """

    def __init__(self, theme: Theme, size: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Thaw")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the square."""
        return QSize(self._theme.px(self._size), self._theme.px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the mark."""
        edge = min(self.width(), self.height())
        left, top = (self.width() - edge) / 2, (self.height() - edge) / 2
        paint_mark(QPainter(self), self._theme, QRectF(left, top, edge, edge))


def app_icon() -> QIcon:
    """Returns the icon of the application, for the window and the task bar."""
    path = str(resource("icons", "thaw.svg"))
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QIcon(path).pixmap(QSize(size, size), 1.0)
        icon.addPixmap(pixmap if not pixmap.isNull() else QPixmap(size, size))
    return icon
