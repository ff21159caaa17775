"""Put texts into classes, one label each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import torch
from datasets import Dataset
from torch.nn import functional
from transformers import PreTrainedTokenizerBase

from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    EncodedRow,
    HeadOptions,
    ModelOutput,
    Said,
    Settings,
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
from engine.padding import IGNORED, padded
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


def match(table: Dataset, columns: Mapping[str, str], _settings: Settings) -> TaskRows:
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


def build(base: BaseModel, classes: Sequence[str], options: HeadOptions, _settings: Settings) -> TaskModel:
    """Puts a head with one output for each class on a pretrained network."""
    return build_sequence_model(base, classes, options)


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns texts into token ids, cut at ``max_length``, and labels into class numbers.

    Args:
        asked: Rows with ``text`` and, where it is known, ``label``.

    Returns:
        For each row ``input_ids`` and, where there is a label, ``labels``: its place among the classes.
    """
    texts = cells(asked.rows, TEXT.id)
    if not texts:
        return []
    longest = int(asked.settings["max_length"])
    encoded = asked.tokenizer(texts, truncation=True, max_length=longest, return_token_type_ids=False)
    result: list[EncodedRow] = [{"input_ids": list(ids)} for ids in encoded["input_ids"]]
    if LABEL.id in asked.rows.column_names:
        for row, number in zip(result, _truths(asked), strict=True):
            row["labels"] = number
    return result


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Sequence[int]) -> Batch:
    """Pads encoded rows to the longest of them.

    Returns:
        ``input_ids`` and ``attention_mask``, ``(rows, tokens)``, and ``labels``, ``(rows,)``, where
        every row has one.
    """
    batch = padded(tokenizer, rows)
    if rows and all("labels" in row for row in rows):
        batch["labels"] = torch.tensor([row["labels"] for row in rows], dtype=torch.long)
    return batch


def say(_model: TaskModel, output: ModelOutput, _batch: Batch, _asked: Asked) -> list[Said]:
    """Keeps the logits of each row, ``(classes,)``, on the CPU."""
    return list(output.logits.float().cpu())


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns every metric; rows of a label that is no class are not judged.

    Args:
        asked: Rows with their labels.
        said: Logits of each row.
    """
    pairs = [
        (truth, int(logits.argmax()))
        for truth, logits in zip(_truths(asked), said, strict=True)
        if truth != IGNORED
    ]
    return measure([truth for truth, _ in pairs], [answer for _, answer in pairs], len(asked.classes))


def questions(asked: Asked) -> list[Prediction]:
    """Returns what each row asks, with its truth where that is known."""
    rows = asked.rows
    texts = cells(rows, TEXT.id)
    truths = cells(rows, LABEL.id) if LABEL.id in rows.column_names else [""] * len(texts)
    return [
        Prediction(text=text, said="", probability=0.0, truth=truth, row=number)
        for text, truth, number in zip(texts, truths, _row_numbers(rows), strict=True)
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns what the model says to each row, with the probability of every class."""
    predictions = []
    for question, logits in zip(questions(asked), said, strict=True):
        share = functional.softmax(logits, dim=-1).tolist()
        best = max(range(len(asked.classes)), key=share.__getitem__)
        predictions.append(
            msgspec.structs.replace(
                question,
                said=asked.classes[best],
                probability=share[best],
                probabilities=dict(zip(asked.classes, share, strict=True)),
            )
        )
    return predictions


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what always giving the most frequent label and counting words reach on the same rows."""
    return classification_baselines(
        cells(train.rows, TEXT.id),
        _truths(train),
        cells(judged.rows, TEXT.id),
        _truths(judged),
        train.classes,
    )


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: scores with intervals, confusion, classes.

    Args:
        asked: The test rows, each with its label, which must be one of the classes.
        said: Logits of each.
        baselines: What the same rows gave for simpler things.
    """
    truth = _truths(asked)
    numbers = [int(logits.argmax()) for logits in said]
    confusion = confusion_counts(truth, numbers, len(asked.classes))
    return RunResult(
        metric=METRICS[0].id,
        scores=scores_with_intervals(confusion),
        baselines=tuple(baselines),
        rows=len(truth),
        wrong=sum(1 for right, answer in zip(truth, numbers, strict=True) if right != answer),
        classes=asked.classes,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        class_scores=class_scores(confusion, asked.classes),
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


def _truths(asked: Asked) -> list[int]:
    places = {name: number for number, name in enumerate(asked.classes)}
    return [places.get(label, IGNORED) for label in cells(asked.rows, LABEL.id)]


def _row_numbers(rows: Dataset) -> list[int]:
    return list(rows["row"][:]) if "row" in rows.column_names else [0] * len(rows)


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
    say=say,
    score=score,
    questions=questions,
    answers=answers,
    baselines=baselines,
    result=result,
    is_task_of=is_task_of,
    teaching="to sort texts into classes",
    input_roles=(TEXT.id,),
)
