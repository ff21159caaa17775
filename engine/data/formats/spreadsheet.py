"""Workbooks of spreadsheet programs: Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods)."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence

import python_calamine as calamine

from engine.data.file_format import FileFormat, Source
from engine.data.records import Records, gather, is_blank
from engine.errors import EngineError
from engine.protocol import sheet_problems

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OPEN_DOCUMENT = b"opendocument.spreadsheet"
"""What stands near the beginning of a workbook of OpenDocument."""
_BEGINNING = 200
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
"""The stream of an older workbook; documents and presentations have others."""
_LOOKED_AT = 200
_MOST = 0.6
"""Share of the columns, 0 to 1, that the row of names fills at least."""
_WHOLE = 2.0**63
"""Numbers below it are written without a point: ids of many digits are whole."""

_Range = tuple[tuple[int, int], tuple[int, int]]
_Value = int | float | str | bool | dt.date | dt.time | dt.timedelta


def read_workbook(source: Source) -> Records:
    """Reads a sheet: the one that was chosen, else the first that holds rows.

    Numbers and dates become text as a person would write them. A cell that was merged over several rows
    stands in each of them. Rows above the column names (a title, a date) are left out and told of.

    Args:
        source: The file.

    Raises:
        EngineError: When it is locked or damaged, or holds no table.
    """
    try:
        book = calamine.load_workbook(io.BytesIO(source.data))
        names = tuple(sheet.name for sheet in book.sheets_metadata if _has_rows(sheet))
        sheets = {name: _rows_of(book.get_sheet_by_name(name)) for name in _wanted(source, names)}
    except calamine.PasswordError as error:
        raise EngineError(sheet_problems.locked_workbook(source.path)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise EngineError(sheet_problems.damaged_workbook(source.path, str(error))) from error
    filled = {name: rows for name, (rows, _) in sheets.items() if any(not is_blank(row) for row in rows)}
    if not filled:
        raise EngineError(sheet_problems.empty_workbook(source.path, source.reading.sheet))
    name = next(iter(filled))
    records = _as_records(filled[name], source)
    records.sheet, records.sheets = name, names
    if len(names) > 1 and not source.reading.sheet:
        records.problems.append(sheet_problems.other_sheets(source.path, name, names))
    merged = sheets[name][1]
    if merged:
        records.problems.append(sheet_problems.merged_cells(source.path, merged))
    return records


def _fits(source: Source) -> bool:
    data, by_name = source.data, source.ending in ENDINGS
    if data.startswith(_OLD_OFFICE):
        return by_name or any(mark in data for mark in _OLD_BOOKS)
    excel = any(name.startswith("xl/workbook") for name in source.names_inside)
    return data.startswith(_ZIP) and (by_name or excel or _OPEN_DOCUMENT in data[:_BEGINNING])


def _has_rows(sheet: calamine.SheetMetadata) -> bool:
    visible = sheet.visible == calamine.SheetVisibleEnum.Visible
    return visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet


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


def _rows_of(sheet: calamine.CalamineSheet) -> tuple[list[list[str]], int]:
    """Returns the cells of a sheet from its first row on, as text, and how many were filled by merging."""
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    filled = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for number in range(top + 1, min(bottom + 1, len(rows))):
            # Only down: a title over several columns is no value of each of them.
            if left < len(rows[number]) and rows[top][left] and not rows[number][left] and right == left:
                rows[number][left] = rows[top][left]
                filled += 1
    return rows, filled


def _cell(value: _Value) -> str:
    """Returns what stands in a cell, as a person would write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _as_records(rows: list[list[str]], source: Source) -> Records:
    """Returns the rows below the column names.

    Raises:
        EngineError: When there are none.
    """
    start = _header(rows, source)
    columns = [place for place in range(len(rows[start])) if any(row[place].strip() for row in rows[start:])]
    last = max(number for number, row in enumerate(rows) if not is_blank(row))
    names, *cells = ([row[place] for place in columns] for row in rows[start : last + 1])
    records = gather(names, cells, source.path)
    records.header_row = start + 1
    above = [number for number, row in enumerate(rows[:start], start=1) if not is_blank(row)]
    if above:
        records.problems.append(sheet_problems.rows_above_names(source.path, above, start + 1))
    return records


def _header(rows: list[list[str]], source: Source) -> int:
    """Returns the place of the row with the column names: as chosen, or the first that is wide enough.

    Raises:
        EngineError: When the chosen row is not there.
    """
    chosen = source.reading.header_row
    if chosen:
        if chosen > len(rows) or is_blank(rows[chosen - 1]):
            raise EngineError(sheet_problems.no_such_row(source.path, chosen, len(rows)))
        return chosen - 1
    first = next(place for place, row in enumerate(rows) if not is_blank(row))
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows[first : first + _LOOKED_AT]]
    usual = Counter(width for width in widths if width).most_common(1)[0][0]
    return first + next(place for place, width in enumerate(widths) if width and width >= _MOST * usual)


FORMAT = FileFormat(
    id="spreadsheet",
    order=1,
    fits=_fits,
    read=read_workbook,
    endings=ENDINGS,
    of_bytes=True,
)
