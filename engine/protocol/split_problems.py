"""Problems of dividing rows into train, validation and test, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, file_name, percent, printable, quoted, shortened


def split_out_of_range(validation: float, test: float) -> Problem:
    """The shares of the split leave a part empty."""
    return Problem(
        code="split_out_of_range",
        title="The split leaves a part without rows",
        reason=f"{percent(validation)} to check with and {percent(test)} for the final test were asked for. "
        "Each must be more than 0 %, and together they must leave something to learn from.",
        fix="Use 15 % and 15 %, or other shares that add up to less than 100 %.",
        safe=SAFE,
        setting="split",
        actions=(
            Action(
                id="change_settings",
                label="Use 70 / 15 / 15",
                arguments={"validation": "0.15", "test": "0.15"},
            ),
        ),
    )


def cannot_split(rows: int, distinct: int, empty: str) -> Problem:
    """One of the three parts gets no row.

    Args:
        rows: Usable rows.
        distinct: How many different texts there are among them.
        empty: The part that stays empty, in words.
    """
    same = f" They hold only {counted(distinct, 'different text')}." if distinct < rows else ""
    return Problem(
        code="cannot_split",
        title=f"{counted(rows, 'row')} cannot be divided into three parts",
        reason=f"No row is left {empty}.{same} Texts that are the same stay together, and each label "
        "should stand in every part.",
        fix="Add rows to the file and choose it again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def row_limit_too_small(limit: int, needed: int) -> Problem:
    """So few rows cannot hold one row of each label."""
    return Problem(
        code="row_limit_too_small",
        title=f"Training on {counted(limit, 'row')} is not possible",
        reason=f"There are {counted(needed, 'label')}, and each needs at least one row to learn from.",
        fix=f"Use {needed} rows or more; a few for each label show more.",
        safe=SAFE,
        setting="row_limit",
        actions=(
            Action(id="change_settings", label=f"Use {needed} rows", arguments={"row_limit": str(needed)}),
        ),
    )


def small_test(rows: int) -> Problem:
    """The final test is so small that one answer moves the score a lot."""
    return Problem(
        code="small_test",
        title=f"The final test holds only {counted(rows, 'text')}",
        reason=f"Each is {percent(1 / rows)} of what is judged, so the result can be luck.",
        fix="Add rows; from about a hundred test texts on, results say more.",
        safe=SAFE,
        severity=Severity.WARNING,
    )


def no_split_column(file: str, column: str, setting: str, names: Sequence[str]) -> Problem:
    """A column that the split goes by is not in the file."""
    return Problem(
        code="no_split_column",
        title=f'There is no column "{printable(column)}"',
        reason=f'The split of "{file_name(file)}" goes by it. Its '
        f"{'column is' if len(names) == 1 else 'columns are'} {quoted(names, 6)}.",
        fix="Choose one of them, or let Thaw divide the rows.",
        safe=SAFE,
        setting=setting,
    )


def no_parts(column: str, values: Sequence[str]) -> Problem:
    """The column that should say to which part a row belongs names no training or no test rows."""
    return Problem(
        code="no_parts",
        title=f'"{shortened(column)}" does not divide the rows',
        reason=f"It says {quoted(values, 4)}. It has to say train and test, and may say validation.",
        fix="Choose another column, or let Thaw divide the rows.",
        safe=SAFE,
        setting="part_column",
    )


def rows_without_part(column: str, rows: Sequence[int], values: Sequence[str]) -> Problem:
    """Some rows belong to no part; ``values`` are what they say instead."""
    said = quoted([value or "nothing" for value in values], 4)
    return Problem(
        code="rows_without_part",
        title=f"{counted(len(rows), 'row')} {'belongs' if len(rows) == 1 else 'belong'} to no part",
        reason=f'"{shortened(column)}" says {said} there, not train, validation or test. They are left out.',
        fix="Change the values in your file if these rows matter.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:100]),
        row_count=len(rows),
    )


def rows_in_two_parts(rows: Sequence[int], tests: int) -> Problem:
    """Texts that are learned from stand in another part of a given split, too."""
    return Problem(
        code="rows_in_two_parts",
        title=f"{counted(len(rows), 'row')} outside of training {'has' if len(rows) == 1 else 'have'} a text "
        "that is learned from",
        reason=f"Your file divides the rows so, {counted(tests, 'test row')} among them. What was learned by "
        "heart looks like skill there, so the score can be too high.",
        fix="Take these rows out of one part in your file, or let Thaw divide the rows: it keeps such texts "
        "together.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:100]),
        row_count=len(rows),
    )


def no_dates(column: str, value: str) -> Problem:
    """Nothing in the column can be read as a date."""
    return Problem(
        code="no_dates",
        title=f'"{shortened(column)}" holds no dates',
        reason=f'It says "{shortened(value)}", for example; dates such as 2026-03-01 can be put in order.',
        fix="Choose another column, or divide the rows by lot.",
        safe=SAFE,
        setting="time_column",
    )


def rows_without_date(column: str, rows: Sequence[int]) -> Problem:
    """Some rows say no date and are learned from."""
    return Problem(
        code="rows_without_date",
        title=f"{counted(len(rows), 'row')} {'says' if len(rows) == 1 else 'say'} no date",
        reason=f'"{shortened(column)}" cannot be read as a date there. Such rows are learned from.',
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        rows=tuple(rows[:100]),
        row_count=len(rows),
    )
