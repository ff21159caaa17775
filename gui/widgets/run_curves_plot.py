"""The loss curves of several runs over each other: validation or training, by epoch, step or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.curve_plot import CurvePlot
from gui.widgets.label_places import Curve
from gui.widgets.marked_plot import EMPTY, Series
from gui.widgets.plot_marks import Reading
from gui.widgets.plot_scale import Scale, linear_scale, log_scale

_FAINT = 0.25
_NEAR = 14
"""Pixels, at 100 %, within which a line is under the pointer."""
_MARKERS = 4
"""So many markers stand on a line at most."""
_HARDLY = 0.75
"""Losses whose lowest is more than this share of the highest get an axis of their own range."""
_STEEP = 50.0


@dataclass(frozen=True)
class RunCurve:
    """A run as a line.

    Attributes:
        id: Which run.
        name: What it is called.
        number: Number of its colour, marker and dash.
        x: Where its values stand, ascending.
        y: Its losses.
    """

    id: str
    name: str
    number: int
    x: Series
    y: Series


class RunCurvesPlot(CurvePlot):
    """A line for each run; the one under the pointer stays, the others go back to a quarter."""

    hovered = Signal(str)
    """Another run is looked at; carries its id, empty for none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        self._curves: tuple[RunCurve, ...] = ()
        self._items: list[tuple[Any, Any]] = []
        self._what, self._unit = "Validation loss", "epoch"
        self._lit = ""
        super().__init__(theme, "Curves", parent)
        self.says_still_to_come = False
        self.setObjectName("run_curves_plot")

    def set_curves(self, curves: Sequence[RunCurve], what: str, unit: str) -> None:
        """Shows runs.

        Args:
            curves: The lines.
            what: What they show, e.g. ``"Validation loss"``.
            unit: What lies to the right, e.g. ``"epoch"``.
        """
        for pair in self._items:
            for item in pair:
                self.removeItem(item)
        self._curves, self._what, self._unit = tuple(curves), what, unit
        self._title = f"{what} of all runs"
        self._items = [(pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True)) for _ in curves]
        for line, marks in self._items:
            self.addItem(line)
            self.addItem(marks)
        self.set_points(EMPTY, EMPTY)
        self.set_run(1, max((float(one.x[-1]) for one in self._curves if len(one.x)), default=1.0))

    @property
    def run_curves(self) -> tuple[RunCurve, ...]:
        """Returns what is shown."""
        return self._curves

    def light(self, run_id: str) -> None:
        """Dims all lines but one; empty dims none."""
        if run_id == self._lit:
            return
        self._lit = run_id
        for curve, pair in zip(self._curves, self._items, strict=True):
            for item in pair:
                item.setOpacity(_FAINT if run_id and curve.id != run_id else 1.0)
                item.setZValue(20 if curve.id == run_id else 10)
        self.viewport().update()

    @property
    def lit(self) -> str:
        """Returns the id of the run that is looked at; empty for none."""
        return self._lit

    def stops(self) -> Series:
        """Returns every place that has a value."""
        return np.unique(np.concatenate([one.x for one in self._curves])) if self._curves else EMPTY

    def find_scale(self) -> Scale:
        """Returns an axis for all lines; logarithmic where some values dwarf the others."""
        values = np.concatenate([one.y for one in self._curves]) if self._curves else EMPTY
        values = values[np.isfinite(values)]
        if not len(values):
            return linear_scale(0.0, 1.0)
        low, high = float(values.min()), float(np.percentile(values, 99.5))
        if low > 0 and high > _STEEP * low:
            return log_scale(low, high)
        # Losses that hardly move would be one flat line above an axis that begins at 0.
        return linear_scale(low if low > _HARDLY * high else 0.0, max(high, low * 1.01))

    def draw_curves(self) -> None:
        """Hands the lines to pyqtgraph, with a few markers on each."""
        super().draw_curves()
        for place, (curve, (line, marks)) in enumerate(zip(self._curves, self._items, strict=True)):
            y = self.positions(curve.y)
            line.setData(curve.x, y)
            some = _some_places(len(curve.x), place)
            marks.setData(curve.x[some], y[some])

    def restyle(self) -> None:
        """Takes colours, fonts and sizes from the theme."""
        super().restyle()
        theme = self.theme
        for curve, (line, marks) in zip(self._curves, self._items, strict=True):
            line.setPen(self.pen_of(curve.number))
            marks.setPen(pg.mkPen(None))
            marks.setSymbol(theme.run_symbol(curve.number))
            marks.setSymbolSize(theme.px(9))
            marks.setSymbolPen(pg.mkPen(theme.color("surface"), width=theme.scale))
            marks.setSymbolBrush(theme.run_color(curve.number))

    def curves(self) -> list[Curve]:
        """Returns the lines in pixels."""
        return [self.curve_in_pixels(one.x, one.y) for one in self._curves]

    def name_words(self) -> str:
        """Returns where each line ends."""
        return ", ".join(f"{one.name} {texts.score(one.y[-1])}" for one in self._curves if len(one.y))

    def reading(self, epoch: float) -> Reading | None:
        """Returns each run's value nearest to a place, best first; runs that ended before are left out."""
        rows = []
        for one in self._curves:
            if len(one.x) and epoch <= one.x[-1] * 1.02:
                value = float(one.y[int(np.abs(one.x - epoch).argmin())])
                rows.append((value, (one.name, texts.score(value), self.theme.run_color(one.number))))
        rows.sort(key=lambda row: row[0])
        title = (
            f"{self._unit.capitalize()} {epoch:,.0f}"
            if self._unit == "step"
            else f"{self._unit.capitalize()} {epoch:.2f}"
        )
        return Reading(title, tuple(row for _, row in rows)) if rows else None

    def table_rows(self) -> list[list[str]]:
        """Returns a line for each value of each run, for *Copy as table*."""
        rows = [
            [one.name, f"{x:.6g}", f"{y:.6g}"]
            for one in self._curves
            for x, y in zip(one.x, one.y, strict=True)
        ]
        return [["run", self._unit, self._what], *rows]

    def paint_axis_words(self, painter: QPainter, area: QRectF) -> None:
        """Writes what lies to the right behind the axis."""
        theme, px = self.theme, self.theme.px
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("chartAxis"))
        box = QRectF(area.right() + px(6), area.bottom() - px(8), px(60), px(16))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._unit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Moves the crosshair, and finds the line under the pointer."""
        super().mouseMoveEvent(event)
        self._look_at(self._line_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Looks at no line any more."""
        super().leaveEvent(event)
        self._look_at("")

    def _look_at(self, run_id: str) -> None:
        if run_id != self._lit:
            self.light(run_id)
            self.hovered.emit(run_id)

    def _line_at(self, x: float, y: float) -> str:
        """Returns the run whose line is nearest to a pixel; empty where none is near."""
        near = []
        for one, curve in zip(self._curves, self.curves(), strict=True):
            if len(curve.x) and curve.x[0] - 4 <= x <= curve.x[-1] + 4:
                near.append((abs(float(np.interp(x, curve.x, curve.y)) - y), one.id))
        distance, run_id = min(near, default=(1e9, ""))
        return run_id if distance <= self.theme.px(_NEAR) else ""


def _some_places(count: int, shift: int) -> list[int]:
    """Returns where the markers of a line stand: a few, not those of its neighbours."""
    if count <= _MARKERS:
        return list(range(count))
    step = max(1, count // _MARKERS)
    return list(range((shift * max(1, step // 3)) % step, count, step))
