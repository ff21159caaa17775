"""Right answers of single rows: read to be mended, and the step made that writes others."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, cast

from engine import registry
from engine.contracts import AnswerPlace, Asked, RightAnswers, Task
from engine.data.table import Table, cells, row_numbers, usable_numbers
from engine.errors import EngineError
from engine.protocol import mending_problems
from engine.protocol.repairs import new_cells
from engine.protocol.results import Prediction
from engine.protocol.right_answers import (
    AnswersMended,
    MendAnswers,
    ReadRightAnswers,
    RightAnswersRead,
    RowAnswer,
)
from engine.training.prepared_rows import PreparedRows
from engine.training.workbench import Workbench

_TELLING = 2000
"""Cells of a column that tell how answers are written there."""


@dataclasses.dataclass(frozen=True)
class _Answers:
    """The right answers of one choice of rows.

    Attributes:
        places: Number of a row → where its answer stands.
    """

    task: Task
    right: RightAnswers
    rows: PreparedRows
    column: str
    places: dict[int, AnswerPlace]


def read_right_answers(command: ReadRightAnswers, bench: Workbench) -> RightAnswersRead:
    """Returns how the right answers of rows stand.

    Args:
        command: Which rows of what.
        bench: Reads and keeps.

    Raises:
        EngineError: When the file cannot be read, or there is no such task.
    """
    found = _find(command, command.rows, bench)
    if found is None:
        return RightAnswersRead()
    asked = _asked(found, command)
    form = found.right.form(found.rows.matched)
    given = found.right.read(list(found.places.values()))
    answers = tuple(
        RowAnswer(
            row=row,
            cell=place.cell,
            answer=answer,
            text=found.right.text(place.beside),
            asked=asked.get(row),
        )
        for (row, place), answer in zip(found.places.items(), given, strict=True)
    )
    return RightAnswersRead(column=found.column, form=form, answers=answers)


def mend_answers(command: MendAnswers, bench: Workbench) -> AnswersMended:
    """Returns the step that gives rows other right answers.

    Args:
        command: Which, and what they are to be.
        bench: Reads and keeps.

    Raises:
        EngineError: When an answer cannot be what was given, or its row is gone.
    """
    found = _find(command, command.answers, bench)
    if found is None:
        raise EngineError(mending_problems.no_answers_to_mend(registry.task(command.task).name))
    gone = next((row for row in command.answers if row not in found.places), None)
    if gone is not None:
        raise EngineError(mending_problems.row_is_gone(gone))
    texts = {row: found.right.write(given, found.places[row]) for row, given in command.answers.items()}
    return AnswersMended(step=new_cells(found.column, texts))


def _find(
    command: ReadRightAnswers | MendAnswers, wanted: Iterable[int], bench: Workbench
) -> _Answers | None:
    """Returns the answers of rows; ``None`` where right answers are no cells of their own."""
    task = registry.task(command.task)
    settings = registry.task_settings(task, command.settings)
    right = task.right_answers(settings)
    data = bench.with_columns(command.data, task.id)
    table = bench.table(data.path, data.reading, data.repairs)
    column = data.columns.get(right.role, "") if right else ""
    beside = data.columns.get(right.beside, "") if right else ""
    if right is None or column not in table.columns or (right.beside and beside not in table.columns):
        return None
    rows = bench.rows(command.data, task.id, settings)
    numbers = {number: place for place, number in enumerate(row_numbers(table.dataset))}
    known = [row for row in dict.fromkeys(wanted) if row in numbers]
    about, form = _column(table, beside), right.form(rows.matched)
    answers = _column(table, column)
    others = tuple(answers[:_TELLING])
    places = {
        row: AnswerPlace(answers[numbers[row]], column, others, about[numbers[row]] if about else "", form)
        for row in known
    }
    return _Answers(task, right, rows, column, places)


def _column(table: Table, name: str) -> list[str]:
    return cells(table.dataset, name) if name else []


def _asked(found: _Answers, command: ReadRightAnswers) -> dict[int, Prediction]:
    """Returns number of a row → what it asks, of those that can be used."""
    matched = found.rows.matched
    wanted = found.places.keys()
    where = [place for place, number in enumerate(usable_numbers(matched.rows)) if number in wanted]
    if not where:
        return {}
    settings = registry.task_settings(found.task, command.settings)
    no_tokenizer = cast(Any, None)  # nothing is put to a model
    asked = Asked(matched.rows.select(where), matched.classes, settings, no_tokenizer)
    return {question.row: question for question in found.task.questions(asked)}
