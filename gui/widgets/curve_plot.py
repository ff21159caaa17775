"""A chart of one value over the epochs of a run: what the loss chart and the metric chart share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets import plot_marks
from gui.widgets.announce import announce
from gui.widgets.marked_plot import MarkedPlot, Series
from gui.widgets.plot_marks import Reading
from gui.widgets.plot_scale import Scale, linear_scale


class CurvePlot(MarkedPlot):
    """Evaluations as a line with hollow points, the best checkpoint, the crosshair.

    Arrow keys move the crosshair from value to value. Painting is left to the caller's rhythm: a
    ``set_…`` is cheap enough for ten times a second, not for every step.
    """

    crosshair_moved = Signal(object)
    """The epoch under the crosshair, or ``None`` when it has gone."""
    copied = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        """Makes an empty chart.

        Args:
            theme: Colours, fonts and sizes.
            title: E.g. ``"Loss chart"``; the accessible name starts with it.
            parent: Owner.
        """
        self._title = title
        self._curve = pg.PlotDataItem(antialias=True)
        self._curve.setZValue(10)
        self.run_number = 1
        self._crosshair: float | None = None
        self._pointer_y: float | None = None
        self._partner: CurvePlot | None = None
        super().__init__(theme, parent)
        self.addItem(self._curve)
        self._refresh_name()

    # --- what it shows ----------------------------------------------------------------------------

    def set_run(self, number: int, epochs: float) -> None:
        """Says whose chart this is.

        Args:
            number: Number of the run's colour, from 1.
            epochs: Length of the horizontal axis.
        """
        self.run_number = number
        self.set_epochs(epochs)
        self.restyle()
        self._fit_room()

    def set_points(self, epochs: Sequence[float] | Series, values: Sequence[float] | Series) -> None:
        """Shows one value per evaluation."""
        self.x_values = np.asarray(epochs, dtype=np.float64)
        self.y_values = np.asarray(values, dtype=np.float64)
        self.rescale()

    def show_crosshair(self, epoch: float | None) -> None:
        """Moves the crosshair without saying so (the other chart's was moved)."""
        self._crosshair, self._pointer_y = epoch, None
        self.viewport().update()

    @property
    def crosshair(self) -> float | None:
        """Returns the epoch under the crosshair."""
        return self._crosshair

    # --- what a kind of chart adds ----------------------------------------------------------------

    def name_words(self) -> str:
        """Returns what follows the title in the accessible name."""
        return ""

    def reading(self, epoch: float) -> Reading | None:
        """Returns what stands at an epoch; ``None`` when nothing does."""
        raise NotImplementedError

    def table_rows(self) -> list[list[str]]:
        """Returns the heading and every value, for *Copy as table*."""
        raise NotImplementedError

    def find_scale(self) -> Scale:
        """Returns the vertical axis that holds what is there."""
        return linear_scale(0.0, 1.0)

    # --- drawing ----------------------------------------------------------------------------------

    def rescale(self) -> None:
        """Redraws the curves on an axis that holds everything."""
        self.set_scale(self.find_scale())
        self.draw_curves()
        self._fit_room()
        self._refresh_name()

    def link(self, other: CurvePlot) -> None:
        """Shares the horizontal axis, the crosshair and the room for words with another chart."""
        self._partner, other._partner = other, self
        # Not pyqtgraph's own link: it lines charts up by their place on the screen, which for a chart
        # that is hidden or of another width gives another range.
        self.epochs_shown.connect(other.show_epochs)
        other.epochs_shown.connect(self.show_epochs)
        self.crosshair_moved.connect(other.show_crosshair)
        other.crosshair_moved.connect(self.show_crosshair)

    def _fit_room(self) -> None:
        """Makes room for the words at the ends of the lines; linked charts keep one width."""
        charts = [self] if self._partner is None else [self, self._partner]
        needed = max(plot_marks.end_labels_width(self.theme, one.end_labels()) for one in charts)
        after = max(one.last_epoch() for one in charts)
        for chart in charts:
            chart.make_room(needed, after)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802  Qt's name
        """Makes room anew: the same words take more of a narrow chart."""
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it without one while it is being made
            self._fit_room()

    def draw_curves(self) -> None:
        """Hands the curves to pyqtgraph."""
        self._curve.setData(self.x_values, self.positions(self.y_values))

    def restyle(self) -> None:
        """Takes colours, fonts and sizes from the theme."""
        super().restyle()
        theme = self.theme
        self._curve.setPen(self.run_pen())
        self._curve.setSymbol(theme.run_symbol(self.run_number))
        self._curve.setSymbolSize(theme.px(9))
        self._curve.setSymbolPen(pg.mkPen(theme.run_color(self.run_number), width=2 * theme.scale))
        self._curve.setSymbolBrush(theme.color("surface"))

    def own_end_label(self, y: float, text: str) -> plot_marks.EndLabel:
        """Returns words at the end of the run's curve, with its colour and its marker.

        Args:
            y: Where the curve ends, in pixels of the chart.
            text: E.g. ``"Validation 0.097"``.
        """
        theme, number = self.theme, self.run_number
        return plot_marks.EndLabel(y, text, True, theme.run_color(number), symbol=theme.run_symbol(number))

    def run_pen(self) -> Any:
        """Returns the pen of the run's curve."""
        return self.pen_of(self.run_number)

    def pen_of(self, number: int) -> Any:
        """Returns the pen of a run: its colour and dashes.

        Args:
            number: Number of its colour.
        """
        theme = self.theme
        width = (3.5 / 1.4 if theme.projector else 2.5) * theme.scale
        pen = pg.mkPen(theme.run_color(number), width=width)
        dash = theme.run_dash(number)
        if dash:
            pen.setDashPattern([part / 2.5 for part in dash])
        return pen

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802, ARG002  Qt's name and arguments
        """Paints the marks and the words."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, theme = self.area(), self.theme
        self.paint_axis_words(painter, area)
        self.paint_marks(painter, area)
        if self._crosshair is not None and self.sees(self._crosshair):
            reading = self.reading(self._crosshair)
            if reading is not None:
                x = self.pixel(self._crosshair, self.value_scale.low).x()
                y = self._pointer_y if self._pointer_y is not None else area.center().y()
                plot_marks.paint_reading(painter, theme, reading, QPointF(x, y), area)

    def _refresh_name(self) -> None:
        words = self.name_words()
        self.setAccessibleName(f"{self._title}, {words}" if words else self._title)

    # --- pointer and keys -------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Moves the crosshair with the pointer."""
        super().mouseMoveEvent(event)
        place, area = event.position(), self.area()
        if event.buttons() or not area.contains(place):
            self._move_crosshair(None)
            return
        self._pointer_y = place.y()
        self._move_crosshair(self.epoch_at(place.x()), keep_height=True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Takes the crosshair away with the pointer."""
        super().leaveEvent(event)
        self._move_crosshair(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Moves the crosshair (arrows, Home, End), zooms (+ − 0), copies (Ctrl C)."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_table()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step_crosshair(Qt.Key(key))
        elif key == Qt.Key.Key_Escape and self._crosshair is not None:
            self._move_crosshair(None)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal):
            center = self._crosshair if self._crosshair is not None else sum(self.visible_epochs()) / 2
            factor = 1.25 if key == Qt.Key.Key_Minus else 0.8
            self.zoom(factor, center)
        elif key == Qt.Key.Key_0:
            self.reset_zoom()
        else:
            # Not to the scene: Space pauses and Escape closes, whatever has the focus.
            event.ignore()

    def _step_crosshair(self, key: Qt.Key) -> None:
        """Moves by a sixtieth of what is shown, to the nearest place that has a value, and says it."""
        stops = self.stops()
        if not len(stops):
            return
        low, high = self.visible_epochs()
        here = self._crosshair
        if key == Qt.Key.Key_Home or (here is None and key == Qt.Key.Key_Right):
            target = float(stops[0])
        elif key == Qt.Key.Key_End or here is None:
            target = float(stops[-1])
        else:
            sign = 1 if key == Qt.Key.Key_Right else -1
            wanted = here + sign * (high - low) / 60
            beyond = stops[stops > here + 1e-9] if sign > 0 else stops[stops < here - 1e-9]
            if not len(beyond):
                return
            target = float(beyond[np.abs(beyond - wanted).argmin()])
        self._pointer_y = None
        self._move_crosshair(target)
        reading = self.reading(target)
        if reading is not None:
            announce(self, reading.sentence())

    def _move_crosshair(self, epoch: float | None, *, keep_height: bool = False) -> None:
        if epoch is None and self._crosshair is None:
            return
        self._crosshair = epoch
        if not keep_height:
            self._pointer_y = None
        self.crosshair_moved.emit(epoch)
        self.viewport().update()

    def copy_table(self) -> None:
        """Puts every value on the clipboard, columns between tabs, ready for a spreadsheet."""
        text = "\n".join("\t".join(row) for row in self.table_rows())
        QGuiApplication.clipboard().setText(text)
        self.copied.emit()
        announce(self, f"{len(self.table_rows()) - 1:,} rows copied")
