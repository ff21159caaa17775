"""What a comparison found, with the choice by which measure and of which runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from engine.protocol.comparison_words import comparison_finding, rows_sentence
from gui.look.theme import Theme
from gui.state import run_words
from gui.state.comparison_findings import (
    RunLine,
    group_names,
    metric_names,
    more_sentences,
    recipes_of,
)
from gui.state.page_context import PageContext
from gui.state.run_status import RunStatus
from gui.state.runs_comparing import RunsComparing
from gui.views.comparison_report import ComparisonReportButton
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.finding_card import FindingCard


class ComparisonFindingView(FindingCard):
    """The finding in large letters; the measure and the group of runs, where there are several.

    Args:
        context: Knows what things are called.
        comparing: What was found; is asked again when something else is chosen.
        parent: Owner.

    Attributes:
        head: On what the runs were judged, a sentence.
        measure: The choice of the measure.
        group: The choice of the runs: those that were judged on the same rows.
        report: Saves the comparison.
    """

    def __init__(self, context: PageContext, comparing: RunsComparing, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._comparing = comparing
        self.head = ""
        self.measure = _choice(context.theme, "Measure", "comparison_metric")
        self.group = _choice(context.theme, "Which runs", "comparison_group")
        for choice in (self.group, self.measure):
            self.add_control(choice)
        self.report = ComparisonReportButton(context)
        self.add_action(self.report)
        self.measure.chosen.connect(comparing.choose_metric)
        self.group.chosen.connect(comparing.choose_group)

    def show_comparison(self, lines: Sequence[RunLine], judged: Sequence[RunStatus]) -> None:
        """Says what was found.

        Args:
            lines: The compared runs, best first; none while nothing is known.
            judged: All runs that came to their end.
        """
        self._show_choices(lines, judged)
        comparing, catalog = self._comparing, self._context.engines.catalog
        compared = comparing.compared
        if compared is None or not lines:
            self.head = "All finished runs beside each other."
            waiting = comparing.progress or "No run can be compared yet"
            self.set_finding(f"{waiting}.", status="")
            return
        self.head = rows_sentence(compared, run_words.unit_of(lines[0].run.config, catalog))
        names = run_words.unique_names(judged, catalog)
        found = comparison_finding(compared, names, recipes_of(compared, judged, catalog))
        self.report.set_runs({run.folder: names[run.folder] for run in compared.runs})
        more = more_sentences(compared, judged, catalog)
        more += [f"{line.name}: {problem.title}." for line in lines for problem in line.found.missing]
        if comparing.progress:
            more.append(f"{comparing.progress} …")
        status = "ok" if found.beats_the_simple else ""
        self.set_finding(found.lead, found.rest, " ".join(more), status)

    def _show_choices(self, lines: Sequence[RunLine], judged: Sequence[RunStatus]) -> None:
        compared, catalog = self._comparing.compared, self._context.engines.catalog
        metrics = metric_names(compared, lines[0], catalog) if compared is not None and lines else []
        if compared is not None and len(metrics) > 1:
            self.measure.set_options(metrics, compared.metric)
        self.measure.setVisible(len(metrics) > 1)
        groups = group_names(compared, judged, catalog) if compared is not None else []
        if compared is not None and len(groups) > 1 and compared.runs:
            folder = compared.runs[0].folder
            own = next(group.folders[0] for group in compared.groups if folder in group.folders)
            self.group.set_options(groups, own)
        self.group.setVisible(len(groups) > 1)


def _choice(theme: Theme, name: str, object_name: str) -> ChoiceButton:
    button = ChoiceButton(theme, name, [("", name)])
    button.setObjectName(object_name)
    button.setToolTip(name)
    return button
