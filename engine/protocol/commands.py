"""Commands: what the window asks of an engine. Imperatives; one JSON object a line.

A job is started by a command with a ``job_id`` and ends in exactly one end event with the same id.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.comparison import CompareAnswers, CompareRuns
from engine.protocol.config import DataConfig, Reading, RunConfig
from engine.protocol.data_facts import RowQuery
from engine.protocol.embedding_maps import MapEmbeddings
from engine.protocol.explanations import ExplainAnswer
from engine.protocol.export_commands import ExportModel, ListExports, SaveComparison
from engine.protocol.fields import SettingValue
from engine.protocol.file_answers import AnswerFile
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.kept_states import EmptyKeptStates, MeasureKeptStates
from engine.protocol.layer_probes import ProbeLayers as ProbeLayers
from engine.protocol.nearest_rows import FindNearest
from engine.protocol.planning import PlanRun as PlanRun
from engine.protocol.repairs import Repair
from engine.protocol.right_answers import MendAnswers, ReadRightAnswers
from engine.protocol.run_versions import Version
from engine.protocol.typed_noise import AddTypos


class InspectData(_Command, frozen=True, kw_only=True, tag="InspectData"):
    """Read a file's columns and first rows. Answer: ``DataInspected``."""

    path: str
    reading: Reading = Reading()
    repairs: tuple[Repair, ...] = ()


class PrepareData(_Command, frozen=True, kw_only=True, tag="PrepareData"):
    """Count classes, lengths, splits and findings for a task. Answer: ``DataPrepared``.

    Attributes:
        settings: Of the run; those of the task matter.
    """

    data: DataConfig
    task: str
    settings: dict[str, SettingValue] = msgspec.field(default_factory=dict)


class ReadRows(_Command, frozen=True, kw_only=True, tag="ReadRows"):
    """Read some of a file's rows, as they are after their repairs. Answer: ``RowsRead``.

    Attributes:
        query: Which rows are wanted.
        first: How many of them are passed over.
        most: How many are read at most.
    """

    path: str
    reading: Reading = Reading()
    repairs: tuple[Repair, ...] = ()
    query: RowQuery = RowQuery()
    first: int = 0
    most: int = 200


class WriteRows(_Command, frozen=True, kw_only=True, tag="WriteRows"):
    """Write rows, after their repairs, to a new file. Answer: ``RowsWritten``.

    Attributes:
        path: The new file; its ending says in which form.
    """

    data: DataConfig
    path: str


class FindLabelDoubts(_Command, frozen=True, kw_only=True, tag="FindLabelDoubts"):
    """Look which labels seem to be wrong, with what a model makes of the texts as it is.

    Answers: stages, then ``LabelDoubtsFound``. It reads every text once, so it takes as long as a run of the
    feature-based method; it can be cancelled, and no run learns anything from it.

    Attributes:
        model: As in a run.
        settings: Of the run; those of the task and the longest text matter.
        device: Where to compute; empty for the best there is.
    """

    data: DataConfig
    task: str
    model: str = "minilm"
    settings: dict[str, SettingValue] = msgspec.field(default_factory=dict)
    device: str = ""


class PreviewNoise(_Command, frozen=True, kw_only=True, tag="PreviewNoise"):
    """Put noise into a few of the person's own texts. Answer: ``NoisePreviewed``, within 150 ms.

    Attributes:
        settings: Of the run; those of the task and of noise matter.
        rows: How many texts.
    """

    data: DataConfig
    task: str
    settings: dict[str, SettingValue] = msgspec.field(default_factory=dict)
    rows: int = 3


class InspectModel(_Command, frozen=True, kw_only=True, tag="InspectModel"):
    """Read what a base model is. Answer: ``ModelInspected``."""

    model: str


class ListModels(_Command, frozen=True, kw_only=True, tag="ListModels"):
    """Look which base models are on this computer. Answer: ``ModelsListed``.

    Attributes:
        folders: Folders of models that the person has used.
    """

    folders: tuple[str, ...] = ()


class SearchModels(_Command, frozen=True, kw_only=True, tag="SearchModels"):
    """Search the Hugging Face hub for models. Answer: ``ModelsFound``."""

    query: str


class DownloadModel(_Command, frozen=True, kw_only=True, tag="DownloadModel"):
    """Fetch a model from the hub, or go on with that. Answers: ``DownloadProgressed``.

    Given up, what has arrived stays, and the same command goes on from there.

    Attributes:
        model: Its name on the hub, e.g. ``"distilbert/distilbert-base-uncased"``.
    """

    model: str


class SearchDataSets(_Command, frozen=True, kw_only=True, tag="SearchDataSets"):
    """Search the Hugging Face hub for data sets. Answer: ``DataSetsFound``."""

    query: str


