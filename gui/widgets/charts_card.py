"""The two charts of a run in one card: loss above, metric below, one pair of eyes for both."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Card
from gui.widgets.curve_plot import CurvePlot
from gui.widgets.labels import label
from gui.widgets.plots import LossPlot, MetricPlot
from gui.widgets.segmented import Segmented

LOSS_NOTE = "lower is better"


class ChartsCard(Card):
    """Loss chart and metric chart over the same epochs; narrow windows show one at a time.

    Attributes:
        loss: The upper chart.
        score: The lower chart.
    """

    tab_chosen = Signal(str)
    """``"loss"``, ``"metric"`` or ``"texts"``, where only one is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with empty charts."""
        super().__init__(theme, parent=parent)
        self.setObjectName("charts_card")
        self.setAccessibleName("Charts")
        self.loss = LossPlot(theme)
        self.score = MetricPlot(theme)
        self.score.link(self.loss)
        self._scale = Segmented(theme, [("linear", "Linear"), ("log", "Log")])
        self._scale.setObjectName("loss_scale")
        self._scale.setAccessibleName("Scale of the loss chart")
        self._scale.chosen.connect(lambda name: self.loss.set_logarithmic(name == "log"))
        self._tabs = Segmented(theme, [("loss", "Loss"), ("metric", "Score"), ("texts", "Texts")])
        self._tabs.setObjectName("chart_tabs")
        self._tabs.setAccessibleName("What to show")
        self._tabs.chosen.connect(self._choose_tab)
        self._one_at_a_time = False
        self._loss_only = False
        self._texts: QWidget | None = None
        self._loss_title = label(theme, "Loss", "bodyStrong")
        self._loss_title.setToolTip(meaning("Loss"))
        self._loss_note = label(theme, LOSS_NOTE, "caption", "text3", elide=True)
        self._metric_title = label(theme, "Score", "bodyStrong")
        self._metric_note = label(theme, "", "caption", "text3", elide=True)
        self._texts_title = label(theme, "Texts", "bodyStrong", elide=True)
        self._copies = {plot: self._copy_button(plot) for plot in (self.loss, self.score)}
        self._lay_out()
        self._arrange()
        self._space()
        theme.changed.connect(self._space)

    def _copy_button(self, plot: CurvePlot) -> Button:
        button = icon_button(self._theme, "copy", "Copy as table (Ctrl C in the chart)", size="small")
        button.setObjectName(f"copy_{plot.objectName()}")
        button.clicked.connect(plot.copy_table)
        return button

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._loss_title)
        self._head.addWidget(self._loss_note, 1)
        self._head.addWidget(self._copies[self.loss])
        self._head.addWidget(self._scale)
        self._metric_head = QHBoxLayout()
        self._metric_head.addWidget(self._metric_title)
        self._metric_head.addWidget(self._metric_note, 1)
        self._metric_head.addWidget(self._copies[self.score])
        self._tab_row = QHBoxLayout()
        self._tab_row.addWidget(self._texts_title, 1)
        self._tab_row.addWidget(self._tabs)
        self._texts_slot = QVBoxLayout()
        self.body.addLayout(self._tab_row)
        self.body.addLayout(self._head)
        self.body.addWidget(self.loss, 63)
        self.body.addLayout(self._metric_head)
        self.body.addWidget(self.score, 37)
        self.body.addLayout(self._texts_slot, 100)

    def set_metric(self, label_text: str, short: str, note: str, baselines: list[tuple[str, float]]) -> None:
        """Says what the lower chart measures; see :meth:`MetricPlot.set_metric`."""
        self._metric_title.setText(label_text)
        self._metric_note.setText(note)
        self._tabs.set_option_text("metric", label_text)
        self.score.set_metric(label_text, short, baselines)

    def explain_metric(self, sentence: str) -> None:
        """Shows a sentence on the metric to who hovers over its name."""
        self._metric_title.setToolTip(sentence)

    def set_unit(self, unit: str) -> None:
        """Says what a row of the data is called, plural, for the switch."""
        self._tabs.set_option_text("texts", unit.capitalize())
        self._texts_title.setText(f"Watch these {unit}")

    def show_one_at_a_time(self, texts: QWidget | None) -> None:
        """Shows one thing behind a switch, and takes the list of texts in; ``None`` shows both charts."""
        self._one_at_a_time = texts is not None
        self._texts = texts
        if texts is not None:
            self._texts_slot.addWidget(texts)
        self._arrange()

    def show_loss_only(self, only: bool) -> None:
        """Leaves the lower chart out, for a run that broke off."""
        self._loss_only = only
        self._arrange()

    @property
    def tab(self) -> str:
        """Returns what is chosen on the switch."""
        return self._tabs.current()

    def choose_tab(self, name: str) -> None:
        """Shows ``"loss"``, ``"metric"`` or ``"texts"``."""
        self._tabs.set_current(name)
        self._choose_tab(name)

    def _choose_tab(self, name: str) -> None:
        self._arrange()
        self.tab_chosen.emit(name)

    def _arrange(self) -> None:
        tab = self._tabs.current() if self._one_at_a_time else ""
        if self._loss_only:
            tab = "loss"
        self._tabs.setVisible(self._one_at_a_time and not self._loss_only)
        loss, metric = tab in ("", "loss"), tab in ("", "metric")
        for widget in (self._loss_title, self._loss_note, self.loss, self._copies[self.loss]):
            widget.setVisible(loss)
        self._scale.setVisible(loss and not self._one_at_a_time)
        for widget in (self._metric_title, self._metric_note, self.score, self._copies[self.score]):
            widget.setVisible(metric)
        if self._texts is not None:
            self._texts.setVisible(tab == "texts")
        self._texts_title.setVisible(tab == "texts")
        self._metric_head.setContentsMargins(0, 0 if tab else self._theme.px(8), 0, 0)
        self._move_tabs(tab)

    def _move_tabs(self, tab: str) -> None:
        """Puts the switch at the end of the row that is shown."""
        if not self._one_at_a_time:
            return
        row = {"loss": self._head, "metric": self._metric_head}.get(tab, self._tab_row)
        for other in (self._head, self._metric_head, self._tab_row):
            other.removeWidget(self._tabs)
        row.addWidget(self._tabs, 0, Qt.AlignmentFlag.AlignRight)

    def _space(self) -> None:
        px = self._theme.px
        self.body.setSpacing(px(2))
        for row in (self._head, self._metric_head):
            row.setSpacing(px(8))
        self._arrange()
        self._loss_title.setMinimumHeight(px(28))
        self.loss.setMinimumHeight(px(130))
        self.score.setMinimumHeight(px(92))
