"""The robustness chart: each run's score while more and more noise comes over what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import NoisePoint, Score
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.curve_plot import CurvePlot
from gui.widgets.label_places import Curve
from gui.widgets.plot_marks import EndLabel, Reading
from gui.widgets.plot_scale import Scale, linear_scale, log_scale

_LONGEST_NAME = 190
"""Pixels of a run's name at the end of its line."""
_STEEP = 20.0
"""From so many times the lowest value on an axis is logarithmic, where it does not end at 1."""


@dataclass(frozen=True)
class NoiseCurve:
    """A run as a line of the chart.

    Attributes:
        name: What it is called.
        number: Number of its colour, marker and dash.
        points: Its scores, cleanest first; each has the metric that is drawn.
    """

    name: str
    number: int
    points: tuple[NoisePoint, ...]


class RobustnessPlot(CurvePlot):
    """A line for each run over the rate of noise in per cent; the interval of the one that is looked at."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        self._curves: tuple[NoiseCurve, ...] = ()
        self._metric = MetricEntry(id="", label="Score", short="Score", help="")
        self._lines: list[Any] = []
        super().__init__(theme, "Robustness chart", parent)
        self.says_still_to_come = False
        self.setObjectName("robustness_plot")

    def set_curves(self, curves: Sequence[NoiseCurve], metric: MetricEntry) -> None:
        """Shows runs.

        Args:
            curves: The run that is looked at first, then those beside it.
            metric: What is drawn.
        """
        for line in self._lines:
            self.removeItem(line)
        self._curves, self._metric = tuple(curves), metric
        self._lines = [pg.PlotDataItem(antialias=True) for _ in self._curves[1:]]
        for depth, line in enumerate(self._lines, start=1):
            line.setZValue(10 - depth)
            self.addItem(line)
        first = self._curves[0] if self._curves else NoiseCurve("", 1, ())
        self.set_points(_percents(first), self._values(first))
        self.set_run(first.number, max((_percents(one)[-1] for one in self._curves), default=30.0))

    @property
    def noise_curves(self) -> tuple[NoiseCurve, ...]:
        """Returns what is shown."""
        return self._curves

    def _scores(self, curve: NoiseCurve) -> list[Score]:
        return [point.scores[self._metric.id] for point in curve.points]

    def _values(self, curve: NoiseCurve) -> list[float]:
        return [score.value for score in self._scores(curve)]

    def find_scale(self) -> Scale:
        """Returns an axis for all runs and the interval of the first, up to 1 for shares."""
        values = [value for curve in self._curves for value in self._values(curve)]
        for score in self._scores(self._curves[0]) if self._curves else ():
            values += [score.low, score.high]
        if not values:
            return linear_scale(0.0, 1.0)
        low, high = min(values), max(values)
        if high <= 1.0:
            return linear_scale(min(low, 0.8), 1.0)
        return log_scale(low, high) if low > 0 and high > _STEEP * low else linear_scale(low, high)

    def draw_curves(self) -> None:
        """Hands the curves to pyqtgraph."""
        super().draw_curves()
        for line, curve in zip(self._lines, self._curves[1:], strict=True):
            line.setData(np.asarray(_percents(curve)), self.positions(np.asarray(self._values(curve))))

    def restyle(self) -> None:
        """Takes colours, fonts and sizes from the theme."""
        super().restyle()
        theme = self.theme
        for line, curve in zip(self._lines, self._curves[1:], strict=True):
            line.setPen(self.pen_of(curve.number))
            line.setSymbol(theme.run_symbol(curve.number))
            line.setSymbolSize(theme.px(10))
            line.setSymbolPen(pg.mkPen(None))
            line.setSymbolBrush(theme.run_color(curve.number))

    def end_labels(self) -> list[EndLabel]:
        """Returns each run's name with its score at the highest rate."""
        theme, labels = self.theme, []
        metrics = QFontMetricsF(theme.font("small", 600))
        for place, curve in enumerate(self._curves):
            value = self._values(curve)[-1]
            name = metrics.elidedText(curve.name, Qt.TextElideMode.ElideRight, theme.px(_LONGEST_NAME))
            color, symbol = theme.run_color(curve.number), theme.run_symbol(curve.number)
            y = self.pixel(0.0, value).y()
            labels.append(EndLabel(y, f"{name} {texts.score(value)}", not place, color, symbol=symbol))
        return labels

    def curves(self) -> list[Curve]:
        """Returns the lines in pixels, for words that keep clear of them."""
        return [
            self.curve_in_pixels(np.asarray(_percents(curve)), np.asarray(self._values(curve)))
            for curve in self._curves
        ]

    def name_words(self) -> str:
        """Returns how each run's score goes from clean texts to the highest rate."""
        return ". ".join(
            f"{curve.name}: {self._metric.label} {texts.score(values[0])} without noise, "
            f"{texts.score(values[-1])} at {_percents(curve)[-1]:g} %"
            for curve in self._curves
            if (values := self._values(curve))
        )

    def reading(self, epoch: float) -> Reading | None:
        """Returns what every run reaches at the nearest rate."""
        if not len(self.x_values):
            return None
        near = int(np.abs(self.x_values - epoch).argmin())
        rows = [
            (curve.name, texts.with_interval(self._scores(curve)[near]), self.theme.run_color(curve.number))
            for curve in self._curves
            if near < len(curve.points)
        ]
        rate = float(self.x_values[near])
        title = f"{self._metric.label} at {rate:g} % noise" if rate else f"{self._metric.label} without noise"
        return Reading(title, tuple(rows))

    def table_rows(self) -> list[list[str]]:
        """Returns a line for each rate, with every run's score and its interval in columns."""
        heads = [part for one in self._curves for part in (one.name, f"{one.name}, from", f"{one.name}, to")]
        rows = [[f"noise (%), {self._metric.label}", *heads]]
        for place, rate in enumerate(self.x_values):
            scores = [self._scores(curve)[place] for curve in self._curves]
            cells = [f"{value:.6g}" for one in scores for value in (one.value, one.low, one.high)]
            rows.append([f"{rate:g}", *cells])
        return rows

    def _on_range(self) -> None:
        """Writes the rates that were tried below the axis, as long as all of it is shown."""
        super()._on_range()
        if len(self.x_values) and not self.zoomed:
            ticks = [(float(rate), f"{rate:g}") for rate in self.x_values]
            self.getPlotItem().getAxis("bottom").setTicks([ticks])

    def paint_axis_words(self, painter: QPainter, area: QRectF) -> None:
        """Writes what lies to the right behind the axis."""
        theme, px = self.theme, self.theme.px
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("chartAxis"))
        box = QRectF(area.right() + px(8), area.bottom() - px(8), px(70), px(16))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "% noise")

    def paint_under(self, painter: QPainter, area: QRectF) -> None:  # noqa: ARG002 (as the others have it)
        """Paints the 95 % interval of the run that is looked at, at each rate."""
        if not self._curves:
            return
        first, half = self._curves[0], self.theme.px(4)
        painter.setPen(QPen(self.theme.run_color(first.number), 1.25 * self.theme.scale))
        for rate, score in zip(_percents(first), self._scores(first), strict=True):
            if self.sees(rate):
                low, high = self.pixel(rate, score.low), self.pixel(rate, score.high)
                painter.drawLine(low, high)
                for end in (low, high):
                    painter.drawLine(end - QPointF(half, 0), end + QPointF(half, 0))


def _percents(curve: NoiseCurve) -> list[float]:
    return [100 * point.share for point in curve.points]
