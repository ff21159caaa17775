"""What a task, a method and a model under training are: the contracts that files fill in.

A task or a method is one file that ends in one constant. Nothing outside such a file names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.head_facts import FeatureLayers as FeatureLayers
from engine.head_facts import HeadFacts as HeadFacts
from engine.head_facts import HeadKind as HeadKind
from engine.head_facts import HeadOptions as HeadOptions
from engine.head_facts import HeadShape as HeadShape
from engine.head_facts import Network as Network
from engine.head_facts import Objective as Objective
from engine.head_facts import Pooling as Pooling
from engine.head_facts import PromptForm as PromptForm
from engine.head_facts import Writing as Writing
from engine.noising import Noise
from engine.protocol.catalog import MethodGroup, MetricEntry, RoleEntry
from engine.protocol.fields import Field, SettingValue
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts
from engine.row_measures import Evidence, Measures
from engine.task_model import BaseModel as BaseModel
from engine.task_model import Batch as Batch
from engine.task_model import EncodedRow as EncodedRow
from engine.task_model import ModelOutput as ModelOutput
from engine.task_model import Stage as Stage
from engine.task_model import TaskModel as TaskModel
from engine.task_rows import AnswerPlace as AnswerPlace
from engine.task_rows import NoisyRows as NoisyRows
from engine.task_rows import RightAnswers as RightAnswers
from engine.task_rows import SplitRows as SplitRows
from engine.task_rows import TaskRows as TaskRows

Said: TypeAlias = Any
"""What a task keeps of what a model says to a row: logits, or a generated text, or sums of a loss."""

Settings: TypeAlias = Mapping[str, SettingValue]
"""Setting name → value, every setting filled in and checked."""


@dataclass(frozen=True)
class Asked:
    """Rows of one part as they are put to a model.

    Attributes:
        rows: A text column for each role, and ``row``; typed rows lack the roles of the answer.
        classes: Class names.
        settings: Every setting of the run, the task's own among them.
        tokenizer: The model's own.
        encoded: The rows as token ids, from ``Task.encode``; several for a row cut into windows.
        learns: Whether a model learns from these rows. What is drawn at random may be drawn anew each
            time then, and a window may hold several rows; of rows that are judged neither is so.
        roles: Ids of the roles that the rows of the run have, those of the answer too; so it is known
            of typed rows what would be answered.
        writes: Whether texts are written that serve to be shown only, and change no score.
    """

    rows: Dataset
    classes: tuple[str, ...]
    settings: Settings
    tokenizer: PreTrainedTokenizerBase
    encoded: Sequence[EncodedRow] = ()
    learns: bool = False
    roles: tuple[str, ...] = ()
    writes: bool = True


class Cut(NamedTuple):
    """A part of a text that is hidden, to see what it does to an answer.

    Attributes:
        role: Of the text.
        start: First character, from 0.
        end: The character after the last.
    """

    role: str
    start: int
    end: int


def _can_all(_model: ModelFacts) -> str:
    return ""


def _by_all(_settings: Settings) -> tuple[str, ...]:
    return ()


def _undoes_nothing(_settings: Settings) -> bool:
    return False


def _joins_none(_asked: Asked) -> bool:
    return False


def _begin_at_once(_model: TaskModel, _train: Asked) -> None:
    pass


def _goes_on(model: ModelFacts, _settings: Settings) -> str:
    return f"It already learned {model.learned}. It goes on with the same task."


def _nothing_noticed(_asked: Asked) -> tuple[Problem, ...]:
    return ()


def _none_apart(_settings: Settings) -> RightAnswers | None:
    return None


def _as_declared(_model: ModelFacts) -> tuple[Field, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task: how rows become batches, batches answers, answers scores.

    Attributes:
        id: Equal to the file name.
        roles: What columns can mean.
        metrics: The first one chooses the best checkpoint.
        match: ``(table rows as text columns, role → column, settings) -> TaskRows``.
        build: ``(base, classes, head options, settings) -> TaskModel``; the caller seeds the head.
        encode: ``(asked without encoded rows) -> encoded rows``, cut at the setting ``max_length``; rows
            without an answer (typed texts) get no ``labels``.
        collate: ``(tokenizer, encoded rows, seeds) -> Batch``, padded to the longest; a row's seed is
            for what is drawn anew each time it is read.
        say: ``(model, output, batch, asked) -> what is kept of each row of the batch``.
        score: ``(asked, said) -> metric id → value``; both in the order of the encoded rows.
        questions: ``(asked) -> predictions`` without what the model says: text, truth, row.
        answers: ``(asked, said) -> predictions``, one for each row.
        baselines: ``(train rows, judged rows) -> baselines`` with intervals.
        result: ``(asked, said, baselines) -> RunResult`` with everything that follows from what was
            said; the loop fills in the rest with ``msgspec.structs.replace``.
        evidence: ``(asked, said) -> (rows, k)``: what each row adds to the measures; kept with a run, so that
            runs can be compared row by row.
        measures: ``(settings) -> measures`` of what ``evidence`` gives, by metric id.
        is_task_of: ``(model facts) -> Answer``: whether the checkpoint was trained for this task.
        teaching: Ends the sentence "You teach it …"; ``(settings) -> that`` where it depends on these.
        staying: ``(model facts, settings) -> sentences`` for a checkpoint that was trained for this task:
            what it learned, and what it learns now.
        notices: ``(encoded rows that are learned from) -> problems``: what can only be noticed when texts
            are word pieces; warnings and notes, told when a run starts.
        unit: What a row is called, plural.
        labels: What its answers are called where they are few and named, plural.
        second_first: Whether the second text is read before the first, as a question is before its passage.
        network: Which of transformers' networks it stands on.
        settings: What a person may set about the task itself; ``section`` is ``"task"``.
        fields_for: ``model facts -> settings`` as they are for that model, for those whose default, range or
            help depends on it; they take the place of those in ``settings`` and ``training``.
        training: Training settings with the task's own recommended values.
        recommends: Setting → recommended value, for methods that have a setting of their own of that name.
        supports: ``(model facts) -> reason`` why not; empty when the model can do it.
        has_classes: Whether what comes out are classes of the data, an output for each.
        makes_windows: Whether a row that is too long becomes several windows instead of being cut.
        joins_rows: ``(asked) -> whether`` a window may hold several rows, so that it is no row's own.
        judged_by: ``(settings) -> metric ids``, where these decide; empty for all. The first one chooses.
        begin: ``(model, training rows)`` is called before the first step, for heads that have to know
            something about the answers, such as their range.
        settle: ``(model, validation rows, said)`` is called with the best model before it is saved and
            tested, for what is chosen on validation rows, such as a threshold; ``None`` where nothing is.
        judged_rows: Validate on so many rows at most, chosen once by the run's seed; ``None`` for all.
        written_rows: Of how many rows of a part an answer is written, word piece after word piece, each
            time they are judged; ``None`` for all.
        input_roles: Ids of the roles that a question is made of, for typed rows.
        with_noise: ``(asked, noise) -> rows`` whose texts to read have noise: nothing else changes, but tags
            and answers that stand in the texts move along.
        undoes_noise: ``(settings) -> whether`` it is the task itself to undo noise: all parts have it then.
        restate: ``(one typed row, what was said to it, what is hidden each time) -> encoded rows`` with what
            was said as the right answer, so that it can be measured how likely that still is; ``example`` is
            the place in what is hidden. What cannot be hidden is left out. May raise an ``EngineError`` that
            says why this answer cannot be measured; ``None`` where none can.
        right_answers: ``(settings) -> how right answers stand in their cells``, to be mended;
            ``None`` where they are no cells of their own. ``questions`` needs no tokenizer then.
    """

    id: str
    name: str
    summary: str
    icon: str
    roles: tuple[RoleEntry, ...]
    metrics: tuple[MetricEntry, ...]
    match: Callable[[Dataset, Mapping[str, str], Settings], TaskRows]
    build: Callable[[BaseModel, Sequence[str], HeadOptions, Settings], TaskModel]
    encode: Callable[[Asked], list[EncodedRow]]
    collate: Callable[[PreTrainedTokenizerBase, Sequence[EncodedRow], Iterable[int]], Batch]
    say: Callable[[TaskModel, ModelOutput, Batch, Asked], list[Said]]
    score: Callable[[Asked, Sequence[Said]], dict[str, float]]
    questions: Callable[[Asked], list[Prediction]]
    answers: Callable[[Asked, Sequence[Said]], list[Prediction]]
    baselines: Callable[[Asked, Asked], tuple[Baseline, ...]]
    result: Callable[[Asked, Sequence[Said], Sequence[Baseline]], RunResult]
    evidence: Callable[[Asked, Sequence[Said]], Evidence]
    measures: Callable[[Settings], Measures]
    is_task_of: Callable[[ModelFacts], Answer]
    teaching: str | Callable[[Settings], str]
    input_roles: tuple[str, ...]
    with_noise: Callable[[Asked, Noise], NoisyRows]
    undoes_noise: Callable[[Settings], bool] = _undoes_nothing
    restate: Callable[[Asked, Prediction, Sequence[Cut | None]], list[EncodedRow]] | None = None
    right_answers: Callable[[Settings], RightAnswers | None] = _none_apart
    staying: Callable[[ModelFacts, Settings], str] = _goes_on
    notices: Callable[[Asked], tuple[Problem, ...]] = _nothing_noticed
    unit: str = "texts"
    labels: str = "labels"
    second_first: bool = False
    network: Network = Network.ENCODER
    settings: tuple[Field, ...] = ()
    fields_for: Callable[[ModelFacts], tuple[Field, ...]] = _as_declared
    training: tuple[Field, ...] = ()
    recommends: Mapping[str, SettingValue] = field(default_factory=dict)
    supports: Callable[[ModelFacts], str] = _can_all
    has_classes: bool = True
    makes_windows: bool = False
    joins_rows: Callable[[Asked], bool] = _joins_none
    judged_by: Callable[[Settings], tuple[str, ...]] = _by_all
    begin: Callable[[TaskModel, Asked], None] = _begin_at_once
    settle: Callable[[TaskModel, Asked, Sequence[Said]], None] | None = None
    judged_rows: int | None = None
    written_rows: int | None = 0

    def measured(self, settings: Settings) -> tuple[MetricEntry, ...]:
        """Returns what is measured in a run; the first one chooses the best checkpoint.

        Args:
            settings: Of the run.
        """
        known = {metric.id: metric for metric in self.metrics}
        return tuple(known[name] for name in self.judged_by(settings) or known)


