"""Personal data in a person's rows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.protocol.data_problems import SHOW_DATA, first_rows
from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, listed

_WORDS = {
    "card": ("the number of a payment card", "numbers of payment cards"),
    "account": ("a bank account (IBAN)", "bank accounts (IBAN)"),
    "phone": ("a phone number", "phone numbers"),
    "mail": ("a mail address", "mail addresses"),
}
_SECRET = {"card", "account"}
_ENDS = 2
"""Letters that are shown at either end of what was found: enough to know it, too little to pass it on."""


def personal_data(found: Mapping[str, Mapping[int, str]]) -> Problem:
    """Some rows hold what belongs to a person.

    Args:
        found: Kind (``"card"``, ``"account"``, ``"phone"``, ``"mail"``) → number of the row → what stands
            there, the first of it; kinds that were not found are left out.
    """
    rows = sorted({number for of_kind in found.values() for number in of_kind})
    one = len(rows) == 1
    kinds = listed(
        [
            f"{_WORDS[kind][0] if len(of_kind) == 1 else _WORDS[kind][1]} in {counted(len(of_kind), 'row')} "
            f"(row {min(of_kind):,}: {_hidden(of_kind[min(of_kind)])})"
            for kind, of_kind in found.items()
        ]
    )
    return Problem(
        code="personal_data",
        title=f"{counted(len(rows), 'row')} {'seems' if one else 'seem'} to hold personal data",
        reason=f"{kinds[0].upper()}{kinds[1:]}. A model can repeat what it has learned, and lists of wrong "
        "answers show whole texts.",
        fix="Put words such as PHONE in their place before you hand on the model, its results or the file.",
        safe=SAFE,
        severity=Severity.WARNING if _SECRET & {*found} else Severity.NOTE,
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def _hidden(text: str) -> str:
    """Returns something personal so that it can be found, not read."""
    return f"{text[:_ENDS]}…{text[-_ENDS:]}"
