"""What a check of a person's rows is: it looks at what a task uses of them. Each stands in ``checks/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from engine.contracts import SplitRows, TaskRows
from engine.data import checks
from engine.data.match_rows import duplicate_groups
from engine.data.table import cells, usable_numbers
from engine.discovery import find_constants
from engine.protocol.problems import Problem

Tell: TypeAlias = Callable[[SplitRows | None], Sequence[Problem]]
"""Says what was found, once it is known how the rows are divided; ``None`` where they cannot be."""


@dataclass(frozen=True)
class CheckedRows:
    """The rows of a task, as checks look at them.

    Attributes:
        task_rows: What the task made of the table.
        columns: Role → column, for sentences.
    """

    task_rows: TaskRows
    columns: Mapping[str, str]

    @cached_property
    def read_roles(self) -> tuple[str, ...]:
        """Returns the roles whose texts are read."""
        return self.task_rows.read_roles or (self.task_rows.text_role,)

    @cached_property
    def answer_roles(self) -> tuple[str, ...]:
        """Returns the other roles."""
        names = self.task_rows.rows.column_names
        return tuple(name for name in names if name not in {*self.read_roles, "row"})

    @cached_property
    def texts(self) -> list[str]:
        """Returns what is read of each row, several texts below one another."""
        columns = [self.cells(role) for role in self.read_roles]
        return columns[0] if len(columns) == 1 else ["\n".join(row) for row in zip(*columns, strict=True)]

    @cached_property
    def groups(self) -> list[int]:
        """Returns a number per row; rows with the same one stay on one side of the split."""
        return list(self.task_rows.groups) or duplicate_groups(self.texts)

    @cached_property
    def numbers(self) -> list[int]:
        """Returns where the rows stand in the file."""
        return usable_numbers(self.task_rows.rows)

    def cells(self, role: str) -> list[str]:
        """Returns what stands in the rows for a role."""
        return cells(self.task_rows.rows, role)

    def column(self, role: str) -> str:
        """Returns the name of a role's column."""
        return self.columns.get(role) or role


@dataclass(frozen=True)
class Check:
    """A check that is no task's own business.

    Attributes:
        look: Looks at the rows, once; what it returns is asked again for each way of dividing them.
    """

    look: Callable[[CheckedRows], Tell]


def look_at(task_rows: TaskRows, columns: Mapping[str, str]) -> Tell:
    """Makes every check and returns what tells of all of them.

    Args:
        task_rows: What a task made of the table.
        columns: Role → column.
    """
    rows = CheckedRows(task_rows, columns)
    if not len(task_rows.rows) or any(role not in task_rows.rows.column_names for role in rows.read_roles):
        return lambda _split: ()
    tells = [check.look(rows) for _, check in find_constants(checks, "CHECK", Check)]
    return lambda split: [problem for tell in tells for problem in tell(split)]
