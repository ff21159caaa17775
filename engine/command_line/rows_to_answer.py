"""From words on the command line to what a finished run answers: typed texts, or those of a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import msgspec

from engine import registry
from engine.command_line.choosing import pair_of
from engine.contracts import Task
from engine.data.columns import guess
from engine.data.large_files import Follow
from engine.data.read_files import holds_rows, read_table, read_text
from engine.data.table import Table, cells
from engine.errors import EngineError
from engine.protocol import command_line_problems
from engine.protocol.config import Reading, RunConfig
from engine.protocol.problems import Problem
from engine.protocol.wording import printable

_EVERY_ROW = sys.maxsize
"""How many rows of a file too large for memory are answered: none is left out by lot."""


def read_rows(
    texts: Sequence[str],
    inputs: Sequence[str],
    file: str,
    run: RunConfig,
    reading: Reading,
    tell: Callable[[Problem], object] = lambda _problem: None,
    follow: Follow = Follow(),  # noqa: B008 - it is frozen
) -> list[dict[str, str]]:
    """Returns what to answer: for each, a text for every input role of the run's task.

    Args:
        texts: Texts for the first of these roles, given one by one.
        inputs: ``role=text``. A role that is said again begins the next one, which takes over the others.
        file: A table with the run's columns, or, where one text is enough, any text file with one on each
            line.
        run: The run that answers.
        reading: How the file is to be read.
        tell: Takes what is odd about rows of a table, such as those that cannot be answered.
        follow: Who waits for the file.

    Raises:
        EngineError: When there are none, a role lacks its text, or the table has no column for it.
    """
    task = registry.task(run.task)
    required = [role.id for role in task.roles if role.required and role.id in task.input_roles]
    rows = [{task.input_roles[0]: printable(text)} for text in texts if text.strip()]
    rows += _given(inputs, task)
    for row in rows:
        missing = [role for role in required if not row.get(role, "").strip()]
        if missing:
            raise EngineError(command_line_problems.input_missing(missing=missing, needed=required))
    if file and (len(required) > 1 or holds_rows(file)):
        table = _table(file, run.data.reading, reading, follow)
        for problem in table.problems:
            if problem.rows:
                tell(problem)
        rows += _cells(table, run, task)
    elif file:
        lines = read_text(file, reading.encoding).text.splitlines()
        rows += [{task.input_roles[0]: line} for line in lines if line.strip()]
    if not rows:
        raise EngineError(command_line_problems.nothing_to_answer())
    return rows


def _given(inputs: Sequence[str], task: Task) -> list[dict[str, str]]:
    """Returns rows out of ``role=text``."""
    rows: list[dict[str, str]] = []
    said: set[str] = set()
    for text in inputs:
        role, value = pair_of(text, "ROLE=TEXT")
        if role not in task.input_roles:
            near = registry.nearest(role, task.input_roles)
            raise EngineError(
                command_line_problems.unknown_input(asked=role, near=near, known=task.input_roles)
            )
        if role in said or not rows:
            rows.append(dict(rows[-1]) if rows else {})
            said.clear()
        rows[-1][role] = value
        said.add(role)
    return rows


def _cells(table: Table, run: RunConfig, task: Task) -> list[dict[str, str]]:
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
