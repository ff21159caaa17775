"""Records: what a parser found in a file, before it becomes a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.protocol import table_problems
from engine.protocol.problems import Problem
from engine.protocol.wording import printable, shortened

COLUMNS_LIMIT = 1_000

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_FREQUENT = 0.05
"""Share of the rows, 0 to 1, in which a column name must stand as a value before it looks like one."""


@dataclass
class Records:
    """Rows of cells with their numbers.

    Attributes:
        names: Column names, each once.
        rows: Cells, one for each name.
        numbers: Where each row stands in the file; the first row of data is 1, but in a workbook, whose rows
            are numbered as its program does.
        delimiter: What stands between columns; empty where nothing does.
        encoding: Of text; empty for files of bytes.
        sheet: The sheet that was read; empty where there are none.
        sheets: Names of all sheets of a workbook.
        header_row: Row of the sheet that holds the names, from 1; 0 where there are no sheets.
        problems: What was odd.
    """

    names: list[str]
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    problems: list[Problem] = field(default_factory=list)


def frequent_names(names: Sequence[str], counts: Sequence[int], rows: int, path: str) -> list[Problem]:
    """Notices names that are data, from how often each comes back in its column.

    Args:
        names: Of the columns.
        counts: How many cells of each say its name.
        rows: How many rows there are.
        path: The file.
    """
    for name, count in zip(names, counts, strict=True):
        if count > 1 and count > _FREQUENT * rows:
            return [table_problems.no_header(path, shortened(name), count)]
    return []


def tell_apart(names: list[str], path: str, taken: str) -> tuple[list[str], list[Problem]]:
    """Returns column names that are there and each once, and what was done for that.

    Args:
        names: As they stand in the file.
        path: The file.
        taken: A name that no column may have.
    """
    told_apart: list[str] = []
    unnamed: list[str] = []
    renamed: dict[str, str] = {}
    used = Counter([taken])
    own = {*names} - {""}
    for number, raw in enumerate(names, start=1):
        name = printable(_CONTROL.sub("", " ".join(raw.split())))  # Arrow casts no name with a zero byte
        wanted = name or f"column {number}"
        final, count = wanted, 1
        while used[final] or (final != name and final in own):
            count += 1
            final = f"{wanted} ({count})"
        used[final] += 1
        told_apart.append(final)
        if not name:
            unnamed.append(final)
        elif final != name:
            renamed[final] = name
    problems = []
    if unnamed:
        problems.append(table_problems.unnamed_columns(path, unnamed))
    if renamed:
        problems.append(table_problems.repeated_columns(path, renamed))
    return told_apart, problems


def is_blank(row: list[str]) -> bool:
    """Whether nothing stands in any cell."""
    for cell in row:  # noqa: SIM110 - of millions of rows, a loop takes half the time of any()
        if cell and not cell.isspace():
            return False
    return True
