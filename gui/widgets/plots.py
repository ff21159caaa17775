"""The two charts of a run: its loss and its metric."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.look import texts
from gui.look.painting import mix
from gui.look.theme import Theme
from gui.widgets.curve_plot import CurvePlot
from gui.widgets.label_places import Curve, clear_place
from gui.widgets.marked_plot import EMPTY, Series
from gui.widgets.plot_marks import EndLabel, Reading
from gui.widgets.plot_scale import Scale, linear_scale, log_scale
from gui.widgets.smoothing import Smoother, span_for

_FACTOR, _SHARES = 20, 100.0
"""Values further apart than the factor would lie on one line of a linear axis, all but the largest; measures
that end at 1 or 100 stay linear all the same."""


class LossPlot(CurvePlot):
    """Validation loss, and the training loss of every step, raw and smoothed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        self._raw = pg.PlotDataItem(antialias=True, autoDownsampleFactor=2.0)
        self._smooth = pg.PlotDataItem(antialias=True, autoDownsampleFactor=0.5)
        self._smoother = Smoother()
        self._steps: Series = EMPTY
        self._step_epochs: Series = EMPTY
        self._losses: Series = EMPTY
        self._logarithmic = False
        super().__init__(theme, "Loss chart", parent)
        # A smooth line has no peaks to keep; "peak" would only draw every point of it twice.
        for item, layer, method in ((self._raw, 1, "peak"), (self._smooth, 5, "subsample")):
            item.setZValue(layer)
            self.addItem(item)
            # After addItem, which sets the plot's own choice.
            item.setDownsampling(auto=True, method=method)
            item.setClipToView(True)
        self.setObjectName("loss_plot")

    def set_training(self, steps: Series, epochs: Series, losses: Series, total_steps: int) -> None:
        """Shows the training loss of every step so far.

        Args:
            steps: Step numbers, ascending.
            epochs: Where each step ended, in epochs.
            losses: Mean loss of its batch; as long as ``steps``.
            total_steps: Steps of the whole run, which sets how far the smoothed curve looks back.
        """
        known = len(self._smoother)
        goes_on = known and known <= len(losses) and self._steps[known - 1] == steps[known - 1]
        if not goes_on:
            self._smoother = Smoother(span_for(total_steps))
            known = 0
        self._smoother.extend(losses[known:])
        self._steps, self._step_epochs, self._losses = steps, epochs, losses
        self.rescale()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Chooses between a linear and a logarithmic axis."""
        self._logarithmic = logarithmic
        self.rescale()

    @property
    def smoothed(self) -> Series:
        """Returns the smoothed training loss, one value per step."""
        return self._smoother.values()

    def stops(self) -> Series:
        """Returns the end of every step; with no steps, the evaluations."""
        return self._step_epochs if len(self._step_epochs) else self.x_values

    def find_scale(self) -> Scale:
        """Returns an axis for both smooth curves and 99 of 100 raw values."""
        smooth = self.smoothed
        finite = self._losses[np.isfinite(self._losses)]
        values = np.concatenate([self.y_values, smooth])
        values = values[np.isfinite(values)]
        if not len(values):
            return linear_scale(0.0, 1.0)
        high = float(max(values.max(), np.percentile(finite, 99) if len(finite) else 0.0))
        if not self._logarithmic:
            return linear_scale(0.0, high)
        positive = np.concatenate([values[values > 0], finite[finite > 0]])
        if not len(positive):
            return log_scale(1e-3, 1.0)
        return log_scale(float(np.percentile(positive, 1)), high)

    def draw_curves(self) -> None:
        """Hands the three curves to pyqtgraph."""
        super().draw_curves()
        self._raw.setData(self._step_epochs, self.positions(self._losses))
        self._smooth.setData(self._step_epochs, self.positions(self.smoothed))

    def restyle(self) -> None:
        """Takes colours, fonts and sizes from the theme."""
        super().restyle()
        theme = self.theme
        self._raw.setPen(pg.mkPen(self._raw_color(), width=theme.scale))
        self._smooth.setPen(pg.mkPen(theme.color("text3"), width=2 * theme.scale))

    def _raw_color(self) -> QColor:
        """Returns the faint grey of single steps, mixed beforehand.

        It looks the same as a transparent pen on the chart's ground, and Qt strokes an opaque path
        about twenty times faster than one whose crossings have to be kept from adding up.
        """
        return mix(self.theme.color("surface"), self.theme.color("text3"), self.theme.alpha("rawCurve"))

    def end_labels(self) -> list[EndLabel]:
        """Returns the last validation and the last smoothed training loss."""
        labels = []
        if len(self.y_values):
            value = float(self.y_values[-1])
            y = self.pixel(0.0, value).y()
            labels.append(self.own_end_label(y, f"Validation {texts.score(value)}"))
        if len(self.smoothed):
            value = float(self.smoothed[-1])
            y = self.pixel(0.0, value).y()
            labels.append(
                EndLabel(y, f"Training {texts.score(value)}", False, self.theme.color("text3"), dash=True)
            )
        return labels

    def curves(self) -> list[Curve]:
        """Returns the lines in pixels; single steps may be covered sooner than what is read."""
        return [
            *super().curves(),
            self.curve_in_pixels(self._step_epochs, self.smoothed),
            self.curve_in_pixels(self._step_epochs, self._losses, weight=0.2),
        ]

    def name_words(self) -> str:
        """Returns the last validation, or before it the last training loss, and what changed on the way."""
        said = [f"{words}, at epoch {texts.epoch(epoch)}" for epoch, words in self.changes]
        if len(self.y_values):
            value, epoch = self.y_values[-1], self.x_values[-1]
            said.insert(0, f"validation {texts.score(value)} at epoch {texts.epoch(epoch)}")
        elif len(self.smoothed):
            value, epoch = self.smoothed[-1], self._step_epochs[-1]
            said.insert(0, f"training {texts.score(value)} at epoch {texts.epoch(epoch)}")
        return ". ".join(said)

    def reading(self, epoch: float) -> Reading | None:
        """Returns the step at an epoch, and the evaluation nearest to it."""
        theme, rows = self.theme, []
        title = f"Epoch {epoch:.2f}"
        if len(self.x_values):
            near = int(np.abs(self.x_values - epoch).argmin())
            name = f"Validation, epoch {texts.epoch(self.x_values[near])}"
            rows.append((name, texts.score(self.y_values[near]), theme.run_color(self.run_number)))
        if len(self._step_epochs):
            step = min(int(np.searchsorted(self._step_epochs, epoch - 1e-9)), len(self._steps) - 1)
            title = f"Epoch {self._step_epochs[step]:.2f}, step {int(self._steps[step]):,}"
            rows.append(("Training, smoothed", texts.score(self.smoothed[step]), theme.color("text3")))
            rows.append(("This step alone", texts.score(self._losses[step]), self._raw_color()))
        return Reading(title, tuple(rows)) if rows else None

    def table_rows(self) -> list[list[str]]:
        """Returns every step and every evaluation, in the order of epochs."""
        rows = [
            (epoch, 0, [f"{int(step)}", f"{epoch:.4f}", f"{loss:.6g}", f"{smooth:.6g}", ""])
            for step, epoch, loss, smooth in zip(
                self._steps, self._step_epochs, self._losses, self.smoothed, strict=True
            )
        ]
        rows += [
            (epoch, 1, ["", f"{epoch:.4f}", "", "", f"{loss:.6g}"])
            for epoch, loss in zip(self.x_values, self.y_values, strict=True)
        ]
        heading = ["step", "epoch", "training_loss", "training_loss_smoothed", "validation_loss"]
        return [heading, *(row for _, _, row in sorted(rows, key=lambda row: row[:2]))]


class MetricPlot(CurvePlot):
    """The task's first metric on the validation rows, with what simpler ways reach as dashed lines."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        self._label, self._short = "Score", "Score"
        self._baselines: tuple[tuple[str, float], ...] = ()
        super().__init__(theme, "Score chart", parent)
        self.says_still_to_come = False
        self.setObjectName("metric_plot")

    def set_metric(self, label: str, short: str, baselines: Sequence[tuple[str, float]] = ()) -> None:
        """Says what is measured.

        Args:
            label: E.g. ``"F1 score"``.
            short: For the line's end, e.g. ``"F1"``.
            baselines: Words and value of each, e.g. ``('Always guessing "ham"', 0.466)``.
        """
        self._label, self._short, self._baselines = label, short, tuple(baselines)
        self._title = f"{label} chart"
        self.rescale()

    def find_scale(self) -> Scale:
        """Returns an axis for the values and the baselines, not above 1 for shares."""
        values = [float(value) for value in self.y_values if np.isfinite(value)]
        values += [value for _, value in self._baselines]
        if not values:
            return linear_scale(0.0, 1.0)
        low, high = min(values), max(values)
        if high <= 1.0:
            # Near 1 a tenth decides; a scale from 0 would flatten every difference.
            return linear_scale(max(low, -1.0) if low < 0 else min(low, 0.8), 1.0, intervals=3)
        if low > 0 and high > max(_SHARES, _FACTOR * low):
            return log_scale(low, high)  # the perplexity of a model before its training dwarfs all others
        return linear_scale(low, high, intervals=3)

    def end_labels(self) -> list[EndLabel]:
        """Returns the last value."""
        if not len(self.y_values):
            return []
        value = float(self.y_values[-1])
        y = self._off_the_baselines(self.pixel(0.0, value).y())
        return [self.own_end_label(y, f"{self._short} {texts.score(value)}")]

    def _off_the_baselines(self, y: float) -> float:
        """Returns a height for words at which no dashed line strikes them through."""
        px, area = self.theme.px, self.area()
        if self.pixel(self.last_epoch(), 0.0).x() + px(10) >= area.right():
            return y  # the words stand behind the ends of those lines
        up, apart = px(6), px(11)  # plot_marks puts the middle of the words so far above
        lines = [self.pixel(0.0, value).y() for _, value in self._baselines]
        inside = [y - up, *(line + side for line in lines for side in (-apart, apart))]
        inside = [min(max(words, area.top() + px(11)), area.bottom() - px(18)) for words in inside]
        free = [words for words in inside if all(abs(words - line) >= apart - 0.01 for line in lines)]
        return min(free or inside, key=lambda words: abs(words - (y - up))) + up

    def name_words(self) -> str:
        """Returns the last value and the baselines."""
        words = [f"{name} {texts.score(value)}" for name, value in self._baselines]
        if len(self.y_values):
            words.insert(
                0, f"{self._short} {texts.score(self.y_values[-1])} at epoch {texts.epoch(self.x_values[-1])}"
            )
        return ", ".join(words)

    def reading(self, epoch: float) -> Reading | None:
        """Returns the evaluation nearest to an epoch and the baselines."""
        if not len(self.x_values):
            return None
        near = int(np.abs(self.x_values - epoch).argmin())
        rows = [(self._label, texts.score(self.y_values[near]), self.theme.run_color(self.run_number))]
        rows += [(name, texts.score(value), self.theme.color("text3")) for name, value in self._baselines]
        return Reading(f"Epoch {texts.epoch(self.x_values[near])}", tuple(rows))

    def table_rows(self) -> list[list[str]]:
        """Returns every evaluation, and each baseline in a column of its own."""
        heading = ["epoch", self._label, *(name for name, _ in self._baselines)]
        constant = [f"{value:.6g}" for _, value in self._baselines]
        rows = [
            [f"{epoch:.4f}", f"{value:.6g}", *constant]
            for epoch, value in zip(self.x_values, self.y_values, strict=True)
        ]
        return [heading, *rows]

    def paint_under(self, painter: QPainter, area: QRectF) -> None:
        """Paints the baselines."""
        pen = QPen(self.theme.color("text3"), 1.25 * self.theme.scale)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        for _, value in self._baselines:
            y = self.pixel(0.0, value).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def paint_more(self, painter: QPainter) -> None:
        """Paints the words of the baselines."""
        theme, px = self.theme, self.theme.px
        painter.setFont(theme.font("caption"))
        for text, box in self.baseline_words():
            if self.position is None:  # another line may run below the words
                painter.fillRect(box.adjusted(-px(2), px(1), px(2), -px(1)), theme.tint("surface", 0.7))
            painter.setPen(theme.color("text2"))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def baseline_words(self) -> list[tuple[str, QRectF]]:
        """Returns the words of each baseline and where they stand: at its right if the curve lets them."""
        px, area = self.theme.px, self.area()
        metrics = QFontMetricsF(self.theme.font("caption"))
        best, taken, words = self.best_x(), self.end_label_boxes(), []
        if best is not None:
            taken.append(QRectF(best - 2, area.top(), 4, area.height()))
        ends = np.array(self.visible_epochs())
        lines = [self.curve_in_pixels(ends, np.full(2, value), 0.5) for _, value in self._baselines]
        for name, value in self._baselines:
            text, y = f"{name} {texts.score(value)}", self.pixel(0.0, value).y()
            width = metrics.horizontalAdvance(text) + px(2)
            lefts = [area.right() - width - px(8), area.left() + px(8), area.center().x() - width / 2]
            if best is not None:
                lefts[1:1] = [best - width - px(6), best + px(6)]
            lefts += [*np.arange(area.left() + px(8), area.right() - width - px(8), px(24))]
            places = [QRectF(left, y + up, width, px(16)) for left in lefts for up in (-px(18), px(2))]
            own = self._beside_own_line(y, px(16))
            inside = [one for one in places if own.contains(one)]
            box = clear_place(inside or places, own, [*self.curves(), *lines], taken, 1.0)
            taken.append(box)
            words.append((text, box))
        return words

    def _beside_own_line(self, y: float, height: float) -> QRectF:
        """Returns where the words of a line may stand, so that they do not seem to be those of another line.

        Args:
            y: Of the line.
            height: Of the words; where there is no room for them, they may stand anywhere.
        """
        area = self.area()
        others = [self.pixel(0.0, value).y() for _, value in self._baselines]
        top = max((one for one in others if one < y), default=area.top())
        bottom = min((one for one in others if one > y), default=area.bottom())
        own = QRectF(area.left(), max(top, area.top()), area.width(), 0.0)
        own.setBottom(min(bottom, area.bottom()))
        return own if own.height() >= height else area
