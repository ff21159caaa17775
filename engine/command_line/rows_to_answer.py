"""From words on the command line to what a finished run answers: typed texts, or those of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine import registry
from engine.command_line.choosing import pair_of
from engine.contracts import Task
from engine.data.large_files import Follow
from engine.errors import EngineError
from engine.examining.rows_of_file import rows_of_file
from engine.protocol import command_line_problems
from engine.protocol.config import Reading, RunConfig
from engine.protocol.problems import Problem
from engine.protocol.wording import printable


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
    if file:
        rows += rows_of_file(file, run, reading, tell, follow).asked
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
