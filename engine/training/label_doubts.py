"""Looks for labels that look wrong: each row is judged by a small model that has not seen its label.

The base model reads every text once and stays as it is. Rows are dealt into folds, those that are almost
the same into one; a logistic regression learns from the others what it says of a fold. What it says of all
rows is compared with their labels (confident learning). No run learns anything from it: neither the model
nor the split nor the labels change.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray

from engine import device as devices
from engine import registry
from engine.contracts import Asked, BaseModel, HeadOptions, Pooling, Settings, Task
from engine.data.match_rows import duplicate_groups
from engine.data.near_duplicates import near_duplicates
from engine.data.roles import LABEL
from engine.data.table import cells, usable_numbers
from engine.errors import EngineError
from engine.evaluation.confident_learning import doubts
from engine.models.load import load_base, with_own_tokenizer
from engine.protocol import doubt_problems, model_problems
from engine.protocol.commands import FindLabelDoubts
from engine.protocol.events import Event, StageReached
from engine.protocol.label_doubts import LabelDoubt, LabelDoubtsFound
from engine.training.prefix_cache import keep_features
from engine.training.prepared_rows import PreparedRows
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench
from engine.training_fields import MAX_LENGTH

Send = Callable[[Event], None]
Features = NDArray[np.float64]

_FOLDS = 5
_FEWEST_TEXTS = 5
"""Different texts of a label: one for each fold."""
_STRENGTHS = (0.001, 0.01, 0.1)
"""Inverse regularisation, on standardised features, to choose from: none lets it learn single wrong labels by
heart."""
_SEED = 0
_STEPS = 300
"""Of a logistic regression, at most."""
_FEWEST_STEPS, _MOST_STEPS, _WORK = 5, 25, 5_000_000
"""Steps between two looks at whether anybody still waits: fewer the more rows and labels there are, so that
they take a few seconds."""


@dataclasses.dataclass(frozen=True)
class _Labelled:
    """Rows that can be doubted.

    Attributes:
        rows: The rows.
        classes: Names of their labels.
        labels: Class of each row, from 0.
        groups: A number per row; rows that are almost the same have the same one.
        left_out: Labels with too few texts.
    """

    rows: Dataset
    classes: tuple[str, ...]
    labels: list[int]
    groups: list[int]
    left_out: tuple[str, ...]


def find_label_doubts(command: FindLabelDoubts, bench: Workbench, send: Send) -> None:
    """Looks for labels that look wrong, and tells them.

    Args:
        command: Which rows, and the model that reads them.
        bench: Reads and keeps.
        send: Takes stages and what was found. May raise to end it.

    Raises:
        EngineError: When rows or model cannot be read, or rows have no labels that could be doubted.
    """
    task = registry.task(command.task)
    prepared = bench.rows(command.data, command.task, command.settings)
    prepared.whole()
    send(StageReached(stage="reading", label=f"Reading {prepared.how_many(task.unit)}"))
    labelled = _labelled(task, prepared)
    base = with_own_tokenizer(load_base(command.model, on_meta=True, kind=task.network))
    if reason := task.supports(base.facts):
        raise EngineError(model_problems.model_does_not_fit_task(base.facts.name, reason, task.name))
    features = _features(command, task, base, labelled, bench, send)
    said = out_of_fold(features, labelled.labels, labelled.groups, send)
    send(_told(labelled, said, task, base.facts.name))


def out_of_fold(
    features: Features, labels: Sequence[int], groups: Sequence[int], send: Send
) -> NDArray[np.float64]:
    """Returns what a model says of each row that has learned from the rows of other folds.

    Args:
        features: ``(rows, features)``.
        labels: Class of each row, from 0; each has rows of several groups.
        groups: Rows with the same number are in one fold.
        send: Told before each fold, and again and again while it learns. May raise to end it.

    Returns:
        ``(rows, classes)``, probabilities.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # not at the engine's start: it takes a second

    given = np.asarray(labels)
    # Embeddings of some models have single numbers that are a hundred times as large as the others.
    even = (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-9)
    classes = int(given.max()) + 1
    said = np.zeros((len(given), classes))
    folds = list(StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED).split(even, given, groups))
    strength = 0.0
    for number, (learned, judged) in enumerate(folds):
        label = "Comparing each label with those of other rows"
        tell = partial(send, StageReached(stage="doubting", label=label, done=number, total=_FOLDS))
        own = tell, even[learned], given[learned], even[judged], classes
        if not number:
            tried = {strength: _say(*own, strength) for strength in _STRENGTHS}
            strength = min(tried, key=lambda strength: _surprise(tried[strength], given[judged]))
            said[judged] = tried[strength]
        else:
            said[judged] = _say(*own, strength)
    return said


