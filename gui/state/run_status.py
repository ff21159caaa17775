"""One run, rebuilt from its events: live from the pipe, or later from its file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.protocol.config import RunConfig
from engine.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    EvaluationEnded,
    Event,
    JobAccepted,
    JobFailed,
    JobStopped,
    JobSucceeded,
    LayersChanged,
    PredictionsWritten,
    ResultWritten,
    StageReached,
    StepPoint,
    StepsEnded,
    TrainingContinued,
    TrainingPaused,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.interrupted_runs import LastWords, run_interrupted
from engine.protocol.problems import Problem
from engine.protocol.results import RunResult
from engine.protocol.run_files import LAST_FOLDER, RUN_FILE
from engine.protocol.smaller_batches import BatchesHalved
from gui.state.loss_curve import LossCurve, Losses
from gui.state.project_file import RunNotes


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


_ACTIVE = {RunState.WAITING, RunState.PREPARING, RunState.RUNNING, RunState.PAUSED, RunState.STOPPING}


class RunStatus(QObject):
    """Everything a page shows of one run.

    Args:
        folder: The run's folder.
        config: What was chosen; complete once :attr:`started` is there.
        notes: Name, note, colour and check mark.

    Attributes:
        job_id: The job that trains it now or trained it last in this window; empty for a run read
            from its file.
        state: Where it stands.
        started: What it began with; ``None`` while it prepares.
        points: Every step, oldest first; :meth:`losses` gives them as arrays.
        validations: Evaluations of the validation rows, oldest first.
        changes: How much each layer had changed, oldest first.
        stages: The step list of the preparation, the last one under way; a stage comes once.
        epochs: Ends of epochs.
        halvings: Where memory ran out and batches became smaller, oldest first.
        result: What it found out on the test rows.
        test: The evaluation of the test rows.
        predictions: Where predictions were written.
        checkpoint: The last state on the disk that the run can go on from.
        best: The best validation so far.
        problem: Why it failed or was interrupted.
        warnings: What deserves a look; one of each code.
        seconds_left: For the whole run; ``None`` before the first steps.
        seconds: How long it has trained, without pauses.
        rows_per_second: Over the last seconds.
        memory: Bytes that its process holds.
    """

    state_changed = Signal()
    training_started = Signal()
    stage_reached = Signal()
    steps_ended = Signal()
    evaluation_ended = Signal()
    layers_changed = Signal()
    checkpoint_saved = Signal()
    warning_raised = Signal(object)
    result_written = Signal()
    notes_changed = Signal()

    def __init__(
        self, folder: Path, config: RunConfig, notes: RunNotes, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.config = config
        self.notes = notes
        self.job_id = ""
        self.state = RunState.WAITING
        self.started: TrainingStarted | None = None
        self.points: list[StepPoint] = []
        self.validations: list[EvaluationEnded] = []
        self.changes: list[LayersChanged] = []
        self.stages: list[StageReached] = []
        self.epochs: list[EpochEnded] = []
        self.halvings: list[BatchesHalved] = []
        self.result: RunResult | None = None
        self.test: EvaluationEnded | None = None
        self.predictions: list[PredictionsWritten] = []
        self.checkpoint: CheckpointSaved | None = None
        self.best: EvaluationEnded | None = None
        self.problem: Problem | None = None
        self.warnings: list[Problem] = []
        self.paused: TrainingPaused | None = None
        self.seconds_left: float | None = None
        self.seconds = 0.0
        self.rows_per_second = 0.0
        self.memory = 0
        self._curve = LossCurve()
        self._words = LastWords()
        self._running_since: float | None = None

    # --- what follows from it ---------------------------------------------------------------------

    @property
    def run_id(self) -> str:
        """Name of the run's folder."""
        return self.folder.name

    @property
    def name(self) -> str:
        """The person's name for it; empty for the method's."""
        return self.notes.name or self.config.name

    @property
    def note(self) -> str:
        """The person's remark."""
        return self.notes.note

    @property
    def color_number(self) -> int:
        """Its number in the run palette, from 1."""
        return self.notes.color

    @property
    def is_active(self) -> bool:
        """Whether it waits, trains, pauses or stops: whether it still has an end to come."""
        return self.state in _ACTIVE

    @property
    def has_begun(self) -> bool:
        """Whether it has a folder that holds something; one that waited in line and was stopped has none."""
        return (self.folder / RUN_FILE).is_file()

    @property
    def can_resume(self) -> bool:
        """Whether it ended early and has a checkpoint to go on from."""
        ended_early = self.state in {RunState.FAILED, RunState.INTERRUPTED} or (
            self.state is RunState.STOPPED and self.result is None
        )
        return ended_early and self.checkpoint is not None

    @property
    def step(self) -> int:
        """The last step; 0 before the first."""
        return self.points[-1].step if self.points else 0

    @property
    def epoch(self) -> float:
        """How far it has come in epochs, e.g. 3.2."""
        return self.points[-1].epoch if self.points else 0.0

    @property
    def progress(self) -> float:
        """How far it has come, 0 to 1. It never goes backwards while the run is active."""
        if self.state is RunState.FINISHED:
            return 1.0
        total = self.started.total_steps if self.started else 0
        return min(1.0, self.step / total) if total else 0.0

    def losses(self) -> Losses:
        """Returns every step as arrays; views that hold until the next step."""
        return self._curve.losses()

    # --- taking over events -----------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Takes an event over and says what changed. Events come in their order."""
        self._words.take(event)
        match event:
            case JobAccepted():
                self._go_to(RunState.PREPARING)
            case StageReached():
                self._reach_stage(event)
            case TrainingStarted():
                self._start(event)
            case StepsEnded():
                self._add_steps(event)
            case EpochEnded():
                self.epochs.append(event)
            case EvaluationEnded():
                self._add_evaluation(event)
            case LayersChanged():
                self.changes.append(event)
                self.layers_changed.emit()
            case CheckpointSaved():
                if event.path == LAST_FOLDER:  # the best one alone is nothing to go on from
                    self.checkpoint = event
                self.checkpoint_saved.emit()
            case TrainingPaused():
                self.paused = event
                self._go_to(RunState.PAUSED, event.time)
            case TrainingContinued():
                self.paused = None
                self._go_to(RunState.RUNNING, event.time)
            case BatchesHalved():
                self.halvings.append(event)
                self.warnings = [one for one in self.warnings if one.code != "smaller_batches"]  # of the last
            case WarningRaised():
                self._add_warning(event.problem)
            case PredictionsWritten():
                self.predictions.append(event)
            case ResultWritten():
                self.result = event.result
                self.result_written.emit()
            case JobSucceeded():
                self._go_to(RunState.FINISHED, event.time)
            case JobStopped():
                self._go_to(RunState.STOPPED, event.time)
            case JobFailed():
                self.problem = event.problem
                self._go_to(RunState.FAILED, event.time)
            case _:
                pass  # about other jobs

    def begin(self, job_id: str, *, waits: bool) -> None:
        """Belongs to a new job now: it was started, or goes on after an early end."""
        self.job_id = job_id
        self.problem = None
        self.stages.clear()
        self._go_to(RunState.WAITING if waits else RunState.PREPARING)

    def go_on_elsewhere(self, job_id: str) -> None:
        """Trains in a process that another window left behind, and is followed as this job."""
        if self.is_active:
            self.job_id = job_id
        else:  # it has just begun to go on after an early end
            self.begin(job_id, waits=False)

    def ask_to_stop(self) -> None:
        """Was asked to stop; its end is still to come."""
        if self.is_active:
            self._go_to(RunState.STOPPING)

    def close_file(self) -> None:
        """Says that its file holds nothing more: without an end, the run was interrupted."""
        if self.is_active:
            self.problem = run_interrupted(str(self.folder), self._words)
            self._go_to(RunState.INTERRUPTED)

    def set_notes(self, notes: RunNotes) -> None:
        """Takes name, note, colour and check mark over."""
        self.notes = notes
        self.notes_changed.emit()

    def _go_to(self, state: RunState, at: float | None = None) -> None:
        if self.state is RunState.STOPPING and state in {
            RunState.PREPARING,
            RunState.RUNNING,
            RunState.PAUSED,
        }:
            return  # said before the engine heard the wish to stop
        runs = state in {RunState.RUNNING, RunState.STOPPING}
        if at is not None and self._running_since is not None and not runs:
            self.seconds += max(0.0, at - self._running_since)
            self._running_since = None
        elif at is not None and runs and self._running_since is None:
            self._running_since = at
        if not self.is_active or state not in _ACTIVE:
            self.seconds_left = None
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def _reach_stage(self, event: StageReached) -> None:
        for index, stage in enumerate(self.stages):
            if stage.stage == event.stage:
                self.stages[index] = event
                break
        else:
            self.stages.append(event)
        if self.state is RunState.WAITING:
            self._go_to(RunState.PREPARING)
        self.stage_reached.emit()

    def _start(self, event: TrainingStarted) -> None:
        last = event.resumed_from or -1  # from nothing: what came before is told again
        self.points = [point for point in self.points if point.step <= last]
        self._curve.cut_after(last)
        self.validations = [one for one in self.validations if one.step <= last]
        self.changes = [one for one in self.changes if one.step <= last]
        self.halvings = [one for one in self.halvings if one.step <= event.resumed_from]
        self.epochs = [one for one in self.epochs if one.epoch * event.steps_per_epoch <= last]
        self.best = next((one for one in reversed(self.validations) if one.is_best), None)
        self.paused = None
        self.started = event
        # The rows stay where they were found: the run may have been made before the project was moved.
        self.config = replace(event.run, data=replace(event.run.data, path=self.config.data.path))
        self._running_since = None
        self._go_to(RunState.RUNNING, event.time)
        self.training_started.emit()

    def _add_steps(self, event: StepsEnded) -> None:
        self.points.extend(event.points)
        self._curve.append(event.points)
        self.rows_per_second = event.rows_per_second
        self.seconds_left = event.seconds_left
        self.memory = max(self.memory, event.memory)
        if self._running_since is not None:
            self.seconds += max(0.0, event.time - self._running_since)
            self._running_since = event.time
        if self.state is RunState.PREPARING:
            self._go_to(RunState.RUNNING, event.time)
        self.steps_ended.emit()

    def _add_evaluation(self, event: EvaluationEnded) -> None:
        if event.split == "validation":
            self.validations.append(event)
            if event.is_best:
                self.best = event
        else:
            self.test = event
        self.evaluation_ended.emit()

    def _add_warning(self, problem: Problem) -> None:
        if all(problem.code != known.code for known in self.warnings):
            self.warnings.append(problem)
            self.warning_raised.emit(problem)
