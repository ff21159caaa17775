"""Shows the runs of the open project in the transport bar and in the drawer, and carries out wishes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from gui.engine_client.engines import Engines
from gui.look import texts
from gui.state.project import Project
from gui.state.run_history import RunHistory
from gui.state.run_progress import is_testing, is_tried, share_tried, standing
from gui.state.run_status import RunState, RunStatus
from gui.state.run_words import fold_words, main_metric
from gui.widgets.run_chip import RunChipValue
from gui.widgets.run_rows import RunRow
from gui.widgets.runs_drawer import RunsDrawer
from gui.widgets.throttle import Throttle
from gui.widgets.transport_bar import TransportBar, TransportRun

_HERTZ = 5.0
_ENDINGS = {
    RunState.FINISHED: ("finished", "ok"),
    RunState.STOPPED: ("stopped", ""),
    RunState.FAILED: ("stopped", "err"),
    RunState.INTERRUPTED: ("was interrupted", "warn"),
}


class RunLink(QObject):
    """Ties one project's runs to the two places that show them on every page.

    Args:
        runs: The runs.
        project: Whose they are.
        engines: Know the catalog.
        transport: Shows the one that trains.
        drawer: Shows all.
    """

    page_requested = Signal(str)
    """The person wants to see a page; carries its id."""

    def __init__(
        self,
        runs: RunHistory,
        project: Project,
        engines: Engines,
        transport: TransportBar,
        drawer: RunsDrawer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._project = project
        self._engines = engines
        self._transport = transport
        self._drawer = drawer
        self._throttle = Throttle(_HERTZ, self._show_progress, self)
        self._followed: set[RunStatus] = set()
        self._closed = False
        runs.run_added.connect(self._take_run)
        runs.run_removed.connect(self._show_all)
        runs.run_ended.connect(self._show_all)
        runs.current_changed.connect(self._show_all)
        engines.catalog_changed.connect(self._show_all)
        for run in runs.runs:
            self._follow(run)
        self._wishes: list[tuple[SignalInstance, Callable[..., None]]] = [
            (transport.pause_requested, runs.pause),
            (transport.resume_requested, runs.continue_),
            (transport.stop_requested, self._stop),
            (transport.train_page_requested, self._show_active),
            (transport.run_chosen, self.choose),
            (drawer.run_chosen, self.choose),
            (drawer.renamed, self._rename),
            (drawer.note_changed, self._note),
            (drawer.duplicate_requested, self._duplicate),
            (drawer.resume_requested, self._resume),
            (drawer.delete_requested, self._delete),
            (drawer.deleting_changed, self._show_count),
            (drawer.setup_requested, self._go_to_setup),
        ]
        for wish, slot in self._wishes:
            wish.connect(slot)
        self._show_all()

    def close(self) -> None:
        """Lets go of both places; for another project."""
        self._drawer.finish_delete()
        for wish, slot in self._wishes:
            wish.disconnect(slot)
        self._closed = True
        self._transport.set_idle()
        self._transport.set_runs((), 0)
        self._drawer.set_rows(())
        self.deleteLater()

    # --- what is shown ----------------------------------------------------------------------------

    def _take_run(self, run: RunStatus) -> None:
        self._follow(run)
        self._show_all()

    def _follow(self, run: RunStatus) -> None:
        if run not in self._followed:
            self._followed.add(run)
            run.state_changed.connect(self._show_all)
            run.notes_changed.connect(self._show_all)
            run.steps_ended.connect(self._throttle.request)
            run.stage_reached.connect(self._throttle.request)  # the final test has no steps

    def _show_progress(self) -> None:
        self.show_transport()
        if self._drawer.isVisible() and not self._closed:
            self._show_rows()

    def _show_all(self) -> None:
        if self._closed:
            return
        self.show_transport()
        self._show_count()
        self._show_rows()

    def _show_count(self) -> None:
        """Shows how many runs there are, as the drawer counts them: without one that is about to go."""
        runs = [run for run in self._runs.runs if run.run_id != self._drawer.deleting]
        finished = [run for run in self._runs.finished if run in runs and not run.is_active]
        self._transport.set_runs([self._chip(run) for run in finished[-2:]], len(runs))

    def _show_rows(self) -> None:
        finished = self._runs.finished
        metric = main_metric(finished[-1], self._engines.catalog).short if finished else "Score"
        names = self._runs.names(self._engines.catalog)
        rows = [self._row(run, names[str(run.folder)]) for run in reversed(self._runs.runs)]
        self._drawer.set_rows(rows, metric)

    def show_transport(self) -> None:
        """Shows the run that trains, or how the last one ended."""
        run = self._runs.active
        if self._closed:
            return
        if run is not None:
            self._transport.set_run(
                TransportRun(
                    name=self._runs.recipe_called(run, self._engines.catalog),
                    state=standing(run),
                    share=run.progress,
                    text=", ".join(filter(None, (fold_words(run.config), _progress_text(run)))),
                    waiting=len(self._runs.waiting),
                )
            )
            return
        if self._engines.training:
            self._transport.set_idle("A run of another project is training")
            return
        last = self._runs.current
        words, status = _ENDINGS.get(last.state, ("", "")) if last else ("", "")
        if last is None or status not in {"err", "warn"}:
            self._transport.set_idle()
            return
        at = f" at epoch {last.epoch:.1f}" if last.points else ""
        reason = last.problem.title if last.problem else ""
        self._transport.set_idle(f"{self._name(last)} {words}{at}", reason, status)

    def _chip(self, run: RunStatus) -> RunChipValue:
        name = run.name or fold_words(run.config).capitalize() or self._name(run)  # a long one is cut off
        return RunChipValue(run.run_id, name, _score(run), run.color_number)

    def _row(self, run: RunStatus, name: str) -> RunRow:
        facts = run.started.stack if run.started else None
        result = run.result
        half = ""
        if result is not None:
            score = result.scores[result.metric]
            half = f"± {texts.score((score.high - score.low) / 2)}"
        return RunRow(
            id=run.run_id,
            name=name,
            color_number=run.color_number,
            note=run.note,
            trainable=texts.percent(facts.trainable_share) if facts else "",
            score=_score(run),
            interval=half,
            time=texts.duration(result.seconds if result else run.seconds) if run.points else "",
            size=texts.size(result.size) if result and result.size else "",
            state=run.state.value,
            detail=_detail(run),
        )

    def _name(self, run: RunStatus) -> str:
        return self._runs.called(run, self._engines.catalog)

    # --- wishes -----------------------------------------------------------------------------------

    def _go_to_setup(self) -> None:
        self.page_requested.emit("setup")

    def _stop(self) -> None:
        self._runs.stop()

    def _show_active(self) -> None:
        if self._runs.active is not None:
            self._runs.show(self._runs.active)
        self.page_requested.emit("train")

    def choose(self, run_id: str) -> None:
        """Shows a run: its training, or its results where it has some."""
        run = self._runs.run(run_id)
        if run is None:
            return
        self._runs.show(run)
        if run.result is not None and not run.is_active:
            self.page_requested.emit("results")
            self._runs.result_wanted.emit(run)  # now that there is such a page
        else:
            self.page_requested.emit("train")

    def _rename(self, run_id: str, name: str) -> None:
        run = self._runs.run(run_id)
        if run is not None:
            self._runs.rename(run, name)

    def _note(self, run_id: str, note: str) -> None:
        run = self._runs.run(run_id)
        if run is not None:
            self._runs.set_note(run, note)

    def _duplicate(self, run_id: str) -> None:
        run = self._runs.run(run_id)
        if run is not None:
            self._project.take_choices_of(run.config)
            self.page_requested.emit("setup")

    def _resume(self, run_id: str) -> None:
        run = self._runs.run(run_id)
        if run is not None and run.can_resume:
            self._runs.resume(run)
            self.page_requested.emit("train")

    def _delete(self, run_id: str) -> None:
        run = self._runs.run(run_id)
        if run is not None:
            self._runs.delete(run)
        self._show_all()  # a folder that the system did not let go of stays, and so does its run


def _progress_text(run: RunStatus) -> str:
    """Returns e.g. ``"epoch 3.2 of 5, 47 s left"``; no time while the final test is under way."""
    if is_tried(run):
        return f"trying noise, {share_tried(run)}"
    if is_testing(run):
        return "final test is under way"
    if run.state is RunState.STOPPING:
        return "finishing this step"
    if run.started is None or run.state is RunState.PREPARING:
        return run.stages[-1].label if run.stages else "starting"
    text = f"epoch {run.epoch:.1f} of {run.started.epochs}"
    if run.state is RunState.PAUSED:
        return f"paused at {text}"
    return f"{text}, {texts.duration(run.seconds_left)} left" if run.seconds_left is not None else text


def _score(run: RunStatus) -> str:
    return texts.score(run.result.scores[run.result.metric].value) if run.result else ""


def _detail(run: RunStatus) -> str:
    if run.state is RunState.WAITING:
        return "waiting"
    if run.is_active:
        return _progress_text(run)
    if run.problem is not None:
        return run.problem.title
    if run.state is RunState.STOPPED:
        return "stopped early" if run.points or run.result is not None else "not begun"
    return ""
