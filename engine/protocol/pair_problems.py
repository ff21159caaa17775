"""Problems of pairs of texts, in words: none to use, the same on both sides."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, choose_column, first_rows
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, rows_named, shortened


def all_pairs_complete(rows: int) -> Problem:
    """Every row has both texts: good news."""
    return Problem(
        code="all_rows_complete",
        title="No empty texts",
        reason="Every row has all its texts.",
        fix="",
        severity=Severity.NOTE,
        row_count=rows,
    )


def no_usable_pairs(total: int) -> Problem:
    """No row has a text to read and a text to write."""
    return Problem(
        code="no_usable_rows",
        title="No row can be used",
        reason=f"None of {counted(total, 'row')} has both a text to read and a text to write."
        if total
        else "The table has no rows.",
        fix="Check that the right columns are chosen.",
        safe=SAFE,
        actions=(choose_column("target"), CHOOSE_FILE),
    )


def equal_sides(rows: Sequence[int], total: int) -> Problem:
    """Some rows say the same on both sides: the model learns there to give the text back.

    Args:
        rows: Their numbers.
        total: Usable rows.
    """
    one = len(rows) == 1
    return Problem(
        code="equal_sides",
        title=f"{counted(len(rows), 'row')} {'says' if one else 'say'} the same on both sides",
        reason=f"{rows_named(rows)} of {total:,}: there the model learns to give the text back as it is.",
        fix="Nothing has to be done if that is right, as for names.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="target",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def lengths_do_not_fit(rows: Sequence[int], *, row: int, source: str, target: str, usual: float) -> Problem:
    """In some pairs one text is much longer than the other would have it: it may belong to another row.

    Args:
        rows: Their numbers.
        row: The oddest of them.
        source: What is read there.
        target: What is to be written there.
        usual: How many times as long as the first text the second usually is.
    """
    one = len(rows) == 1
    return Problem(
        code="lengths_do_not_fit",
        title=f"{counted(len(rows), 'pair')} whose lengths do not go together",
        reason=f"Texts to write are usually {usual:.1f} times as long as those to read. In row {row:,} "
        f'{counted(len(source), "letter")}, "{shortened(source, 60)}", stand beside {len(target):,}, '
        f'"{shortened(target, 60)}". The two texts of {"that row" if one else "such rows"} may not belong '
        "together.",
        fix="Look at these rows, and take out those that are wrong.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="target",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )
