"""Problems of dividing rows by time, in words: what is no date, how numbers were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, listed, shortened

_BY_LOT = Action(id="change_split", label="Divide by lot", arguments={"time_column": ""})


def no_dates(column: str, value: str, *, are_numbers: bool = False) -> Problem:
    """Nothing in the column can be read as a date.

    Args:
        column: The column.
        value: A cell of it.
        are_numbers: Whether it holds numbers.
    """
    rule = "dates such as 2026-03-01 can be put in order."
    if are_numbers:
        rule = (
            "numbers are understood where nearly all of them are years (2026), days (20260301), days as "
            "spreadsheets count them (46082), or seconds or milliseconds since 1970 (1772323200)."
        )
    return Problem(
        code="no_dates",
        title=f'"{shortened(column)}" holds no dates',
        reason=f'It says "{shortened(value)}", for example; {rule}',
        fix="Choose another column, or divide the rows by lot.",
        safe=SAFE,
        setting="time_column",
        actions=(_BY_LOT,),
    )


def numbers_read_as_times(column: str, words: str, number: str, day: str, first: str, last: str) -> Problem:
    """Numbers in the column were understood as times.

    Args:
        column: The column.
        words: As what they were read.
        number: One of them.
        day: What it means.
        first: The earliest day of all.
        last: The latest.
    """
    return Problem(
        code="numbers_read_as_times",
        title=f'"{shortened(column)}" is read as {words}',
        reason=f"{shortened(number)} is {day}; the rows are from {first} to {last}.",
        fix="Nothing has to be done; choose another column if it means something else.",
        safe=SAFE,
        severity=Severity.NOTE,
    )


def rows_without_date(column: str, rows: Sequence[int], parts: Mapping[str, int], unused: int = 0) -> Problem:
    """Some rows say no date; they count as earlier than all others.

    Args:
        column: The column with the dates.
        rows: Where they stand in the file.
        parts: How many of them are in train, validation and test.
        unused: How many are in none, because of the limit of training rows.
    """
    words = {"train": "to learn from", "validation": "to check with", "test": "for the final test"}
    spread = {name: number for name, number in parts.items() if number}
    said = [f"{number:,} {words[name]}" for name, number in spread.items()]
    said += [f"{unused:,} left out by the limit of training rows"] if unused else []
    only_learned = set(spread) <= {"train"}
    is_one = len(rows) == 1
    return Problem(
        code="rows_without_date",
        title=f"{counted(len(rows), 'row')} {'says' if is_one else 'say'} no date",
        reason=f'"{shortened(column)}" cannot be read as a date there. '
        f"{'It counts' if is_one else 'They count'} as earlier than all others: {listed(said)}.",
        fix="Nothing has to be done."
        if only_learned
        else "Write a date into these rows: there are so many that they judge the result, too.",
        safe=SAFE,
        severity=Severity.NOTE if only_learned else Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )
