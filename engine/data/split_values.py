"""What columns of a file say about the split: which part a row belongs to, with whom, from when it is."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from datasets import Dataset

from engine.data.table import cells, column_names, dataset_name, row_numbers, usable_numbers
from engine.errors import EngineError
from engine.protocol import repair_problems, split_problems
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import PARTS, TEST, TRAIN, VALIDATION
from engine.protocol.problems import Problem

_NAMES = {"split", "set", "part", "partition", "subset", "fold"}
_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
"""What a date holds: a year, or three numbers; a time of day alone is none."""
_SHORT_DATE = re.compile(r"\s*(\d{1,2})([./-])\d{1,2}[./-]\d{2}")
_MONTHS = 12


@dataclass(frozen=True)
class SplitValues:
    """What the file says, a value for each usable row; empty where no column was chosen for it.

    Attributes:
        parts: ``"train"``, ``"validation"`` or ``"test"``; empty for a row that says none of them.
        keys: Rows with the same key stay together; a row with an empty one stands alone.
        times: Seconds since 1970; not a number for a row that says no date.
        findings: What was odd.
    """

    parts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    findings: tuple[Problem, ...] = ()


def split_values(table: Dataset, rows: Dataset, config: SplitConfig) -> SplitValues:
    """Reads the columns that a split goes by.

    Args:
        table: The whole file.
        rows: The usable ones of its rows, with their numbers.
        config: Which columns.

    Raises:
        EngineError: When there is no such column, or nothing in it says what it should.
    """
    chosen = {name: getattr(config, name) for name in ("part_column", "group_column", "time_column")}
    names, file = column_names(table), dataset_name(table)
    for setting, column in chosen.items():
        if column and column not in names:
            raise EngineError(split_problems.no_split_column(file, column, setting, names))
    if not any(chosen.values()):
        return SplitValues()
    places = {number: place for place, number in enumerate(row_numbers(table))}
    numbers = usable_numbers(rows)
    read = {
        setting: [values[places[number]].strip() for number in numbers]
        for setting, column in chosen.items()
        if column
        for values in (cells(table, column),)
    }
    findings: list[Problem] = []
    parts = [PARTS.get(value.lower(), "") for value in read.get("part_column", ())]
    if parts:
        findings += _odd_parts(config.part_column, read["part_column"], parts, numbers)
    times = _seconds(read.get("time_column", ()))
    without = [number for number, time in zip(numbers, times, strict=False) if math.isnan(time)]
    if without:
        if len(without) == len(numbers):
            raise EngineError(split_problems.no_dates(config.time_column, read["time_column"][0]))
        findings.append(split_problems.rows_without_date(config.time_column, without))
    return SplitValues(tuple(parts), tuple(read.get("group_column", ())), tuple(times), tuple(findings))


def overlap(
    groups: Sequence[int], numbers: Sequence[int], parts: Sequence[str], *, by_file: bool
) -> list[Problem]:
    """Returns a warning for texts that stand in training and in another part, too.

    Args:
        groups: A number per row; rows of one group hold the same text.
        numbers: Where the rows stand in the file.
        parts: In which part each row is; nothing where Thaw divides them and keeps texts together.
        by_file: Whether the file says so; else they were there before their repairs.
    """
    together: defaultdict[int, set[str]] = defaultdict(set)
    for group, part in zip(groups, parts, strict=False):
        together[group].add(part)
    twice = [
        number
        for group, number, part in zip(groups, numbers, parts, strict=False)
        if part in {VALIDATION, TEST} and TRAIN in together[group]
    ]
    if twice and not by_file:
        return [repair_problems.texts_in_two_parts(twice)]
    tests = sum(part == TEST for part in parts)
    return [split_problems.rows_in_two_parts(twice, tests)] if twice else []


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


def _seconds(values: Sequence[str]) -> list[float]:
    """Returns dates, in the ways in which people write them, as seconds since 1970.

    Whether the day comes before the month is one question for the whole column: with dots it does, and
    where a first number is above 12.
    """
    if not values:
        return []
    dates = [value if _DATE.search(value) else "" for value in values]
    short = [found for found in map(_SHORT_DATE.match, dates) if found]
    day_first = any(found[2] == "." or int(found[1]) > _MONTHS for found in short)
    read = pd.to_datetime(pd.Series(dates), errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    return [time.timestamp() if pd.notna(time) else float("nan") for time in read]
