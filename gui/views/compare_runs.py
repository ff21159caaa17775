"""All finished runs beside each other: what was found, two charts, the table, what one fixes and breaks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.run_files import MODEL_FOLDER
from gui.state import run_words
from gui.state.comparison_findings import (
    RunLine,
    baseline_of,
    metric_of,
    run_lines,
)
from gui.state.page_context import PageContext
from gui.state.run_lines import TIME, TRAINING, run_line, thinned, time_unit
from gui.state.run_status import RunStatus
from gui.state.runs_comparing import AnswersComparing, RunsComparing
from gui.views.comparison_finding import ComparisonFindingView
from gui.widgets.basics import Banner, Card, label
from gui.widgets.changed_answers import ChangedAnswers
from gui.widgets.comparison_charts import CurvesChart, ScoreChart
from gui.widgets.comparison_rows import ComparisonRow
from gui.widgets.comparison_table import ComparisonTable
from gui.widgets.left_out_list import LeftOutList
from gui.widgets.run_curves_plot import RunCurve
from gui.widgets.score_axes import ScorePoint
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.segmented import Segmented
from gui.widgets.smoothing import Smoother, span_for

_ROWS_SEEN = {"wide": 7, "compact": 4, "narrow": 12}
"""Rows of the table that are seen at least."""
_LOWEST = {"wide": 150, "compact": 112, "narrow": 200}
"""Least height of the charts."""


class CompareRunsView(QWidget):
    """The finished runs of the open project.

    Attributes:
        head: What stands below the title of the page: on what the runs were judged.
        finding: What was found.
        scores: Scores against what they cost.
        curves: Losses over each other.
        table: The runs.
        changed_answers: What of one run's mistakes another mends.
    """

    head_changed = Signal()
    run_wanted = Signal(object)
    """The person wants to see one run."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Asks for nothing yet: that it does when it comes into sight."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._runs = context.runs
        self._comparing = RunsComparing(context.engines, self)
        self._answers = AnswersComparing(context.engines, self)
        self._lines: tuple[RunLine, ...] = ()
        self._pair = ("", "")
        self._followed: set[RunStatus] = set()
        self.head = ""
        self.setObjectName("compare_runs")
        self.setAccessibleName("Compare runs")
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_layout()
        self._show()

    # Building

    def _make_widgets(self) -> None:
        theme = self._theme
        self.finding = ComparisonFindingView(self._context, self._comparing)
        self.report = self.finding.report
        self._banner = Banner(theme)
        self._banner.setObjectName("comparison_banner")
        self.scores = ScoreChart(theme)
        self.curves = CurvesChart(theme)
        self.chart = Segmented(theme, [("scores", "Scores"), ("curves", "Curves")])
        self.chart.setObjectName("comparison_chart")
        self.chart.setAccessibleName("Which chart")
        self.table = ComparisonTable(theme)
        self.changed_answers = ChangedAnswers(theme)
        self.left_out = LeftOutList(theme)
        parts = [("runs", "Runs"), ("answers", "Fixed and broken"), ("left_out", "Not compared")]
        self.below = Segmented(theme, parts)
        self._one_part = label(theme, "", "bodyStrong")  # in its place where there is nothing to choose
        self.below.setObjectName("comparison_below")
        self.below.setAccessibleName("What stands below")
        self._below = Card(theme, padding=0)
        self._below.setObjectName("comparison_below_card")

    def _lay_out(self) -> None:
        self._charts = QHBoxLayout()
        self._charts.addWidget(self.scores, 1)
        self._charts.addWidget(self.curves, 1)
        self._switches = QHBoxLayout()
        self._switches.addWidget(self._one_part)
        self._switches.addWidget(self.below)
        self._switches.addStretch(1)
        self._below.body.setContentsMargins(1, 0, 1, 6)  # the edge of the card stays in sight
        self._below.body.addLayout(self._switches)
        for part in (self.table, self.changed_answers, self.left_out):
            self._below.body.addWidget(part, 1)
        self._scroll = ScrollColumn(gutter=self._theme)
        for widget in (self.finding, self._banner, self.chart):
            self._scroll.column.addWidget(widget)
        self._scroll.column.addLayout(self._charts, 12)
        self._scroll.column.addWidget(self._below, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    def _connect(self) -> None:
        for told in (self._runs.run_added, self._runs.run_removed, self._runs.run_ended):
            told.connect(self._take_runs)
        self._context.engines.catalog_changed.connect(self._show)
        self._context.layout.changed.connect(self._show_layout)
        self._theme.changed.connect(self._show_layout)
        self._comparing.changed.connect(self._show)
        self._answers.changed.connect(self._show_answers)
        self.report.failed.connect(self._banner.show_problem)
        self.curves.changed.connect(self._show_curves)
        self.below.chosen.connect(self._show_below)
        self.chart.chosen.connect(self._show_layout)
        self.table.run_chosen.connect(self._want_run)
        self.table.answers_wanted.connect(self._want_answers)
        self.table.rows.checked_changed.connect(self._check)
        self.table.rows.renamed.connect(self._rename)
        self.scores.plot.chosen.connect(self._want_run)
        self.changed_answers.pair_chosen.connect(self._choose_pair)
        for source in (self.table, self.scores.plot, self.curves.plot):
            source.hovered.connect(self._light)

    # Which runs

    def showEvent(self, event: object) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Has the runs compared, where that was not done since they changed."""
        self._take_runs()

    def _take_runs(self) -> None:
        if self.isVisible():
            self._comparing.ask([str(run.folder) for run in self._judged()])
        self._show()

    def _judged(self) -> list[RunStatus]:
        """Returns the runs that came to their end; also where what says so is lost, for that has a reason."""
        ended = [run for run in self._runs.runs if not run.is_active]
        return [run for run in ended if run.result is not None or (run.folder / MODEL_FOLDER).is_dir()]

    @property
    def ticked(self) -> list[RunStatus]:
        """Returns the compared runs that are ticked, best first."""
        return [line.run for line in self._lines if line.run.notes.checked]

    def _run(self, run_id: str) -> RunStatus | None:
        return next((line.run for line in self._lines if str(line.run.folder) == run_id), None)

    def _want_run(self, run_id: str) -> None:
        if (run := self._run(run_id)) is not None:
            self.run_wanted.emit(run)

    def _check(self, run_id: str, checked: bool) -> None:
        if (run := self._run(run_id)) is not None:
            self._runs.set_checked(run, checked)

    def _rename(self, run_id: str, name: str) -> None:
        if (run := self._run(run_id)) is not None:
            self._runs.rename(run, name)

    # What is shown

    def _show(self) -> None:
        compared, catalog = self._comparing.compared, self._context.engines.catalog
        self._lines = () if compared is None else run_lines(compared, self._judged(), catalog)
        for line in self._lines:
            if line.run not in self._followed:
                self._followed.add(line.run)
                line.run.notes_changed.connect(self._show)
        problem = self._comparing.problem
        if problem is not None:
            self._banner.show_problem(problem)
        else:
            self._banner.clear()
        self.finding.show_comparison(self._lines, self._judged())
        self.head = self.finding.head
        self._show_table()
        self._show_charts()
        self._show_left_out()
        self._show_pair()
        self._show_below()
        self._show_layout()
        self.head_changed.emit()

    def _show_table(self) -> None:
        compared = self._comparing.compared
        rows = [
            ComparisonRow(
                id=str(line.run.folder),
                name=line.name,
                color_number=line.run.color_number,
                score=line.score,
                checked=line.run.notes.checked,
                chip=line.chip,
                is_tinted=bool(line.chip),
                trainable=line.trainable,
                seconds=line.found.seconds,
                energy=line.found.energy,
                size=line.found.size,
                remark=line.missing,
            )
            for line in self._lines
        ]
        metric, short = "Score", ""
        if compared is not None and self._lines:
            entry = metric_of(compared, self._lines[0], self._context.engines.catalog)
            metric, short = entry.title or entry.label, entry.short
        self.table.set_rows(rows, metric, short)

    def _show_charts(self) -> None:
        compared = self._comparing.compared
        if compared is None or not self._lines:
            return
        points = [
            ScorePoint(str(line.run.folder), line.name, line.run.color_number, line.score, line.places)
            for line in self._lines
            if line.run.notes.checked
        ]
        metric = metric_of(compared, self._lines[0], self._context.engines.catalog)
        joined = [curve.folders for curve in compared.curves]
        self.scores.set_points(points, metric, baseline_of(compared), joined)
        self._show_curves()

    def _show_curves(self) -> None:
        what, across = self.curves.what.current(), self.curves.across.current()
        found = [(line, *run_line(line.run, what, across)) for line in self._lines if line.run.notes.checked]
        unit, divisor = across, 1.0
        if across == TIME:
            unit, divisor = time_unit(max((float(x[-1]) for _, x, _ in found if len(x)), default=0.0))
        curves = []
        for line, x, losses in found:
            y = losses
            if what == TRAINING:
                smoother = Smoother(span_for(len(y)))
                smoother.extend(y)
                x, y = thinned(x, smoother.values())
            if len(x):
                run_id, number = str(line.run.folder), line.run.color_number
                curves.append(RunCurve(run_id, line.name, number, x / divisor, y))
        self.curves.set_curves(curves, unit)

    def _show_left_out(self) -> None:
        compared, catalog = self._comparing.compared, self._context.engines.catalog
        names = run_words.unique_names(self._judged(), catalog)
        left = [] if compared is None else [one for one in compared.left_out if one.folder in names]
        self.left_out.set_runs([(names[one.folder], one.problem.title, one.problem.reason) for one in left])
        self.below.set_option_visible("left_out", bool(left))
        self.below.set_option_text("left_out", f"Not compared ({len(left)})")
        self.below.set_option_text("runs", f"Runs ({len(self._lines)})")
        self.below.set_option_visible("answers", len(self._lines) > 1 and self._are_right_or_wrong())
        self.below.setVisible(self.below.offers_choice)
        self._one_part.setText(f"Runs ({len(self._lines)})")
        self._one_part.setVisible(not self.below.offers_choice)

    def _show_pair(self) -> None:
        """Offers the runs whose answers can be compared; at first the second best, and the best."""
        ids = [str(line.run.folder) for line in self._lines]
        if not set(self._pair) <= set(ids) or self._pair[0] == self._pair[1]:
            self._pair = (ids[1], ids[0]) if len(ids) > 1 else ("", "")
        second_first = bool(self._lines) and run_words.second_first(
            self._lines[0].run, self._context.engines.catalog
        )
        names = {run_id: line.name for run_id, line in zip(ids, self._lines, strict=True)}
        self.changed_answers.set_runs(names, self._pair, second_first=second_first)
        self._show_answers()

    def _show_answers(self) -> None:
        compared, problem = self._answers.compared, self._answers.problem
        is_theirs = compared is not None and (compared.first, compared.second) == self._pair
        words = f"{problem.title}. {problem.reason}" if problem is not None else ""
        self.changed_answers.set_compared(compared if is_theirs else None, words)

    def _choose_pair(self, first: str, second: str) -> None:
        self._pair = (first, second)
        self._show_pair()
        self._show_below()

    def _want_answers(self, run_id: str) -> None:
        """Shows what a run gets right and the best does not, and the other way round."""
        best = str(self._lines[0].run.folder)
        other = best if run_id != best else str(self._lines[-1].run.folder)
        self.below.set_current("answers")
        self._choose_pair(other, run_id)

    def _show_below(self) -> None:
        """Shows the runs, the answers or what is left out."""
        wanted = self.below.current()
        self.table.setVisible(wanted == "runs")
        self.changed_answers.setVisible(wanted == "answers")
        self.left_out.setVisible(wanted == "left_out")
        if wanted == "answers" and all(self._pair):
            self._answers.ask(*self._pair)

    def _light(self, run_id: str) -> None:
        """Dims all runs but the one that is looked at, in every part."""
        for part in (self.scores.plot, self.curves.plot, self.table):
            part.light(run_id)

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        gap = px(16 if layout.is_wide else 12)
        self._scroll.column.setSpacing(gap)
        self._charts.setSpacing(gap)
        self._switches.setContentsMargins(px(12), px(10), px(12), 0)
        for card in (self.scores, self.curves):
            card.set_padding(16 if layout.is_wide else 12)
            card.plot.setMinimumHeight(px(_LOWEST[layout.name]))
        narrow, has_runs = layout.is_narrow, bool(self._lines)
        self.finding.set_narrow(narrow)
        self.chart.setVisible(narrow and has_runs)
        wanted = self.chart.current()
        self.scores.setVisible(has_runs and (not narrow or wanted == "scores"))
        self.curves.setVisible(has_runs and (not narrow or wanted == "curves"))
        compared = self._comparing.compared
        self._below.setVisible(has_runs or bool(compared is not None and compared.left_out))
        self.table.set_narrow(not layout.is_wide)
        seen = min(max(2, len(self._lines)), _ROWS_SEEN[layout.name])
        rows = self.table.horizontalHeader().height() + seen * self._theme.layout("row")
        self._below.setMinimumHeight(rows + px(60))

    def _are_right_or_wrong(self) -> bool:
        """Whether answers are right or wrong; where lower is better, as with a perplexity, none is either."""
        return all(
            run_words.main_metric(line.run, self._context.engines.catalog).higher_is_better
            for line in self._lines
        )

    def _has_left_out(self) -> bool:
        return (found := self._comparing.compared) is not None and bool(found.left_out)
