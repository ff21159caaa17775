"""Put texts into classes, one label each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from datasets import Dataset
from torch.nn import functional
from transformers import PreTrainedTokenizerBase

from engine.contracts import (
    BaseModel,
    Batch,
    EncodedRow,
    HeadOptions,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.labels import label_findings, ordered_classes
from engine.data.match_rows import (
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.table import cells
from engine.evaluation.baselines import classification_baselines
from engine.evaluation.classification import class_scores, confusion_counts, measure
from engine.evaluation.intervals import scores_with_intervals
from engine.models.heads import build_sequence_model
from engine.protocol import data_problems
from engine.protocol.catalog import MetricEntry, RoleEntry
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts

TEXT = RoleEntry(id="text", label="Text to read")
LABEL = RoleEntry(id="label", label="Answer to learn")
ROLES = (TEXT, LABEL)

METRICS = (
    MetricEntry(
        id="macro_f1",
        label="Macro F1",
        short="F1",
        help="F1 joins precision and recall, 0 to 1. Averaged over the labels, so that a rare label counts "
        "as much as a frequent one.",
        title="F1 score",
        note="every label counts as much",
    ),
    MetricEntry(
        id="accuracy",
        label="Accuracy",
        short="accuracy",
        help="The share of texts that get the right label, 0 to 1.",
    ),
    MetricEntry(
        id="mcc",
        label="Matthews correlation",
        short="MCC",
        help="How well answers and truth go together, -1 to 1; 0 is what guessing reaches, however uneven "
        "the labels are.",
    ),
)

_FEWEST_ROWS = 6
_IGNORED = -100
"""What PyTorch's cross entropy leaves out; a label that is none of the classes."""


def match(table: Dataset, columns: Mapping[str, str]) -> TaskRows:
    """Takes texts and labels out of a table and says what is odd about them.

    Texts and labels stay as they stand in the file, letter by letter.

    Args:
        table: The rows as text columns.
        columns: Role → column.
    """
    problems = match_columns(table, columns, ROLES)
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems))
    matched = match_cells(table, columns, ROLES)
    texts, labels = matched.cells[TEXT.id], matched.cells[LABEL.id]
    groups = duplicate_groups(texts)
    findings = [*matched.findings]
    findings += _amount(len(texts), len(table), whole=not matched.findings)
    findings += label_findings(labels, groups, matched.numbers, columns[LABEL.id])
    findings += duplicate_findings(texts, groups, matched.numbers, labels)
    return TaskRows(
        rows=_rows(texts, labels, matched.numbers),
        classes=ordered_classes(labels),
        stratify=tuple(labels),
        groups=tuple(groups),
        findings=worst_first(findings),
    )


def _amount(usable: int, total: int, *, whole: bool) -> list[Problem]:
    """Returns whether there are enough rows, and whether all of them could be used."""
    if usable == 0:
        return [data_problems.no_usable_rows(total)]
    if usable < _FEWEST_ROWS:
        return [data_problems.too_few_rows(usable, _FEWEST_ROWS)]
    return [data_problems.all_rows_complete(usable)] if whole else []


def _rows(texts: list[str], labels: list[str], numbers: list[int]) -> Dataset:
    return Dataset.from_dict({TEXT.id: texts, LABEL.id: labels, "row": numbers})


def build(base: BaseModel, classes: Sequence[str], options: HeadOptions) -> TaskModel:
    """Puts a head with one output for each class on a pretrained network."""
    return build_sequence_model(base, classes, options)


def encode(
    tokenizer: PreTrainedTokenizerBase, rows: Dataset, classes: Sequence[str], max_length: int
) -> list[EncodedRow]:
    """Turns texts into token ids, cut at ``max_length``, and labels into class numbers.

    Args:
        tokenizer: The model's own.
        rows: ``text`` and, where it is known, ``label``.
        classes: Class names; a label's number is its place here.
        max_length: Longest row in tokens, special ones among them.

    Returns:
        For each row ``input_ids``, ``attention_mask`` and, where there is a label, ``labels``.
    """
    texts = cells(rows, TEXT.id)
    if not texts:
        return []
    encoded = tokenizer(texts, truncation=True, max_length=max_length, return_token_type_ids=False)
    result: list[EncodedRow] = [
        {"input_ids": list(ids), "attention_mask": list(mask)}
        for ids, mask in zip(encoded["input_ids"], encoded["attention_mask"], strict=True)
    ]
    if LABEL.id in rows.column_names:
        for row, number in zip(result, _numbers(cells(rows, LABEL.id), classes), strict=True):
            row["labels"] = number
    return result


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow]) -> Batch:
    """Pads encoded rows to the longest of them.

    Returns:
        ``input_ids`` and ``attention_mask``, ``(rows, tokens)``, and ``labels``, ``(rows,)``, where
        every row has one.
    """
    sequences = [row["input_ids"] for row in rows]
    lengths = [len(ids) for ids in sequences if isinstance(ids, list)]
    shape = (len(rows), max(lengths, default=0))
    padding = tokenizer.pad_token_id if isinstance(tokenizer.pad_token_id, int) else 0
    input_ids = torch.full(shape, padding, dtype=torch.long)
    attention_mask = torch.zeros(shape, dtype=torch.long)
    from_left = tokenizer.padding_side == "left"
    for place, (ids, length) in enumerate(zip(sequences, lengths, strict=True)):
        where = slice(shape[1] - length, None) if from_left else slice(0, length)
        input_ids[place, where] = torch.tensor(ids, dtype=torch.long)
        attention_mask[place, where] = 1
    batch = {"input_ids": input_ids, "attention_mask": attention_mask}
    if rows and all("labels" in row for row in rows):
        batch["labels"] = torch.tensor([row["labels"] for row in rows], dtype=torch.long)
    return batch


