"""Put texts, or pairs of texts, into classes: one label, several labels, or a score."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.answer_cells import label_sets
from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    Cut,
    EncodedRow,
    HeadOptions,
    ModelOutput,
    Network,
    Objective,
    Said,
    Settings,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.cell_labels import SEVERAL, as_compared
from engine.data.hidden_words import with_hidden
from engine.data.labels import (
    label_findings,
    lists_noted,
    number_findings,
    numbers_only,
    ordered_classes,
    other_answers,
    rarest,
    set_findings,
)
from engine.data.match_rows import (
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.noisy_rows import noise_in
from engine.data.repairs import replace_labels, replace_values
from engine.data.right_answers.of_texts import answers_of_texts
from engine.data.roles import LABEL, SECOND_TEXT, TEXT
from engine.data.table import cells, usable_numbers
from engine.data.word_pieces import encode_texts
from engine.evaluation.answer_kinds import KINDS, AnswerKind
from engine.evaluation.answer_metrics import METRICS
from engine.models.facts import is_trained_for
from engine.models.heads import build_sequence_model, set_range
from engine.padding import padded
from engine.protocol import data_problems
from engine.protocol.fields import Choice, ChoiceField
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts
from engine.row_measures import Measures, Rows

ANSWERS = ChoiceField(
    name="answers",
    label="Answers",
    help="What stands in the column of answers.",
    source="One label is the usual case",
    section="task",
    default="one",
    choices=(
        Choice("one", "One label", "Each text is of one class."),
        Choice("several", "Several labels", 'A text may have any of them: "sports; politics".'),
        Choice("score", "A score", "A number, such as stars or a grade: how much of one thing."),
    ),
)

_TEACHING = {
    "one": "to sort texts into classes",
    "several": "which labels a text has",
    "score": "to give texts a score",
}

ROLES = (TEXT, SECOND_TEXT, msgspec.structs.replace(LABEL, of_lists={ANSWERS.name: "several"}))

_FEWEST_ROWS = 6


def kind_of(settings: Settings) -> AnswerKind:
    """Returns the kind of answers that was chosen."""
    return KINDS[str(settings.get(ANSWERS.name, ANSWERS.default))]


def judged_by(settings: Settings) -> tuple[str, ...]:
    """Returns the ids of the measures for the kind of answers that was chosen."""
    return kind_of(settings).metrics


def match(table: Dataset, columns: Mapping[str, str], settings: Settings) -> TaskRows:
    """Takes texts and answers out of a table and says what is odd about them.

    Texts and answers stay as they stand in the file, letter by letter.

    Args:
        table: The rows as text columns.
        columns: Role → column.
        settings: ``answers``.
    """
    problems = match_columns(table, columns, ROLES)
    if problems:
        return TaskRows(rows=_rows({TEXT.id: [], LABEL.id: []}, []), findings=tuple(problems))
    matched = match_cells(table, columns, ROLES)
    kept = matched.cells
    findings = [*matched.findings]
    objective = kind_of(settings).objective
    if objective is Objective.NUMBER:
        matched, odd = numbers_only(matched, LABEL.id, columns[LABEL.id])
        kept = matched.cells
        findings += odd
    texts = [" ".join(parts) for parts in zip(*_inputs(kept), strict=True)]
    cells_ = kept[LABEL.id]
    groups = duplicate_groups(texts)
    findings += _amount(len(texts), len(table), whole=not findings)
    classes: tuple[str, ...] = ()
    stratify: Sequence[str] = ()
    renaming = ""
    sets: Sequence[Sequence[str]] = ()
    metric = next(entry.label for entry in METRICS if entry.id == judged_by(settings)[0])
    if objective is Objective.ONE_CLASS:
        classes, stratify, renaming = ordered_classes(cells_), cells_, replace_values.REPAIR.id
        findings += other_answers(cells_, columns[LABEL.id])
        findings += label_findings(cells_, groups, matched.numbers, columns[LABEL.id], metric)
    elif objective is Objective.ANY_CLASSES:
        sets = label_sets(cells_)
        findings += lists_noted(cells_, columns[LABEL.id])
        classes = ordered_classes([label for labels in sets for label in labels])
        renaming = replace_labels.REPAIR.id
        stratify = [rarest(labels, classes) for labels in sets]
        findings += set_findings(sets, classes, matched.numbers, columns[LABEL.id], metric)
    else:
        findings += number_findings(cells_, columns[LABEL.id])
    compared = as_compared(cells_, SEVERAL) if sets else cells_
    findings += duplicate_findings(texts, groups, matched.numbers, compared)
    read = tuple(role.id for role in (TEXT, SECOND_TEXT) if role.id in kept)
    return TaskRows(
        rows=_rows(kept, matched.numbers),
        classes=classes,
        stratify=tuple(stratify),
        label_sets=tuple(tuple(labels) for labels in sets),
        groups=tuple(groups),
        findings=worst_first(findings),
        renaming=renaming,
        length_roles=read,
        read_roles=read,
    )


def _inputs(cells_: Mapping[str, list[str]]) -> list[list[str]]:
    return [cells_[role.id] for role in (TEXT, SECOND_TEXT) if role.id in cells_]


def _amount(usable: int, total: int, *, whole: bool) -> list[Problem]:
    """Returns whether there are enough rows, and whether all of them could be used."""
    if usable == 0:
        return [data_problems.no_usable_rows(total)]
    if usable < _FEWEST_ROWS:
        return [data_problems.too_few_rows(usable, _FEWEST_ROWS)]
    return [data_problems.all_rows_complete(usable)] if whole else []


def _rows(cells_: Mapping[str, list[str]], numbers: list[int]) -> Dataset:
    return Dataset.from_dict({**cells_, "row": numbers})


def build(base: BaseModel, classes: Sequence[str], options: HeadOptions, settings: Settings) -> TaskModel:
    """Puts a head with one output for each class, or for the score, on a pretrained network."""
    objective = kind_of(settings).objective
    outputs = 1 if objective is Objective.NUMBER else len(classes)
    return build_sequence_model(base, outputs, options, objective)


def begin(model: TaskModel, asked: Asked) -> None:
    """Notes whether pairs of texts are read, and about which numbers a head has to learn that says one."""
    model.facts = msgspec.structs.replace(model.facts, pairs=SECOND_TEXT.id in asked.rows.column_names)
    if kind_of(asked.settings).objective is Objective.NUMBER:
        set_range(model, [row["labels"] for row in asked.encoded])


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns texts into token ids, cut at ``max_length``, and answers into what is learned.

    Args:
        asked: Rows with ``text``, perhaps ``second_text``, and, where it is known, ``label``.

    Returns:
        For each row ``input_ids``, for pairs of texts ``token_type_ids`` where the model has them, and
        ``labels`` where there is an answer.
    """
    texts = cells(asked.rows, TEXT.id)
    if not texts:
        return []
    pairs = cells(asked.rows, SECOND_TEXT.id) if SECOND_TEXT.id in asked.rows.column_names else None
    result = encode_texts(asked.tokenizer, texts, pairs, int(asked.settings["max_length"]))
    if LABEL.id in asked.rows.column_names:
        kind = kind_of(asked.settings)
        for row, cell in zip(result, cells(asked.rows, LABEL.id), strict=True):
            row["labels"] = kind.target(cell, asked.classes)
    return result


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    """Pads encoded rows to the longest of them.

    Returns:
        ``input_ids`` and ``attention_mask``, ``(rows, tokens)``, perhaps ``token_type_ids``, and where
        every row has an answer ``labels``: ``(rows,)``, or ``(rows, classes)`` for several labels.
    """
    batch = padded(tokenizer, rows, ("token_type_ids",))
    if rows and all("labels" in row for row in rows):
        whole = isinstance(rows[0]["labels"], int)
        labels = [row["labels"] for row in rows]
        batch["labels"] = torch.tensor(labels, dtype=torch.long if whole else torch.float32)
    return batch


