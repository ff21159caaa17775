"""A chart with marks and words: the best checkpoint, where a run changed or broke off, the lines' ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets import label_places, plot_marks
from gui.widgets.epoch_plot import EpochPlot
from gui.widgets.label_places import Curve
from gui.widgets.plot_marks import EndLabel

Series = NDArray[np.float64]
EMPTY: Series = np.empty(0)
_BEST = "Best checkpoint"


class MarkedPlot(EpochPlot):
    """One value over the epochs; its words keep clear of its lines and of each other.

    Attributes:
        changes: Epoch and words of each place from which on the run was computed otherwise.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes a chart without marks.

        Args:
            theme: Colours, fonts and sizes.
            parent: Owner.
        """
        self._best: float | None = None
        self._best_note = ""
        self._stop: tuple[float, str] | None = None
        self.changes: tuple[tuple[float, str], ...] = ()
        self.x_values: Series = EMPTY
        self.y_values: Series = EMPTY
        super().__init__(theme, parent)

    def set_best(self, epoch: float | None, note: str = "") -> None:
        """Marks the best checkpoint; ``note`` is the second line of its label (else no label)."""
        self._best, self._best_note = epoch, note
        self.viewport().update()

    def set_stop(self, epoch: float | None, text: str = "") -> None:
        """Draws a red line where the run broke off; ``None`` takes it away."""
        self._stop = None if epoch is None else (epoch, text)
        self.viewport().update()

    def set_changes(self, changes: Sequence[tuple[float, str]]) -> None:
        """Marks where a run was computed otherwise from then on.

        Args:
            changes: Epoch and words of each; of several at one place the last one counts.
        """
        self.changes = tuple(dict(changes).items())
        self.viewport().update()

    def end_labels(self) -> list[EndLabel]:
        """Returns the words at the ends of the lines."""
        return []

    def stops(self) -> Series:
        """Returns the epochs at which the crosshair can stand, ascending."""
        return self.x_values

    def last_epoch(self) -> float:
        """Returns where the lines end, or where the run is now if that is later."""
        ends = [float(values[-1]) for values in (self.stops(), self.x_values) if len(values)]
        return max([*ends, self.position or 0.0], default=0.0)

    def positions(self, values: Series) -> Series:
        """Returns where values stand on the vertical axis, at most at its ends."""
        scale = self.value_scale
        inside = np.clip(values, scale.low, scale.high)
        return np.log10(inside) if scale.logarithmic else inside

    # --- where the words stand --------------------------------------------------------------------

    def _end_of_lines(self) -> tuple[float, QRectF]:
        """Returns from where the words at the ends of the lines go right, and what they must not leave."""
        area = self.area()
        x = self.pixel(self.last_epoch(), self.value_scale.low).x() + self.theme.px(10)
        if self._stop is not None and self.stop_label_box().right() > x:
            area.setTop(self.stop_label_box().bottom())
        return x, area

    def end_label_boxes(self) -> list[QRectF]:
        """Returns where the words at the ends of the lines stand, in pixels of the chart."""
        if self.zoomed:
            return []
        return plot_marks.end_label_boxes(self.theme, self.end_labels(), *self._end_of_lines())

    def stop_label_box(self) -> QRectF:
        """Returns where it says that the run broke off; nothing when it did not."""
        if self._stop is None or not self.sees(self._stop[0]):
            return QRectF()
        x = self.pixel(self._stop[0], self.value_scale.low).x()
        return plot_marks.stop_label_box(self.theme, x, self._stop[1], self.area())

    def change_label_boxes(self) -> list[tuple[QRectF, str]]:
        """Returns where it says what changed, and the words: beside its line, off curves and other words."""
        px, area = self.theme.px, self.area()
        inside = area.adjusted(px(4), px(4), -px(4), -px(4))
        taken = [*self.end_label_boxes(), self.stop_label_box(), self.still_to_come(area) or QRectF()]
        if self._stop is not None:
            x = self.pixel(self._stop[0], self.value_scale.low).x()
            taken.append(QRectF(x - px(1), area.top(), px(2), area.height()))
        boxes: list[tuple[QRectF, str]] = []
        curves = self.curves() if self.changes else []
        for epoch, words in self.changes if not inside.isEmpty() else ():
            if not self.sees(epoch):
                continue
            x = self.pixel(epoch, self.value_scale.low).x()
            size = plot_marks.change_label_size(self.theme, words, inside.width())
            right, left = x + px(8), x - px(8) - size.width()
            tops = np.arange(inside.top(), inside.bottom() - size.height(), px(6))
            sides = [at for at in (right, left) if inside.left() <= at <= inside.right() - size.width()]
            sides = sides or [min(max(right, inside.left()), inside.right() - size.width())]
            places = [QRectF(side, float(top), size.width(), size.height()) for top in tops for side in sides]
            if places:
                box = label_places.clear_place(places, inside, curves, taken, px(3))
                taken.append(box)
                boxes.append((box, words))
        return boxes

    def best_label_box(self) -> QRectF | None:
        """Returns where the label of the best checkpoint stands: off the curves and the other words."""
        if self._best is None or not self._best_note or not len(self.x_values) or not self.sees(self._best):
            return None
        px, area = self.theme.px, self.area()
        point = self._best_point(self._best)
        size = plot_marks.best_label_size(self.theme, (_BEST, self._best_note))
        wanted = label_places.box_at(point.x(), area.top() + min(px(34), area.height() * 0.2), size)
        words = [*self.end_label_boxes(), self.stop_label_box(), self.still_to_come(area) or QRectF()]
        words += [box for box, _ in self.change_label_boxes()]
        diamond = QRectF(point.x() - px(7), point.y() - px(7), px(14), px(14))
        inside = area.adjusted(px(4), px(4), -px(4), -px(4))
        if inside.isEmpty():
            return None
        return label_places.free_place(wanted, inside, self.curves(), [*words, diamond], px(6))

    def best_x(self) -> float | None:
        """Returns where the dotted line of the best checkpoint is, in pixels of the chart."""
        if self._best is None or not self.sees(self._best):
            return None
        return self.pixel(self._best, self.value_scale.low).x()

    def _best_point(self, epoch: float) -> QPointF:
        return self.pixel(epoch, float(np.interp(epoch, self.x_values, self.y_values)))

    def curves(self) -> list[Curve]:
        """Returns the lines in pixels, for labels that keep clear of them."""
        return [self.curve_in_pixels(self.x_values, self.y_values)]

    def curve_in_pixels(self, epochs: Series, values: Series, weight: float = 1.0) -> Curve:
        """Returns a line in pixels of the chart."""
        area, (first, last) = self.area(), self.visible_epochs()
        low, high = (self.value_scale.position(end) for end in (self.value_scale.low, self.value_scale.high))
        x = area.left() + (epochs - first) / (last - first) * area.width()
        y = area.bottom() - (self.positions(values) - low) / (high - low) * area.height()
        return Curve(x, y, weight)

    # --- painting ---------------------------------------------------------------------------------

    def paint_marks(self, painter: QPainter, area: QRectF) -> None:
        """Paints the marks and their words, the ends of the lines above all."""
        theme = self.theme
        for epoch, _ in self.changes:
            if self.sees(epoch):
                x = self.pixel(epoch, self.value_scale.low).x()
                plot_marks.paint_change_line(painter, theme, x, area)
        if self._best is not None and self.sees(self._best) and len(self.x_values):
            point = self._best_point(self._best)
            plot_marks.paint_best(painter, theme, point.x(), point.y(), area)
        box = self.best_label_box()
        if box is not None:
            plot_marks.paint_best_label(painter, theme, box, (_BEST, self._best_note))
        if self._stop is not None and self.sees(self._stop[0]):
            x = self.pixel(self._stop[0], self.value_scale.low).x()
            plot_marks.paint_stop(painter, theme, x, self._stop[1], area)
        for words_box, words in self.change_label_boxes():
            plot_marks.paint_change_label(painter, theme, words_box, words)
        self.paint_more(painter)
        if not self.zoomed:
            plot_marks.paint_end_labels(painter, theme, self.end_labels(), *self._end_of_lines())

    def paint_more(self, painter: QPainter) -> None:
        """Paints what only this kind of chart has."""
