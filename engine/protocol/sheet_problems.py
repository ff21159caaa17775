"""Problems of workbooks, in words: which sheet, which row, locked, damaged."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, file_name, listed, printable, quoted, rows_named


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
        actions=(Action(id="choose_sheet", label="Choose the sheet"),),
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
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(Action(id="choose_header_row", label="Choose the row"),),
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


def merged_rows(path: str, rows: Sequence[int]) -> Problem:
    """Rows that hold nothing but a part of cells that were merged over several rows; rows of the sheet."""
    one = len(rows) == 1
    return Problem(
        code="merged_rows",
        title=f"{counted(len(rows), 'row')} {'belongs' if one else 'belong'} to the record above",
        reason=f'{rows_named(rows)} of the sheet in "{file_name(path)}" {"holds" if one else "hold"} only '
        "a part of merged cells. What stands in these counts once.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=SAFE,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def error_cells(path: str, rows: Sequence[int], said: Sequence[str]) -> Problem:
    """Some cells hold an error, such as ``#N/A``; rows of the sheet."""
    return Problem(
        code="error_cells",
        title=f"{counted(len(rows), 'row')} with an error in a cell",
        reason=f'{rows_named(rows)} of the sheet in "{file_name(path)}": in place of a value stands '
        f"{listed([printable(word) for word in said], 4)}. These cells are blank here.",
        fix="Mend the formulas in your spreadsheet program, save the file and choose it again.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def uncalculated_cells(path: str, rows: Sequence[int]) -> Problem:
    """Some formulas were saved without what they come to; rows of the sheet."""
    return Problem(
        code="uncalculated_cells",
        title=f"{counted(len(rows), 'row')} with a formula that was not calculated",
        reason=f'{rows_named(rows)} of the sheet in "{file_name(path)}": the file holds the formula and not '
        "what it comes to. These cells are blank here.",
        fix="Open the file in your spreadsheet program, save it there and choose it again.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def cells_left_out(path: str, places: Sequence[tuple[int, int]]) -> Problem:
    """Cells far from all others were left out; rows and columns from 0."""
    named = [f"{_letters(column)}{row + 1}" for row, column in places]
    rows = sorted({row + 1 for row, _ in places})
    return Problem(
        code="cells_left_out",
        title=f"{counted(len(places), 'cell')} far from the others left out",
        reason=f'In the sheet of "{file_name(path)}" something stands in {listed(named, 4)}, far away from '
        "the table. With all blank cells up to there the sheet would be too large to be read.",
        fix="Look at them; if they matter, move them to the others and choose the file again.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def sheet_too_large(path: str, rows: int, columns: int, limit: int) -> Problem:
    """The block from the first to the last cell of a sheet has more cells than there is room for."""
    reach = f"{counted(rows, 'row')} and {counted(columns, 'column')}"
    return Problem(
        code="sheet_too_large",
        title=f'A sheet of "{file_name(path)}" is too large',
        reason=f"Its cells reach over {reach}; Thaw reads up to {limit:,} cells, blank ones counted.",
        fix="Save the columns and rows that matter as CSV, and choose that file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def _letters(column: int) -> str:
    """Returns how a spreadsheet calls a column, which is counted from 0: ``"XFD"``."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
