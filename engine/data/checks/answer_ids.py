"""An answer column that holds ids: nothing in a text could tell them."""

from __future__ import annotations

from engine.data.check import Check, CheckedRows, Tell
from engine.data.ids import id_kind
from engine.protocol import id_problems


def look(rows: CheckedRows) -> Tell:
    """Looks at each column that holds answers; of labels the task itself says it, as an error."""
    if rows.task_rows.classes:
        return lambda _split: ()
    found = [
        id_problems.answer_looks_like_id(role, rows.column(role), kind, cells[0], len(cells))
        for role in rows.answer_roles
        if (kind := id_kind(cells := rows.cells(role)))
    ]
    return lambda _split: found


CHECK = Check(look=look)
