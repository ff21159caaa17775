"""Problems of JSON, in words: documents without rows, rows under keys, lines that are none."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, file_name, printable, quoted, rows_named, shortened


def json_document(path: str) -> Problem:
    """The file is one JSON value in which no rows are found."""
    return Problem(
        code="json_document",
        title=f'No rows were found in "{file_name(path)}"',
        reason="Thaw looks for a list of objects with the same names, such as "
        '[{"text": "…", "label": "…"}, …], also under a key.',
        fix="Save the rows as such a list, as JSON lines or as CSV, and choose that file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def damaged_json(path: str) -> Problem:
    """A list of JSON objects that does not end as it should, or is damaged inside."""
    return Problem(
        code="damaged_json",
        title=f'"{file_name(path)}" cannot be read',
        reason="It begins as a list of JSON objects, but a part of it is missing, damaged or too deep.",
        fix="Export or copy it again, and choose the new file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def rows_under_key(path: str, key: str, rows: int, others: Sequence[str] = ()) -> Problem:
    """The rows of a JSON document stand under a key; ``others`` were left aside."""
    return Problem(
        code="rows_under_key",
        title=f'{counted(rows, "row")} under "{shortened(key)}" {"was" if rows == 1 else "were"} read',
        reason=f'"{file_name(path)}" is one JSON document.{_also(others)}',
        fix="If you want others, save them into a file of their own."
        if others
        else "Nothing has to be done.",
        severity=Severity.NOTE,
        safe=SAFE,
    )


def rows_in_parts(path: str, parts: Sequence[str], rows: int, others: Sequence[str] = ()) -> Problem:
    """The rows of a JSON document stand under the names of the parts of a split."""
    return Problem(
        code="rows_in_parts",
        title=f"{counted(rows, 'row')} of {counted(len(parts), 'part')} of a split",
        reason=f'"{file_name(path)}" holds {quoted(parts)}; rows are numbered through all of them, and '
        f"a column says where each comes from.{_also(others)}",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=SAFE,
    )


def _also(others: Sequence[str]) -> str:
    """Returns what else stands in a document."""
    left = "this was left aside" if len(others) == 1 else "these were left aside"
    return f" It also holds {quoted(others, 3)}; {left}." if others else ""


def odd_json_rows(path: str, rows: Sequence[int], total: int, details: str = "") -> Problem:
    """Some lines are no JSON objects and are left out; an error when they are more than half of all."""
    wanted = 'an object such as {"text": "…", "label": "…"}'
    if 2 * len(rows) > total:
        return Problem(
            code="most_rows_differ",
            title=f'"{file_name(path)}" does not look like JSON lines',
            reason=f"{len(rows):,} of {counted(total, 'line')} cannot be read as {wanted}.",
            fix="Choose a file with one JSON object a line, or a CSV file.",
            safe=SAFE,
            rows=tuple(rows[:ROWS_KEPT]),
            row_count=len(rows),
            actions=(CHOOSE_FILE,),
            details=printable(details),
        )
    one = len(rows) == 1
    return Problem(
        code="odd_rows",
        title=f"{counted(len(rows), 'row')} {'is' if one else 'are'} not a JSON object",
        reason=f"{rows_named(rows)} of {total:,} cannot be read as {wanted} and "
        f"{'is' if one else 'are'} left out.",
        fix="Mend the file and choose it again, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
        details=printable(details),
    )
