"""What a person sees of rows before training: counts, lengths, the split, findings."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from datasets import Dataset

from engine.contracts import SplitRows, TaskRows
from engine.data.check import Tell, look_at
from engine.data.match_rows import worst_first
from engine.data.split import config_faults, divide
from engine.data.split_findings import MadeSplit
from engine.data.split_values import SplitValues, missing_columns, part_column, split_values
from engine.data.table import cells, usable_numbers
from engine.errors import EngineError
from engine.protocol import split_problems
from engine.protocol.config import DataConfig
from engine.protocol.data_facts import TRAIN, ClassCount, HistogramBin, PreparedFacts
from engine.protocol.problems import Problem, Severity

_BARS = 13
_WIDTHS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)
_USUAL_SHARE = 0.98
_EXAMPLES = 6
_EXAMPLE_WORDS = range(4, 13)


def prepare(
    task_rows: TaskRows,
    data: DataConfig,
    reading: Sequence[Problem] = (),
    table: Dataset | None = None,
    before: Mapping[int, str] | None = None,
    checked: Tell | None = None,
) -> tuple[PreparedFacts, SplitRows | None]:
    """Divides rows and counts them; what stands in the way is told among the findings.

    Args:
        task_rows: What the task made of the table.
        data: The shares and seed of the split, and the row limit.
        reading: What was odd about reading the file.
        table: The whole file, for the columns that a split goes by.
        before: Number of a row → the part in which it was before its repairs, and stays. A row that no
            part had goes where the others of its group are; where they are in several or there are none,
            it is learned from.
        checked: Tells what checks of the rows have found, from :func:`engine.data.check.look_at`, where
            that was asked before: it does not depend on the split.

    Returns:
        The facts, and the split; ``None`` when a finding is an error.
    """
    tell = checked or look_at(task_rows, data.columns)
    faults = config_faults(data.split)
    if table is not None:
        faults += missing_columns(table, data.split)
    if faults or has_errors(task_rows.findings):
        return prepared_facts(task_rows, None, [*faults, *tell(None), *reading]), None
    try:
        values = SplitValues() if table is None else split_values(table, task_rows.rows, data.split)
        if before and not values.parts:
            values = dataclasses.replace(values, parts=_parts_after(task_rows, before), by_file=False)
        division = divide(task_rows, data.split, data.row_limit, values)
        split = division.of(task_rows.rows)
    except EngineError as error:
        return prepared_facts(task_rows, None, [*tell(None), *reading, error.problem]), None
    made = MadeSplit(task_rows, data.split, values, division, data.row_limit)
    findings = [*made.findings(), *tell(split), *_offered(data, table), *reading]
    return prepared_facts(task_rows, split, findings), split


def _parts_after(task_rows: TaskRows, before: Mapping[int, str]) -> tuple[str, ...]:
    """Returns the part of each row after repairs."""
    numbers = usable_numbers(task_rows.rows)
    of_group: defaultdict[int, set[str]] = defaultdict(set)
    for number, group in zip(numbers, task_rows.groups, strict=False):
        if number in before:
            of_group[group].add(before[number])
    groups = task_rows.groups or range(len(numbers))
    alone = {group: next(iter(parts)) for group, parts in of_group.items() if len(parts) == 1}
    return tuple(
        before.get(number, alone.get(group, TRAIN)) for number, group in zip(numbers, groups, strict=True)
    )


def _offered(data: DataConfig, table: Dataset | None) -> list[Problem]:
    """Returns a note where a column divides the rows and is not used."""
    if table is None or data.split.part_column:
        return []
    found = part_column(table)
    return [split_problems.part_column_found(found)] if found and found not in data.columns.values() else []


def prepared_facts(
    task_rows: TaskRows, split: SplitRows | None, reading: Sequence[Problem] = ()
) -> PreparedFacts:
    """Counts rows as a task will use them.

    Args:
        task_rows: What the task made of the table.
        split: The three parts; ``None`` when there are none.
        reading: What was odd about reading the file; told among the findings.
    """
    rows, text_role = task_rows.rows, task_rows.text_role
    counts = Counter(task_rows.stratify)
    of_rows = bool(counts and task_rows.classes) and task_rows.counts is None
    texts = cells(rows, text_role) if text_role in rows.column_names else []
    findings = [*task_rows.findings, *reading]
    studied = cells(split.train, text_role) if split is not None and texts else texts
    return PreparedFacts(
        usable=len(rows),
        train=len(split.train) if split else 0,
        validation=len(split.validation) if split else 0,
        test=len(split.test) if split else 0,
        classes=tuple(ClassCount(name=name, count=count) for name, count in _counted(task_rows).items()),
        lengths=length_histogram(_lengths(task_rows)),
        lengths_of=task_rows.lengths_of,
        majority_share=max(counts.values()) / len(rows) if of_rows else 0.0,
        findings=worst_first(findings),
        examples=_examples(studied),
    )


def _lengths(task_rows: TaskRows) -> list[int]:
    """Returns the words of each row that are read, and cut, together."""
    roles = task_rows.length_roles or (task_rows.text_role,)
    measured = [cells(task_rows.rows, role) for role in roles if role in task_rows.rows.column_names]
    return [sum(len(text.split()) for text in texts) for texts in zip(*measured, strict=True)]


def _counted(task_rows: TaskRows) -> Mapping[str, int]:
    """Returns how often each class occurs, or whatever else is counted among the answers."""
    if task_rows.counts is not None:
        return task_rows.counts
    sets = task_rows.label_sets or [(label,) for label in task_rows.stratify]
    counts = Counter(label for labels in sets for label in labels)
    return {name: counts[name] for name in task_rows.classes}


def has_errors(findings: Sequence[Problem]) -> bool:
    """Whether any finding stands in the way of training."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def length_histogram(lengths: Sequence[int]) -> tuple[HistogramBin, ...]:
    """Returns bars of equal, round width over the usual lengths; the last one holds all that is longer.

    Args:
        lengths: Words of each text.
    """
    if not lengths:
        return ()
    longest = max(lengths)
    usual = sorted(lengths)[int(_USUAL_SHARE * (len(lengths) - 1))]
    width = next((width for width in _WIDTHS if width * (_BARS - 1) > usual), usual // (_BARS - 2) + 1)
    counts = Counter(min(length // width, _BARS - 1) for length in lengths)
    last = max(counts)
    return tuple(
        HistogramBin(
            low=bar * width,
            high=longest + 1 if bar == _BARS - 1 else (bar + 1) * width,
            count=counts[bar],
        )
        for bar in range(last + 1)
    )


def _examples(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns a few short texts; the first ones when none is short."""
    short = [text for text in texts if len(text.split()) in _EXAMPLE_WORDS and len(text) <= 80]
    return tuple((short or [text[:80] for text in texts])[:_EXAMPLES])
