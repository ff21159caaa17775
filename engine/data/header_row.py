"""Which row of a sheet holds the names of the columns: the first one, unless it is a title or a remark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from engine.data.records import is_blank

_LOOKED_AT = 200
_ABOVE = 10
"""Rows that may stand above the names, at most; blank ones are not counted."""
_MOST = 0.6
"""Share of the columns, 0 to 1, from which a row is as wide as the names are."""
_LONGEST_NAME = 60
_WORDS_OF_NAME, _WORDS_OF_TEXT = 2, 4
_NUMBER = re.compile(r"[+-]?[\d][\d.,:/\- ]*(e[+-]?\d+)?%?", re.IGNORECASE)
"""A number, a date or a time."""
_MOSTLY = 0.8

_Rows = Sequence[Sequence[str]]


def header_place(rows: _Rows) -> int:
    """Returns the place of the row with the names.

    A row is passed over only where something speaks for it: that it fills less than half of the columns, or
    that the row below is clearly one of names. So a row of data is not taken for names by mistake.

    Args:
        rows: All rows of a sheet, one of them at least not blank.
    """
    first = next(place for place, row in enumerate(rows) if not is_blank([*row]))
    places = [place for place in range(first, min(len(rows), first + _LOOKED_AT)) if _width(rows[place])]
    usual = Counter(_width(rows[place]) for place in places).most_common(1)[0][0]
    above = [*pairwise(places)][:_ABOVE]
    return next(
        (here for here, below in above if not _is_title(rows, here, below, usual)), places[len(above)]
    )


def _is_title(rows: _Rows, here: int, following: int, usual: int) -> bool:
    """Whether a row is a title or a remark above the names."""
    row, next_row, below = rows[here], rows[following], rows[following + 1 : following + _LOOKED_AT]
    width, next_width = _width(row), _width(next_row)
    if 2 * width < usual:
        return True
    if next_width < _MOST * usual or not _could_be_names(next_row, below):
        return False
    apart, clear = following > here + 1, _differs_from(next_row, below)
    if width < _MOST * usual:
        # Half of the columns: a title, unless the first column is one that has no name.
        return apart or (clear and bool(row[_first_column(below or [next_row])].strip()))
    if next_width >= width and _has_value_above_words(row, [next_row, *below]):
        return True
    return clear and (apart or width < next_width)


def _width(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _first_column(rows: _Rows) -> int:
    """Returns the first column in which something stands."""
    return min(next((place for place, cell in enumerate(row) if cell.strip()), 0) for row in rows)


def _could_be_names(row: Sequence[str], below: _Rows) -> bool:
    """Whether the cells of a row are short words that do not come back below them."""
    return bool(below) and all(
        len(cell) <= _LONGEST_NAME
        and not _NUMBER.fullmatch(cell.strip())
        and cell not in _column(below, place)
        for place, cell in enumerate(row)
        if cell.strip()
    )


def _differs_from(row: Sequence[str], below: _Rows) -> bool:
    """Whether the cells of a row are clearly no values: words over numbers, or one over long texts."""
    columns = [place for place, cell in enumerate(row) if cell.strip()]
    clear = 0
    for place in columns:
        values = _column(below, place)
        numbers = sum(1 for value in values if _NUMBER.fullmatch(value.strip()))
        if values and numbers >= _MOSTLY * len(values):
            clear += not _NUMBER.fullmatch(row[place].strip())
        elif values and len(row[place].split()) <= _WORDS_OF_NAME:
            clear += median(len(value.split()) for value in values) >= _WORDS_OF_TEXT
    return 2 * clear >= len(columns)


def _has_value_above_words(row: Sequence[str], below: _Rows) -> bool:
    """Whether a number or a date stands over a column of words: no name, and no value of the column."""
    return any(
        _NUMBER.fullmatch(cell.strip()) is not None
        and not any(_NUMBER.fullmatch(value.strip()) for value in _column(below, place))
        for place, cell in enumerate(row)
        if cell.strip()
    )


def _column(rows: _Rows, place: int) -> list[str]:
    return [row[place] for row in rows if row[place].strip()]
