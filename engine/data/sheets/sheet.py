"""A sheet of a workbook as it was read, and how much of one is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.errors import EngineError
from engine.protocol import sheet_problems

Place = tuple[int, int]
"""Row and column of a cell, from 0."""
Area = tuple[Place, Place]
"""The first and the last cell of a block."""
Value = int | float | str | bool | dt.date | dt.time | dt.timedelta

MOST_CELLS = 20_000_000
"""Cells of the block from the first to the last one that a sheet may have, the blank ones among them: each
takes room in memory. A million rows of 19 columns."""
_FAR_ROWS, _FAR_COLUMNS = 1_000, 100
"""Blank rows and columns after which a cell lies far from the others."""
_WHOLE = 2.0**63
"""Numbers below it are written without a point: ids of many digits are whole."""


@dataclass
class Cells:
    """Where something stands in a sheet.

    Attributes:
        filled: Row → columns, from 0.
        errors: Row → what stands there in place of a value.
        uncalculated: Rows with a formula whose value was not saved.
    """

    filled: dict[int, list[int]] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    uncalculated: list[int] = field(default_factory=list)


@dataclass
class Sheet:
    """A sheet.

    Attributes:
        rows: Its cells as text from the first row and column on; all rows of one length.
        merged: Blocks that were made one cell; what they hold stands in the first.
        errors: Row, from 0 → what stands there in place of a value: ``"#N/A"``.
        uncalculated: Rows, from 0, with a formula whose value was not saved.
        left_out: Cells that lie far from all others.
    """

    rows: list[list[str]] = field(default_factory=list)
    merged: Sequence[Area] = ()
    errors: dict[int, str] = field(default_factory=dict)
    uncalculated: list[int] = field(default_factory=list)
    left_out: Sequence[Place] = ()


@dataclass
class Sheets:
    """The sheets of a workbook that hold rows and are shown.

    Attributes:
        names: Of them, in their order.
        read: Returns one of them.
    """

    names: tuple[str, ...]
    read: Callable[[str], Sheet]


def block_of(filled: Mapping[int, Sequence[int]], path: str) -> tuple[int, int]:
    """Returns how many rows and columns of a sheet are read; all of them, unless few cells lie far away.

    Args:
        filled: Row → columns in which something stands, from 0.
        path: The file.

    Raises:
        EngineError: When the sheet is too large even without those.
    """
    rows, columns = sorted(filled), sorted({column for row in filled.values() for column in row})
    if not rows or not columns or _fits(rows[-1], columns[-1]):
        return (rows[-1] + 1, columns[-1] + 1) if rows and columns else (0, 0)
    last_column = _before_gap(columns, _FAR_COLUMNS)
    last_row = _before_gap([row for row in rows if min(filled[row]) <= last_column], _FAR_ROWS)
    if not _fits(last_row, last_column):
        raise EngineError(sheet_problems.sheet_too_large(path, rows[-1] + 1, columns[-1] + 1, MOST_CELLS))
    return last_row + 1, last_column + 1


def beyond(filled: Mapping[int, Sequence[int]], rows: int, columns: int) -> list[Place]:
    """Returns the cells that lie beyond what is read of a sheet.

    Args:
        filled: Row → columns in which something stands, from 0.
        rows: How many rows are read.
        columns: How many columns are read.
    """
    return [
        (row, column) for row, found in filled.items() for column in found if row >= rows or column >= columns
    ]


def in_words(value: Value) -> str:
    """Returns what stands in a cell, as a person would write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    if isinstance(value, dt.timedelta):
        return _duration(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _duration(value: dt.timedelta) -> str:
    """Returns hours, minutes and seconds, as a sheet shows them: ``"30:05:00"``."""
    seconds, rest = divmod(abs(value), dt.timedelta(seconds=1))
    part = f".{rest.microseconds:06}".rstrip("0") if rest else ""
    sign = "-" if value < dt.timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{part}"


def _fits(last_row: int, last_column: int) -> bool:
    return (last_row + 1) * (last_column + 1) <= MOST_CELLS


def _before_gap(places: Iterable[int], gap: int) -> int:
    """Returns the last of sorted places that no gap parts from the first."""
    found = [*places]
    return next((one for one, following in pairwise(found) if following - one > gap), found[-1])
