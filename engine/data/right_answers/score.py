"""A number in each cell, with the sign for its decimals that the person's file has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol.cell_numbers import number_of
from engine.protocol.mending_problems import answer_is_no_number
from engine.protocol.right_answers import AnswerForm, GivenAnswer, Score

_DECIMALS = re.compile(r"\d[.,](\d+)\s*%?\s*$")
_MOST_DECIMALS = 6


def score(role: str) -> RightAnswers:
    """Returns how a score stands in its cell.

    Args:
        role: Of the column.
    """

    def form(rows: TaskRows) -> AnswerForm:
        written = cells(rows.rows, role)
        numbers = [number for cell in written if (number := number_of(cell)) is not None] or [0.0]
        decimals = max((_decimals(cell) for cell in written), default=0)
        return Score(low=min(numbers), high=max(numbers), decimals=decimals)

    return RightAnswers(role, form, _read, _write)


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    numbers = [number_of(one.cell) for one in places]
    return [
        GivenAnswer(text="" if one is None else f"{one:.{_MOST_DECIMALS}f}".rstrip("0").rstrip("."))
        for one in numbers
    ]


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    number = number_of(given.text)
    if number is None:
        raise EngineError(answer_is_no_number(given.text))
    if number == number_of(place.cell):
        return place.cell
    # As exactly as the other scores of the file, unless it was given more exactly.
    decimals = max(_decimals(given.text), min(_decimals(cell) for cell in (place.cell, *place.others[:50])))
    written = f"{number:.{decimals}f}"
    likes = [cell for cell in (place.cell, *place.others) if number_of(cell) is not None]
    if _has_comma(next(filter(_decimals, likes), "")):
        written = written.replace(".", ",")
    return f"{written}%" if likes and likes[0].rstrip().endswith("%") else written


def _decimals(cell: str) -> int:
    found = _DECIMALS.search(cell)
    if not found or number_of(cell) is None or ("," in found[0] and not _has_comma(cell)):
        return 0
    return min(len(found[1]), _MOST_DECIMALS)


def _has_comma(cell: str) -> bool:
    """Whether a number is written with a decimal comma, not with commas between thousands."""
    return cell.count(",") == 1 and "." not in cell and number_of(cell) != number_of(cell.replace(",", ""))
