"""Matching rows with what a task needs: the right columns, nothing blank, duplicates found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from datasets import Dataset
from rapidfuzz import fuzz, process, utils

from engine.data.shown_cells import in_words
from engine.data.table import cells, column_names, dataset_name, row_numbers
from engine.protocol import data_problems, label_problems
from engine.protocol.catalog import RoleEntry
from engine.protocol.problems import Problem, Severity

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass
class MatchedRows:
    """Rows in which every role is filled.

    Attributes:
        cells: Role → its texts, as they stand in the file.
        numbers: Where the rows stand in the file.
        findings: What was left out and why.
    """

    cells: dict[str, list[str]]
    numbers: list[int]
    findings: list[Problem] = field(default_factory=list)


def match_columns(rows: Dataset, columns: Mapping[str, str], roles: Sequence[RoleEntry]) -> list[Problem]:
    """Returns what is wrong with the choice of columns; empty when each role has one.

    Args:
        rows: The table.
        columns: Role → column.
        roles: What the task needs.
    """
    names = column_names(rows)
    file = dataset_name(rows)
    problems: list[Problem] = []
    taken: dict[str, RoleEntry] = {}
    for role in roles:
        column = columns.get(role.id, "")
        if not column:
            if role.required:
                problems.append(data_problems.no_column_for_role(file, role.id, role.label, names))
        elif column not in names:
            similar = _similar(column, names)
            problems.append(data_problems.no_such_column(file, role.id, column, names, similar))
        elif column in taken:
            labels = [taken[column].label, role.label]
            problems.append(data_problems.column_used_twice(column, role.id, labels))
        else:
            taken[column] = role
    return problems


def match_cells(rows: Dataset, columns: Mapping[str, str], roles: Sequence[RoleEntry]) -> MatchedRows:
    """Returns the rows that have something in every required column; the others are counted.

    Args:
        rows: The table; its columns must have been checked.
        columns: Role → column.
        roles: What the task needs.
    """
    chosen = [role for role in roles if columns.get(role.id)]
    values = {role.id: cells(rows, columns[role.id]) for role in chosen}
    numbers = row_numbers(rows)
    blank: dict[str, list[int]] = {role.id: [] for role in chosen}
    kept: list[int] = []
    required = [role.id for role in chosen if role.required]
    for index, number in enumerate(numbers):
        missing = next((role for role in required if not values[role][index].strip()), None)
        if missing is None:
            kept.append(index)
        else:
            blank[missing].append(number)
    findings = [
        data_problems.blank_cells(role.id, role.label, columns[role.id], blank[role.id], max(numbers))
        for role in chosen
        if blank[role.id]
    ]
    matched = {role: [column[index] for index in kept] for role, column in values.items()}
    return MatchedRows(matched, [numbers[index] for index in kept], findings)


def duplicate_groups(texts: Sequence[str]) -> list[int]:
    """Returns a number for each text; texts that a model cannot tell apart have the same.

    Capitals and spaces are left aside: most tokenizers do so, and a test text that differs from a
    training text by a full stop's space is no test.
    """
    numbers: dict[str, int] = {}
    return [numbers.setdefault(" ".join(text.split()).casefold(), len(numbers)) for text in texts]


def duplicate_findings(
    texts: Sequence[str], groups: Sequence[int], numbers: Sequence[int], labels: Sequence[str] = ()
) -> list[Problem]:
    """Returns what there is to say about texts that stand more than once.

    Args:
        texts: The texts.
        groups: What :func:`duplicate_groups` gave for them.
        numbers: Where they stand in the file.
        labels: Their labels, to notice the same text with two of them.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    repeated = [indexes for indexes in members.values() if len(indexes) > 1]
    findings: list[Problem] = []
    at_odds = [indexes for indexes in repeated if labels and len({labels[index] for index in indexes}) > 1]
    if at_odds:
        first = at_odds[0]
        rows = sorted(numbers[index] for indexes in at_odds for index in indexes)
        answers = list(dict.fromkeys(in_words(labels[index]) for index in first))
        findings.append(label_problems.conflicting_labels(len(at_odds), rows, texts[first[0]], answers))
    if repeated:
        rows = sorted(numbers[index] for indexes in repeated for index in indexes[1:])
        exact = all(texts[index] == texts[indexes[0]] for indexes in repeated for index in indexes)
        findings.append(data_problems.duplicates(len(rows), rows, exact=exact))
    return findings


def worst_first(findings: Sequence[Problem]) -> tuple[Problem, ...]:
    """Returns findings as errors, warnings, notes; each kind in the order in which it was found."""
    return tuple(sorted(findings, key=lambda finding: _WEIGHT[finding.severity]))


def _similar(column: str, names: Sequence[str]) -> str:
    """Returns the column whose name is spelled almost like a wrong one; empty when none is."""
    match = process.extractOne(
        column, names, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return str(match[0]) if match else ""
