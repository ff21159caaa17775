"""An engine without a process, for tests of the window: it answers with recorded events.

Everything else is the window's own: :class:`~gui.engine_client.engines.Engines` and all that listens
to it. Answers come from the event loop, one event a turn, as they would from a pipe.
"""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer

from engine.protocol.commands import (
    CancelJob,
    CheckRun,
    Command,
    ContinueTraining,
    DownloadDataSet,
    DownloadModel,
    FindLabelDoubts,
    InspectData,
    InspectModel,
    ListModels,
    PauseTraining,
    PoolFolds,
    Predict,
    PrepareData,
    PreviewMethods,
    PreviewNoise,
    ProbeLayers,
    ReadRows,
    ResumeTraining,
    SearchDataSets,
    SearchModels,
    StartTraining,
    StopTraining,
)
from engine.protocol.comparison import CompareAnswers, CompareRuns
from engine.protocol.data_events import DataInspected, DataPrepared, DataPreviewed, NoisePreviewed
from engine.protocol.embedding_maps import MapEmbeddings
from engine.protocol.events import (
    CheckpointSaved,
    Event,
    JobAccepted,
    JobFailed,
    JobStopped,
    JobSucceeded,
    MethodsPreviewed,
    ModelInspected,
    PredictionMade,
    ResultWritten,
    StageReached,
    StepsEnded,
    TrainingContinued,
    TrainingPaused,
    TrainingStarted,
)
from engine.protocol.explanations import ExplainAnswer
from engine.protocol.export_commands import ExportModel, ListExports, SaveComparison
from engine.protocol.export_events import ComparisonSaved
from engine.protocol.exports import CheckOutcome
from engine.protocol.file_answers import AnswerFile
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.kept_states import EmptyKeptStates, KeptStatesMeasured, MeasureKeptStates
from engine.protocol.nearest_rows import FindNearest
from engine.protocol.planning import PlanRun
from engine.protocol.pooled_folds import FoldsPooled
from engine.protocol.problems import Problem
from engine.protocol.right_answers import AnswerForm, MendAnswers, ReadRightAnswers
from engine.protocol.run_files import EVENTS_FILE, read_run
from engine.protocol.typed_noise import AddTypos, TyposAdded
from engine.protocol.wire import encode
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engine_thread import ProcessEnd
from gui.state.toml_file import write_toml
from tests.gui.recorded_answers import (
    answered_file,
    answers_to,
    explained,
    mistyped,
    nearest,
    no_head,
)
from tests.gui.recorded_comparison import answers_compared, runs_compared
from tests.gui.recorded_downloads import (
    data_set_download,
    data_sets_found,
    download,
    models_found,
    models_listed,
)
from tests.gui.recorded_events import (
    NOISY,
    engine_ready,
    label_doubts,
    pooled_folds,
    prepared,
    recorded_run,
    result,
    rows_read,
    table,
)
from tests.gui.recorded_exports import exported, exports_listed, hub_account, token_is_there, uploaded
from tests.gui.recorded_map import mapped
from tests.gui.recorded_plan import planned
from tests.gui.recorded_probe import PROBED
from tests.gui.recorded_right_answers import LABELS, answers_mended, refused, right_answers
from tests.gui.sample_facts import MODEL, checked_for, previews


class FakeClient(EngineClient):
    """Answers each command from recorded events instead of a process.

    Attributes:
        commands: What it was sent, oldest first.
        hold_after_step: Keep the rest of a run back after this step, until :meth:`release`;
            ``None`` lets it run to its end.
        epochs: Of a recorded run.
        file_problem: Why files cannot be read; ``None`` where they can.
        file_notes: What is odd about reading a file.
        large_file: Whether files are large: their first rows come, and a tenth of the rest; the others with
            :meth:`finish_reading`.
        hub_problem: Why the hub cannot be searched for data sets; ``None`` where it can.
        data_set_folder: Where data sets of the hub arrive.
        export_problem: Why a run cannot be written; ``None`` where it can.
        export_outcome: How a written run's answers compare.
        has_token: Whether the hub knows who the person is.
        export_waits: Whether writing a run never ends by itself.
        right_form: In which form right answers are given; ``None`` where there are none to mend.
        kept_states: Bytes that are kept of frozen layers.
        keeps: Whether a run uses them.
    """

    hold_after_step: int | None = None
    epochs = 1
    file_problem: Problem | None = None
    file_notes: tuple[Problem, ...] = ()
    large_file = False
    hub_problem: Problem | None = None
    data_set_folder = ""
    export_problem: Problem | None = None
    export_outcome = CheckOutcome.PASSED
    export_waits = False
    has_token = False
    right_form: AnswerForm | None = LABELS
    kept_states = 312_000_000
    keeps = False

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Command] = []
        self._script: deque[Event] = deque()
        self._training: StartTraining | ResumeTraining | None = None
        self._step = 0
        self._paused = False
        self._clock = QTimer(self, interval=0)
        self._clock.timeout.connect(self._say_next)

    def start(self) -> None:
        """Is ready one turn of the event loop later."""
        self._script.appendleft(engine_ready())
        self._clock.start()

    def send(self, command: Command) -> None:
        """Takes a command and queues the answers to it."""
        self.commands.append(command)
        super().send(command)
        if self._process_end is None:
            answers = self._answers(command)  # which may empty the script
            self._script.extend(answers)
            self._clock.start()

    def release(self) -> None:
        """Goes on after :attr:`hold_after_step`."""
        self.hold_after_step = None
        self._clock.start()

    def die(self, exit_code: int = -9) -> None:
        """Ends as a killed process does."""
        self._clock.stop()
        self._script.clear()
        self._take_end(ProcessEnd(exit_code, last_lines=("one line of the engine",)))

    def stop(self, wait: float = 10.0) -> None:  # noqa: ARG002 - as its base class
        """Ends at once."""
        if self._process_end is None and not self._stopping:
            self._stopping = True
            self._clock.stop()
            QTimer.singleShot(0, self, lambda: self._take_end(ProcessEnd(0)))

    def shut_down(self, wait: float = 10.0) -> None:  # noqa: ARG002 - as its base class
        """Ends at once."""
        self._clock.stop()

    def _say_next(self) -> None:
        if self._paused or not self._script or self._is_held():
            self._clock.stop()
            return
        event = self._script.popleft()
        if isinstance(event, StepsEnded):
            self._step = event.points[-1].step
        training = self._training
        if training is not None and event.job_id == training.job_id:
            folder = Path(training.folder)
            folder.mkdir(parents=True, exist_ok=True)
            if isinstance(training, StartTraining) and not (folder / "run.toml").exists():
                write_toml(folder / "run.toml", training.run)
            with (folder / EVENTS_FILE).open("ab") as file:
                file.write(encode(event))
        self._take_event(event)

    def finish_reading(self) -> None:
        """Reads a large file to its end: of its rows some are drawn."""
        (job_id,) = [job for job in self.open_jobs if isinstance(self._command_of(job), InspectData)]
        facts = msgspec.structs.replace(self._unread, rows_in_file=6_188_000)
        self._script.extend([DataInspected(job_id=job_id, table=facts), JobSucceeded(job_id=job_id)])
        self._clock.start()

    def _command_of(self, job_id: str) -> Command:
        return next(command for command in self.commands if command.job_id == job_id)

    def _is_held(self) -> bool:
        return self.hold_after_step is not None and self._step >= self.hold_after_step and self._is_training()

    def _is_training(self) -> bool:
        return self._training is not None and self._training.job_id in self.open_jobs

    def _answers(self, command: Command) -> list[Event]:
        job_id = command.job_id
        match command:
            case InspectData() if self.file_problem is not None and not command.reading.encoding:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=self.file_problem)]
            case InspectData():
                facts = msgspec.structs.replace(table(), path=command.path, name=Path(command.path).name)
                if self.large_file:
                    self._unread = facts
                    stage = StageReached(job_id=job_id, stage="reading", label="Reading", done=10, total=100)
                    first = msgspec.structs.replace(facts, rows=len(facts.preview))
                    return [JobAccepted(job_id=job_id), DataPreviewed(job_id=job_id, table=first), stage]
                return self._whole(
                    job_id, DataInspected(job_id=job_id, table=facts, problems=self.file_notes)
                )
            case FindLabelDoubts():
                return self._whole(job_id, *label_doubts(job_id))
            case ReadRightAnswers():
                return self._whole(job_id, right_answers(command, self.right_form))
            case MendAnswers() if (problem := refused(command)) is not None:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=problem)]
            case MendAnswers():
                return self._whole(job_id, answers_mended(command))
            case ReadRows():
                return self._whole(job_id, rows_read(command))
            case PrepareData():
                return self._whole(job_id, DataPrepared(job_id=job_id, prepared=prepared()))
            case PreviewNoise():
                return self._whole(job_id, NoisePreviewed(job_id=job_id, examples=NOISY))
            case InspectModel():
                return self._whole(job_id, ModelInspected(job_id=job_id, model=MODEL))
            case MeasureKeptStates() | EmptyKeptStates():
                if isinstance(command, EmptyKeptStates):
                    self.kept_states = 0
                return self._whole(
                    job_id, KeptStatesMeasured(job_id=job_id, size=self.kept_states, in_use=self.keeps)
                )
            case ListModels():
                return self._whole(job_id, models_listed(job_id, command.folders))
            case SearchModels():
                return self._whole(job_id, models_found(job_id, command.query))
            case DownloadModel():
                return [JobAccepted(job_id=job_id), *download(job_id, command.model)]
            case SearchDataSets() if self.hub_problem is not None:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=self.hub_problem)]
            case SearchDataSets():
                return self._whole(job_id, data_sets_found(job_id, command.query))
            case DownloadDataSet():
                told = data_set_download(job_id, command.data_set, self.data_set_folder)
                return [JobAccepted(job_id=job_id), *told]
            case PreviewMethods():
                return self._whole(job_id, MethodsPreviewed(job_id=job_id, previews=previews()))
            case CheckRun():
                return self._whole(job_id, msgspec.structs.replace(checked_for(command.run), job_id=job_id))
            case PlanRun():
                return self._whole(job_id, planned(command))
            case PoolFolds():
                stage = StageReached(job_id=job_id, stage="testing", label="Judging fold 1 of 3")
                pooled = FoldsPooled(job_id=job_id, folds=pooled_folds(len(command.folders)))
                return self._whole(job_id, stage, pooled)
            case ProbeLayers():
                stage = StageReached(
                    job_id=job_id, stage="probing", label="Asking each layer of MiniLM", done=2, total=7
                )
                return self._whole(job_id, stage, msgspec.structs.replace(PROBED, job_id=job_id))
            case Predict() if (problem := no_head(command)) is not None:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=problem)]
            case ListExports():
                return self._whole(job_id, exports_listed(job_id, command.folder))
            case ExportModel() | UploadModel() if self.export_problem is not None:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=self.export_problem)]
            case ExportModel() if self.export_waits:
                return [JobAccepted(job_id=job_id), exported(command)[0]]
            case UploadModel() if self.export_waits:
                return [JobAccepted(job_id=job_id), *uploaded(command)[:2]]
            case ExportModel():
                return self._whole(job_id, *exported(command, self.export_outcome))
            case AskHubAccount() | KeepHubToken() | ForgetHubToken():
                self.has_token = token_is_there(command, self.has_token)
                return self._whole(job_id, hub_account(job_id, has_token=self.has_token))
            case UploadModel():
                return self._whole(job_id, *uploaded(command))
            case CompareRuns():
                return self._whole(job_id, runs_compared(command))
            case SaveComparison() if self.export_problem is not None:
                return [JobAccepted(job_id=job_id), JobFailed(job_id=job_id, problem=self.export_problem)]
            case SaveComparison():
                saved = [f"{command.to}/report.{ending}" for ending in ("html", "pdf")]
                return self._whole(job_id, ComparisonSaved(job_id=job_id, html=saved[0], pdf=saved[1]))
            case CompareAnswers():
                return self._whole(job_id, answers_compared(command))
            case Predict():
                return self._whole(job_id, PredictionMade(job_id=job_id, predictions=answers_to(command)))
            case ExplainAnswer():
                return self._whole(job_id, explained(command))
            case FindNearest():
                return self._whole(job_id, nearest(job_id))
            case MapEmbeddings():
                return self._whole(job_id, mapped(command))
            case AnswerFile():
                return self._whole(job_id, *answered_file(command))
            case AddTypos():
                return self._whole(job_id, TyposAdded(job_id=job_id, texts=mistyped(command)))
            case StartTraining():
                self._training, self._step = command, 0
                return recorded_run(run=command.run, folder=command.folder, job_id=job_id, epochs=self.epochs)
            case ResumeTraining():
                return self._resumed(command)
            case PauseTraining():
                self._paused = True
                self._take_event(TrainingPaused(job_id=job_id, time=time.time(), step=self._step, epoch=0.5))
            case ContinueTraining():
                self._paused = False
                self._take_event(
                    TrainingContinued(job_id=job_id, time=time.time(), step=self._step, epoch=0.5)
                )
            case StopTraining():
                self._paused = False
                self._step = 0
                self._script.clear()
                return [ResultWritten(job_id=job_id, result=result()), JobStopped(job_id=job_id)]
            case CancelJob() if job_id in self.open_jobs:
                kept = [event for event in self._script if event.job_id != job_id]
                self._script = deque(kept)
                return [JobStopped(job_id=job_id, reason="cancelled")]
            case _:
                pass
        return []

    def _resumed(self, command: ResumeTraining) -> list[Event]:
        self._training, self._step = command, 0
        run = read_run(Path(command.folder))
        events = recorded_run(run=run, folder=command.folder, job_id=command.job_id, epochs=self.epochs)
        saved = next((event for event in events if isinstance(event, CheckpointSaved)), None)
        from_step = saved.step if saved else 0
        kept: list[Event] = []
        for event in events:
            if isinstance(event, TrainingStarted):
                kept.append(msgspec.structs.replace(event, resumed_from=from_step))
            elif _step_of(event) > from_step:
                kept.append(event)
        return kept

    @staticmethod
    def _whole(job_id: str, *answers: Event) -> list[Event]:
        return [JobAccepted(job_id=job_id), *answers, JobSucceeded(job_id=job_id)]


def _step_of(event: Event) -> float:
    """Returns the step that an event is about; infinity for one that is about none."""
    if isinstance(event, StepsEnded):
        return event.points[-1].step
    return float(getattr(event, "step", "inf"))
