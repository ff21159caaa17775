"""Problems of a person's rows, in words: columns, blank cells, duplicates, too few rows."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, printable, quoted, rows_named, shortened

SHOW_DATA = Action(id="show_data", label="Show the rows")

_MISSING_TITLES = {"label": "No answer column found", "text": "No text column found"}
_MISSING_NEEDS = {
    "label": "Training needs one column that holds the right answer for each row.",
    "text": "Training needs one column that holds the text to read.",
}


def choose_column(role: str, column: str = "") -> Action:
    """Returns the button that chooses a column for a role, or that uses a suggested one."""
    if not column:
        return Action(id="choose_column", label="Choose the column", arguments={"role": role})
    return Action(
        id="choose_column", label=f'Use "{shortened(column)}"', arguments={"role": role, "column": column}
    )


def _has_columns(file: str, names: Sequence[str]) -> str:
    table = f'"{printable(file)}"' if file else "The table"
    return f"{table} has the column{'' if len(names) == 1 else 's'} {quoted(names, 8)}."


def first_rows(rows: Sequence[int]) -> tuple[int, ...]:
    """Returns the row numbers that a problem carries: the first hundred."""
    return tuple(rows[:ROWS_KEPT])


def no_column_for_role(file: str, role: str, role_label: str, names: Sequence[str]) -> Problem:
    """No column was chosen or found for something that the task needs.

    Args:
        file: Name of the file; may be empty.
        role: Id of the role, e.g. ``"label"``.
        role_label: What a person reads, e.g. ``"Answer to learn"``.
        names: The columns that there are.
    """
    title = _MISSING_TITLES.get(role, f'No column for "{role_label}"')
    needs = _MISSING_NEEDS.get(role, f'Training needs a column for "{role_label}".')
    return Problem(
        code="no_answer_column" if role == "label" else "no_column_for_role",
        title=title,
        reason=f"{_has_columns(file, names)} {needs}",
        fix=f'Choose the column that means "{role_label}".',
        safe=SAFE,
        setting=role,
        actions=(choose_column(role),),
    )


def no_such_column(file: str, role: str, column: str, names: Sequence[str], similar: str = "") -> Problem:
    """The column that was named is not in the file.

    Args:
        file: Name of the file; may be empty.
        role: Id of the role that it was named for.
        column: The name that was given.
        names: The columns that there are.
        similar: One of them that is spelled almost alike.
    """
    hint = f' Did you mean "{shortened(similar)}"?' if similar else ""
    suggested = (choose_column(role, similar),) if similar else ()
    return Problem(
        code="no_such_column",
        title=f'There is no column "{shortened(column)}"',
        reason=f"{_has_columns(file, names)}{hint}",
        fix="Choose one of these columns.",
        safe=SAFE,
        setting=role,
        actions=(*suggested, choose_column(role)),
    )


def column_used_twice(column: str, role: str, role_labels: Sequence[str]) -> Problem:
    """One column was named for two meanings; then the answer would stand in the text."""
    return Problem(
        code="column_used_twice",
        title=f'The column "{shortened(column)}" is used twice',
        reason=f"It is to be {quoted(role_labels)} at once; then there is nothing to learn.",
        fix="Choose another column for one of them.",
        safe=SAFE,
        setting=role,
        actions=(choose_column(role),),
    )


def blank_cells(role: str, role_label: str, column: str, rows: Sequence[int], total: int) -> Problem:
    """Some rows have nothing in a column that the task needs; they are left out.

    Args:
        role: Id of the role; the problem's code is ``blank_`` and this.
        role_label: What a person reads.
        column: Name of the column.
        rows: Their numbers.
        total: Rows of the file, as far as they are numbered.
    """
    noun = {"text": "text", "label": "label"}.get(role, f'"{role_label}"')
    one = len(rows) == 1
    return Problem(
        code=f"blank_{role}",
        title=f"{counted(len(rows), 'row')} without a {noun}",
        reason=f"{rows_named(rows)} of {total:,} {'has' if one else 'have'} nothing in the column "
        f'"{shortened(column)}" and {"is" if one else "are"} left out.',
        fix="Fill them in and choose the file again, or go on without them.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting=role,
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def all_rows_complete(rows: int, needs: str = "a text and a label") -> Problem:
    """Every row has all that the task needs: good news.

    Args:
        rows: How many there are.
        needs: What a row needs, in words.
    """
    return Problem(
        code="all_rows_complete",
        title="No empty texts",
        reason=f"{'Every' if rows != 1 else 'The'} row has {needs}.",
        fix="",
        severity=Severity.NOTE,
        row_count=rows,
    )


def no_usable_rows(total: int, needs: str = "both a text and a label", role: str = "label") -> Problem:
    """No row has all that the task needs.

    Args:
        total: Rows of the table.
        needs: What a row needs, in words.
        role: The column that is likely the wrong one.
    """
    return Problem(
        code="no_usable_rows",
        title="No row can be used",
        reason=f"None of {counted(total, 'row')} has {needs}." if total else "The table has no rows.",
        fix="Check that the right columns are chosen.",
        safe=SAFE,
        actions=(choose_column(role), CHOOSE_FILE),
    )


def too_few_rows(usable: int, needed: int) -> Problem:
    """There are not enough rows to train, check and test."""
    return Problem(
        code="too_few_rows",
        title=f"{counted(usable, 'row')} {'is' if usable == 1 else 'are'} too few",
        reason=f"Rows are divided into three parts: to learn from, to check with, and for the final test. "
        f"At least {needed} are needed; a useful result takes a hundred or more.",
        fix="Add rows to the file and choose it again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def duplicates(extra: int, rows: Sequence[int], *, exact: bool) -> Problem:
    """Some texts stand more than once.

    Args:
        extra: How many rows would go if each text stood once.
        rows: Their numbers.
        exact: Whether all are the same letter by letter; else some differ in capitals or spaces.
    """
    alike = "" if exact else " Texts that differ only in capitals or spaces count as the same."
    noun = "exact duplicate" if exact else "duplicate"
    return Problem(
        code="duplicates",
        title=counted(extra, noun),
        reason="Where Thaw divides the rows, they are kept on one side of the split; the final test then "
        f"holds none that the model has studied.{alike}",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="text",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )
