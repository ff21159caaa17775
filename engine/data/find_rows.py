"""Finding rows of a table: those that hold some words, have a label or a number, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.answer_cells import label_sets
from engine.data.shown_cells import in_words, sentences_in, shown
from engine.data.table import Table, cells, row_numbers
from engine.protocol.data_facts import RowQuery


def find_rows(table: Table, query: RowQuery) -> Sequence[int]:
    """Returns where the wanted rows stand in a table, from 0, in their order.

    Args:
        table: The rows.
        query: Which are wanted; capitals do not count in its words, and all that it says must hold.
    """
    places: Sequence[int] = range(table.rows)
    if query.rows:
        places = np.flatnonzero(np.isin(row_numbers(table.dataset), query.rows)).tolist()
    if query.label_column in table.columns and query.label:
        labels = cells(table.dataset, query.label_column)
        having = _having(labels, query.label, frozenset(query.labels))
        places = [place for place in places if having[place]]
    wanted = query.search.casefold().strip()
    if wanted:
        sentences = sentences_in(table)
        columns = [(cells(table.dataset, name), name in sentences) for name in table.columns]
        places = [
            place
            for place in places
            if any(
                wanted in in_words(column[place], is_sentence=is_sentence).casefold()
                for column, is_sentence in columns
            )
        ]
    return places


def _having(cells_: Sequence[str], label: str, labels: frozenset[str]) -> list[bool]:
    """Returns of each cell whether it has a label: it is that label, or is none itself and lists it."""
    alone = [cell.strip() for cell in cells_]
    if not labels or labels.issuperset(alone):
        return [cell == label for cell in alone]
    sets = label_sets(cells_)
    return [
        cell == label or (cell not in labels and label in listed)
        for cell, listed in zip(alone, sets, strict=True)
    ]


def page_of(table: Table, places: Sequence[int]) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Returns some rows as a person reads them, and their numbers in the file.

    Args:
        table: The rows.
        places: Where they stand in it.
    """
    some = table.dataset.select(places)
    return tuple(zip(*shown(table, some), strict=True)), tuple(row_numbers(some))
