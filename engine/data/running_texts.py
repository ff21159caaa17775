"""Texts that a model learns to write: rows of one text each, or of a prompt and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from datasets import Dataset

from engine.contracts import TaskRows
from engine.data.match_rows import (
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.protocol import data_problems, writing_problems
from engine.protocol.catalog import RoleEntry

_FEWEST_ROWS = 6


def match_texts(table: Dataset, columns: Mapping[str, str], roles: Sequence[RoleEntry]) -> TaskRows:
    """Takes texts out of a table, with what belongs to each, and says what is odd about them.

    They are divided one by one and at random. Neighbours in a book share names and manner, little beside
    what they differ in; the same text never stands on two sides. That it is so is said.

    Args:
        table: The rows as text columns.
        columns: Role → column. A role that may be left out, once it has a column, must be filled in each
            row.
        roles: What the task knows; the first is the text.
    """
    problems = match_columns(table, columns, roles)
    if problems:
        empty = Dataset.from_dict({role.id: [] for role in roles if role.required} | {"row": []})
        return TaskRows(rows=empty, findings=tuple(problems))
    chosen = [msgspec.structs.replace(role, required=True) for role in roles if columns.get(role.id)]
    matched = match_cells(table, columns, chosen)
    texts = matched.cells[roles[0].id]
    groups = duplicate_groups(texts)
    findings = [*matched.findings]
    if not texts:
        findings.append(writing_problems.no_texts(len(table), with_answers=len(chosen) > 1))
    elif len(texts) < _FEWEST_ROWS:
        findings.append(data_problems.too_few_rows(len(texts), _FEWEST_ROWS))
    else:
        findings.append(writing_problems.divided_at_random(len(texts)))
    findings += duplicate_findings(texts, groups, matched.numbers)
    return TaskRows(
        rows=Dataset.from_dict({**matched.cells, "row": matched.numbers}),
        groups=tuple(groups),
        findings=worst_first(findings),
    )