def _serves_all(_task: Task, _model: ModelFacts) -> str:
    return ""


def _plain_head(_settings: Settings) -> HeadOptions:
    return HeadOptions()


def _in_steps(_settings: Settings) -> float | None:
    return None


def _nothing_to_start(_model: TaskModel, _base: BaseModel, _settings: Settings) -> None:
    return


def _no_stages(_model: TaskModel, _settings: Settings) -> tuple[Stage, ...]:
    return ()


def _no_positions(_settings: Settings) -> int:
    return 0


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method: what of a model may change.

    Attributes:
        id: Equal to the file name.
        settings: Its own settings; the loop's training settings are added by the registry.
        apply: ``(model, settings) -> model`` to train: the same one changed, or wrapped. It sets
            ``requires_grad`` on everything; that is where all else is read from.
        fields_for: ``model facts -> settings`` as they are for that model, for those whose default or
            range depends on it (a number of layers); they take the place of those in ``settings``.
        supports: ``(task, model facts) -> reason`` why not; empty when it can.
        head_options: What it wants of the head.
        start: ``(model, base, settings)`` gives what ``apply`` put in its first numbers, where they come
            from the model's tokenizer or weights; not called on the meta device.
        stages: ``(model, settings) -> stages``: which layers, of those that ``apply`` lets learn, begin
            only later in the run.
        positions: ``settings -> positions`` of the model that learned vectors take before each text, so
            that fewer are left for the text.
        tags: Facts others may ask for: ``"light"``, ``"by_hand"``, ``"default"``.
        solved_at_once: ``(settings) -> C`` where the head is solved on all rows at once, as logistic
            regression is, with that inverse regularisation; else ``None``.
        layers_by_hand: Whether layers may be frozen and thawed by hand after ``apply``.
    """

    id: str
    name: str
    summary: str
    group: MethodGroup
    reference: str
    settings: tuple[Field, ...]
    apply: Callable[[TaskModel, Settings], TaskModel]
    fields_for: Callable[[ModelFacts], tuple[Field, ...]] = _as_declared
    supports: Callable[[Task, ModelFacts], str] = _serves_all
    head_options: Callable[[Settings], HeadOptions] = _plain_head
    start: Callable[[TaskModel, BaseModel, Settings], None] = _nothing_to_start
    stages: Callable[[TaskModel, Settings], tuple[Stage, ...]] = _no_stages
    positions: Callable[[Settings], int] = _no_positions
    tags: tuple[str, ...] = ()
    solved_at_once: Callable[[Settings], float | None] = _in_steps
    layers_by_hand: bool = False
