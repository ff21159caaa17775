"""Dates in a column, in the ways in which people and programs write them, as seconds since 1970."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e\+?\d{1,2})?", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}", re.ASCII)
"""What a date holds: a year, or three numbers; a time of day alone is none."""
_SHORT_DATE = re.compile(r"\s*(\d{1,2})([./-])\d{1,2}[./-]\d{2}", re.ASCII)
_MONTHS = 12
_MOSTLY = 0.9
_SECONDS = (1e8, 4.2e9)
"""From 1973 to 2103: below, seconds would be mistaken for days of a calendar."""
_START = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SPREADSHEET_ZERO = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Times:
    """What a column says of time.

    Attributes:
        seconds: Since 1970, one for each cell; not a number for a cell that says no date.
        numbers: How numbers were read, in words; empty where dates are written out.
        only_numbers: Whether the column holds numbers and hardly anything else.
    """

    seconds: tuple[float, ...] = ()
    numbers: str = ""
    only_numbers: bool = False


@dataclass(frozen=True)
class _NumberKind:
    """A way to write a time as a number; no number is one of two of them.

    Attributes:
        words: How it is called.
        low: The smallest number that is one.
        high: The number after the largest.
        seconds: ``number -> seconds since 1970``; raises a ``ValueError`` for one that is no date.
    """

    words: str
    low: float
    high: float
    seconds: Callable[[float], float]

    def read(self, number: float) -> float:
        """Returns seconds since 1970; not a number for what is no such time."""
        if not self.low <= number < self.high:
            return math.nan
        try:
            return self.seconds(number)
        except ValueError:
            return math.nan


def read_times(values: Sequence[str]) -> Times:
    """Reads a column of dates.

    Numbers are read in one way, that in which nine in ten of them can be read; each way takes numbers of
    its own, so that there is no doubt which it is. Of dates that are written out, whether the day comes
    before the month is one question for the whole column: with dots it does, and where a first number is
    above 12.

    Args:
        values: Its cells.
    """
    cells = [value.strip() for value in values]
    numbers = {cell: float(cell) for cell in cells if _NUMBER.fullmatch(cell)}
    filled = [cell for cell in cells if cell]
    counted = [numbers[cell] for cell in filled if cell in numbers]
    if not filled or len(counted) < _MOSTLY * len(filled):
        return Times(tuple(_written_out(cells)))
    for kind in _NUMBER_KINDS:
        read = {number: kind.read(number) for number in set(counted)}
        if sum(not math.isnan(read[number]) for number in counted) >= _MOSTLY * len(counted):
            others = _written_out(["" if cell in numbers else cell for cell in cells])
            seconds = (
                read[numbers[cell]] if cell in numbers else other
                for cell, other in zip(cells, others, strict=True)
            )
            return Times(tuple(seconds), kind.words, only_numbers=True)
    return Times(tuple(math.nan for _ in cells), only_numbers=True)


def day_of(second: float) -> str:
    """Returns the day of a moment, as ``"2026-03-01"``.

    Args:
        second: Since 1970.
    """
    return (_START + dt.timedelta(seconds=second)).date().isoformat()


def _written_out(values: Sequence[str]) -> list[float]:
    """Returns dates that are no bare numbers, but for years and days without signs between."""
    dates = [value if _DATE.search(value) else "" for value in values]
    if not any(dates):
        return [math.nan] * len(dates)
    short = [found for found in map(_SHORT_DATE.match, dates) if found]
    day_first = any(found[2] == "." or int(found[1]) > _MONTHS for found in short)
    read = pd.to_datetime(pd.Series(dates), errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    return [time.timestamp() if pd.notna(time) else math.nan for time in read]


def _of_calendar(year: int, month: int = 1, day: int = 1) -> float:
    return (dt.datetime(year, month, day, tzinfo=dt.UTC) - _START).total_seconds()


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError
    return int(number)


def _year(number: float) -> float:
    return _of_calendar(_whole(number))


def _year_and_month(number: float) -> float:
    return _of_calendar(*divmod(_whole(number), 100))


def _year_month_and_day(number: float) -> float:
    year, rest = divmod(_whole(number), 10_000)
    return _of_calendar(year, *divmod(rest, 100))


def _spreadsheet_day(number: float) -> float:
    return (_SPREADSHEET_ZERO - _START + dt.timedelta(days=number)).total_seconds()


def _since_1970(words: str, parts: int) -> _NumberKind:
    low, high = (parts * end for end in _SECONDS)
    return _NumberKind(f"{words} since 1970", low, high, lambda number: number / parts)


_NUMBER_KINDS = (
    _NumberKind("years", 1500, 2200, _year),
    _NumberKind("days since 1900, as spreadsheets count them", 20_000, 80_000, _spreadsheet_day),
    _NumberKind("year and month", 150_001, 220_000, _year_and_month),
    _NumberKind("year, month and day", 15_000_101, 22_000_000, _year_month_and_day),
    _since_1970("seconds", 1),
    _since_1970("milliseconds", 1000),
    _since_1970("microseconds", 1_000_000),
    _since_1970("nanoseconds", 1_000_000_000),
)
