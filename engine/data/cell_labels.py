"""Which labels stand in a cell, by what the cells of a column are: one label, several, the tags of words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.answer_cells import label_sets, written
from engine.data.cell_lists import words_of
from engine.data.tag_schemes import to_iob2

SEVERAL, TAGS = "several", "tags"


def labels_of(cells: Sequence[str], hold: str) -> list[tuple[str, ...]]:
    """Returns the labels in each cell; of tags the kinds of parts that begin there.

    Args:
        cells: As they stand in the file.
        hold: :data:`SEVERAL` labels, :data:`TAGS`, or one label where it is empty.
    """
    if hold == SEVERAL:
        return label_sets(cells)
    if hold == TAGS:
        return [tuple(tag[2:] for tag in row if tag.startswith("B-")) for row in _iob2(cells)]
    return [(cell,) if cell.strip() else () for cell in cells]


def as_compared(cells: Sequence[str], hold: str) -> list[str]:
    """Returns the answers in a form in which equal ones are equal, whatever scheme their tags are of.

    Args:
        cells: As they stand in the file.
        hold: :data:`TAGS`, :data:`SEVERAL` labels, whose order says nothing, or whatever else stands there.
    """
    if hold == SEVERAL:
        sets = zip(cells, label_sets(cells), strict=True)
        return [written(labels) if cell.strip() else "" for cell, labels in sets]
    return [" ".join(row) for row in _iob2(cells)] if hold == TAGS else list(cells)


def _iob2(cells: Sequence[str]) -> list[list[str]]:
    return to_iob2([words_of(cell) for cell in cells], range(len(cells)))[0]
