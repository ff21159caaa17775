"""Events: what an engine says. Facts in the past tense; one JSON object a line.

Events of a run are appended to ``events.jsonl`` in its folder before they are sent: the file is the
truth, the pipe is the fast path.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from engine.protocol.catalog import Catalog
from engine.protocol.comparison import AnswersCompared, RunsCompared
from engine.protocol.config import RunConfig
from engine.protocol.data_events import (
    DataInspected,
    DataPrepared,
    DataPreviewed,
    NoisePreviewed,
    RowsRead,
    RowsWritten,
)
from engine.protocol.data_facts import PreparedFacts
from engine.protocol.data_set_events import DataSetFetched, DataSetsFound
from engine.protocol.devices import DeviceFacts
from engine.protocol.embedding_maps import EmbeddingsMapped
from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.explanations import AnswerExplained
from engine.protocol.export_events import ComparisonSaved, ExportItemWritten, ExportsListed, ModelExported
from engine.protocol.file_answers import AnswersWritten
from engine.protocol.hub_upload_events import HubAccountTold, ModelUploaded, UploadProgressed
from engine.protocol.kept_facts import KeptFacts
from engine.protocol.kept_states import KeptStatesMeasured
from engine.protocol.label_doubts import LabelDoubtsFound
from engine.protocol.layer_probes import LayersProbed
from engine.protocol.model_events import DownloadProgressed, ModelsFound, ModelsListed
from engine.protocol.model_events import ModelInspected as ModelInspected
from engine.protocol.nearest_rows import NearestFound
from engine.protocol.planning import RunPlanned
from engine.protocol.pooled_folds import FoldsPooled
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction, RunResult
from engine.protocol.right_answers import AnswersMended, RightAnswersRead
from engine.protocol.smaller_batches import BatchesHalved
from engine.protocol.stack import Estimate, MethodPreview, ModelFacts, StackFacts, Verdict
from engine.protocol.typed_noise import TyposAdded
from engine.protocol.watched import WatchedAnswer as WatchedAnswer
from engine.protocol.watched import WatchedText as WatchedText

PROTOCOL_VERSION = 1
"""Raised when a message changes so that an older window could not read it."""


class EngineReady(_Event, frozen=True, kw_only=True, tag="EngineReady"):
    """The engine has loaded its libraries and takes commands."""

    protocol_version: int
    catalog: Catalog
    devices: tuple[DeviceFacts, ...]


class JobAccepted(_Event, frozen=True, kw_only=True, tag="JobAccepted"):
    """A command was understood and its job has begun."""


class StageReached(_Event, frozen=True, kw_only=True, tag="StageReached"):
    """A longer job has come to a named stage (the step list before the first loss).

    Attributes:
        stage: Stable name: ``"reading"``, ``"tokenizing"``, ``"loading_model"``, ``"baselines"``,
            ``"computing_features"``, ``"first_batch"``, ``"testing"``, ``"doubting"``, ``"answering"``,
            ``"explaining"``, ``"comparing"``, ``"probing"``, ``"exporting"``, ``"uploading"``.
        label: E.g. ``"Reading 3,618 texts"``.
        done: How much of it is done.
        total: Of how much; 0 when it cannot be counted.
        can_be_left_out: Whether a wish to stop ends this stage alone, and the rest of the job is done.
    """

    stage: str
    label: str
    done: int = 0
    total: int = 0
    can_be_left_out: bool = False


class MethodsPreviewed(_Event, frozen=True, kw_only=True, tag="MethodsPreviewed"):
    """What each method would do to the model, in the order of the catalog."""

    previews: tuple[MethodPreview, ...]


class RunChecked(_Event, frozen=True, kw_only=True, tag="RunChecked"):
    """All problems of a run at once, and what it will need.

    Attributes:
        run: With every setting and column filled in, as it would be saved; ``None`` when that is not known.
        stack: The model as this run would train it; ``None`` when it cannot be built.
    """

    problems: tuple[Problem, ...]
    run: RunConfig | None = None
    stack: StackFacts | None = None
    verdict: Verdict | None = None
    estimate: Estimate | None = None


class TrainingStarted(_Event, frozen=True, kw_only=True, tag="TrainingStarted"):
    """Everything is loaded; the first step follows.

    Attributes:
        run_id: Name of the run's folder.
        folder: The whole path.
        run: With every setting filled in.
        baselines: Baseline id → metric id → value on the validation rows (dashed lines).
        baseline_labels: Baseline id → words, e.g. ``'Always guessing "ham"'``.
        watched: Texts followed; answers come with each validation.
        classes: Class names.
        metrics: Ids of what is measured; the first one chooses the best checkpoint.
        resumed_from: Step of the checkpoint; 0 for a fresh run.
        plan: Seconds that the estimate had said; ``None`` when not known.
        kept: What is computed once.
        memory_within_reach: Bytes of main memory that it holds or that are free; 0 where not known.
    """

    run_id: str
    folder: str
    run: RunConfig
    total_steps: int
    steps_per_epoch: int
    epochs: int
    stack: StackFacts
    verdict: Verdict
    model: ModelFacts
    prepared: PreparedFacts
    device: str
    baselines: dict[str, dict[str, float]] = msgspec.field(default_factory=dict)
    baseline_labels: dict[str, str] = msgspec.field(default_factory=dict)
    watched: tuple[WatchedText, ...] = ()
    classes: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    resumed_from: int = 0
    plan: float | None = None
    kept: KeptFacts = KeptFacts()
    memory_within_reach: int = 0


class StepPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One optimizer step.

    Attributes:
        step: First is 1.
        epoch: Position in epochs after the step, e.g. 0.25.
        loss: Mean loss of the batch.
        gradient_norm: Before clipping.
    """

    step: int
    epoch: float
    loss: float
    learning_rate: float
    gradient_norm: float


