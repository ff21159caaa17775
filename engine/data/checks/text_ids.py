"""A text column that holds ids: there is nothing to read in it."""

from __future__ import annotations

from engine.data.check import Check, CheckedRows, Tell
from engine.data.ids import id_kind
from engine.protocol import id_problems


def look(rows: CheckedRows) -> Tell:
    """Looks at each column whose texts are read."""
    found = [
        id_problems.text_looks_like_id(role, rows.column(role), kind, cells[0], len(cells))
        for role in rows.read_roles
        if (kind := id_kind(cells := rows.cells(role)))
    ]
    return lambda _split: found


CHECK = Check(look=look)
