"""Answers to a whole file, written beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import Dataset

from engine.contracts import HeadKind, Objective
from engine.data.large_files import Follow
from engine.data.table import ROW_NUMBER, column_names, make_dataset, row_numbers
from engine.data.write_rows import write_rows
from engine.errors import EngineError
from engine.examining.rows_of_file import rows_of_file
from engine.head_facts import HeadFacts
from engine.protocol import examining_problems
from engine.protocol.cell_numbers import number_of
from engine.protocol.events import StageReached
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from engine.protocol.wording import file_name
from engine.run_folder import kept_run
from engine.training.answering import FinishedRun

_AT_ONCE = 64
"""Rows that are answered before others may ask the same run, and before it is told how far it is."""
_MOST_CLASSES = 30
"""Classes up to which each has a column with its probability."""

_TEXT_ALONE = ".csv"
"""A form that knows nothing but text."""
_HELD = 0.5
"""Probability from which a label is said where there may be several."""
_PART = pa.struct([("text", pa.string()), ("label", pa.string()), ("start", pa.int64()), ("end", pa.int64())])

Use = Callable[[], AbstractContextManager[FinishedRun]]


def answer_file(
    command: AnswerFile,
    use: Use,
    tell: Callable[[StageReached], None],
    warn: Callable[[Problem], object] = lambda _problem: None,
) -> AnswersWritten:
    """Answers each row of a file and writes it, with its answer beside it, to a new file.

    Args:
        command: What is asked.
        use: Gives the run for some rows.
        tell: Takes stages. May raise to end it; then nothing is written.
        warn: Takes what is odd about rows of the file.

    Raises:
        EngineError: When the file cannot be read, holds no text, or the answers cannot be written.
    """
    out = Path(command.out) if command.out else free_name(Path(command.path))
    if command.out and out.exists():
        raise EngineError(examining_problems.answers_exist(file=out.name))
    name = file_name(command.path)
    label = f"Reading {name}"
    tell(StageReached(stage="reading", label=label))
    follow = Follow(
        progress=lambda share: tell(
            StageReached(stage="reading", label=label, done=round(100 * share), total=100)
        )
    )
    rows = rows_of_file(command.path, kept_run(Path(command.folder))[0], command.reading, warn, follow)
    total = len(rows.asked)
    if not total:
        raise EngineError(examining_problems.file_has_no_rows(file=name))
    said: list[Prediction] = []
    blank: list[bool] = []
    facts: HeadFacts | None = None
    while len(said) < total:
        label = f"Answering {total:,} rows of {name}"
        tell(StageReached(stage="answering", label=label, done=len(said), total=total))
        with use() as run:
            some = rows.asked[len(said) : len(said) + _AT_ONCE]
            said += run.predict(some)
            blank += [run.is_blank(row) for row in some]
            facts = run.model.facts
    tell(StageReached(stage="answering", label=f"Writing {out.name}", done=total, total=total))
    answered = with_answers(rows.table, said)
    if facts is not None and out.suffix.lower() != _TEXT_ALONE:
        answered = with_values(rows.table, said, facts)
    written = write_rows(answered, out, source=command.path)
    return AnswersWritten(
        path=str(out),
        rows=total,
        unanswered=sum(blank),
        silent=sum(not one.said and not is_blank for one, is_blank in zip(said, blank, strict=True)),
        cut=sum(bool(one.note) for one in said),
        note=written.told,
    )


def free_name(path: Path) -> Path:
    """Returns a name for answers beside a file that nothing has yet: ``"posts-answers.csv"``."""
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        out = path.with_name(f"{path.stem}-answers{again}.csv")
        if not out.exists():
            return out
        number += 1


def with_answers(table: Dataset, said: Sequence[Prediction]) -> Dataset:
    """Returns rows with their answers as texts: what was said, how sure that is, each class's probability.

    Args:
        table: The person's columns.
        said: The answers, in the same order.
    """
    names = column_names(table)
    columns = {name: [str(cell or "") for cell in table[name][:]] for name in names}
    added: dict[str, list[str]] = {"answer": [one.said for one in said]}
    for name, shares in _shares(said).items():
        added[name] = ["" if share is None else f"{share:.4f}" for share in shares]
    if any(one.note for one in said):
        added["note"] = [one.note for one in said]
    for name, values in added.items():
        columns[_new_name(name, columns)] = values
    return make_dataset(columns, row_numbers(table))


def with_values(table: Dataset, said: Sequence[Prediction], facts: HeadFacts) -> Dataset:
    """Returns rows with their answers as programs read them: numbers are numbers, several labels are a list.

    Marked parts are a list, too, each with its text, its label and where it stands. What has no answer has
    none.

    Args:
        table: The person's columns.
        said: The answers, in the same order.
        facts: Says what is answered.
    """
    whole = table.with_format("arrow")[:]
    columns = {name: whole.column(name) for name in column_names(table)}
    kind, value = _values_of(facts)
    answers = [value(one) if one.said else None for one in said]
    added: dict[str, pa.Array[Any]] = {"answer": pa.array(answers, kind)}
    added |= {name: pa.array(shares, pa.float64()) for name, shares in _shares(said).items()}
    if any(one.note for one in said):
        added["note"] = pa.array([one.note or None for one in said], pa.string())
    for name, values in added.items():
        columns[_new_name(name, columns)] = values
    columns[ROW_NUMBER] = pa.array(row_numbers(table), pa.int64())
    return Dataset(pa.table(columns))


def _values_of(facts: HeadFacts) -> tuple[pa.DataType, Callable[[Prediction], object]]:
    """Returns of what kind the answers of a model are, and how they are read."""
    if facts.objective is Objective.NUMBER:
        return pa.float64(), lambda one: number_of(one.said)
    if facts.objective is Objective.ANY_CLASSES:
        return pa.list_(pa.string()), _labels_held
    if facts.kind is HeadKind.WORD_PIECES and facts.objective is not Objective.SPAN:
        return pa.list_(_PART), lambda one: [
            {
                "text": one.text[part.start : part.end],
                "label": part.label,
                "start": part.start,
                "end": part.end,
            }
            for part in one.spans
        ]
    return pa.string(), lambda one: one.said


def _labels_held(one: Prediction) -> list[str]:
    """Returns the labels that an answer holds; their names may have commas in them."""
    return sorted(label for label, share in one.probabilities.items() if share >= _HELD)


def _shares(said: Sequence[Prediction]) -> dict[str, list[float | None]]:
    """Returns column → how sure each answer is, and how likely each class, 0 to 1."""
    found: dict[str, list[float | None]] = {}
    if any(one.probability for one in said):
        found["probability"] = [round(one.probability, 4) if one.said else None for one in said]
    classes = list(dict.fromkeys(name for one in said for name in one.probabilities))
    if 1 < len(classes) <= _MOST_CLASSES and all(len(one.probabilities) in {0, len(classes)} for one in said):
        for label in classes:
            found[f"p({label})"] = [
                round(one.probabilities[label], 4) if one.probabilities else None for one in said
            ]
    return found


def _new_name(name: str, taken: Collection[str]) -> str:
    number = 2
    new = name
    while new in taken:
        new = f"{name} {number}"
        number += 1
    return new
