"""Sheets of Excel workbooks: calamine reads the values; here is told what it passes over or cannot bear.

It makes room for the whole block from the first to the last cell, so that a single stray one ends the
process. Errors, and formulas whose value was not saved, come out of it as blank cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from types import TracebackType
from typing import Any

import python_calamine as calamine
from lxml import etree

from engine.data.file_format import SAFE, SIZE_LIMIT
from engine.data.sheets.old_excel import binary_parts, look_into_binary, look_into_old
from engine.data.sheets.sheet import MOST_CELLS, Cells, Place, Sheet, Sheets, beyond, block_of, in_words
from engine.errors import EngineError
from engine.protocol import packed_problems, sheet_problems

_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PLACES = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_AFTER_NAME = [bytes([letter]) for letter in b" />\t\r\n"]
_ODD = (b't="e"', b"t='e'", b"<f", b":f", b"<!", b"\x00", *(b":c" + letter for letter in _AFTER_NAME))
"""What stands in a sheet with errors or formulas, or in one that is written in an unusual way."""
_READ = (".xml", ".rels", ".bin")


class NoPanic:
    """Makes a ``ValueError`` of what calamine raises where it did not expect what it found.

    That is no ``Exception``, so that it would end the process.
    """

    def __enter__(self) -> None:
        """Begins to look."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Ends looking."""
        if kind is not None and kind.__module__ == "pyo3_runtime":
            raise ValueError(str(error)) from error


