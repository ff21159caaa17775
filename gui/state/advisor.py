"""Asks the engine about a project whenever it changes, and hands the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engine.protocol.catalog import Catalog
from engine.protocol.commands import (
    CheckRun,
    Command,
    InspectData,
    InspectModel,
    PrepareData,
    PreviewMethods,
)
from engine.protocol.config import RunConfig
from engine.protocol.data_events import DataInspected, DataPrepared, DataPreviewed
from engine.protocol.events import (
    Event,
    JobFailed,
    JobStopped,
    JobSucceeded,
    MethodsPreviewed,
    ModelInspected,
    RunChecked,
    StageReached,
    TrainingStarted,
)
from engine.protocol.file_problems import reading_stopped
from engine.protocol.kept_states import KeptStatesMeasured
from engine.protocol.problems import Problem
from gui.engine_client.engines import Engines
from gui.state.project import Project
from gui.state.project_file import RUNS_FOLDER

DEBOUNCE = 60
"""Milliseconds of quiet before a question is asked."""

_AGAIN_AFTER_DEATH = 1


class _Question:
    """One kind of question: only the last one counts, answers to earlier ones are dropped.

    Args:
        make: Makes the command for a new job id, or returns ``None`` when there is nothing to ask.
        about: What the answer depends on; asked again only when that has changed.
    """

    def __init__(self, make: Callable[[str], Command | None], about: Callable[[], object]) -> None:
        self.make = make
        self.about = about
        self.asked_about: Any = None
        self.job_id = ""
        self.deaths = 0


class Advisor(QObject):
    """Keeps a project's facts up to date.

    Args:
        project: Whose facts.
        engines: Who answers.
        debounce: Milliseconds of quiet before asking; tests may take 0.
    """

    def __init__(
        self, project: Project, engines: Engines, *, debounce: int = DEBOUNCE, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._engines = engines
        self._runs_folder = str(project.folder / RUNS_FOLDER)
        self._calibrated_for: set[tuple[str, str]] = set()
        self._calibration = ""
        self._calibrated_draft: RunConfig | None = None
        self._calibration_waits = False
        self._has_trained = False
        self._timer = QTimer(self, singleShot=True, interval=debounce)
        self._timer.timeout.connect(self._ask_what_changed)
        self._table = _Question(self._inspect_data, self._file_of)
        self._rows = _Question(self._prepare_data, lambda: (self._about_rows(), project.task))
        self._model = _Question(self._inspect_model, lambda: project.draft and project.draft.model)
        self._previews = _Question(self._preview_methods, self._about_previews)
        self._check = _Question(self._check_run, lambda: project.draft if self._is_read() else None)
        self._file_read: object = None
        self._questions = (self._table, self._rows, self._model, self._check, self._previews)
        project.data_changed.connect(self._timer.start)
        project.draft_changed.connect(self._timer.start)
        engines.catalog_changed.connect(self._use_catalog)
        engines.event_arrived.connect(self._take_event)
        if engines.catalog is not None:
            project.use_catalog(engines.catalog)
        self._timer.start()

    def ask_again(self) -> None:
        """Asks everything again, e.g. after the file was mended."""
        for question in self._questions:
            question.asked_about = None
        if self._project.table is None:
            self._project.take_table(None)  # what was in the way of reading it is tried anew
        self._timer.start()

    def stop_reading(self) -> None:
        """Reads the file no further, until it is asked for again; no other question reads it either."""
        data = self._project.data
        if self._table.job_id and data is not None:
            self._engines.cancel(self._table.job_id)
            self._table.job_id, self._file_read = "", None
            self._project.take_percent_read(None)
            self._project.take_table(None, (reading_stopped(data.path),))

    def close(self) -> None:
        """Asks and listens no more; for the end of the window or another project."""
        self._timer.stop()
        self._engines.event_arrived.disconnect(self._take_event)
        self._engines.catalog_changed.disconnect(self._use_catalog)
        for job_id in (*(question.job_id for question in self._questions), self._calibration):
            if job_id:
                self._engines.cancel(job_id)

    # --- asking -----------------------------------------------------------------------------------

    def _use_catalog(self, catalog: Catalog) -> None:
        self._project.use_catalog(catalog)
        self._timer.start()

    def _ask_what_changed(self) -> None:
        for question in self._questions:
            about = question.about()
            if about is None or about == question.asked_about:
                continue
            self._ask(question, about)

    def _ask(self, question: _Question, about: object) -> None:
        if question.job_id:
            self._engines.cancel(question.job_id)
            question.job_id = ""
        command = question.make(self._engines.new_job_id())
        question.asked_about = about
        if command is not None:
            question.job_id = command.job_id
            self._engines.ask(command)

    def _file_of(self) -> object:
        data = self._project.data
        return data and (data.path, data.reading, data.repairs)

    def _is_read(self) -> bool:
        """Returns whether the file was read as it is to be read now, or cannot be.

        Before that all other questions wait: any of them would read a large file unseen.
        """
        return self._file_read is not None and self._file_read == self._file_of()

    def _about_rows(self) -> object:
        project = self._project
        is_there = project.table is not None and self._is_read()
        return (project.data, project.task, project.task_settings) if is_there else None

    def _about_previews(self) -> object:
        draft = self._project.draft if self._is_read() else None
        columns = tuple(sorted(draft.data.columns.items())) if draft else ()
        rows = draft and (draft.data.path, draft.data.repairs)
        return draft and (draft.model, draft.task, rows, columns, self._project.task_settings)

    def _inspect_data(self, job_id: str) -> Command | None:
        data = self._project.data
        if data is None:
            return None
        return InspectData(job_id=job_id, path=data.path, reading=data.reading, repairs=data.repairs)

    def _prepare_data(self, job_id: str) -> Command | None:
        data = self._project.data
        if data is None or not self._project.task or self._about_rows() is None:
            return None
        settings = self._project.task_settings
        return PrepareData(job_id=job_id, data=data, task=self._project.task, settings=settings)

    def _inspect_model(self, job_id: str) -> Command | None:
        draft = self._project.draft
        return InspectModel(job_id=job_id, model=draft.model) if draft else None

    def _preview_methods(self, job_id: str) -> Command | None:
        draft = self._project.draft
        return PreviewMethods(job_id=job_id, run=draft) if draft else None

    def _check_run(self, job_id: str) -> Command | None:
        draft = self._project.draft
        return CheckRun(job_id=job_id, run=draft, folder=self._runs_folder) if draft else None

    def _calibrate(self) -> None:
        """Times real steps once per model and device, in the background.

        Not while a run trains: it would lose the time, and what is timed beside it says too much. Then they
        are timed after it.
        """
        draft = self._project.draft
        self._calibration_waits = False
        if draft is None or (draft.model, draft.device) in self._calibrated_for or self._calibration:
            return
        if self._engines.training:
            self._calibration_waits = True
            return
        self._calibration = self._engines.new_job_id()
        self._calibrated_draft = draft
        command = CheckRun(job_id=self._calibration, run=draft, calibrate=True, folder=self._runs_folder)
        self._engines.ask(command)

    # --- answers ----------------------------------------------------------------------------------

    def _take_event(self, event: Event) -> None:
        if event.job_id and event.job_id == self._calibration:
            self._take_calibration(event)
            return
        question = next((one for one in self._questions if one.job_id and one.job_id == event.job_id), None)
        if question is None:
            self._heed_runs(event)
            return
        match event:
            case StageReached() if question is self._table:
                self._project.take_percent_read(event.done)
            case DataPreviewed():
                self._project.take_first_rows(event.table)
            case DataInspected():
                self._file_read = self._table.asked_about
                self._project.take_percent_read(None)
                self._project.take_table(event.table, event.problems)
                self._timer.start()
            case DataPrepared():
                self._project.take_prepared(event.prepared)
            case ModelInspected():
                self._project.take_model(event.model)
            case MethodsPreviewed():
                self._project.take_previews(event.previews)
            case RunChecked():
                self._take_check(event)
            case JobFailed():
                self._take_failure(question, event.problem)
            case JobStopped():
                question.job_id = ""
                question.asked_about = None  # not answered: ask again with the next change
            case JobSucceeded():
                question.job_id = ""
                question.deaths = 0
            case _:
                pass

    def _heed_runs(self, event: Event) -> None:
        """Asks anew after a run what its like would need, and times no steps beside it, but after it."""
        if isinstance(event, TrainingStarted):
            self._has_trained = True
            if self._calibration:
                self._calibration_waits = True
                self._engines.cancel(self._calibration)
        elif not self._engines.training:
            if self._calibration_waits:
                self._calibrate()
            was_emptied = isinstance(event, KeptStatesMeasured) and not event.size
            if self._has_trained or was_emptied:
                self._has_trained = False
                if not self._calibration:  # else the check that ends the timing answers this, too
                    self._check.asked_about = None
                    self._timer.start()

    def _take_check(self, event: RunChecked) -> None:
        draft = self._check.asked_about
        if draft == self._project.draft:
            self._project.take_checked(event, draft)
        if event.estimate is not None and not event.estimate.measured:
            self._calibrate()

    def _take_calibration(self, event: Event) -> None:
        timed = self._calibrated_draft
        if isinstance(event, RunChecked) and timed is not None:
            self._calibrated_for.add((timed.model, timed.device))
            if timed == self._project.draft:
                self._project.take_checked(event, timed)
            else:  # something else was chosen while steps were timed
                self._check.asked_about = None
                self._timer.start()
        elif isinstance(event, (JobSucceeded, JobStopped, JobFailed)):
            self._calibration = ""
            if isinstance(event, JobFailed) and timed is not None:
                self._calibrated_for.add((timed.model, timed.device))  # it would fail again

    def _take_failure(self, question: _Question, problem: Problem) -> None:
        question.job_id = ""
        if problem.code == "engine_died" and question.deaths < _AGAIN_AFTER_DEATH:
            question.deaths += 1
            question.asked_about = None
            self._timer.start()
            return
        if question is self._table:
            self._file_read = self._table.asked_about
            self._project.take_percent_read(None)
            self._project.take_table(None, (problem,))
        elif question is self._rows:
            self._project.take_prepared(None, problem)
        elif question is self._model:
            self._project.take_model(None, problem)
        elif question is self._check and question.asked_about == self._project.draft:
            self._project.take_checked(RunChecked(problems=(problem,)), question.asked_about)