def _say(
    tell: Callable[[], None],
    learned: Features,
    labels: NDArray[np.int64],
    judged: Features,
    classes: int,
    strength: float,
) -> NDArray[np.float64]:
    """Returns what logistic regression says of rows after it has learned from others.

    It learns a few steps at a time, each time from where it was, so that it can be given up in between.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression  # as above

    at_once = max(_FEWEST_STEPS, min(_MOST_STEPS, _WORK // (len(learned) * classes)))
    model = LogisticRegression(C=strength, max_iter=at_once, warm_start=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it goes on below
        for _ in range(0, _STEPS, at_once):
            tell()
            model.fit(learned, labels)
            if model.n_iter_.max() < at_once:
                break
    said = np.zeros((len(judged), classes))
    said[:, model.classes_] = model.predict_proba(judged)
    return said


def _surprise(said: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Returns the mean negative logarithm of what was said of the labels."""
    return float(-np.log(np.maximum(said[np.arange(len(labels)), labels], 1e-9)).mean())


def _labelled(task: Task, prepared: PreparedRows) -> _Labelled:
    """Returns the rows whose labels have enough texts, with numbers for labels.

    Raises:
        EngineError: When rows do not have one label each, or too few labels have enough texts.
    """
    matched = prepared.matched
    names = cells(matched.rows, LABEL.id) if LABEL.id in matched.rows.column_names else []
    if not names or not {*names} <= {*matched.classes}:
        raise EngineError(doubt_problems.no_single_labels(task.name))
    texts = prepared.texts()
    groups = near_duplicates(texts, list(matched.groups) or duplicate_groups(texts)).groups
    different: dict[str, set[int]] = {}
    for name, group in zip(names, groups, strict=True):
        different.setdefault(name, set()).add(group)
    classes = tuple(name for name in matched.classes if len(different[name]) >= _FEWEST_TEXTS)
    if len(classes) < 2:
        raise EngineError(doubt_problems.too_few_to_doubt(_FEWEST_TEXTS))
    kept = [place for place, name in enumerate(names) if name in classes]
    return _Labelled(
        rows=matched.rows.select(kept),
        classes=classes,
        labels=[classes.index(names[place]) for place in kept],
        groups=[groups[place] for place in kept],
        left_out=tuple(name for name in matched.classes if name not in classes),
    )


def _features(
    command: FindLabelDoubts, task: Task, base: BaseModel, labelled: _Labelled, bench: Workbench, send: Send
) -> Features:
    """Returns what the base model makes of each text: the mean of its last layer, untouched."""
    wanted = int(command.settings.get(MAX_LENGTH.name, MAX_LENGTH.default))
    own: Settings = {
        **registry.task_settings(task, command.settings),
        MAX_LENGTH.name: min(wanted, base.facts.max_length),
    }
    device = devices.choose(command.device)
    asked = Asked(labelled.rows, labelled.classes, own, base.tokenizer)
    part = EncodedPart(task, dataclasses.replace(asked, encoded=task.encode(asked)), device)
    send(StageReached(stage="loading_model", label=f"Loading {base.facts.name}"))
    whole = bench.take_base(command.model, task.network)
    with torch.random.fork_rng(devices=[]):  # the head is not used; its numbers shall disturb nobody's
        model = task.build(whole, labelled.classes, HeadOptions(pooling=Pooling.MEAN), own).to(device)
    total = len(part)
    done = 0

    def on_rows(count: int) -> None:
        nonlocal done
        done += count
        label = f"{base.facts.name} reads {total:,} {task.unit}"
        send(StageReached(stage="computing_features", label=label, done=done, total=total))

    keep_features(model, part, on_rows)
    read = [one for one in part.features or () if one is not None]
    features: Features = torch.stack(read).double().cpu().numpy()
    return features


def _told(labelled: _Labelled, said: NDArray[np.float64], task: Task, model: str) -> LabelDoubtsFound:
    numbers = usable_numbers(labelled.rows)
    inputs = [cells(labelled.rows, role) for role in task.input_roles if role in labelled.rows.column_names]
    found = tuple(
        LabelDoubt(
            row=numbers[doubt.row],
            text=inputs[0][doubt.row],
            second=inputs[1][doubt.row] if len(inputs) > 1 else "",
            given=labelled.classes[doubt.given],
            expected=labelled.classes[doubt.expected],
            confidence=round(float(said[doubt.row, doubt.expected]), 4),
            given_confidence=round(float(said[doubt.row, doubt.given]), 4),
        )
        for doubt in doubts(labelled.labels, said)
    )
    finding = doubt_problems.labels_look_wrong(found, len(numbers), model, labelled.left_out)
    return LabelDoubtsFound(doubts=found, finding=finding, rows=len(numbers), left_out=labelled.left_out)
