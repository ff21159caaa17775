"""Results: how good one run is and where it fails, or all runs beside each other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from gui.state.page_context import PageContext, PageEntry
from gui.state.run_status import RunStatus
from gui.views.compare_runs import CompareRunsView
from gui.views.one_run import OneRunView
from gui.widgets.basics import Button, EmptyState, PageHeader
from gui.widgets.run_marker import RunMarker
from gui.widgets.scroll_column import fit_page
from gui.widgets.segmented import Segmented

_NOTHING = "How good it is, what to compare it with, and where it fails."
_SEVERAL = 2
"""From so many finished runs on the page begins with the comparison."""


class ResultsPage(QWidget):
    """The page of finished runs.

    Attributes:
        one: What one run reached.
        compare: All runs beside each other.
        views: The switch between both.
    """

    go_requested = Signal(str)
    """Id of the page that the person wants next."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the comparison where there are several runs, else the last result of the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._runs = context.runs
        self.setObjectName("results_page")
        self.setAccessibleName("Results")
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_layout()
        begins_with_all = len(self._runs.finished) >= _SEVERAL and self.one.below.current() != "folds"
        self.show_view("compare" if begins_with_all else "one")

    def _make_widgets(self) -> None:
        theme = self._theme
        self.one = OneRunView(self._context)
        self.compare = CompareRunsView(self._context)
        self.views = Segmented(theme, [("one", "One run"), ("compare", "Compare runs")], height=34)
        self.views.setObjectName("results_view")
        self.views.setAccessibleName("One run or all runs")
        self._again = Button(theme, "Train another way", "secondary", "layers")
        self._again.setObjectName("train_another_way")
        self._try = Button(theme, "Try this model", "primary", "try")
        self._try.setObjectName("try_models")
        self._header = PageHeader(theme, "Results", "", [self.views, self._again], self._try)
        self._marker = RunMarker(theme)
        self._header.subtitle_row.insertWidget(0, self._marker)
        self._header.subtitle_row.insertWidget(1, self.one.choose)
        self._empty = EmptyState(
            theme, "No runs yet", "Train once and the curve stays here to compare.", "Go to setup"
        )

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        for part in (self._empty, self.one, self.compare):
            self._column.addWidget(part, 1)

    def _connect(self) -> None:
        self._runs.current_changed.connect(self._show_current)
        self._runs.run_ended.connect(self._take_end)
        self._runs.run_removed.connect(self._show)
        self._runs.result_wanted.connect(self.show_run)
        self._context.layout.changed.connect(self._show_layout)
        self._theme.changed.connect(self._show_layout)
        self._again.clicked.connect(partial(self.go_requested.emit, "setup"))
        self._try.clicked.connect(self._try_shown)
        self._empty.button_clicked.connect(partial(self.go_requested.emit, "setup"))
        self.views.chosen.connect(self.show_view)
        self.one.head_changed.connect(self._show)
        self.one.go_requested.connect(self.go_requested)
        self.one.folds_found.connect(partial(self.show_view, "one"))
        self.compare.head_changed.connect(self._show)
        self.compare.run_wanted.connect(self.show_run)

    def primary_button(self) -> QAbstractButton | None:
        """Returns what Ctrl + Enter presses."""
        return self._try if self._runs.finished else self._empty.button

    @property
    def run(self) -> RunStatus | None:
        """Returns the run that *One run* shows."""
        return self.one.run

    @property
    def subtitle(self) -> str:
        """Returns the sentence below the title."""
        if not self._runs.finished:
            return _NOTHING
        return self.one.head if self.views.current() == "one" else self.compare.head

    def show_run(self, run: RunStatus | None) -> None:
        """Shows one run."""
        self.one.show_run(run)
        self.show_view("one")

    def show_view(self, name: str) -> None:
        """Shows ``"one"`` run or ``"compare"``."""
        self.views.set_current(name)
        self._show()

    def _show_current(self) -> None:
        """Shows the run that was chosen elsewhere; one that trains leaves everything where it is."""
        if self._runs.current in self._runs.finished:
            self.show_view("one")
        else:
            self._show()

    def _take_end(self, run: RunStatus) -> None:
        """Shows a new result: beside the others where there are some."""
        is_new = run.result is not None and not run.config.data.split.folds
        if is_new and len(self._runs.finished) >= _SEVERAL:
            self.show_view("compare")
        else:
            self._show()

    def _try_shown(self) -> None:
        """Lets the run that is shown, or those that are ticked in the comparison, answer in *Try it*."""
        one = [self.run] if self.run is not None else []
        self._context.trial.begin(one if self.views.current() == "one" else self.compare.ticked)
        self.go_requested.emit("try")

    def _show(self) -> None:
        has_result = bool(self._runs.finished)
        one = self.views.current() == "one"
        self._empty.setVisible(not has_result)
        self.one.setVisible(has_result and one)
        self.compare.setVisible(has_result and not one)
        for action in (self.views, self._again, self._try):
            action.setVisible(has_result)
        self.one.below.setVisible(has_result and one)
        shows_run = has_result and one and self.run is not None
        self._marker.setVisible(shows_run)
        self.one.choose.setVisible(shows_run and len(self._runs.finished) > 1)
        if self.run is not None:
            self._marker.set_number(self.run.color_number)
        self._try.setText("Try this model" if one else "Try these models")
        self._header.set_subtitle(self.subtitle)

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        side, top = (24, 20) if layout.is_wide else (16, 12)
        fit_page(self._theme, self._column, side, top, self._header, self._empty)
        self._column.setSpacing(px(16 if layout.is_wide else 12))
        if layout.is_narrow:
            self.one.keep_switch()
        else:
            self._header.put_first(self.one.below)


PAGE = PageEntry(
    id="results",
    title="Results",
    icon="results",
    order=4,
    build=ResultsPage,
    unavailable=lambda opened: "" if opened.runs.finished else "Train a run first",
    complete=lambda opened: bool(opened.runs.finished),
)