def say(_model: TaskModel, output: ModelOutput, _batch: Batch, _asked: Asked) -> list[Said]:
    """Keeps the logits of each row, ``(outputs,)``, on the CPU."""
    return list(output.logits.float().cpu())


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns every measure of the kind of answers.

    Args:
        asked: Rows with their answers.
        said: Logits of each row.
    """
    return kind_of(asked.settings).measure(cells(asked.rows, LABEL.id), said, asked.classes)


def questions(asked: Asked) -> list[Prediction]:
    """Returns what each row asks, with its truth where that is known."""
    rows = asked.rows
    texts = cells(rows, TEXT.id)
    blank = [""] * len(texts)
    given = cells(rows, LABEL.id) if LABEL.id in rows.column_names else blank
    truths = [kind_of(asked.settings).truth(cell) for cell in given]
    seconds = cells(rows, SECOND_TEXT.id) if SECOND_TEXT.id in rows.column_names else blank
    return [
        Prediction(text=text, second=second, said="", probability=0.0, truth=truth, row=number)
        for text, second, truth, number in zip(texts, seconds, truths, usable_numbers(rows), strict=True)
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns what the model says to each row, with the probability of every class."""
    return kind_of(asked.settings).answers(questions(asked), said, asked.classes)


def restate(asked: Asked, _said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a text, or a pair, with words left out; every class can be asked for."""
    return encode(dataclasses.replace(asked, rows=with_hidden(asked.rows, cuts)))


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what always giving the usual answer and counting words reach on the same rows."""
    parts = (train.rows, judged.rows)
    texts = [[" ".join(pair) for pair in zip(*_inputs(_columns(rows)), strict=True)] for rows in parts]
    given = [cells(rows, LABEL.id) for rows in parts]
    kind = kind_of(train.settings)
    return kind.baselines((texts[0], texts[1]), (given[0], given[1]), train.classes)


def _columns(rows: Dataset) -> dict[str, list[str]]:
    return {role.id: cells(rows, role.id) for role in (TEXT, SECOND_TEXT) if role.id in rows.column_names}


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: scores with intervals, confusion, classes.

    Args:
        asked: The test rows, each with its answer.
        said: Logits of each.
        baselines: What the same rows gave for simpler things.
    """
    found = kind_of(asked.settings).result(cells(asked.rows, LABEL.id), said, asked.classes)
    return msgspec.structs.replace(found, baselines=tuple(baselines))


def evidence(asked: Asked, said: Sequence[Said]) -> Rows:
    """Returns what each row adds to the measures."""
    return kind_of(asked.settings).evidence(cells(asked.rows, LABEL.id), said, asked.classes)


def measures(settings: Settings) -> Measures:
    """Returns how the measures follow from :func:`evidence`."""
    return kind_of(settings).measures


def supports(model: ModelFacts) -> str:
    """Returns why a model cannot do it: one that only turns texts into others has no vector for a text."""
    if Network.SEQUENCE_TO_SEQUENCE.value in model.networks:
        return (
            f"{model.name} is made to turn one text into another: an encoder with a decoder. "
            "This task needs a model that only reads."
        )
    return ""


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to put texts into classes, by the class that it names."""
    return is_trained_for(model, "ForSequenceClassification")


TASK = Task(
    id="text_classification",
    name="Classify text",
    summary="labels or scores for texts",
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
    evidence=evidence,
    measures=measures,
    is_task_of=is_task_of,
    teaching=lambda settings: _TEACHING[str(settings.get(ANSWERS.name, ANSWERS.default))],
    input_roles=(TEXT.id, SECOND_TEXT.id),
    with_noise=noise_in(TEXT.id, SECOND_TEXT.id),
    restate=restate,
    right_answers=lambda settings: answers_of_texts(
        str(settings.get(ANSWERS.name, ANSWERS.default)), LABEL.id
    ),
    settings=(ANSWERS,),
    judged_by=judged_by,
    begin=begin,
    recommends={"first_words": "Which of these does the text belong to?"},
    supports=supports,
)
