"""All runs of a project: those in its folder, and the one that trains."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import QFile, QObject, Signal

from engine.protocol.catalog import Catalog
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.fold_runs import recipe_of
from engine.protocol.project_problems import run_not_deleted
from engine.protocol.run_files import events_after, read_run, run_as_begun
from gui.engine_client.engines import Engines
from gui.engine_client.followed_run import is_training
from gui.state import run_words
from gui.state.project import Project
from gui.state.project_file import RUNS_FOLDER, RunNotes, Summary
from gui.state.run_progress import is_testing
from gui.state.run_status import RunState, RunStatus

COLORS = 8
"""So many runs can be told apart by colour, marker and dash."""


class RunHistory(QObject):
    """The runs of one project.

    Writes nothing into run folders: it names the folder, the engine fills it.

    Args:
        project: Whose runs.
        engines: Who trains them.

    Attributes:
        runs: Oldest first.
        current: The run that Train shows: the one that trains, or the last one.
        looked_at: The run with a result that the person saw last, or that ended last; ``None`` for none.
            Other pages offer it.
    """

    run_added = Signal(object)
    run_removed = Signal(object)
    run_ended = Signal(object)
    current_changed = Signal()
    looked_at_changed = Signal()
    result_wanted = Signal(object)
    """A person wants to see what a run reached; told when there is a page that can show it."""

    delete_failed = Signal(object)

    def __init__(self, project: Project, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: list[RunStatus] = []
        self.current: RunStatus | None = None
        self.looked_at: RunStatus | None = None
        self._project = project
        self._engines = engines
        self._by_job: dict[str, RunStatus] = {}
        engines.event_arrived.connect(self._take_event)
        self._read_folder()

    # --- asking -----------------------------------------------------------------------------------

    @property
    def finished(self) -> list[RunStatus]:
        """Runs that have a result, oldest first."""
        return [run for run in self.runs if run.result is not None]

    @property
    def active(self) -> RunStatus | None:
        """The run that trains now, or is about to; ``None`` when nothing trains."""
        return next((run for run in self.runs if run.is_active and run.state is not RunState.WAITING), None)

    @property
    def waiting(self) -> list[RunStatus]:
        """Runs that wait in line."""
        return [run for run in self.runs if run.state is RunState.WAITING]

    def names(self, catalog: Catalog | None) -> dict[str, str]:
        """Returns folder → what a run is called, on every page: runs of one name are told apart."""
        others = [run for run in self.runs if run.result is None]
        return run_words.unique_names([*self.finished, *others], catalog)

    def called(self, run: RunStatus, catalog: Catalog | None) -> str:
        """Returns what one run is called; see :meth:`names`."""
        return self.names(catalog).get(str(run.folder)) or run_words.run_name(run, catalog)

    def recipe_called(self, run: RunStatus, catalog: Catalog | None) -> str:
        """Returns what one run is called without its fold, for places that tell the fold apart."""
        fold = "" if run.name else run_words.fold_words(run.config)
        called = self.called(run, catalog)
        return called.replace(f", {fold}", "", 1) if fold else called

    def run(self, run_id: str) -> RunStatus | None:
        """Returns the run of that id, or ``None``."""
        return next((run for run in self.runs if run.run_id == run_id), None)

    # --- wishes -----------------------------------------------------------------------------------

    def start(self, draft: RunConfig) -> RunStatus:
        """Starts a run, or puts it in line behind the one that trains."""
        folder = self._new_folder(draft)
        notes = RunNotes(name=draft.name, color=self._free_color())
        run = RunStatus(folder, draft, notes, self)
        self._project.set_run_notes(run.run_id, notes)
        self.runs.append(run)
        self.run_added.emit(run)
        self._begin(run, self._engines.train(draft, str(folder)))
        return run

    def resume(self, run: RunStatus, *, smaller_batches: bool = False) -> None:
        """Goes on with a run from its last checkpoint; one that has never begun starts.

        Args:
            run: Which.
            smaller_batches: Whether to read its steps in half the batches from there.
        """
        if run.is_active:
            return
        folder = str(run.folder)
        if run.has_begun:
            self._begin(run, self._engines.resume(folder, smaller_batches=smaller_batches))
        else:
            self._begin(run, self._engines.train(run.config, folder))

    def pause(self) -> None:
        """Pauses the run that trains; the final test is not interrupted."""
        if self.active is not None and not is_testing(self.active):
            self._engines.pause(self.active.job_id)

    def continue_(self) -> None:
        """Goes on after a pause."""
        if self.active is not None:
            self._engines.continue_(self.active.job_id)

    def toggle_pause(self) -> None:
        """Pauses, or goes on."""
        if self.active is not None and self.active.state is RunState.PAUSED:
            self.continue_()
        else:
            self.pause()

    def stop(self, run: RunStatus | None = None) -> None:
        """Stops a run and keeps its best; one that waits in line never starts.

        Args:
            run: Which; ``None`` for the one that trains.
        """
        run = run or self.active
        if run is not None and run.is_active:
            run.ask_to_stop()
            self._engines.stop_run(run.job_id)

    def show(self, run: RunStatus) -> None:
        """Makes a run the current one."""
        if run is not self.current:
            self.current = run
            self.look_at(run)
            self.current_changed.emit()

    def look_at(self, run: RunStatus | None) -> None:
        """Takes note that the person looks at the result of a run."""
        if run is not None and run.result is not None and run is not self.looked_at:
            self.looked_at = run
            self.looked_at_changed.emit()

    def set_notes(self, run: RunStatus, notes: RunNotes) -> None:
        """Attaches a name, a note or a check mark to a run."""
        run.set_notes(notes)
        self._project.set_run_notes(run.run_id, notes)

    def rename(self, run: RunStatus, name: str) -> None:
        """Gives a run a name; empty for the method's."""
        self.set_notes(run, msgspec.structs.replace(run.notes, name=name.strip()))

    def set_note(self, run: RunStatus, note: str) -> None:
        """Attaches a remark to a run."""
        self.set_notes(run, msgspec.structs.replace(run.notes, note=note.strip()))

    def set_checked(self, run: RunStatus, checked: bool) -> None:
        """Draws a run in the comparison, or not."""
        self.set_notes(run, msgspec.structs.replace(run.notes, checked=checked))

    def delete(self, run: RunStatus) -> None:
        """Moves a run's folder to the system's bin and forgets it; one that trains stays.

        Where the system has no bin the folder is deleted; the list gave ten seconds to think again.

        A folder that the system does not let go of stays too, and so does the run.
        """
        if run.is_active:
            return
        gone = not run.folder.exists() or QFile(str(run.folder)).moveToTrash()
        if not gone:
            shutil.rmtree(run.folder, ignore_errors=True)  # no bin on this disk
            gone = not run.folder.exists()
        if not gone:
            self.delete_failed.emit(run_not_deleted(str(run.folder)))
            return
        self.runs.remove(run)
        self._project.set_run_notes(run.run_id, None)
        self._summarize()
        self.run_removed.emit(run)
        if self.current is run:
            self.current = self.runs[-1] if self.runs else None
            self.current_changed.emit()

    def close(self) -> None:
        """Listens no more; for the end of the window or another project."""
        self._engines.event_arrived.disconnect(self._take_event)

    # --- inside -----------------------------------------------------------------------------------

    def _begin(self, run: RunStatus, job_id: str) -> None:
        self._by_job[job_id] = run
        run.begin(job_id, waits=job_id in self._engines.waiting)
        if run.state is not RunState.WAITING or self.current is None:
            self.show(run)

    def _take_event(self, event: Event) -> None:
        run = self._by_job.get(event.job_id)
        if run is None:
            return
        waited = run.state is RunState.WAITING
        run.apply(event)
        if waited and run.is_active:
            self.show(run)
        if isinstance(event, (JobSucceeded, JobStopped, JobFailed)):
            del self._by_job[event.job_id]
            if isinstance(event, JobFailed) and not run.points:
                self._stop_waiting_folds(run)
            self._summarize()
            self.look_at(run)
            self.run_ended.emit(run)

    def _stop_waiting_folds(self, failed: RunStatus) -> None:
        """Takes the other folds of a run out of the line: what stopped it before a step would stop them."""
        recipe = recipe_of(failed.config)
        for run in self.waiting if failed.config.data.split.folds else ():
            if recipe_of(run.config) == recipe:
                self.stop(run)

    def _new_folder(self, draft: RunConfig) -> Path:
        now = datetime.now().astimezone()
        stem = f"{now:%Y-%m-%d_%H-%M-%S}_{draft.method}"
        taken = {run.run_id for run in self.runs}
        number, name = 1, stem
        while name in taken or (self._project.folder / RUNS_FOLDER / name).exists():
            number += 1
            name = f"{stem}_{number}"
        return self._project.folder / RUNS_FOLDER / name

    def _free_color(self) -> int:
        """Returns the lowest free number, else that of the oldest run that is not in the charts."""
        used = {run.color_number for run in self.runs}
        free = next((number for number in range(1, COLORS + 1) if number not in used), 0)
        if free:
            return free
        unchecked = next((run for run in self.runs if not run.notes.checked), self.runs[-COLORS])
        return unchecked.color_number

    def _read_folder(self) -> None:
        runs_folder = self._project.folder / RUNS_FOLDER
        notes = self._project.run_notes
        for folder in sorted(runs_folder.iterdir()) if runs_folder.is_dir() else []:
            run = self._read_run(folder, notes.get(folder.name))
            if run is not None:
                self.runs.append(run)
        self.current = self.runs[-1] if self.runs else None
        self.looked_at = next(reversed(self.finished), None)

    def _read_run(self, folder: Path, notes: RunNotes | None) -> RunStatus | None:
        config = self._config_of(folder)
        if config is None:
            return None  # a folder of something else, or one that was never filled
        notes = notes or RunNotes(name=config.name)
        if not notes.color:
            notes = msgspec.structs.replace(notes, color=self._free_color())
        run = RunStatus(folder, config, notes, self)
        trains = is_training(folder)  # first: a run that ends meanwhile is followed to its end
        events, told = events_after(folder, 0)
        for event in events:
            run.apply(event)
        if trains:
            job_id = self._engines.follow(folder, told)
            self._by_job[job_id] = run
            run.go_on_elsewhere(job_id)
        else:
            run.close_file()
        return run

    @staticmethod
    def _config_of(folder: Path) -> RunConfig | None:
        """Returns what was chosen for a run; where its file is missing or damaged, as its events have it."""
        try:
            return read_run(folder)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return run_as_begun(folder)

    def _summarize(self) -> None:
        """Writes down what the list of recent projects says."""
        best: RunStatus | None = None
        score, catalog = 0.0, self._engines.catalog
        for run in self.finished:
            assert run.result is not None  # noqa: S101 - finished means that it has one
            value = run.result.scores[run.result.metric].value
            if best is None or (value > score) == run_words.main_metric(run, catalog).higher_is_better:
                best, score = run, value
        summary = Summary(runs=len(self.runs))
        if best is not None and best.result is not None:
            summary = Summary(
                runs=len(self.runs),
                metric=self._metric_label(best.config.task, best.result.metric),
                best=score,
                method=best.config.method,
                run=best.folder.name,
            )
        self._project.set_summary(summary)

    def _metric_label(self, task: str, metric: str) -> str:
        catalog = self._engines.catalog
        entries = {entry.id: entry for entry in catalog.tasks} if catalog else {}
        metrics = entries[task].metrics if task in entries else ()
        return next((entry.short for entry in metrics if entry.id == metric), metric)
