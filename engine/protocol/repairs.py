"""Repairs: steps that mend the rows of a file as they are read; the file itself is never written."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

CHANGE_CELLS, REMOVE_ROWS = "change_cells", "remove_rows"
"""Kinds of the steps that a person makes cell by cell, row by row."""

BY_HAND = frozenset({CHANGE_CELLS, REMOVE_ROWS})
"""They say outcomes and no rule, so that two of them in a row are one."""


REMOVE_KNOWN_TESTS = "remove_known_tests"
"""Kind of the step that takes rows to learn from out whose text is judged by."""


class Repair(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step. The steps of a project are done in their order, each on what the one before it left.

    A step says a rule rather than its outcome wherever it can ("each text once", not a list of rows), so
    that a project's file stays readable and a step holds for a file that has grown.

    Attributes:
        kind: Id of the repair, e.g. ``"remove_duplicates"``.
        columns: The columns that it is about, in the order in which its kind names them.
        rows: Numbers of the rows that it is about, as the file counts them; empty for all.
        values: What stands somewhere → what is to stand there, as its kind says.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    values: dict[str, str] = {}


def new_cells(column: str, texts: Mapping[int, str]) -> Repair:
    """Returns the step that writes texts into a column.

    Args:
        column: Its name.
        texts: Number of a row, as the file counts it → what is to stand there.
    """
    return Repair(
        kind=CHANGE_CELLS, columns=(column,), values={str(row): text for row, text in texts.items()}
    )