def score(logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    """Returns every metric.

    Args:
        logits: ``(rows, classes)``.
        labels: ``(rows,)``, class numbers; rows of a label that is no class are not judged.
    """
    judged = labels != _IGNORED
    said = logits.argmax(dim=-1)[judged].tolist()
    return measure(labels[judged].tolist(), said, logits.shape[-1])


def answers(logits: torch.Tensor, rows: Dataset, classes: Sequence[str]) -> list[Prediction]:
    """Returns what the model says to each row, with the probability of every class.

    Args:
        logits: ``(rows, classes)``.
        rows: ``text`` and, where they are known, ``label`` and ``row``.
        classes: Class names.
    """
    texts = cells(rows, TEXT.id)
    truths = cells(rows, LABEL.id) if LABEL.id in rows.column_names else [""] * len(texts)
    numbers = rows["row"][:] if "row" in rows.column_names else [0] * len(texts)
    shares = functional.softmax(logits.float(), dim=-1).tolist()
    predictions = []
    for text, truth, number, share in zip(texts, truths, numbers, shares, strict=True):
        best = max(range(len(classes)), key=share.__getitem__)
        predictions.append(
            Prediction(
                text=text,
                said=classes[best],
                probability=share[best],
                probabilities=dict(zip(classes, share, strict=True)),
                truth=truth,
                row=number,
            )
        )
    return predictions


def baselines(train: Dataset, judged: Dataset, classes: Sequence[str]) -> tuple[Baseline, ...]:
    """Returns what always giving the most frequent label and counting words reach on the same rows."""
    return classification_baselines(
        cells(train, TEXT.id),
        _numbers(cells(train, LABEL.id), classes),
        cells(judged, TEXT.id),
        _numbers(cells(judged, LABEL.id), classes),
        classes,
    )


def result(
    predictions: Sequence[Prediction], classes: Sequence[str], baselines: Sequence[Baseline]
) -> RunResult:
    """Returns what follows from the predictions: scores with intervals, confusion, classes.

    Args:
        predictions: Of the test rows, each with its truth, which must be one of the classes.
        classes: Class names.
        baselines: What the same rows gave for simpler things.
    """
    truth = _numbers([prediction.truth for prediction in predictions], classes)
    said = _numbers([prediction.said for prediction in predictions], classes)
    confusion = confusion_counts(truth, said, len(classes))
    return RunResult(
        metric=METRICS[0].id,
        scores=scores_with_intervals(confusion),
        baselines=tuple(baselines),
        rows=len(predictions),
        wrong=sum(1 for right, answer in zip(truth, said, strict=True) if right != answer),
        classes=tuple(classes),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        class_scores=class_scores(confusion, classes),
        best_epoch=0.0,
        trainable_parameters=0,
        total_parameters=0,
        seconds=0.0,
    )


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to put texts into classes, by the class that it names."""
    if model.architecture.endswith("ForSequenceClassification"):
        return Answer.YES
    if "For" in model.architecture or model.architecture.endswith("LMHeadModel") or model.learned:
        return Answer.NO
    return Answer.UNKNOWN


def _numbers(labels: Sequence[str], classes: Sequence[str]) -> list[int]:
    places = {name: number for number, name in enumerate(classes)}
    return [places.get(label, _IGNORED) for label in labels]


TASK = Task(
    id="text_classification",
    name="Classify text",
    summary="one label per text",
    icon="tag",
    roles=ROLES,
    metrics=METRICS,
    match=match,
    build=build,
    encode=encode,
    collate=collate,
    score=score,
    answers=answers,
    baselines=baselines,
    result=result,
    is_task_of=is_task_of,
    teaching="to sort texts into classes",
)
