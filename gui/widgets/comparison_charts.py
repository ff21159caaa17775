"""The two charts of compared runs, each a card: the score against what it costs, and the curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.protocol.catalog import MetricEntry
from gui.look.theme import Theme
from gui.widgets.buttons import icon_button
from gui.widgets.cards import Card
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.run_curves_plot import RunCurve, RunCurvesPlot
from gui.widgets.score_axes import AXES, ScorePoint
from gui.widgets.score_plot import ScorePlot
from gui.widgets.segmented import Segmented


class ScoreChart(Card):
    """The score of each run against what is chosen.

    Attributes:
        plot: The chart.
        across: What lies to the right.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, AXES[0].title, parent=parent)
        self.setObjectName("score_chart")
        self.plot = ScorePlot(theme)
        self._metric = ""
        self.across = ChoiceButton(theme, "Horizontal axis", [(axis.id, axis.choice) for axis in AXES])
        self.across.setObjectName("score_across")
        copy = icon_button(theme, "copy", "Copy as table (Ctrl C in the chart)", size="small")
        copy.setObjectName("copy_score_plot")
        copy.clicked.connect(self.plot.copy_table)
        self.header.addWidget(self.across)
        self.header.addWidget(copy)
        self.body.addWidget(self.plot, 1)
        self.across.chosen.connect(self._show_axis)

    def set_points(
        self,
        points: Sequence[ScorePoint],
        metric: MetricEntry,
        baseline: tuple[str, float] | None,
        joined: Sequence[Sequence[str]] = (),
    ) -> None:
        """Shows runs; see :meth:`ScorePlot.set_points`."""
        self.plot.set_points(points, metric, baseline, joined)
        self._metric = metric.short
        self._show_axis()

    def _show_axis(self) -> None:
        axis = next(axis for axis in AXES if axis.id == self.across.current())
        self.plot.set_axis(axis)
        self.set_title(axis.title, f"{self._metric}, with 95 % interval")


class CurvesChart(Card):
    """The losses of each run over each other.

    Attributes:
        plot: The chart.
        what: ``"validation"`` or ``"training"``.
        across: ``"epoch"``, ``"step"`` or ``"time"``.
    """

    changed = Signal()
    """Other losses, or another axis, were chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "Validation loss", "lower is better", parent=parent)
        self.setObjectName("curves_chart")
        self.plot = RunCurvesPlot(theme)
        self.what = Segmented(theme, [("validation", "Validation"), ("training", "Training")])
        self.what.setObjectName("curves_what")
        self.what.setAccessibleName("Which loss")
        options = [("epoch", "Epoch"), ("step", "Step"), ("time", "Time")]
        self.across = ChoiceButton(theme, "Horizontal axis", options)
        self.across.setObjectName("curves_across")
        copy = icon_button(theme, "copy", "Copy as table (Ctrl C in the chart)", size="small")
        copy.setObjectName("copy_curves_plot")
        copy.clicked.connect(self.plot.copy_table)
        for widget in (self.what, self.across, copy):
            self.header.addWidget(widget)
        self.body.addWidget(self.plot, 1)
        self.what.chosen.connect(self._choose)
        self.across.chosen.connect(self._choose)

    def set_curves(self, curves: Sequence[RunCurve], unit: str) -> None:
        """Shows runs.

        Args:
            curves: The lines, of what is chosen.
            unit: What lies to the right.
        """
        words = "Validation loss" if self.what.current() == "validation" else "Training loss, smoothed"
        self.set_title(words, "lower is better")
        self.plot.set_curves(curves, words, unit)

    def _choose(self) -> None:
        self.changed.emit()
