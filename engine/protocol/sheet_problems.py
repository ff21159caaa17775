"""Problems of workbooks, in words: which sheet, which row, locked, damaged."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, file_name, printable, quoted, rows_named


def locked_workbook(path: str) -> Problem:
    """The workbook asks for a password."""
    return Problem(
        code="locked_workbook",
        title=f'"{file_name(path)}" is locked with a password',
        reason="What stands in a locked workbook cannot be read without it.",
        fix="Open it in your spreadsheet program, save a copy without a password and choose that.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def damaged_workbook(path: str, said: str) -> Problem:
    """The workbook cannot be opened; ``said`` are the words of the library."""
    return Problem(
        code="damaged_workbook",
        title=f'"{file_name(path)}" cannot be read as a workbook',
        reason="It looks like one, but a part of it is missing or damaged; perhaps it was not copied whole.",
        fix="Open it in your spreadsheet program, save it again, and choose the new file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(said),
    )


def empty_workbook(path: str, sheet: str = "") -> Problem:
    """No sheet holds a row, or the chosen one does not."""
    place = f'the sheet "{printable(sheet)}"' if sheet else "any of its sheets"
    return Problem(
        code="empty_workbook",
        title=f'"{file_name(path)}" holds no rows',
        reason=f"There is nothing in {place}.",
        fix="Choose another sheet or file, with column names and below them a row for each text.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def no_such_sheet(path: str, sheet: str, names: Sequence[str]) -> Problem:
    """The chosen sheet is not there; ``names`` are."""
    return Problem(
        code="no_such_sheet",
        title=f'There is no sheet "{printable(sheet)}" in "{file_name(path)}"',
        reason=f"It holds {quoted([printable(name) for name in names], 6)}.",
        fix="Choose one of them.",
        safe=SAFE,
        setting="sheet",
    )


def no_such_row(path: str, row: int, rows: int) -> Problem:
    """The row that was chosen for the column names is blank or beyond the last one."""
    return Problem(
        code="no_such_row",
        title=f"Row {row:,} holds no column names",
        reason=f'The sheet of "{file_name(path)}" has {counted(rows, "row")}; this one is blank or beyond '
        "them.",
        fix="Choose the row in which the names of the columns stand.",
        safe=SAFE,
        setting="header_row",
    )


def other_sheets(path: str, sheet: str, names: Sequence[str]) -> Problem:
    """One sheet of several was read."""
    others = [printable(name) for name in names if name != sheet]
    return Problem(
        code="other_sheets",
        title=f'The sheet "{printable(sheet)}" was read',
        reason=f'"{file_name(path)}" also holds {quoted(others, 4)}.',
        fix="Choose another sheet if your rows stand there.",
        severity=Severity.NOTE,
        setting="sheet",
    )


def rows_above_names(path: str, rows: Sequence[int], header: int) -> Problem:
    """Rows above the column names were left out; rows of the sheet, from 1."""
    return Problem(
        code="rows_above_names",
        title=f"The column names were found in row {header:,}",
        reason=f'{rows_named(rows)} of the sheet in "{file_name(path)}" above them '
        f"{'was' if len(rows) == 1 else 'were'} taken for a title and left out.",
        fix="Nothing has to be done; if the names stand in another row, choose that.",
        severity=Severity.NOTE,
        setting="header_row",
    )


def merged_cells(path: str, cells: int) -> Problem:
    """Cells that were merged over several rows were filled in each of them."""
    return Problem(
        code="merged_cells",
        title="Merged cells count for each of their rows",
        reason=f'In "{file_name(path)}" {counted(cells, "blank cell")} below merged ones took over what '
        "stands there.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=SAFE,
    )
