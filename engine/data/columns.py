"""Columns: what each of them seems to mean to a task, and which task a file seems to be for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from engine.data.column_evidence import NOTHING, Column, Evidence, count_column, evidence
from engine.data.shown_cells import PREVIEW_ROWS, shown
from engine.data.split_values import part_column
from engine.data.table import Table, cells, row_numbers
from engine.protocol.catalog import RoleEntry, RoleKind, TaskEntry
from engine.protocol.data_facts import ColumnFacts, TableFacts
from engine.protocol.wording import counted

_ALIKE = 1.5
"""How many times as long one text may be as another for their order in the file to say which is which."""


class _Found(NamedTuple):
    """A column for a role, and what speaks for it."""

    column: Column
    evidence: Evidence


def guess(table: Table, roles: Sequence[RoleEntry]) -> tuple[ColumnFacts, ...]:
    """Returns what each column seems to mean to a task; a role has one column at most.

    Args:
        table: The file.
        roles: What its columns can mean to the task.
    """
    columns = _counted(table)
    return _facts(columns, _assigned(columns, roles), roles)


def inspect(table: Table, tasks: Sequence[TaskEntry] = ()) -> TableFacts:
    """Returns what a person sees of a file: columns, first rows, the task that it seems to be for.

    Args:
        table: The file.
        tasks: The catalog's tasks. Of those whose required roles were all found the one is taken that
            most speaks for; else the one with the most of them; of equals the first.
    """
    columns = _counted(table)
    found = {task.id: _assigned(columns, task.roles) for task in tasks}
    task = max(tasks, key=lambda task: _fit(task, found[task.id]), default=None)
    first = table.dataset.select(range(min(PREVIEW_ROWS, table.rows)))
    return TableFacts(
        path=table.path,
        name=table.name,
        rows=table.rows,
        columns=_facts(columns, found[task.id], task.roles) if task else _facts(columns, {}, ()),
        preview=tuple(zip(*shown(table, first), strict=True)),
        preview_rows=tuple(row_numbers(first)),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        header_row=table.header_row,
        task=task.id if task else "",
        size=table.size,
        rows_in_file=table.rows_in_file,
        part_column=part_column(table.dataset),
        guesses={
            name: {role: entry.column.name for role, entry in assigned.items()}
            for name, assigned in found.items()
        },
    )


def first_rows(table: Table) -> Table:
    """Returns a table of those rows alone that a preview shows.

    Args:
        table: The file.
    """
    return dataclasses.replace(table, dataset=table.dataset.select(range(min(PREVIEW_ROWS, table.rows))))


def roles_of(columns: Sequence[ColumnFacts], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns role → column: as the person chose, or as guessed where nothing at all was chosen.

    Once something was chosen, a role without a column is one that the person left without.

    Args:
        columns: What :func:`guess` found.
        chosen: ``DataConfig.columns``; a role may stand for no column with an empty name.
    """
    return dict(chosen) if chosen else with_guesses(columns, {})


def with_guesses(columns: Sequence[ColumnFacts], chosen: Mapping[str, str]) -> dict[str, str]:
    """Returns role → column: as chosen, and as guessed for roles that nothing was chosen for.

    Args:
        columns: What :func:`guess` found.
        chosen: Role → column.
    """
    roles = dict(chosen)
    for column in columns:
        if column.role and column.role not in roles and column.name not in roles.values():
            roles[column.role] = column.name
    return roles


def _counted(table: Table) -> list[Column]:
    return [count_column(name, cells(table.dataset, name)) for name in table.columns]


def _assigned(columns: Sequence[Column], roles: Sequence[RoleEntry]) -> dict[str, _Found]:
    """Returns role → column: those for which most speaks first, each column once."""
    pairs = [
        (spoken.weight, -place, -position, role, _Found(column, spoken))
        for place, role in enumerate(roles)
        for position, column in enumerate(columns)
        if (spoken := evidence(column, role)).weight > NOTHING.weight
    ]
    assigned: dict[str, _Found] = {}
    taken: set[str] = set()
    for _, _, _, role, found in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if role.id not in assigned and found.column.name not in taken:
            assigned[role.id] = found
            taken.add(found.column.name)
    return _in_order(assigned, columns, roles)


def _in_order(
    assigned: dict[str, _Found], columns: Sequence[Column], roles: Sequence[RoleEntry]
) -> dict[str, _Found]:
    """Returns the same in the order of the roles, texts that no name tells apart in that of the file.

    Of two columns of texts the first is read and the second is its answer, unless one is much longer.
    """
    positions = {column.name: position for position, column in enumerate(columns)}
    ordered = dict(assigned)
    texts = [role for role in roles if role.id in assigned and role.kind is RoleKind.TEXT]
    for one, other in combinations(texts, 2):
        first, second = ordered[one.id], ordered[other.id]
        lengths = sorted((first.column.words, second.column.words))
        told_apart = any(
            found.column.is_called(one) != found.column.is_called(other) for found in (first, second)
        )
        swapped = positions[first.column.name] > positions[second.column.name]
        if swapped and not told_apart and lengths[1] <= _ALIKE * lengths[0]:
            ordered |= {one.id: second, other.id: first}
    return {role.id: ordered[role.id] for role in roles if role.id in ordered}


def _fit(task: TaskEntry, found: Mapping[str, _Found]) -> tuple[float, float]:
    """Returns how well a file fits a task: the share of required roles found, then what speaks for them."""
    required = [role.id for role in task.roles if role.required]
    share = sum(1 for role in required if role in found) / max(1, len(required))
    return share, sum(entry.evidence.share for entry in found.values()) if share == 1 else 0.0


def _facts(
    columns: Sequence[Column], found: Mapping[str, _Found], roles: Sequence[RoleEntry]
) -> tuple[ColumnFacts, ...]:
    of_column = {entry.column.name: role for role, entry in found.items()}
    kinds = {role.id: role.kind for role in roles}
    return tuple(
        ColumnFacts(
            name=column.name,
            role=of_column.get(column.name, ""),
            reason=_reason(column, kinds.get(of_column.get(column.name, ""))),
            distinct=column.distinct,
            blank=column.blank,
            is_list=max(column.listed, column.answered) > 0,
            holds_lists=column.holds_lists,
        )
        for column in columns
    )


def _reason(column: Column, kind: RoleKind | None) -> str:
    """Returns why a column was taken for what it is."""
    if not column.filled:
        return "blank in every row"
    if kind in {RoleKind.TEXT, RoleKind.WORDS}:
        return f"about {counted(max(1, round(column.words)), 'word')} in a row"
    if kind is RoleKind.TAGS and column.items:
        return f"{counted(column.items, 'different tag')} in {counted(column.filled, 'row')}"
    if kind is RoleKind.ANSWERS and column.answered:
        return f"an answer in {column.filled - column.without:,} of {counted(column.rows, 'row')}"
    if kind is RoleKind.LABEL and column.holds_lists:
        return f"{counted(column.items, 'different label')} in lists, in {counted(column.filled, 'row')}"
    values = counted(column.distinct, "different value")
    if kind is RoleKind.LABEL or column.distinct < column.filled:
        return f"{values} in {counted(column.filled, 'row')}"
    return "a different number in every row" if column.numeric > 0.8 else "a different value in every row"
