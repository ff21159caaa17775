"""Cells as a person reads them: the words of a sentence, labels side by side, the texts of answers."""

from __future__ import annotations

from collections.abc import Sequence

from datasets import Dataset

from engine.answer_cells import enumerated, listed_in
from engine.data.answers import answers_of, is_answers
from engine.data.roles import TOKENS
from engine.data.table import Table, cells

PREVIEW_ROWS = 200
_LONG = 6.0
"""Things in a list, on the average, from which they are rather the words of a sentence than labels."""
_VARIED = 0.5
"""Share of them that are different from each other likewise."""


def in_words(cell: str, *, is_sentence: bool = False) -> str:
    """Returns what a person reads in a cell: what a list holds, the texts of answers; else the cell.

    Args:
        cell: As it stands in the file.
        is_sentence: Whether a list holds words of a sentence or their tags, with spaces between them; else
            it holds labels.
    """
    if not cell.lstrip().startswith(("[", "{")):
        return cell
    listed = listed_in(cell)
    if listed:
        return " ".join(listed) if is_sentence else enumerated(listed)
    return enumerated([answer.text for answer in answers_of(cell)]) if is_answers(cell) else cell


def shown(table: Table, some: Dataset) -> list[list[str]]:
    """Returns the columns of some rows of a table as a person reads them.

    Args:
        table: How it begins says what the lists in its columns are.
        some: Rows of it.
    """
    sentences = sentences_in(table)
    return [
        [in_words(cell, is_sentence=name in sentences) for cell in cells(some, name)]
        for name in table.columns
    ]


def sentences_in(table: Table) -> frozenset[str]:
    """Returns the columns whose lists are words of a sentence, or their tags; other lists are labels.

    Words and tags stand beside each other, as many in every row; words alone are many and varied.

    Args:
        table: Its first rows are looked at.
    """
    first = table.dataset.select(range(min(PREVIEW_ROWS, table.rows)))
    lists = {
        name: [listed_in(cell) for cell in cells(first, name)]
        for name in table.columns
        if any(cell.lstrip().startswith("[") for cell in cells(first, name))
    }
    lengths = {name: [None if row is None else len(row) for row in rows] for name, rows in lists.items()}
    return frozenset(
        name
        for name, rows in lists.items()
        if name.casefold() in TOKENS.names
        or _is_varied([item for row in rows for item in row or ()], sum(map(bool, rows)))
        or any(_is_beside(lengths[name], lengths[other]) for other in lists if other != name)
    )


def _is_varied(items: list[str], rows: int) -> bool:
    return len(items) >= _LONG * max(1, rows) and len(set(items)) > _VARIED * len(items)


def _is_beside(one: Sequence[int | None], other: Sequence[int | None]) -> bool:
    """Whether two columns hold as many things in every row, and not one each.

    Cells that are no lists, such as those that a person has written, say nothing about the others.
    """
    both = [pair for pair in zip(one, other, strict=True) if None not in pair]
    return all(here == there for here, there in both) and any(here and here > 1 for here, _ in both)
