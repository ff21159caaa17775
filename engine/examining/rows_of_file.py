"""The rows of a file as a finished run is asked them: a table's columns, or one text a line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from datasets import Dataset

from engine import registry
from engine.contracts import Task
from engine.data.columns import guess
from engine.data.large_files import Follow
from engine.data.read_files import holds_rows, read_table, read_text
from engine.data.table import Table, cells, make_dataset
from engine.errors import EngineError
from engine.protocol import command_line_problems
from engine.protocol.config import Reading, RunConfig
from engine.protocol.problems import Problem
from engine.protocol.wording import file_name

_EVERY_ROW = sys.maxsize
"""How many rows of a file too large for memory are answered: none is left out by lot."""


@dataclass(frozen=True)
class FileRows:
    """What is asked.

    Attributes:
        table: The person's own columns, a row for each that is asked.
        asked: For each a text for every input role.
    """

    table: Dataset
    asked: list[dict[str, str]]


def rows_of_file(
    file: str,
    run: RunConfig,
    reading: Reading,
    tell: Callable[[Problem], object] = lambda _problem: None,
    follow: Follow = Follow(),  # noqa: B008 - it is frozen
) -> FileRows:
    """Returns the rows of a file.

    Args:
        file: A table with the run's columns, or, where one text is enough, any text file with one on each
            line; blank lines are left out.
        run: The run that answers.
        reading: How the file is to be read.
        tell: Takes what is odd about rows of a table, such as those that cannot be answered.
        follow: Is told how far a large file is read, and may end that.

    Raises:
        EngineError: When it cannot be read, or the table has no column for a text that is needed.
    """
    task = registry.task(run.task)
    required = [role.id for role in task.roles if role.required and role.id in task.input_roles]
    if len(required) > 1 or holds_rows(file):
        table = _table(file, run.data.reading, reading, follow)
        for problem in table.problems:
            if problem.rows:
                tell(problem)
        return FileRows(table.dataset, _cells(table, run, task, tell))
    lines = [line for line in read_text(file, reading.encoding).text.splitlines() if line.strip()]
    role = task.input_roles[0]
    dataset = make_dataset({role: lines}, range(1, len(lines) + 1), file_name(file))
    return FileRows(dataset, [{role: line} for line in lines])


def _cells(
    table: Table, run: RunConfig, task: Task, tell: Callable[[Problem], object]
) -> list[dict[str, str]]:
    """Returns a table's texts, from the columns that the run has learned from or that look like them."""
    guessed = {fact.role: fact.name for fact in guess(table, task.roles)}
    found: dict[str, list[str]] = {}
    for role in task.roles:
        column = run.data.columns.get(role.id, "")
        if role.id not in task.input_roles or not (column or role.required):
            continue
        named = column if column in table.columns else guessed.get(role.id)
        if named is not None:
            found[role.id] = cells(table.dataset, named)
        elif role.required:
            raise EngineError(
                command_line_problems.no_column_to_answer(file=table.path, column=column, names=table.columns)
            )
        else:
            tell(command_line_problems.column_left_out(file=table.path, column=column, names=table.columns))
    return [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]


def _table(file: str, learned: Reading, said: Reading, follow: Follow) -> Table:
    """Reads a table as was said, and where nothing was said of it, as the run's own workbook was.

    A workbook without the run's sheet is another one: there sheet and row of names are found out.
    """
    said = msgspec.structs.replace(said, rows_drawn=_EVERY_ROW)
    if said.sheet or said.header_row:
        return read_table(file, said, follow)
    as_learned = msgspec.structs.replace(said, sheet=learned.sheet, header_row=learned.header_row)
    try:
        return read_table(file, as_learned, follow)
    except EngineError as error:
        if error.problem.code != "no_such_sheet":
            raise
        return read_table(file, said, follow)