def excel_sheets(data: bytes, path: str) -> Sheets:
    """Opens a workbook of any age.

    Args:
        data: All bytes.
        path: For the words of problems.

    Raises:
        EngineError: When it is far too large inside.
        ValueError: When it is damaged, as what calamine, zipfile and lxml raise.
    """
    packed = data.startswith(b"PK\x03\x04")
    parts = _parts(data, path) if packed else {}
    old = [] if packed else look_into_old(data)
    for cells in old:  # all of them are opened together
        block_of(cells.filled, path)
    book = calamine.load_workbook(io.BytesIO(data))
    names = [sheet.name for sheet in book.sheets_metadata]
    shown = tuple(sheet.name for sheet in book.sheets_metadata if _has_rows(sheet))

    def read(name: str) -> Sheet:
        if not packed:
            cells = old[names.index(name)]
        elif name not in parts:
            raise ValueError(f"the part with the sheet {name!r} is missing")
        else:
            cells = _look(data, parts[name])
        rows, columns = block_of(cells.filled, path)
        left_out = beyond(cells.filled, rows, columns)
        if left_out and not parts.get(name, "").lower().endswith(".xml"):
            size = max(row for row, _ in left_out) + 1, max(column for _, column in left_out) + 1
            raise EngineError(sheet_problems.sheet_too_large(path, *size, MOST_CELLS))
        whole = calamine.load_workbook(_without(data, parts[name], left_out)) if left_out else book
        sheet = whole.get_sheet_by_name(name)
        values = [[in_words(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = sheet.merged_cell_ranges or ()
        return Sheet(values, merged, cells.errors, cells.uncalculated, left_out)

    return Sheets(shown, read)


def _has_rows(sheet: calamine.SheetMetadata) -> bool:
    visible = sheet.visible == calamine.SheetVisibleEnum.Visible
    return visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet


def _parts(data: bytes, path: str) -> dict[str, str]:
    """Returns sheet → the file inside in which it stands, of a workbook whose files are whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_READ)]
        if sum(entry.file_size for entry in entries) > SIZE_LIMIT:
            raise EngineError(packed_problems.too_large_inside(path, SIZE_LIMIT))
        for entry in entries:  # one that says another size than it has is found out here
            with archive.open(entry) as file:
                while file.read(1 << 20):
                    pass
        inside = {entry.filename.lower(): entry.filename for entry in entries}
        binary = "xl/workbook.bin" in inside
        book = archive.read(inside["xl/workbook.bin" if binary else "xl/workbook.xml"])
        relations = archive.read(inside[f"xl/_rels/workbook.{'bin' if binary else 'xml'}.rels"])
    targets = {one.get("Id"): one.get("Target", "") for one in _parsed(relations).iter("{*}Relationship")}
    named = binary_parts(book) if binary else _named(book)
    found = {name: _place(targets.get(relation, "")).lower() for name, relation in named}
    return {name: inside[place] for name, place in found.items() if place in inside}


def _named(book: bytes) -> Iterator[tuple[str, str]]:
    for sheet in _parsed(book).iter("{*}sheet"):
        yield sheet.get("name", ""), sheet.get(_RELATION) or sheet.get(_STRICT_RELATION, "")


def _place(target: str) -> str:
    """Returns a path in the workbook that a path from ``xl/`` stands for."""
    return target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"


def _parsed(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(**SAFE))


def _look(data: bytes, part: str) -> Cells:
    """Returns where something stands in a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(part)
    if part.lower().endswith(".bin"):
        return look_into_binary(content)
    return _look_quickly(content) or _look_closely(content)


def _look_quickly(content: bytes) -> Cells | None:
    """Returns the last row and column of a sheet that is written as usual: a cell begins with its place.

    ``None`` where it is written otherwise, or there is more to be seen. It takes a tenth of the time.
    """
    whole = content.startswith(b"<") and content.rstrip().endswith(b"</worksheet>")
    if not whole or any(odd in content for odd in _ODD):
        return None
    places = _PLACES.findall(content)
    if not places or len(places) != sum(content.count(b"<c" + letter) for letter in _AFTER_NAME):
        return None
    row = max(int(row) for _, row in places) - 1
    column = max(_column(letters.decode()) for letters in {letters for letters, _ in places})
    return Cells({row: [column]}) if (row + 1) * (column + 1) <= MOST_CELLS else None


def _look_closely(content: bytes) -> Cells:
    """Returns where something stands in a sheet, whatever it is and however it is written."""
    cells = Cells()
    number = -1
    for _, row in etree.iterparse(io.BytesIO(content), tag="{*}row", **SAFE):
        number = int(row.get("r") or number + 2) - 1
        _look_at_row(row, number, cells)
        row.clear()
        while row.getprevious() is not None:
            del row.getparent()[0]  # else the rows that were read would take room
    return cells


def _look_at_row(row: Any, number: int, cells: Cells) -> None:
    column = -1
    for cell in row:
        at, column = _place_of(cell.get("r"), number, column)
        kind, found, has_formula, value = cell.get("t"), False, False, ""
        for inner in cell:
            end = str(inner.tag)[-2:]
            if end == "}v":
                found, value = True, inner.text or ""
            found = found or end == "is"
            has_formula = has_formula or end == "}f"
        if found:
            cells.filled.setdefault(at, []).append(column)
        if kind == "e" and found:
            cells.errors.setdefault(at, value or "#")
        elif has_formula and not value and not (kind == "str" and found):  # that makes an empty text
            cells.uncalculated.append(at)


def _place_of(reference: str | None, row: int, before: int) -> Place:
    """Returns the row and the column of a cell; where it does not say, it stands right of the last one."""
    if not reference:
        return row, before + 1
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, _column(letters)


@cache
def _column(letters: str) -> int:
    """Returns the place of a column, from 0, that a spreadsheet calls by letters."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError(f"there is no column {letters!r}")
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - 64
    return column - 1


def _without(data: bytes, part: str, places: list[Place]) -> io.BytesIO:
    """Returns a workbook without some cells of a sheet."""
    held, unwanted = io.BytesIO(), {*places}
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(held, "w") as changed:
        for entry in archive.infolist():
            content = archive.read(entry)
            changed.writestr(entry.filename, _cut(content, unwanted) if entry.filename == part else content)
    held.seek(0)
    return held


def _cut(content: bytes, unwanted: set[Place]) -> bytes:
    tree = _parsed(content)
    number = -1
    for row in tree.iter("{*}row"):
        number = int(row.get("r") or number + 2) - 1
        column = -1
        for cell in [*row]:
            place = _place_of(cell.get("r"), number, column)
            column = place[1]
            if place in unwanted:
                row.remove(cell)
    return bytes(etree.tostring(tree))
