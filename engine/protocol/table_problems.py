"""Problems of a table's shape, in words: headers, rows of another length, files of another kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import (
    DELIMITERS,
    ROWS_KEPT,
    counted,
    file_name,
    listed,
    printable,
    quoted,
    rows_named,
)


def _about_commas(odd: Mapping[int, int], expected: int, delimiter: str) -> str:
    """Returns the usual cause of rows that are too long; empty where none is, or no sign cuts the rows."""
    if not delimiter or all(count < expected for count in odd.values()):
        return ""
    sign = DELIMITERS.get(delimiter, f'"{delimiter}"')
    return f" A {sign} inside a text needs quotation marks around the text."


def header_only(path: str, names: Sequence[str]) -> Problem:
    """There are column names and nothing below them."""
    return Problem(
        code="header_only",
        title=f'"{file_name(path)}" has no rows',
        reason=f"Column {'name' if len(names) == 1 else 'names'} {quoted(names)}: there is no row below.",
        fix="Choose a file with rows; if the first row was meant as data, put column names above it.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def single_column(path: str, name: str, *, cut: bool = False) -> Problem:
    """Only one column was found; ``cut`` where something stands between columns in such files."""
    looked = (
        " Thaw looked for commas, tabs, semicolons and vertical bars between columns and found none that cut "
        "the rows alike."
    )
    return Problem(
        code="single_column",
        title=f'"{file_name(path)}" has only one column',
        reason=f'The column is called "{name}".{looked if cut else ""}',
        fix="If there are more columns, save the file as CSV or tell what stands between them."
        if cut
        else "That is enough to go on learning from texts; for answers a second column is needed.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="delimiter" if cut else "",
        actions=(CHOOSE_FILE,),
    )


def header_differs(path: str, header: int, others: int) -> Problem:
    """The header has another number of columns than nearly all rows."""
    return Problem(
        code="header_differs",
        title=f"The first row has {counted(header, 'column')}, the others have {others:,}",
        reason=f'The first row of "{file_name(path)}" must name the columns, one name for each.',
        fix="Open the file, give each column a name in the first row, and choose it again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def most_rows_differ(
    path: str, odd: Mapping[int, int], total: int, expected: int, delimiter: str = ""
) -> Problem:
    """More than half of the rows have another number of columns than the header.

    Args:
        path: The file.
        odd: Row number → its number of columns.
        total: How many rows there are.
        expected: How many columns the header has.
        delimiter: What stands between columns; empty where nothing does.
    """
    rows = sorted(odd)
    return Problem(
        code="most_rows_differ",
        title=f'"{file_name(path)}" does not look like a table',
        reason=f"The first row has {counted(expected, 'column')}, but {len(odd):,} of "
        f"{counted(total, 'row')} have another number.{_about_commas(odd, expected, delimiter)}",
        fix="Choose another file, or tell what stands between its columns.",
        safe=SAFE,
        setting="delimiter",
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(odd),
        actions=(CHOOSE_FILE,),
    )


def odd_rows(path: str, odd: dict[int, int], expected: int, delimiter: str = "") -> Problem:
    """Some rows have another number of columns than the header; they are left out.

    Args:
        path: The file.
        odd: Row number → its number of columns.
        expected: How many columns the header has.
        delimiter: What stands between columns; empty where nothing does.
    """
    rows = sorted(odd)
    width, alike = Counter(odd.values()).most_common(1)[0]
    if len(rows) == 1:
        title = f"Row {rows[0]:,} has {counted(width, 'column')}, the others have {expected:,}"
    elif alike == len(rows):
        title = f"{counted(len(rows), 'row')} have {counted(width, 'column')}, the others have {expected:,}"
    else:
        title = f"{counted(len(rows), 'row')} have more or fewer than {counted(expected, 'column')}"
    return Problem(
        code="odd_rows",
        title=title,
        reason=f'{rows_named(rows)} of "{file_name(path)}" cannot be matched with the column names and '
        f"{'is' if len(rows) == 1 else 'are'} left out.{_about_commas(odd, expected, delimiter)}",
        fix="Mend the file and choose it again, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def blank_rows(path: str, rows: Sequence[int]) -> Problem:
    """Some rows hold nothing at all; they are left out and still counted."""
    return Problem(
        code="blank_rows",
        title=f"{counted(len(rows), 'row')} {'is' if len(rows) == 1 else 'are'} blank",
        reason=f'{rows_named(rows)} of "{file_name(path)}" '
        f"{'holds' if len(rows) == 1 else 'hold'} nothing and {'is' if len(rows) == 1 else 'are'} left out. "
        "The numbers of the other rows stay as in the file.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def unclosed_quote(path: str, row: int) -> Problem:
    """A quotation mark opens a text and none closes it; everything after it would be one text."""
    return Problem(
        code="unclosed_quote",
        title=f"Row {row:,} opens a quotation mark that is never closed"
        if row
        else "The first row opens a quotation mark that is never closed",
        reason=f'Everything after it in "{file_name(path)}" would be read as one text.',
        fix="Open the file, close the quotation mark in that row, and choose the file again.",
        safe=SAFE,
        rows=(row,) if row else (),
        row_count=1 if row else 0,
        actions=(CHOOSE_FILE,),
    )


def quotes_left_open(path: str, rows: Sequence[int]) -> Problem:
    """Quotation marks that open a text and are not closed; each line below is read by itself all the same."""
    one = len(rows) == 1
    return Problem(
        code="quotes_left_open",
        title=f"{counted(len(rows), 'quotation mark')} {'is' if one else 'are'} not closed",
        reason=f'{rows_named(rows)} of "{file_name(path)}" {"opens" if one else "open"} a text with a '
        "quotation mark that is missing at its end. Each is read up to the end of its line, and left out "
        "where columns are missing then; the lines below are read as rows of their own.",
        fix="Nothing has to be done unless these rows matter; then close the quotation mark in the file.",
        safe=SAFE,
        severity=Severity.NOTE,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def quotes_as_letters(path: str) -> Problem:
    """Quotation marks do not enclose texts in this file, so they are kept as they stand."""
    return Problem(
        code="quotes_as_letters",
        title="Quotation marks are read as letters",
        reason=f'In "{file_name(path)}" they do not come in pairs around texts. Read that way, every row '
        "fits the column names.",
        fix="If texts were cut at a line break, save the file again as CSV.",
        safe=SAFE,
        severity=Severity.NOTE,
    )


def no_header(path: str, column: str, count: int) -> Problem:
    """The first row looks like data: a name is also a frequent value of its column."""
    return Problem(
        code="no_header",
        title="The first row may not be column names",
        reason=f'"{column}" was read as a column name and stands {count:,} times below it in '
        f'"{file_name(path)}".',
        fix="Put a row of column names above the data and choose the file again; otherwise the first "
        "row is missing.",
        safe=SAFE,
        severity=Severity.WARNING,
        actions=(CHOOSE_FILE,),
    )


def unnamed_columns(path: str, names: Sequence[str]) -> Problem:
    """Some columns have no name and got one."""
    return Problem(
        code="unnamed_columns",
        title=f"{counted(len(names), 'column')} without a name",
        reason=f'"{file_name(path)}" does not name them; they are called {quoted(names)} here.',
        fix="Nothing has to be done; a name in the first row makes them easier to tell apart.",
        safe=SAFE,
        severity=Severity.WARNING,
    )


def repeated_columns(path: str, renamed: dict[str, str]) -> Problem:
    """Some columns have the same name; all but the first got another (new name → name in the file)."""
    changes = listed([f'"{new}" (in the file: "{old}")' for new, old in renamed.items()], 4)
    return Problem(
        code="repeated_columns",
        title=f"{counted(len(renamed), 'column')} with a name that was taken",
        reason=f'"{file_name(path)}" uses a name more than once. Here the later ones are called {changes}.',
        fix="Check which of them holds what you want to use.",
        safe=SAFE,
        severity=Severity.WARNING,
    )


def too_many_columns(path: str, count: int, limit: int) -> Problem:
    """There are more columns than a table of texts can have."""
    return Problem(
        code="too_many_columns",
        title=f'"{file_name(path)}" has {count:,} columns',
        reason=f"Thaw reads tables of up to {limit:,} columns; so many are rarely a table of texts.",
        fix="Save the columns that hold the texts and the answers into a file of their own.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def damaged_table(path: str, said: str) -> Problem:
    """A file of bytes cannot be read; ``said`` are the words of the library."""
    return Problem(
        code="damaged_table",
        title=f'"{file_name(path)}" cannot be read',
        reason="It begins like a Parquet or Arrow table, but a part of it is missing or damaged; perhaps it "
        "was not copied whole.",
        fix="Copy or download it again, and choose the new file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(said),
    )


def old_feather(path: str) -> Problem:
    """The table is of the first version of Feather."""
    return Problem(
        code="old_feather",
        title=f'"{file_name(path)}" is of an old form',
        reason="It is a Feather table of version 1, which is not read any more: damage in it cannot be told.",
        fix="Save the table again as Parquet or CSV, and choose that file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def too_many_cells(path: str, rows: int, columns: int, limit: int) -> Problem:
    """The table has more cells than there is room for."""
    return Problem(
        code="too_many_cells",
        title=f'"{file_name(path)}" is too large',
        reason=f"It has {counted(rows, 'row')} of {counted(columns, 'column')}; Thaw reads tables of up to "
        f"{limit:,} cells.",
        fix="Save a part of the rows into a smaller file; a few thousand are plenty to start with.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )
