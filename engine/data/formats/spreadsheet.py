"""Workbooks of spreadsheet programs: Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence

import python_calamine as calamine
from lxml import etree

from engine.data.file_format import FileFormat, Source
from engine.data.header_row import header_place
from engine.data.records import Records, is_blank
from engine.data.row_stream import gather
from engine.data.sheets.excel import NoPanic, excel_sheets
from engine.data.sheets.open_document import LockedError, open_document_sheets
from engine.data.sheets.sheet import Sheet, Sheets
from engine.errors import EngineError
from engine.protocol import sheet_problems

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OPEN_DOCUMENT = b"opendocument.spreadsheet"
"""What stands near the beginning of a workbook of OpenDocument."""
_BEGINNING = 200
_FEWEST_ROWS, _MOST_REMARKS = 7, 30
"""Rows of a sheet that can be learned from, the names among them."""
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
"""The stream of an older workbook; documents and presentations have others."""
_DAMAGED = (
    calamine.CalamineError,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def read_workbook(source: Source) -> Records:
    """Reads a sheet: the one that was chosen, else the first that holds a table, else rows at all.

    Rows have the numbers that the spreadsheet program shows beside them. Numbers and dates become text as a
    person would write them. A cell that was merged over several rows stands in each of them that holds more
    than that. Rows above the column names (a title, a date) are left out and told of.

    Args:
        source: The file.

    Raises:
        EngineError: When it is locked or damaged, or holds no table.
    """
    try:
        with NoPanic():
            book = _opened(source)
            name, sheet = _first_table((name, book.read(name)) for name in _wanted(source, book.names))
    except (calamine.PasswordError, LockedError) as error:
        raise EngineError(sheet_problems.locked_workbook(source.path)) from error
    except _DAMAGED as error:
        raise EngineError(sheet_problems.damaged_workbook(source.path, str(error))) from error
    if not sheet.rows:
        raise EngineError(sheet_problems.empty_workbook(source.path, source.reading.sheet))
    records = _as_records(sheet, source)
    records.sheet, records.sheets = name, book.names
    if len(book.names) > 1 and not source.reading.sheet:
        records.problems.append(sheet_problems.other_sheets(source.path, name, book.names))
    return records


def _fits(source: Source) -> bool:
    data, by_name = source.data, source.ending in ENDINGS
    if data.startswith(_OLD_OFFICE):
        return by_name or any(mark in data for mark in _OLD_BOOKS)
    excel = any(name.startswith("xl/workbook") for name in source.names_inside)
    return data.startswith(_ZIP) and (by_name or excel or _is_open(data))


def _is_open(data: bytes) -> bool:
    return _OPEN_DOCUMENT in data[:_BEGINNING]


def _opened(source: Source) -> Sheets:
    is_open = _is_open(source.data) or (source.ending == ".ods" and "content.xml" in source.names_inside)
    return (open_document_sheets if is_open else excel_sheets)(source.data, source.path)


def _wanted(source: Source, names: Sequence[str]) -> Sequence[str]:
    """Returns the sheets to look into.

    Raises:
        EngineError: When the chosen one is not there.
    """
    chosen = source.reading.sheet
    if not chosen:
        return names
    if chosen not in names:
        raise EngineError(sheet_problems.no_such_sheet(source.path, chosen, names))
    return [chosen]


def _first_table(sheets: Iterable[tuple[str, Sheet]]) -> tuple[str, Sheet]:
    """Returns the first sheet with rows; one of a few remarks gives way to a table with more rows than it.

    A long list of texts, one below the other, is rows already.
    """
    first, most = ("", Sheet()), 0
    for name, sheet in sheets:
        widths = [sum(1 for cell in row if cell.strip()) for row in sheet.rows]
        filled = sum(map(bool, widths))
        is_table = filled > _MOST_REMARKS or (filled >= _FEWEST_ROWS and max(widths) > 1)
        if is_table and filled > most:
            return name, sheet
        if filled and not most:
            first, most = (name, sheet), filled
    return first


def _as_records(sheet: Sheet, source: Source) -> Records:
    """Returns the rows below the column names, and what is odd about them.

    Raises:
        EngineError: When there are none.
    """
    rows, path = sheet.rows, source.path
    filled, continued = _fill_merged(sheet)
    start = _chosen(rows, source) if source.reading.header_row else header_place(rows)
    columns = [place for place in range(len(rows[start])) if any(row[place].strip() for row in rows[start:])]
    odd_rows = {*sheet.errors, *sheet.uncalculated}
    last = max(number for number, row in enumerate(rows) if number in odd_rows or not is_blank(row))
    places = [place for place in range(start + 1, last + 1) if place not in continued]
    names = [rows[start][place] for place in columns]
    cells = ([rows[place][column] for column in columns] for place in places)
    records = gather(names, cells, path, [place + 1 for place in places], first_row=True)
    records.header_row = start + 1
    above = [number for number, row in enumerate(rows[:start], start=1) if not is_blank(row)]
    if above:
        records.problems.append(sheet_problems.rows_above_names(path, above, start + 1))
    if filled:
        records.problems.append(sheet_problems.merged_cells(path, filled))
    below = sorted(place + 1 for place in continued if start < place)
    if below:
        records.problems.append(sheet_problems.merged_rows(path, below))
    if sheet.errors:
        odd = {row + 1: said for row, said in sorted(sheet.errors.items())}
        records.problems.append(sheet_problems.error_cells(path, [*odd], [*dict.fromkeys(odd.values())]))
    if sheet.uncalculated:
        uncalculated = sorted({row + 1 for row in sheet.uncalculated})
        records.problems.append(sheet_problems.uncalculated_cells(path, uncalculated))
    if sheet.left_out:
        records.problems.append(sheet_problems.cells_left_out(path, sheet.left_out))
    return records


def _fill_merged(sheet: Sheet) -> tuple[int, set[int]]:
    """Puts what stands in merged cells into each of their rows, where these hold something of their own.

    Returns:
        How many cells were filled, and the rows that are nothing but a part of merged cells above.
    """
    down: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged:
        # Only down: a title over several columns is no value of each of them.
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            if left < len(sheet.rows[row]) and sheet.rows[top][left]:
                down.setdefault(row, []).append((top, left))
    continued = {row for row in down if is_blank(sheet.rows[row])}
    filled = 0
    for row, tops in down.items():
        for top, left in tops if row not in continued else ():
            if not sheet.rows[row][left]:
                sheet.rows[row][left] = sheet.rows[top][left]
                filled += 1
    return filled, continued


def _chosen(rows: Sequence[list[str]], source: Source) -> int:
    """Returns the place of the row that was chosen for the names.

    Raises:
        EngineError: When it is not there.
    """
    chosen = source.reading.header_row
    if not 1 <= chosen <= len(rows) or is_blank(rows[chosen - 1]):
        raise EngineError(sheet_problems.no_such_row(source.path, chosen, len(rows)))
    return chosen - 1


FORMAT = FileFormat(
    id="spreadsheet",
    order=1,
    fits=_fits,
    read=read_workbook,
    endings=ENDINGS,
    of_bytes=True,
)
