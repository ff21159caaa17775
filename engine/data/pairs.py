"""Pairs of texts, one to be read and one to be written, or of texts that are to be read with noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from datasets import Dataset

from engine.contracts import Asked, NoisyRows, Settings, TaskRows
from engine.data.match_rows import (
    MatchedRows,
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.noisy_rows import noise_in, replaced
from engine.data.pair_lengths import odd_lengths, usual_ratio
from engine.data.table import cells
from engine.noising import Noise
from engine.protocol import data_problems, pair_problems
from engine.protocol.catalog import RoleEntry
from engine.protocol.fields import Choice, ChoiceField
from engine.protocol.problems import Problem

SOURCE = RoleEntry(id="source", label="Text to read")
TARGET = RoleEntry(id="target", label="Text to write")

PAIRS, TYPOS = "pairs", "typos"

MADE_FROM = ChoiceField(
    name="made_from",
    label="Pairs come from",
    help="Where the text to read and the text to write come from.",
    section="task",
    default=PAIRS,
    choices=(
        Choice(PAIRS, "Two columns", "One holds the text to read, the other the text to write."),
        Choice(TYPOS, "One column: undo noise", "Its texts get noise; the model learns to undo it."),
    ),
)
_FEWEST_ROWS = 6


def undoes_noise(settings: Settings) -> bool:
    """Returns whether each pair is a text with noise and the text itself."""
    return settings.get(MADE_FROM.name, MADE_FROM.default) == TYPOS


def noise_in_sources(asked: Asked, noise: Noise) -> NoisyRows:
    """Returns pairs that are read with noise; that which is to be undone is put into the text to write.

    Args:
        asked: Rows with ``source`` and, where it is known, ``target``.
        noise: The noise.
    """
    rows = asked.rows
    if undoes_noise(asked.settings) and TARGET.id in rows.column_names:
        rows = replaced(rows, {SOURCE.id: cells(rows, TARGET.id)})
    return noise_in(SOURCE.id)(dataclasses.replace(asked, rows=rows), noise)


def match_pairs(table: Dataset, columns: Mapping[str, str], settings: Settings) -> TaskRows:
    """Takes pairs out of a table, letter by letter, and says what is odd about them.

    Args:
        table: The rows as text columns.
        columns: Role → column.
        settings: Where the pairs come from.
    """
    if undoes_noise(settings):
        return _match_texts(table, columns)
    roles = (SOURCE, TARGET)
    problems = match_columns(table, columns, roles)
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems), text_role=SOURCE.id)
    matched = match_cells(table, columns, roles)
    sources, targets = matched.cells[SOURCE.id], matched.cells[TARGET.id]
    equal = [
        number
        for number, source, target in zip(matched.numbers, sources, targets, strict=True)
        if source.split() == target.split()
    ]
    about = [pair_problems.equal_sides(equal, len(sources))] if equal else []
    about += _about_lengths(sources, targets, matched.numbers)
    return _task_rows(matched, sources, targets, len(table), about)


def _about_lengths(sources: list[str], targets: list[str], numbers: Sequence[int]) -> list[Problem]:
    """Returns a finding on pairs whose lengths do not go together, the oddest of them shown."""
    odd = odd_lengths(sources, targets)
    if not odd:
        return []
    place = odd[0]
    return [
        pair_problems.lengths_do_not_fit(
            sorted(numbers[one] for one in odd),
            row=numbers[place],
            source=sources[place],
            target=targets[place],
            usual=usual_ratio(sources, targets),
        )
    ]


def _match_texts(table: Dataset, columns: Mapping[str, str]) -> TaskRows:
    """Makes pairs of a single column: each text, which will be read with noise, and the text itself."""
    problems = match_columns(table, {SOURCE.id: columns.get(SOURCE.id, "")}, (SOURCE,))
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems), text_role=SOURCE.id)
    matched = match_cells(table, columns, (SOURCE,))
    texts = matched.cells[SOURCE.id]
    return _task_rows(matched, texts, texts, len(table), [])


def _task_rows(
    matched: MatchedRows,
    sources: list[str],
    targets: list[str],
    total: int,
    findings: Sequence[Problem],
) -> TaskRows:
    """Returns the pairs, with what there is to say about them.

    Args:
        matched: The rows.
        sources: What is read.
        targets: What is to be written.
        total: Rows of the table.
        findings: What was noticed about the pairs.
    """
    groups = duplicate_groups(sources)
    amount: list[Problem] = []
    if not sources:
        amount = [pair_problems.no_usable_pairs(total)]
    elif len(sources) < _FEWEST_ROWS:
        amount = [data_problems.too_few_rows(len(sources), _FEWEST_ROWS)]
    elif not matched.findings:
        amount = [pair_problems.all_pairs_complete(len(sources))]

    return TaskRows(
        rows=_rows(sources, targets, matched.numbers),
        groups=tuple(groups),
        findings=worst_first(
            [*matched.findings, *amount, *findings, *duplicate_findings(sources, groups, matched.numbers)]
        ),
        text_role=SOURCE.id,
        lengths_of="texts to read",
    )


def _rows(sources: list[str], targets: list[str], numbers: list[int]) -> Dataset:
    return Dataset.from_dict({SOURCE.id: sources, TARGET.id: targets, "row": numbers})
