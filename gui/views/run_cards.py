"""What a run reached, in a row of cards with a few facts below: its score, what became of its answers."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import RunResult
from gui.look.texts import singular
from gui.state import run_findings, run_words
from gui.state.page_context import PageContext
from gui.state.run_status import RunStatus
from gui.widgets.basics import Card, label
from gui.widgets.class_table import ClassTable
from gui.widgets.confusion_card import ConfusionCard
from gui.widgets.fact_line import FactLine
from gui.widgets.outcomes_card import OutcomesCard
from gui.widgets.score_bars import ScoreRow
from gui.widgets.score_card import ScoreCard

_LEAST = {True: 287, False: 236}
"""Height of the cards in a wide window, and in another."""


class RunCards(QWidget):
    """The upper half of a run.

    Attributes:
        score: Its score beside that of simpler things.
        confusion: Which class was said for which.
        outcomes: What became of answers that are no single classes, in the same place.
        classes: The card with the scores of each class.
        class_table: These.
        explanation: What precision and recall are.
        facts: ``"frozen"``, ``"forgotten"``, ``"time"`` and ``"size"``.
    """

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._context = context
        theme = context.theme
        self._result: RunResult | None = None
        self.score = ScoreCard(theme)
        self.confusion, self.outcomes = ConfusionCard(theme), OutcomesCard(theme)
        self.classes = Card(theme, "Each label")
        self.classes.setObjectName("classes_card")
        self.class_table = ClassTable(theme)
        self.explanation = label(theme, "", "small", "text2", wrap=True)
        self.classes.body.addWidget(self.class_table, 1)
        self.classes.body.addWidget(self.explanation)
        self.facts = {name: FactLine(theme) for name in ("frozen", "forgotten", "time", "size")}
        self._cards = QGridLayout()
        self._facts_row = QHBoxLayout()
        for name, fact in self.facts.items():
            fact.setObjectName(f"fact_{name}")
            self._facts_row.addWidget(fact, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._cards)
        self._column.addLayout(self._facts_row)

    def show_run(self, run: RunStatus, result: RunResult) -> None:
        """Shows the result of a run."""
        self._result = result
        catalog = self._context.engines.catalog
        unit = run_words.unit_of(run.config, catalog)
        metric, entry = run_words.main_metric(run, catalog), run_words.task_entry(run.config, catalog)
        self._show_score(run, result, metric, unit)
        classes = result.classes if result.confusion else ()  # tags have names and no matrix
        self.confusion.set_confusion(classes, result.confusion, run.color_number, unit)
        self.outcomes.set_result(result, metric)
        one = singular(entry.labels if entry is not None else "labels")
        self.classes.set_title(f"Each {one}")
        self.class_table.set_scores(result.class_scores, result.outcomes_of or unit, one)
        told = run_findings.precision_and_recall(result, one)
        self.explanation.setText(told)
        self.class_table.setToolTip(told)
        for name, finding in run_findings.facts(run, result).items():
            self.facts[name].set_fact(finding.status, finding.icon, finding.text)
            self.facts[name].setVisible(bool(finding.text))
            self.facts[name].setToolTip(finding.details)

    def _show_score(self, run: RunStatus, result: RunResult, metric: MetricEntry, unit: str) -> None:
        sign = -1 if metric.higher_is_better else 1
        measured = [one for one in result.baselines if result.metric in one.scores]
        measured.sort(key=lambda one: sign * one.scores[result.metric].value)
        rows = [ScoreRow("This model", result.scores[result.metric], run.color_number)]
        rows += [ScoreRow(one.label, one.scores[result.metric]) for one in measured]
        counts = run_findings.counts_sentence(result, unit, metric)
        self.score.set_score(result.scores[result.metric], metric, rows, counts)
        advice = run_findings.what_may_help(run, self._context.engines.catalog)
        finding = run_findings.comparison(result, metric, advice)
        self.score.verdict.set_fact(finding.status, finding.icon, finding.text)

    def add_below(self, widget: QWidget) -> None:
        """Puts something below the facts."""
        self._facts_row.addWidget(widget)

    def fit(self) -> None:
        """Lays the cards out for the size of the window."""
        layout, px = self._context.layout, self._context.theme.px
        wide, narrow, result = layout.is_wide, layout.is_narrow, self._result
        gap = px(16 if wide else 12)
        self._column.setSpacing(gap)
        self._cards.setSpacing(gap)
        self._facts_row.setSpacing(px(4 if narrow else 24))
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._facts_row.setDirection(direction)
        centre = self.outcomes if result is not None and not result.confusion else self.confusion
        for place, card in enumerate((self.score, centre, self.classes)):
            card.set_padding(16 if wide else 12)
            row, across = (place // 2, place % 2) if narrow else (0, place)
            self._cards.addWidget(card, row, across, 1, 2 if narrow and place == 2 else 1)
        for middle in (self.confusion, self.outcomes):  # only now: before, it would open a window of its own
            middle.setVisible(middle is centre)
        has_classes = result is None or bool(result.class_scores)
        self.classes.setVisible(has_classes)
        for column, share in enumerate((40, 44, 0 if narrow or not has_classes else 44)):
            self._cards.setColumnStretch(column, share)
        self._cards.setRowMinimumHeight(0, px(_LEAST[wide]))
        self.score.set_dense(not wide)
        for card in (self.outcomes, self.confusion):
            card.set_dense(not wide)
        self.outcomes.set_narrow(narrow)
        self.class_table.set_compact(not wide)
        self.explanation.setVisible(wide)
