"""Mail addresses, phone numbers, accounts and cards in the rows: pointed out before anybody hands them on."""

from __future__ import annotations

from collections import defaultdict

from engine.data.check import Check, CheckedRows, Tell
from engine.data.personal_data import Kind, personal_data
from engine.protocol import personal_problems


def look(rows: CheckedRows) -> Tell:
    """Reads every text of the rows, those to be learned as answers too."""
    found: defaultdict[Kind, dict[int, str]] = defaultdict(dict)
    for role in (*rows.read_roles, *rows.answer_roles):
        for number, text in zip(rows.numbers, rows.cells(role), strict=True):
            for one in personal_data(text):
                found[one.kind].setdefault(number, text[one.start : one.end])
    by_kind = {kind.value: found[kind] for kind in Kind if found[kind]}
    return lambda _split: (personal_problems.personal_data(by_kind),) if by_kind else ()


CHECK = Check(look=look)