class StepsEnded(_Event, frozen=True, kw_only=True, tag="StepsEnded"):
    """Every step since the last such message; at most ten messages a second.

    Attributes:
        rows_per_second: Over the last seconds.
        seconds_left: For the whole run.
        memory: Bytes that this process holds.
    """

    points: tuple[StepPoint, ...]
    rows_per_second: float
    seconds_left: float
    memory: int


class EpochEnded(_Event, frozen=True, kw_only=True, tag="EpochEnded"):
    """An epoch is over; the first is 1."""

    epoch: int
    training_loss: float


class EvaluationEnded(_Event, frozen=True, kw_only=True, tag="EvaluationEnded"):
    """A split was judged.

    Attributes:
        split: ``"validation"`` or ``"test"``.
        metrics: Metric id → value; ``"accuracy"`` among them for classification.
        is_best: Whether it is the best validation so far.
    """

    split: str
    step: int
    epoch: float
    loss: float
    metrics: dict[str, float]
    is_best: bool = False
    watched: tuple[WatchedAnswer, ...] = ()


class LayersChanged(_Event, frozen=True, kw_only=True, tag="LayersChanged"):
    """How much each layer has changed: layer id → ‖W − W₀‖ / ‖W₀‖ in per cent.

    New parts have no W₀; they are left out of ``percent`` and stand in ``new_layers``.
    """

    step: int
    epoch: float
    percent: dict[str, float]
    new_layers: tuple[str, ...] = ()


class CheckpointSaved(_Event, frozen=True, kw_only=True, tag="CheckpointSaved"):
    """A checkpoint is whole on the disk. ``path`` is relative to the run's folder."""

    step: int
    epoch: float
    path: str
    is_best: bool = False


class TrainingPaused(_Event, frozen=True, kw_only=True, tag="TrainingPaused"):
    """The run waits."""

    step: int
    epoch: float


class TrainingContinued(_Event, frozen=True, kw_only=True, tag="TrainingContinued"):
    """The run goes on."""

    step: int
    epoch: float


class WarningRaised(_Event, frozen=True, kw_only=True, tag="WarningRaised"):
    """Something deserves a look; the job goes on."""

    problem: Problem


class PredictionsWritten(_Event, frozen=True, kw_only=True, tag="PredictionsWritten"):
    """Predictions of a split stand in a JSON Lines file of :class:`Prediction` in the run folder."""

    split: str
    path: str
    count: int


class PredictionMade(_Event, frozen=True, kw_only=True, tag="PredictionMade"):
    """Answers to texts, in their order."""

    predictions: tuple[Prediction, ...]


class ResultWritten(_Event, frozen=True, kw_only=True, tag="ResultWritten"):
    """The result of a run, on the test rows."""

    result: RunResult


class JobSucceeded(_Event, frozen=True, kw_only=True, tag="JobSucceeded"):
    """The end of a job that did what it was asked."""

    seconds: float = 0.0


class JobStopped(_Event, frozen=True, kw_only=True, tag="JobStopped"):
    """The end of a job that was asked to stop.

    Attributes:
        reason: ``"stop_requested"``, ``"cancelled"``, ``"window_closed"``.
    """

    reason: str = "stop_requested"


class JobFailed(_Event, frozen=True, kw_only=True, tag="JobFailed"):
    """The end of a job that could not go on."""

    problem: Problem


Event: TypeAlias = (
    EngineReady
    | JobAccepted
    | StageReached
    | DataInspected
    | DataPrepared
    | DataPreviewed
    | RowsRead
    | RowsWritten
    | LabelDoubtsFound
    | RightAnswersRead
    | AnswersMended
    | NoisePreviewed
    | ModelInspected
    | ModelsListed
    | ModelsFound
    | DownloadProgressed
    | DataSetsFound
    | DataSetFetched
    | MethodsPreviewed
    | RunChecked
    | RunPlanned
    | TrainingStarted
    | StepsEnded
    | EpochEnded
    | EvaluationEnded
    | LayersChanged
    | CheckpointSaved
    | TrainingPaused
    | TrainingContinued
    | BatchesHalved
    | WarningRaised
    | PredictionsWritten
    | PredictionMade
    | AnswerExplained
    | NearestFound
    | EmbeddingsMapped
    | AnswersWritten
    | TyposAdded
    | ResultWritten
    | FoldsPooled
    | LayersProbed
    | RunsCompared
    | AnswersCompared
    | ExportsListed
    | ExportItemWritten
    | ModelExported
    | HubAccountTold
    | UploadProgressed
    | ModelUploaded
    | ComparisonSaved
    | KeptStatesMeasured
    | JobSucceeded
    | JobStopped
    | JobFailed
)
"""Any event."""

EndEvent: TypeAlias = JobSucceeded | JobStopped | JobFailed
"""What ends a job; each job has exactly one."""
