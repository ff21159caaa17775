"""A chart over the epochs of a run: its axes, its zoom, its ground. Curves come in ``curve_plot``."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QSizePolicy, QWidget

from gui.look.theme import Theme
from gui.widgets.plot_scale import Scale, linear_scale, nice_step

_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 46, 6, 24


class EpochPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """Epochs to the right, a round scale upwards, horizontal grid lines, no menus.

    Wheel and drag zoom and move the epochs; a double click shows all again. What is still to come is
    shaded.
    """

    epochs_shown = Signal(float, float)
    """Another part of the run is shown now: from epoch, to epoch."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart.

        Args:
            theme: Colours, fonts and sizes.
            parent: Owner.
        """
        self.theme = theme
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        super().__init__(parent, background=None, viewBox=self._box)
        self._epochs = 1.0
        self.position: float | None = None
        self._right = _RIGHT
        self.says_still_to_come = True
        self._zoomed = False
        self._scale = linear_scale(0.0, 1.0)
        self._set_up_plot()
        theme.changed.connect(self.restyle)
        self.restyle()

    def _set_up_plot(self) -> None:
        """Turns off what pyqtgraph offers beyond UX.md and fixes the room of the axes."""
        # The marks are painted by drawBackground, which a cached background would leave stale.
        self.setCacheMode(QGraphicsView.CacheModeFlag(0))
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.layout.setSpacing(0)
        self._box.disableAutoRange()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.sigXRangeChanged.connect(self._on_range)
        self._box.sigXRangeChanged.connect(lambda _box, shown: self.epochs_shown.emit(*shown))
        self._box.sigResized.connect(self._on_range)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Returns the least size at which it can be read; it takes what is left over."""
        return QSize(self.theme.px(320), max(self.theme.px(100), self.minimumHeight()))

    def set_epochs(self, epochs: float) -> None:
        """Sets the length of the horizontal axis; a zoom that the person chose stays."""
        zoomed = self._zoomed
        self._epochs = max(epochs, 1e-6)
        self._box.setLimits(xMin=0.0, xMax=self._epochs, minXRange=self._epochs / 2000)
        if not zoomed:
            self._box.setXRange(0.0, self._epochs, padding=0)
        self._on_range()

    def set_position(self, epoch: float | None) -> None:
        """Shades what is still to come after ``epoch``; ``None`` when nothing is."""
        self.position = epoch
        self.viewport().update()

    def make_room(self, needed: float, after: float) -> None:
        """Widens the right margin where words would not fit between an epoch and the end of the axis.

        Args:
            needed: Width of the words in pixels.
            after: Epoch after which they stand.
        """
        whole = self.width() - self.theme.px(_LEFT + _RIGHT)
        free = max(0.0, 1.0 - after / self._epochs) * whole
        wide = needed > 0 and free < needed + self.theme.px(16)
        right = max(_RIGHT, round((needed + self.theme.px(16)) / self.theme.scale)) if wide else _RIGHT
        if right != self._right:
            self._right = right
            self.getPlotItem().layout.setContentsMargins(0, self.theme.px(_TOP), self.theme.px(right), 0)

    def set_scale(self, scale: Scale) -> None:
        """Sets the vertical axis."""
        self._scale = scale
        self._box.setYRange(scale.position(scale.low), scale.position(scale.high), padding=0)
        self.getPlotItem().getAxis("left").setTicks([scale.texts()])
        self.viewport().update()

    @property
    def value_scale(self) -> Scale:
        """Returns the vertical axis."""
        return self._scale

    @property
    def zoomed(self) -> bool:
        """Returns whether only a part of the run is shown."""
        return self._zoomed

    def visible_epochs(self) -> tuple[float, float]:
        """Returns the ends of the horizontal axis as shown."""
        low, high = self._box.viewRange()[0]
        return float(low), float(high)

    def reset_zoom(self) -> None:
        """Shows the whole run again."""
        self._zoomed = False
        self._box.setXRange(0.0, self._epochs, padding=0)

    def show_epochs(self, low: float, high: float) -> None:
        """Shows the part of the run from one epoch to another."""
        if np.allclose(self.visible_epochs(), (low, high), atol=1e-9):
            return
        self._box.setXRange(low, high, padding=0)

    def zoom(self, factor: float, center: float) -> None:
        """Shows a part of the run.

        Args:
            factor: Share of what is shown now, e.g. 0.8 to come nearer.
            center: The epoch that stays where it is.
        """
        self._box.scaleBy(x=factor, center=(center, 0.0))

    def restyle(self) -> None:
        """Takes colours, fonts and sizes from the theme."""
        theme = self.theme
        px = theme.px
        self.setBackground(theme.color("surface"))
        item = self.getPlotItem()
        item.layout.setContentsMargins(0, px(_TOP), px(self._right), 0)
        left, bottom = item.getAxis("left"), item.getAxis("bottom")
        for axis in (left, bottom):
            axis.setStyle(tickFont=theme.font("caption"))
            axis.setStyle(autoExpandTextSpace=False, hideOverlappingLabels=False)
            axis.setTextPen(theme.color("chartAxis"))
        # Ticks of no length would still leave a dot each; at no opacity they do not.
        left.setStyle(tickLength=0, tickAlpha=0, tickTextOffset=px(6))
        left.setPen(pg.mkPen(None))
        left.setWidth(px(_LEFT))
        bottom.setStyle(tickLength=px(4), tickTextOffset=px(3))
        bottom.setPen(pg.mkPen(theme.color("borderStrong"), width=1))
        bottom.setHeight(px(_BOTTOM))
        self._on_range()

    def area(self) -> QRectF:
        """Returns where the curves are, in pixels of the chart."""
        rect = self._box.sceneBoundingRect()
        return QRectF(rect)

    def pixel(self, epoch: float, value: float) -> QPointF:
        """Returns where a value stands, in pixels of the chart."""
        place: QPointF = self._box.mapViewToScene(QPointF(epoch, self._scale.position(value)))
        return place

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802  Qt's name
        """Paints the ground: what is still to come, the grid."""
        super().drawBackground(painter, rect)
        area, theme = self.area(), self.theme
        if self.position is not None and self.position < self.visible_epochs()[1]:
            start = max(area.left(), self.pixel(self.position, self._scale.low).x())
            rest = QRectF(start, area.top(), area.right() - start, area.height())
            painter.fillRect(rest, theme.color("sunken"))
        painter.setPen(QPen(theme.color("chartGrid"), 1))
        for tick in self._scale.ticks:
            if tick <= self._scale.low:
                continue  # the axis itself
            y = round(self.pixel(0.0, tick).y()) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_under(painter, area)

    def paint_under(self, painter: QPainter, area: QRectF) -> None:
        """Paints what only this kind of chart has below its curves."""

    def epoch_at(self, x: float) -> float:
        """Returns the epoch at a horizontal pixel of the chart."""
        return float(self._box.mapSceneToView(QPointF(x, 0.0)).x())

    def paint_axis_words(self, painter: QPainter, area: QRectF) -> None:
        """Writes *epoch* behind the axis and *still to come* where there is room for it."""
        theme = self.theme
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("chartAxis"))
        box = QRectF(area.right() + theme.px(8), area.bottom() - theme.px(8), theme.px(60), theme.px(16))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "epoch")
        row = self.still_to_come(area)
        if row is not None:
            painter.setPen(theme.color("text3"))
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, "still to come")

    def still_to_come(self, area: QRectF) -> QRectF | None:
        """Returns where the words *still to come* stand; ``None`` where they do not."""
        px = self.theme.px
        if self.position is None or self._zoomed or not self.says_still_to_come:
            return None
        left = max(area.left(), self.pixel(self.position, self._scale.low).x())
        if area.right() - left <= px(96):
            return None
        row = QRectF((left + area.right()) / 2 - px(40), area.top() + px(8), px(80), px(16))
        below = row.translated(0, area.height() - px(32))
        return below if any(row.intersects(box) for box in self.end_label_boxes()) else row

    def end_label_boxes(self) -> list[QRectF]:
        """Returns where the words at the ends of the lines stand, in pixels of the chart."""
        return []

    def sees(self, epoch: float) -> bool:
        """Returns whether an epoch is in the part that is shown."""
        low, high = self.visible_epochs()
        return low <= epoch <= high

    def _on_range(self) -> None:
        """Chooses round numbers for the part of the axis that is shown, clips when only a part is."""
        low, high = self.visible_epochs()
        self._zoomed = high - low < self._epochs * 0.999
        self._box.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape, self._zoomed)
        room = max(2, int(self.area().width() // self.theme.px(64)))
        step = nice_step(high - low, room)
        if self._epochs >= 2 and not self._zoomed:
            step = max(1.0, step)
        ticks = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step
        decimals = max(0, int(-np.floor(np.log10(step) + 1e-9)))
        texts = [(float(tick), f"{abs(tick):.{decimals}f}") for tick in ticks]
        self.getPlotItem().getAxis("bottom").setTicks([texts])
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Shows the whole run again."""
        event.accept()
        self.reset_zoom()
