"""One run: how good it is, what it is compared with, and every answer that is wrong."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QMenu,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.catalog import MetricEntry
from engine.protocol.problems import Action, Severity
from engine.protocol.results import RunResult
from engine.protocol.run_problems import frozen_layer_changed
from gui.state import calibration_findings, fold_findings, robustness, run_findings, run_words
from gui.state.answer_study import AnswerStudy
from gui.state.fold_set import FoldSet
from gui.state.folds_pooling import FoldsPooling
from gui.state.page_context import PageContext
from gui.state.relabelling import Relabelling
from gui.state.run_repairs import act
from gui.state.run_status import RunStatus
from gui.views.answer_mending import AnswerMending
from gui.views.row_map import RowMapView
from gui.views.run_cards import RunCards
from gui.widgets.basics import Banner, icon_button
from gui.widgets.calibration_card import CalibrationCard
from gui.widgets.folds_card import FoldLine, FoldsCard
from gui.widgets.robustness_card import RobustnessCard
from gui.widgets.robustness_plot import NoiseCurve
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.segmented import Segmented
from gui.widgets.wrong_answers import WrongAnswers

_CHARTS = ("certainty", "robustness", "map")
"""What stands below and needs height: in a low window alone."""


class OneRunView(QWidget):
    """One finished run: the current one, else the last that has a result.

    Attributes:
        choose: Opens the list of finished runs; it stands in the head of the page.
        head: What stands below the title of the page: which checkpoint of which run was judged.
    """

    go_requested = Signal(str)
    """Id of the page that the person wants next."""
    head_changed = Signal()
    folds_found = Signal()
    """There is news about all folds of small data."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the last result of the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._runs = context.runs
        self._relabelling = Relabelling(context.engines, context.project, self)
        self._mending = AnswerMending(context, self)
        self._run: RunStatus | None = None
        self.head = ""
        self.setObjectName("one_run")
        self.setAccessibleName("One run")
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_layout()
        self._take_run()

    # Building

    def _make_widgets(self) -> None:
        theme = self._theme
        self.choose = icon_button(theme, "down", "Another run", size="small")
        self.choose.setObjectName("choose_run")
        below = [("answers", "Answers"), ("certainty", "Certainty"), ("robustness", "Robustness")]
        below += [("map", "Map"), ("folds", "All folds")]
        self.below = Segmented(theme, below, height=34)
        self.below.setObjectName("results_below")
        self.below.setAccessibleName("What stands below")
        self._banner = Banner(theme)
        self._banner.setObjectName("result_banner")
        self.cards = RunCards(self._context)
        self.score, self.confusion, self.outcomes = (
            self.cards.score,
            self.cards.confusion,
            self.cards.outcomes,
        )
        self.class_table, self.facts = self.cards.class_table, self.cards.facts
        self.certainty, self.robustness = CalibrationCard(theme), RobustnessCard(theme)
        self.map, self.folds = RowMapView(self._context), FoldsCard(theme)
        self._pooling = FoldsPooling(self._context.engines, self)
        self._study = AnswerStudy(self._context.engines, self._context.trial, self._runs, self)
        self.answers = WrongAnswers(theme)
        self.answers.follow(self._study)

    def _lay_out(self) -> None:
        self._scroll = ScrollColumn(gutter=self._theme)
        inside = self._scroll.column
        inside.addWidget(self._banner)
        inside.addWidget(self.cards)
        self._below = {
            "answers": self.answers,
            "certainty": self.certainty,
            "robustness": self.robustness,
            "map": self.map,
            "folds": self.folds,
        }
        for below in self._below.values():
            inside.addWidget(below, 1)
        self._show_below()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        for news in (self._runs.current_changed, self._runs.run_ended, self._runs.run_removed):
            news.connect(self._take_run)
        self._context.engines.catalog_changed.connect(self._show_run)
        self._context.layout.changed.connect(self._show_layout)
        self._theme.changed.connect(self._show_layout)
        self.choose.clicked.connect(self._open_runs)
        self.below.chosen.connect(self._show_below)
        self.confusion.pair_chosen.connect(self._show_pair)
        self.answers.pair_chosen.connect(self.confusion.show_pair)
        self.outcomes.points.point_chosen.connect(self._show_score)
        self._banner.action_chosen.connect(self._copy_details)
        self.answers.chosen.connect(self._relabelling.choose)
        self.answers.detail.try_wanted.connect(self._study.try_it)
        self.answers.detail.try_wanted.connect(lambda: self.go_requested.emit("try"))
        self.answers.detail.relabel.label_given.connect(self._relabelling.give)
        self.answers.detail.relabel.edit_wanted.connect(self._mend_answer)
        self.answers.detail.relabel.back_wanted.connect(self._relabelling.take_back)
        self.answers.detail.relabel.rows_wanted.connect(self._show_on_data)
        self._relabelling.changed.connect(self._show_labels)
        self.folds.wanted.connect(self._pooling.ask)
        self.folds.fold_chosen.connect(self._show_fold)
        self.folds.missing.action_chosen.connect(self._train_missing)
        self._runs.run_added.connect(self._show_run)
        self._pooling.changed.connect(self._show_run)

    # Which run

    @property
    def run(self) -> RunStatus | None:
        """Returns the run that is shown."""
        return self._run

    def _take_run(self) -> None:
        """Follows the current run where it has a result; a run that trains leaves the last one here."""
        finished = self._runs.finished
        current = self._runs.current
        wanted = current if current in finished else None
        if wanted is None:
            wanted = self._run if self._run in finished else (finished[-1] if finished else None)
        self.show_run(wanted)

    def show_run(self, run: RunStatus | None) -> None:
        """Shows the result of a run."""
        changed = run is not self._run
        if changed and self._run is not None:
            self._run.notes_changed.disconnect(self._show_run)
        if changed and run is not None:
            run.notes_changed.connect(self._show_run)
        self._run = run
        if self.isVisible():
            self._runs.look_at(run)
        self._show_run()
        if changed and run is not None and run.result is not None:
            unit = run_words.unit_of(run.config, self._context.engines.catalog)
            second_first = run_words.second_first(run, self._context.engines.catalog)
            self._relabelling.show_run(run)
            self._study.show_run(run)
            answers = run_findings.answers_of(run)
            self.outcomes.set_answers(answers)
            self.answers.set_answers(answers, run.result.classes, unit, second_first=second_first)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes note that its run is looked at."""
        super().showEvent(event)
        self._runs.look_at(self._run)

    def _open_runs(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        catalog = self._context.engines.catalog
        names = self._runs.names(catalog)
        for run in reversed(self._runs.finished):
            action = menu.addAction(names[str(run.folder)], partial(self.show_run, run))
            action.setCheckable(True)
            action.setChecked(run is self._run)
        menu.popup(self.choose.mapToGlobal(self.choose.rect().bottomLeft()))

    # What is shown

    def _show_run(self) -> None:
        run = self._run
        result = run.result if run is not None else None
        self._scroll.setVisible(result is not None)
        if run is None or result is None:
            self.head_changed.emit()
            return
        catalog = self._context.engines.catalog
        unit = run_words.unit_of(run.config, catalog)
        name = self._runs.called(run, catalog)
        self.head = run_findings.head_sentence(run, result, name, unit, self._runs.finished)
        self.head_changed.emit()
        metric = run_words.main_metric(run, catalog)
        self.cards.show_run(run, result)
        self._show_frozen(result)
        self.map.show_run(run, unit)
        self._show_certainty(run, result, unit)
        self._show_robustness(run, result, metric, unit)
        self._show_folds(run, metric, unit)
        self._show_layout()

    def _show_frozen(self, result: RunResult) -> None:
        """Shows a banner where a frozen layer is not what it was."""
        problem = frozen_layer_changed(names=result.frozen_changed)
        if result.frozen_intact:
            self._banner.clear()
        else:
            self._banner.show_problem(msgspec.structs.replace(problem, severity=Severity.ERROR))

    def _show_certainty(self, run: RunStatus, result: RunResult, unit: str) -> None:
        finding = calibration_findings.finding(result.calibration, unit)
        self.below.set_option_visible("certainty", result.calibration is not None)
        self.certainty.finding.set_fact(finding.status, finding.icon, finding.text)
        words = calibration_findings.words_of(result.calibration, unit)
        self.certainty.set_calibration(result.calibration, run.color_number, *words)

    def _show_robustness(self, run: RunStatus, result: RunResult, metric: MetricEntry, unit: str) -> None:
        catalog, beside = self._context.engines.catalog, robustness.compared(run, self._runs.finished)
        names = self._runs.names(catalog)
        curves = [NoiseCurve(*one) for one in robustness.curves(beside.runs, names)]
        told = robustness.finding(beside.runs, metric, catalog, names) if curves else ""
        conditions = robustness.conditions(result, beside.left_out, unit)
        self.robustness.set_curves(curves, metric, told, conditions)

    def _show_labels(self) -> None:
        """Shows which rows have other labels now, and which can be given one."""
        found = self._relabelling
        self.answers.show_labels(found.found, found.new_labels, can_be_shown=found.can_be_shown)

    def _mend_answer(self, row: int) -> None:
        """Opens the field in which a right answer is given anew."""
        if self._run is not None:
            config = self._run.config
            self._mending.open(self._relabelling.found, row, config.task, config.settings)

    def _show_on_data(self, rows: tuple[int, ...]) -> None:
        self.go_requested.emit("data")  # first: there may be no such page yet
        self._context.row_wish.say(rows, "chosen on Results")

    def _show_folds(self, run: RunStatus, metric: MetricEntry, unit: str) -> None:
        """Shows the run beside the other folds of the same choices, where it is a fold."""
        pooling, card = self._pooling, self.folds
        has_news = pooling.look_at(FoldSet.of(run.config, self._runs.runs))
        folds, pooled = pooling.folds, pooling.pooled
        self.below.set_option_visible("folds", folds is not None)
        if has_news:
            self.below.set_current("folds")
            self.folds_found.emit()
        if folds is not None:
            lines = [FoldLine(*line) for line in fold_findings.lines(folds, run, metric, unit)]
            card.set_folds(lines, *fold_findings.spread_and_meaning(folds, pooled, metric, unit))
            card.show_missing(*pooling.standing())
        if pooled is not None:
            finding = fold_findings.comparison(pooled, metric)
            card.set_pooled(pooled, metric, unit, run.color_number)
            card.together.verdict.set_fact(finding.status, finding.icon, finding.text)
        self._show_below()

    def _show_fold(self, fold: int) -> None:
        """Shows the run of a fold."""
        if self._pooling.folds is not None:
            self.show_run(self._pooling.folds.runs[fold])

    def _train_missing(self, action: Action) -> None:
        """Trains the folds that are missing."""
        if self._run is not None and act(action, self._run, self._runs, self._context.engines.catalog):
            self.go_requested.emit("train")

    def keep_switch(self) -> None:
        """Takes the switch below its facts, where the head of the page has no room for it."""
        self.cards.add_below(self.below)

    def _show_below(self) -> None:
        """Shows the answers, how sure they were, the curves or the folds.

        In a low window a chart has the page to itself: below the cards nobody would see all of it.
        """
        chosen = self.below.current()
        for name, card in self._below.items():
            card.setVisible(name == chosen)
        self.cards.setVisible(self._context.layout.is_wide or chosen not in _CHARTS)

    def _show_pair(self, pair: tuple[str, str] | None) -> None:
        """Shows the answers of a cell of the matrix, or all mistakes again."""
        self.below.set_current("answers")
        self._show_below()
        self.answers.show_pair(pair)

    def _show_score(self, number: int) -> None:
        """Shows the answer behind a point."""
        self.below.set_current("answers")
        self._show_below()
        self.answers.show_answer(self.outcomes.points.answers[number])

    def _copy_details(self, action: Action) -> None:
        problem = self._banner.problem
        if action.id == "copy_details" and problem is not None:
            QGuiApplication.clipboard().setText(problem.details)

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        gap = px(16 if layout.is_wide else 12)
        self._scroll.column.setSpacing(gap)
        self.cards.fit()
        for card in (self.certainty, self.robustness, self.map.card):
            card.set_padding(16 if layout.is_wide else 12)
        self.folds.set_layout(wide=layout.is_wide, narrow=layout.is_narrow)
        self._show_below()
        self.answers.set_narrow(layout.is_narrow)
        self.answers.set_compact(not layout.is_wide)
