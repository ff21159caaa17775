"""How runs fare while noise comes over what they read: one chart, one finding."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from engine.protocol.catalog import MetricEntry
from gui.look.theme import Theme
from gui.widgets.buttons import icon_button
from gui.widgets.cards import Card
from gui.widgets.labels import label
from gui.widgets.robustness_plot import NoiseCurve, RobustnessPlot

_HEIGHT = 96
_NOTHING = "No curve here yet: this run ended before runs were tried with noise. Train once more to see one."


class RobustnessCard(Card):
    """The robustness curves of runs that can be compared.

    Attributes:
        plot: The chart.
        finding: What it says, in words.
        conditions: What was judged, and how.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "Robustness", parent=parent)
        self.setObjectName("robustness_card")
        self.plot = RobustnessPlot(theme)
        self.finding = label(theme, "", "body", "text", wrap=True)
        self.conditions = label(theme, "", "caption", "text3", wrap=True)
        self._copy = icon_button(theme, "copy", "Copy as table (Ctrl C in the chart)", size="small")
        self._copy.setObjectName("copy_robustness_plot")
        self._copy.clicked.connect(self.plot.copy_table)
        self.header.addWidget(self._copy)
        for widget in (self.finding, self.conditions, self.plot):
            self.body.addWidget(widget)
        self._fit()
        theme.changed.connect(self._fit)

    def set_curves(
        self, curves: Sequence[NoiseCurve], metric: MetricEntry, finding: str = "", conditions: str = ""
    ) -> None:
        """Shows runs, the one that is looked at first; none leaves a sentence.

        Args:
            curves: The lines.
            metric: What is drawn.
            finding: What they say.
            conditions: What they have in common.
        """
        what = f"{metric.label} with more and more noise" if curves else ""
        self.set_title("Robustness", what)
        self.setAccessibleDescription(f"{what}. {conditions}" if curves else "")
        self.conditions.setText(conditions)
        self.finding.setText(finding if curves else _NOTHING)
        for widget in (self.plot, self._copy):
            widget.setVisible(bool(curves))
        self.conditions.setVisible(bool(curves and conditions))
        self.plot.set_curves(curves, metric)

    def _fit(self) -> None:
        self.plot.setMinimumHeight(self._theme.px(_HEIGHT))
