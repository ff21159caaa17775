"""What a task, a method and a model under training are: the contracts that files fill in.

A task or a method is one file that ends in one constant. Nothing outside such a file names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import torch
from datasets import Dataset
from torch import nn
from transformers import PreTrainedTokenizerBase

from engine.protocol.catalog import MethodGroup, MetricEntry, RoleEntry
from engine.protocol.fields import Field, SettingValue
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts

Settings: TypeAlias = Mapping[str, SettingValue]
"""Setting name → value, every setting filled in and checked."""

Batch: TypeAlias = dict[str, torch.Tensor]
"""What a model is called with: ``input_ids``, ``attention_mask``, ``labels`` …"""

EncodedRow: TypeAlias = dict[str, list[int] | int | float]
"""A row as token ids, before it is padded into a batch."""


class Pooling(StrEnum):
    """How one vector is made of a text's token vectors."""

    AS_TRAINED = "as_trained"
    MEAN = "mean"
    CLS = "cls"
    LAST = "last"


class FeatureLayers(StrEnum):
    """Which layers' outputs the head reads (Devlin 2019, table 7)."""

    LAST = "last"
    SUM_LAST_FOUR = "sum_last_four"
    CONCAT_LAST_FOUR = "concat_last_four"


class HeadShape(StrEnum):
    """What the head is made of."""

    LINEAR = "linear"
    MLP = "mlp"


@dataclass(frozen=True)
class HeadOptions:
    """What a method wants of the head; the task builds it."""

    layers: FeatureLayers = FeatureLayers.LAST
    pooling: Pooling = Pooling.AS_TRAINED
    shape: HeadShape = HeadShape.LINEAR


@dataclass(frozen=True)
class ModelOutput:
    """What a task model returns.

    Attributes:
        logits: ``(batch, classes)`` for classification.
        loss: Mean over the batch, a scalar; ``None`` when the batch has no labels.
    """

    logits: torch.Tensor
    loss: torch.Tensor | None = None


class TaskModel(nn.Module):
    """A pretrained backbone with a task's head on top.

    ``forward(batch)`` is ``answer(features(batch), batch)``; when nothing below the head is
    trainable, ``features`` may be computed once for each row and kept.

    Attributes:
        backbone: The pretrained network, or a peft model around it.
        head: What is new for the task.
        taps: Ids of the layers that the head reads, if not only the last.
    """

    backbone: nn.Module
    head: nn.Module
    taps: tuple[str, ...] = ()

    def features(self, batch: Batch) -> torch.Tensor:
        """Returns what the head reads: ``(batch, features)`` float32."""
        raise NotImplementedError

    def answer(self, features: torch.Tensor, batch: Batch) -> ModelOutput:
        """Returns logits and, where ``batch`` has labels, the loss."""
        raise NotImplementedError

    def forward(self, batch: Batch) -> ModelOutput:
        """Runs the whole network."""
        return self.answer(self.features(batch), batch)


@dataclass(frozen=True)
class BaseModel:
    """A pretrained model as it was loaded, before a task is put on it.

    Attributes:
        network: The backbone with its weights, float32, on the CPU; all trainable, in train mode.
            On the ``meta`` device when only counts are wanted.
        tokenizer: Its tokenizer.
        facts: What it is.
        folder: Where its files are.
    """

    network: nn.Module
    tokenizer: PreTrainedTokenizerBase
    facts: ModelFacts
    folder: str


@dataclass(frozen=True)
class TaskRows:
    """A person's rows, matched with a task.

    Attributes:
        rows: Usable rows: a text column for each role, and ``row`` (first row of the file is 1).
        classes: Class names, most frequent first; empty for tasks without.
        stratify: What the split keeps in proportion, a value per row; empty for none.
        groups: A group number per row; rows of one group (duplicates) stay on one side.
        findings: What was noticed, worst first. An error means that training cannot start.
    """

    rows: Dataset
    classes: tuple[str, ...] = ()
    stratify: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    findings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class SplitRows:
    """The three parts of the rows; no row stands in two of them."""

    train: Dataset
    validation: Dataset
    test: Dataset


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task: how rows become batches, batches answers, answers scores.

    Attributes:
        id: Equal to the file name.
        roles: What columns can mean.
        metrics: The first one chooses the best checkpoint.
        match: ``(table rows as text columns, role → column) -> TaskRows``.
        build: ``(base, classes, head options) -> TaskModel``; the head is seeded by the caller.
        encode: ``(tokenizer, rows, classes, max_length) -> encoded rows``; with ``label``-less rows
            (typed texts) no ``labels``.
        collate: ``(tokenizer, encoded rows) -> Batch``, padded to the longest.
        score: ``(logits, labels) -> metric id → value``.
        answers: ``(logits, rows, classes) -> predictions`` with probabilities.
        baselines: ``(train rows, judged rows, classes) -> baselines`` with intervals.
        result: ``(predictions, classes, baselines) -> RunResult`` with everything that follows from
            the predictions; the loop fills in the rest with ``msgspec.structs.replace``.
        is_task_of: ``(model facts) -> Answer``: whether the checkpoint was trained for this task.
        teaching: ``(label or role words) -> str`` ends the sentence "You teach it …".
    """

    id: str
    name: str
    summary: str
    icon: str
    roles: tuple[RoleEntry, ...]
    metrics: tuple[MetricEntry, ...]
    match: Callable[[Dataset, Mapping[str, str]], TaskRows]
    build: Callable[[BaseModel, Sequence[str], HeadOptions], TaskModel]
    encode: Callable[[PreTrainedTokenizerBase, Dataset, Sequence[str], int], list[EncodedRow]]
    collate: Callable[[PreTrainedTokenizerBase, Sequence[EncodedRow]], Batch]
    score: Callable[[torch.Tensor, torch.Tensor], dict[str, float]]
    answers: Callable[[torch.Tensor, Dataset, Sequence[str]], list[Prediction]]
    baselines: Callable[[Dataset, Dataset, Sequence[str]], tuple[Baseline, ...]]
    result: Callable[[Sequence[Prediction], Sequence[str], Sequence[Baseline]], RunResult]
    is_task_of: Callable[[ModelFacts], Answer]
    teaching: str
    unit: str = "texts"


def _serves_all(_task: Task, _model: ModelFacts) -> str:
    return ""


def _plain_head(_settings: Settings) -> HeadOptions:
    return HeadOptions()


def _same_fields(_model: ModelFacts) -> tuple[Field, ...]:
    return ()


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
        task_defaults: Task id → setting → recommended value, training settings too.
        tags: Facts others may ask for: ``"light"``, ``"by_hand"``, ``"default"``.
        layers_by_hand: Whether layers may be frozen and thawed by hand after ``apply``.
    """

    id: str
    name: str
    summary: str
    group: MethodGroup
    reference: str
    settings: tuple[Field, ...]
    apply: Callable[[TaskModel, Settings], TaskModel]
    fields_for: Callable[[ModelFacts], tuple[Field, ...]] = _same_fields
    supports: Callable[[Task, ModelFacts], str] = _serves_all
    head_options: Callable[[Settings], HeadOptions] = _plain_head
    task_defaults: Mapping[str, Mapping[str, SettingValue]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    layers_by_hand: bool = False
