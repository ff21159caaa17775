"""What columns of a file say about the split: which part a row belongs to, with whom, from when it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from datasets import Dataset

from engine.data.dates import day_of, read_times
from engine.data.table import cells, column_names, dataset_name, row_numbers, usable_numbers
from engine.errors import EngineError
from engine.protocol import split_problems, time_problems
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import PARTS, TEST, TRAIN
from engine.protocol.problems import Problem

_NAMES = {"split", "set", "part", "partition", "subset", "fold"}


@dataclass(frozen=True)
class SplitValues:
    """What the file says, a value for each usable row; empty where no column was chosen for it.

    Attributes:
        parts: ``"train"``, ``"validation"`` or ``"test"``; empty for a row that says none of them.
        keys: Rows with the same key stay together; a row with an empty one stands alone.
        times: Seconds since 1970; not a number for a row that says no date.
        findings: What was odd, or is good to know.
        by_file: Whether the file says the parts; else rows had them before their repairs, and keep them.
    """

    parts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    findings: tuple[Problem, ...] = ()
    by_file: bool = True


def split_values(table: Dataset, rows: Dataset, config: SplitConfig) -> SplitValues:
    """Reads the columns that a split goes by.

    Args:
        table: The whole file.
        rows: The usable ones of its rows, with their numbers.
        config: Which columns.

    Raises:
        EngineError: When there is no such column, or nothing in it says what it should.
    """
    faults = missing_columns(table, config)
    if faults:
        raise EngineError(faults[0])
    if not config.columns:
        return SplitValues()
    places = {number: place for place, number in enumerate(row_numbers(table))}
    numbers = usable_numbers(rows)
    read = {
        setting: [values[places[number]].strip() for number in numbers]
        for setting, column in config.columns.items()
        for values in (cells(table, column),)
    }
    findings: list[Problem] = []
    said = read.get("part_column", [])
    parts = [PARTS.get(value.lower(), "") for value in said]
    if parts:
        findings += _odd_parts(config.columns["part_column"], said, parts, numbers)
    when = read.get("time_column", [])
    times, about_times = _times(config.time_column, when) if when else ((), [])
    keys = tuple(read.get("group_column", ()))
    return SplitValues(tuple(parts), keys, times, (*findings, *about_times))


def missing_columns(table: Dataset, config: SplitConfig) -> list[Problem]:
    """Returns a problem for each column that the split goes by and the file does not have.

    Args:
        table: The whole file.
        config: Which columns.
    """
    names = column_names(table)
    return [
        split_problems.no_split_column(dataset_name(table), column, setting, names)
        for setting, column in config.columns.items()
        if column not in names
    ]


def part_column(table: Dataset) -> str:
    """Returns the column that says for each row to which part it belongs; empty where none does.

    Its name must say so, and every cell of it.
    """
    for name in column_names(table):
        if name.lower().strip() in _NAMES:
            said = {value.strip().lower() for value in cells(table, name)}
            if said and said <= {*PARTS} and {PARTS[one] for one in said} >= {TRAIN, TEST}:
                return name
    return ""


def _odd_parts(
    column: str, said: Sequence[str], parts: Sequence[str], numbers: Sequence[int]
) -> list[Problem]:
    """Returns a warning for rows that say no part.

    Raises:
        EngineError: When no row is to be learned from, or none is for the test.
    """
    if TRAIN not in parts or TEST not in parts:
        raise EngineError(split_problems.no_parts(column, list(dict.fromkeys(said))))
    odd = [number for number, part in zip(numbers, parts, strict=True) if not part]
    words = list(dict.fromkeys(value for value, part in zip(said, parts, strict=True) if not part))
    return [split_problems.rows_without_part(column, odd, words)] if odd else []


def _times(column: str, said: Sequence[str]) -> tuple[tuple[float, ...], list[Problem]]:
    """Returns the times of rows, and how they were read where that is not plain.

    Raises:
        EngineError: When there is none.
    """
    times = read_times(said)
    known = [second for second in times.seconds if not math.isnan(second)]
    if not known:
        example = next((value for value in said if value), "")
        raise EngineError(time_problems.no_dates(column, example, are_numbers=times.only_numbers))
    if not times.numbers:
        return times.seconds, []
    number, second = next(
        (value, second) for value, second in zip(said, times.seconds, strict=True) if not math.isnan(second)
    )
    days = (day_of(moment) for moment in (second, min(known), max(known)))
    return times.seconds, [time_problems.numbers_read_as_times(column, times.numbers, number, *days)]
