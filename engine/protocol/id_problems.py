"""Problems of columns that hold ids instead of texts or answers, in words."""

from __future__ import annotations

from engine.protocol.data_problems import choose_column
from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, shortened


def text_looks_like_id(role: str, column: str, kind: str, example: str, rows: int) -> Problem:
    """The column whose texts are read holds ids.

    Args:
        role: What the column was chosen for.
        column: Its name.
        kind: What it holds, e.g. ``"UUIDs"``.
        example: What its first row says.
        rows: Usable rows.
    """
    return Problem(
        code="text_looks_like_id",
        title=f'The column "{shortened(column)}" seems to hold ids, not texts',
        reason=f'All {counted(rows, "row")} hold different {kind}, such as "{shortened(example)}". There is '
        "nothing to read in them that would hold for other rows.",
        fix="Choose the column that holds the texts.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting=role,
        actions=(choose_column(role),),
    )


def answer_looks_like_id(
    role: str, column: str, kind: str, example: str, rows: int, severity: Severity = Severity.WARNING
) -> Problem:
    """The column of answers holds ids.

    Args:
        role: What the column was chosen for.
        column: Its name.
        kind: What it holds, e.g. ``"numbers that count up"``.
        example: What its first row says.
        rows: Usable rows.
        severity: An error where nothing can be learned from it at all.
    """
    return Problem(
        code="answer_looks_like_id",
        title=f'The column "{shortened(column)}" seems to hold ids, not answers',
        reason=f'All {counted(rows, "row")} hold different {kind}, such as "{shortened(example)}". No text '
        "tells the id of its row.",
        fix="Choose the column that holds the right answer for each row.",
        safe=SAFE,
        severity=severity,
        setting=role,
        actions=(choose_column(role),),
    )
