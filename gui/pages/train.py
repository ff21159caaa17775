"""Train: how far the run is, what changes in the model, the curves, the texts that are followed."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.run_problems import frozen_layer_changed
from gui.state import run_progress, run_words
from gui.state.current_run import CurrentRun
from gui.state.page_context import PageContext, PageEntry
from gui.state.run_repairs import act, page_of
from gui.state.run_status import RunState, RunStatus
from gui.widgets.announce import announce
from gui.widgets.basics import Banner, EmptyState
from gui.widgets.failure_card import FailureCard
from gui.widgets.fitting_stack import FittingStack
from gui.widgets.kept_focus import kept_focus
from gui.widgets.preparation_card import PreparationCard
from gui.widgets.progress_card import ProgressCard
from gui.widgets.run_board import RunBoard, RunCurves
from gui.widgets.run_header import RunHeader
from gui.widgets.scroll_column import ScrollColumn, fit_page
from gui.widgets.throttle import Throttle

CHART_HERTZ = 4.0
HEAT_HERTZ = 2.0
_BROKEN = (RunState.FAILED, RunState.INTERRUPTED)
_ENDED = (RunState.FINISHED, RunState.STOPPED)


class TrainPage(QWidget):
    """The page of the current run."""

    go_requested = Signal(str)
    """Id of the page that the person wants next."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the current run of the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._runs = context.runs
        self._current = CurrentRun(context.runs, self)
        self._charts_timer = Throttle(CHART_HERTZ, self._draw_charts, self)
        self._heat_timer = Throttle(HEAT_HERTZ, self._draw_heat, self)
        self.setObjectName("train_page")
        self.setAccessibleName("Train")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_layout()
        self._show_run()

    # Building

    def _make_widgets(self) -> None:
        theme = self._theme
        self._header = RunHeader(theme)
        self._banner = Banner(theme, dismissable=True)
        self._banner.setObjectName("run_banner")
        self._progress = ProgressCard(theme)
        self._failure = FailureCard(theme)
        self._board = RunBoard(theme)
        self._preparation = PreparationCard(theme)
        self._empty = EmptyState(
            theme, "No run yet", "Train once, and what happens inside shows here, live.", "Go to setup"
        )

    def _lay_out(self) -> None:
        self._stack = FittingStack(self._empty, self._preparation, self._board)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self._scroll = ScrollColumn(gutter=self._theme)
        for row in (self._banner, self._progress, self._failure):
            self._scroll.column.addWidget(row)
        self._scroll.column.addWidget(self._stack, 1)
        self._column.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        context, current = self._context, self._current
        current.run_changed.connect(self._banner.clear)
        current.run_changed.connect(self._show_run)
        context.runs.run_ended.connect(self._show_state)  # those that waited for it, too
        current.training_started.connect(self._show_run)
        current.state_changed.connect(self._take_state)
        current.notes_changed.connect(self._show_title)
        current.stage_reached.connect(self._show_stages)
        current.warning_raised.connect(self._show_warning)
        current.evaluation_ended.connect(self._take_evaluation)
        current.steps_ended.connect(self._charts_timer.request)
        current.layers_changed.connect(self._heat_timer.request)
        context.engines.catalog_changed.connect(self._show_run)
        context.layout.changed.connect(self._show_layout)
        context.project.draft_changed.connect(self._show_waiting_texts)
        self._theme.changed.connect(self._show_layout)
        self._header.note_requested.connect(self._write_note)
        self._header.stop_requested.connect(lambda: self._runs.stop(self._run))
        self._header.stop_all_requested.connect(current.stop_folds)
        self._header.copy_requested.connect(self._board.technical.copy_details)
        self._header.primary_pressed.connect(self._do)
        self._empty.button_clicked.connect(lambda: self.go_requested.emit("setup"))
        self._failure.action_chosen.connect(self._act)
        self._banner.action_chosen.connect(self._act)
        self._banner.shown_changed.connect(self._show_progress_card)
        self._board.texts.text_added.connect(self._watch)
        self._board.texts.text_removed.connect(lambda text: self._watch(text, follow=False))

    def primary_button(self) -> QAbstractButton | None:
        """Returns what Ctrl + Enter presses."""
        if self._run is None:
            return self._empty.button
        if self._run.state in _BROKEN:
            return self._failure.suggested_button()
        return self._header.primary if self._header.does else None

    @property
    def _run(self) -> RunStatus | None:
        return self._current.run

    def _words(self, run: RunStatus) -> tuple[MetricEntry, str]:
        """Returns what a run is measured by and what its rows are called."""
        catalog = self._context.engines.catalog
        return run_words.main_metric(run, catalog), run_words.unit_of(run.config, catalog)

    def _show_run(self) -> None:
        run = self._run
        if run is not None:
            metric, unit = self._words(run)
            self._board.texts.set_second_first(run_words.second_first(run, self._context.engines.catalog))
            self._board.set_run(run.started, metric, run_words.metric_note(metric), unit, run.color_number)
            for warning in run.warnings if run.is_active else ():
                self._show_warning(warning)
            if run.state in _ENDED:
                self._show_end(run)
        self._show_waiting_texts()
        self._show_title()
        self._show_state()

    def _show_title(self) -> None:
        run = self._run
        if run is None:
            self._header.set_run("What happens inside the model while it learns.", "", None)
        else:
            title = run_words.run_title(run, self._runs.recipe_called(run, self._context.engines.catalog))
            self._header.set_run(title, run.note, run.color_number, run_words.fold_words(run.config))

    # What it looks like in each state

    def _show_state(self) -> None:
        run = self._run
        broken = run is not None and run.state in _BROKEN
        shown = self._preparation if run is not None and run_progress.has_nothing_yet(run) else self._board
        self._stack.setCurrentWidget(self._empty if run is None else shown)
        self._failure.setVisible(broken)
        self._show_progress_card()
        self._show_stages()
        problem = self._current.problem
        if run is not None and broken and problem is not None:
            self._show_failure(run, problem)
        else:
            self._board.set_failed(False)
        self._draw_now()

    def _show_progress_card(self) -> None:
        """In a low window a banner takes its place; the transport bar goes on saying how far the run is."""
        run, crowded = self._run, self._context.layout.is_narrow and not self._banner.isHidden()
        self._progress.setVisible(run is not None and run.state not in _BROKEN and not crowded)

    def _do(self, what: str) -> None:
        """Does what the dark button says."""
        if what in ("pause", "resume"):
            self._runs.toggle_pause()
        elif what == "go_on" and self._run is not None:
            self._runs.resume(self._run)
        elif what in ("results", "setup"):
            self.go_requested.emit(what)
            if what == "results":  # now that there is such a page
                self._runs.result_wanted.emit(self._run)

    def _show_stages(self) -> None:
        run = self._run
        self._header.set_state(
            run_progress.standing(run) if run else "",
            has_result=run is not None and run.result is not None,
            can_resume=run is not None and run.can_resume,
            narrow=self._context.layout.is_narrow,
            more_folds=self._current.has_folds_in_line,
        )
        if run is not None and run_progress.has_nothing_yet(run):
            self._preparation.set_stages(run.stages, waits=run.state is RunState.WAITING)
        else:
            self._charts_timer.request()

    def _show_failure(self, run: RunStatus, problem: Problem) -> None:
        if self._failure.problem != problem:
            self._failure.show_problem(problem)
        facts = run_progress.technical_facts(run)
        self._board.technical.set_facts(facts, problem.details, run_progress.failure_hint(problem))
        self._board.set_failed(True, has_curve=bool(run.points))
        self._banner.clear()

    def _take_state(self) -> None:
        """Shows the new state, and says an end aloud, once."""
        run = self._run
        with kept_focus(self):
            self._show_state()
        if run is not None and run.state in _ENDED:
            announce(self, self._show_end(run))
        elif run is not None and run.state in _BROKEN and run.problem is not None:
            announce(self._failure, f"{run.problem.title}. {run.problem.safe}", assertive=True)

    def _show_end(self, run: RunStatus) -> str:
        title, sentence = run_progress.end_title(run), run_progress.end_sentence(run, *self._words(run))
        missing = self._current.missing_folds
        more, actions = (f" {missing.title}. {missing.reason}", missing.actions) if missing else ("", ())
        self._banner.show_message("ok", title, sentence + more, actions)
        return f"{title}. {sentence}"

    def _show_warning(self, problem: Problem) -> None:
        shown = self._banner.problem
        if problem.severity is not Severity.NOTE and (shown is None or shown.severity is not Severity.ERROR):
            self._banner.show_problem(problem)

    # Drawing, now and then

    def _take_evaluation(self) -> None:
        self._charts_timer.request()
        if (run := self._run) is not None and run.validations and run.is_active:
            announce(self, run_progress.validation_sentence(run, self._words(run)[0]))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Draws what happened while the page was hidden."""
        super().showEvent(event)
        # One turn later: labels that grow while the page is being shown would not be laid out again.
        QTimer.singleShot(0, self, self._draw_now)

    def _draw_now(self) -> None:
        self._draw_charts()
        self._draw_heat()

    def _draw_charts(self) -> None:
        run = self._run
        if run is None or not self.isVisible():
            return
        self._draw_progress(run)
        losses = run.losses()
        curves = RunCurves(
            steps=losses.step,
            epochs=losses.epoch,
            losses=losses.loss,
            total_steps=run.started.total_steps if run.started else 0,
            validations=run.validations,
            metric=self._words(run)[0].id,
            best=run.best.epoch if run.best else None,
            position=run.epoch if run.is_active else None,
            stopped=run.epoch if run.state in _BROKEN else None,
            run_number=run.color_number,
            changes=run_progress.changes(run),
        )
        self._board.draw(curves)

    def _draw_progress(self, run: RunStatus) -> None:
        free = run_progress.memory_free(run, self._context.engines.devices)
        self._progress.set_captions(run_progress.tile_captions(run, self._words(run)[0]))
        self._progress.set_tiles(run_progress.tile_words(run, *self._words(run), free))
        epochs = run_progress.planned_epochs(run)
        self._progress.set_progress(
            epochs if run.state is RunState.FINISHED else run.epoch,
            epochs,
            run_id=f"{run.run_id} {run.started.resumed_from if run.started else 0}",
            paused=run.state is RunState.PAUSED,
            words=run_progress.progress_words(run),
        )

    def _draw_heat(self) -> None:
        run = self._run
        if run is None or not self.isVisible():
            return
        if run.started is None:
            self._board.heat.clear()
            return
        self._board.heat.set_run(run.started.stack, run.changes, run.started.kept)
        moved = self._board.heat.changed_though_frozen(run.changes)
        shown = self._banner.problem
        if moved and (shown is None or shown.severity is not Severity.ERROR):
            problem = frozen_layer_changed(names=moved)
            self._banner.show_problem(msgspec.structs.replace(problem, severity=Severity.ERROR))
            announce(self, problem.title, assertive=True)

    # What the person does

    def _show_waiting_texts(self) -> None:
        self._board.texts.set_waiting(self._context.project.choices.watch)

    def _watch(self, text: str, *, follow: bool = True) -> None:
        others = tuple(one for one in self._context.project.choices.watch if one != text)
        self._context.project.set_watch((*others, text) if follow else others)

    def _write_note(self) -> None:
        run = self._run  # as it is now: another one may be current when the note is written
        if run is not None:
            self._header.ask_note(lambda note: self._runs.set_note(run, note))

    def _act(self, action: Action) -> None:
        """Does what a problem suggests."""
        run = self._run
        if run is None or act(action, run, self._runs, self._context.engines.catalog):
            return
        if action.id == "copy_details":
            self._board.technical.copy_details()
        elif action.id == "restart_engine":
            self._context.engines.restart()
        else:
            self.go_requested.emit(page_of(action))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Pauses and goes on with Space, where nothing else takes the key."""
        if event.key() == Qt.Key.Key_Space and self._header.does in ("pause", "resume"):
            self._do(self._header.does)
        else:
            super().keyPressEvent(event)

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        side, top = (24, 20) if layout.is_wide else (16, 12)
        fit_page(self._theme, self._column, side, top, self._header)
        for column in (self._column, self._scroll.column):
            column.setSpacing(px(16 if layout.is_wide else 12))
        self._banner.set_tight(layout.is_narrow)
        self._progress.set_few(layout.is_narrow)
        self._progress.set_compact(not layout.is_wide)
        self._board.set_layout(layout.name)
        self._show_state()


PAGE = PageEntry(
    id="train",
    title="Train",
    icon="train",
    order=3,
    build=TrainPage,
    unavailable=lambda opened: "" if opened.runs.runs else "Choose what thaws and train first",
    complete=lambda opened: bool(opened.runs.finished),
)