class DownloadDataSet(_Command, frozen=True, kw_only=True, tag="DownloadDataSet"):
    """Fetch a data set from the hub, or go on with that. Answers: ``DownloadProgressed``, ``DataSetFetched``.

    Where it holds several the job ends with a problem whose buttons name them. Given up, what has arrived
    stays, and the same command goes on from there.

    Attributes:
        data_set: Its name on the hub, e.g. ``"stanfordnlp/imdb"``, with or without what is chosen of it:
            ``"nyu-mll/glue/sst2"``.
        config: What is chosen of it; goes before the name's.
    """

    data_set: str
    config: str = ""


class PreviewMethods(_Command, frozen=True, kw_only=True, tag="PreviewMethods"):
    """Say for every method what it would do to this model. Answer: ``MethodsPreviewed``."""

    run: RunConfig


class CheckRun(_Command, frozen=True, kw_only=True, tag="CheckRun"):
    """Find all problems of a run and estimate it. Answer: ``RunChecked``.

    Attributes:
        calibrate: Whether to time real steps now (at most some 5 s) when this machine was not timed yet;
            without it the answer must be there within 150 ms.
        folder: Where the run would be kept, to look whether there is room; empty when not known.
    """

    run: RunConfig
    calibrate: bool = False
    folder: str = ""


class StartTraining(_Command, frozen=True, kw_only=True, tag="StartTraining"):
    """Train. Answers: ``TrainingStarted`` and on.

    Attributes:
        folder: The run's folder; it must not exist or be empty.
    """

    run: RunConfig
    folder: str


class ResumeTraining(_Command, frozen=True, kw_only=True, tag="ResumeTraining"):
    """Go on with a run from its last checkpoint, in the same folder.

    Attributes:
        smaller_batches: Whether the rows of a step are read in half the batches from there, because memory
            ran out; the steps stay the same.
    """

    folder: str
    smaller_batches: bool = False


class PauseTraining(_Command, frozen=True, kw_only=True, tag="PauseTraining"):
    """Pause the run that trains in this process, within one step."""


class ContinueTraining(_Command, frozen=True, kw_only=True, tag="ContinueTraining"):
    """Go on after a pause."""


class StopTraining(_Command, frozen=True, kw_only=True, tag="StopTraining"):
    """Stop within one step, keep the best checkpoint and judge it on the test rows."""


class Evaluate(_Command, frozen=True, kw_only=True, tag="Evaluate"):
    """Judge a finished run's saved model on its test rows again."""

    folder: str


class PoolFolds(_Command, frozen=True, kw_only=True, tag="PoolFolds"):
    """Judge the runs of all folds as one large test. Answers: stages, then ``FoldsPooled``.

    Each saved model answers its own test rows again, so it takes as long as their final tests.

    Attributes:
        folders: Of the finished runs, in the order of the folds.
    """

    folders: tuple[str, ...]


class Predict(_Command, frozen=True, kw_only=True, tag="Predict"):
    """Answer texts with a finished run. Answer: ``PredictionMade``.

    Attributes:
        texts: A text each, for the first of the task's input roles.
        rows: A value for each input role, for tasks that read more than one text; answered after
            ``texts``.
        version: Which version of the model answers.
    """

    folder: str
    texts: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()
    version: Version = Version.TRAINED


class CancelJob(_Command, frozen=True, kw_only=True, tag="CancelJob"):
    """Give a job up; what it wrote stays."""


class KeepTraining(_Command, frozen=True, kw_only=True, tag="KeepTraining"):
    """Go on without a window: a run that trains comes to its end, then the process ends.

    Nothing is read from the pipe any more, and nothing written to it. What happens stands in the run's
    ``events.jsonl``; what is wished comes by its ``wishes.jsonl``.
    """


class Shutdown(_Command, frozen=True, kw_only=True, tag="Shutdown"):
    """End the process. A run that trains saves a checkpoint first."""


Command: TypeAlias = (
    InspectData
    | PrepareData
    | ReadRows
    | WriteRows
    | FindLabelDoubts
    | ReadRightAnswers
    | MendAnswers
    | PreviewNoise
    | InspectModel
    | ListModels
    | SearchModels
    | DownloadModel
    | SearchDataSets
    | DownloadDataSet
    | PreviewMethods
    | CheckRun
    | PlanRun
    | StartTraining
    | ResumeTraining
    | PauseTraining
    | ContinueTraining
    | StopTraining
    | Evaluate
    | PoolFolds
    | ProbeLayers
    | CompareRuns
    | CompareAnswers
    | Predict
    | ExplainAnswer
    | FindNearest
    | MapEmbeddings
    | AnswerFile
    | AddTypos
    | ListExports
    | ExportModel
    | AskHubAccount
    | KeepHubToken
    | ForgetHubToken
    | UploadModel
    | SaveComparison
    | MeasureKeptStates
    | EmptyKeptStates
    | CancelJob
    | KeepTraining
    | Shutdown
)
"""Any command."""
