"""Sheets of OpenDocument workbooks (.ods), read from what stands in the file.

calamine waits for ever where the end of such a file is missing, joins lines that a break parts, and passes
over merged cells and errors.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from engine.data.file_format import SAFE, SIZE_LIMIT
from engine.data.sheets.sheet import MOST_CELLS, Area, Sheet, Sheets, beyond, block_of, in_words
from engine.errors import EngineError
from engine.protocol import packed_problems, sheet_problems

_CONTENT, _LIST = "content.xml", "META-INF/manifest.xml"
_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT, _STYLE = (_SPACE % name for name in ("office", "table", "text", "style"))
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+")
_BLANKS = re.compile(r"[ \t\r\n]+")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_MOST_SPACES = 10_000


class LockedError(Exception):
    """The workbook asks for a password."""


def open_document_sheets(data: bytes, path: str) -> Sheets:
    """Opens a workbook.

    Args:
        data: All bytes.
        path: For the words of problems.

    Raises:
        EngineError: When it is far too large inside.
        LockedError: When it asks for a password.
        ValueError: When it is damaged, as what zipfile and lxml raise.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = {entry.filename: entry for entry in archive.infolist()}
        if _LIST in inside and b"encryption-data" in archive.read(_LIST):
            raise LockedError
        if _CONTENT not in inside:
            raise ValueError(f"{_CONTENT} is missing")
        if inside[_CONTENT].file_size > SIZE_LIMIT:
            raise EngineError(packed_problems.too_large_inside(path, SIZE_LIMIT))
        with archive.open(_CONTENT) as file:
            found = dict(_sheets(file, path))
    return Sheets(tuple(found), found.__getitem__)


def _sheets(file: IO[bytes], path: str) -> Iterator[tuple[str, Sheet]]:
    """Yields the names and the contents of the sheets that are shown."""
    hidden: set[str] = set()
    tags = [f"{_STYLE}style", f"{_TABLE}table", f"{_TABLE}table-row"]
    rows = _Rows(path)
    for _, element in etree.iterparse(file, tag=tags, **SAFE):
        if element.tag == f"{_TABLE}table-row":
            rows.add(element)
            element.clear()
        elif element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}table-properties")
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                hidden.add(element.get(f"{_STYLE}name", ""))
        else:
            if element.get(f"{_TABLE}style-name", "") not in hidden:
                yield element.get(f"{_TABLE}name", ""), rows.as_sheet()
            rows = _Rows(path)
            element.clear()


class _Rows:
    """The rows of a sheet as they come; blank ones, of which a million may follow, take no room."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rows: dict[int, list[str]] = {}
        self._merged: list[Area] = []
        self._errors: dict[int, str] = {}
        self._uncalculated: list[int] = []
        self._next = 0
        self._cells = 0

    def add(self, row: Any) -> None:
        """Reads a row, which may stand for several that are alike."""
        cells: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            times = _count(cell, "number-columns-repeated")
            text = self._text(cell)
            if text:
                self._count(1, times)
                cells |= dict.fromkeys(range(column, column + times), text)
            down = _count(cell, "number-rows-spanned")
            if down > 1:
                across = _count(cell, "number-columns-spanned")
                self._merged.append(((self._next, column), (self._next + down - 1, column + across - 1)))
            column += times
        times = _count(row, "number-rows-repeated")
        if cells:
            width = max(cells) + 1
            self._count(times, width)
            whole = [cells.get(place, "") for place in range(width)]
            self._rows |= dict.fromkeys(range(self._next, self._next + times), whole)
        self._next += times

    def as_sheet(self) -> Sheet:
        """Returns the sheet."""
        filled = {
            number: [place for place, text in enumerate(row) if text] for number, row in self._rows.items()
        }
        height, width = block_of(filled, self._path)
        rows = [self._rows.get(number, [])[:width] for number in range(height)]
        whole = [row + [""] * (width - len(row)) for row in rows]
        left_out = beyond(filled, height, width)
        return Sheet(whole, self._merged, self._errors, self._uncalculated, left_out)

    def _count(self, rows: int, columns: int) -> None:
        """Counts cells, so that a few words cannot stand for more than there is room for."""
        self._cells += rows * columns
        if self._cells > MOST_CELLS:
            raise EngineError(
                sheet_problems.sheet_too_large(self._path, self._next + rows, columns, MOST_CELLS)
            )

    def _text(self, cell: Any) -> str:
        """Returns what stands in a cell; notes what is no value."""
        kind = cell.get(f"{_OFFICE}value-type")
        has_formula = cell.get(f"{_TABLE}formula") is not None
        if kind is None and not len(cell):
            if has_formula:
                self._uncalculated.append(self._next)
            return ""
        shown = "\n".join(map(_words, cell.iterchildren(f"{_TEXT}p", f"{_TEXT}h")))
        if cell.get(_ERROR_TYPE) == "error" or (has_formula and _ERROR.fullmatch(shown)):
            self._errors.setdefault(self._next, shown or "#")
            return ""
        return _value(cell, kind or "", shown)


def _value(cell: Any, kind: str, shown: str) -> str:
    """Returns a value as other workbooks have it; as it is shown where it is a text."""
    written = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    value = cell.get(f"{_OFFICE}{written}")
    if kind in {"", "string"} or value is None:
        return shown or str(cell.get(f"{_OFFICE}string-value", ""))
    if kind == "boolean":
        return str(value)
    try:
        if kind == "time":
            match = _DURATION.fullmatch(value)
            return in_words(_duration(*match.groups(default="0"))) if match else str(value)
        return in_words(dt.datetime.fromisoformat(value) if kind == "date" else float(value))
    except (ValueError, OverflowError):
        return str(value)


def _duration(sign: str, days: str, hours: str, minutes: str, seconds: str) -> dt.timedelta:
    found = dt.timedelta(int(days), float(seconds.replace(",", ".")), hours=int(hours), minutes=int(minutes))
    return -found if sign == "-" else found


def _words(paragraph: Any) -> str:
    """Returns the text of a paragraph, its breaks and spaces as they are shown; without remarks."""
    parts = [_BLANKS.sub(" ", paragraph.text or "")]
    for inner in paragraph:
        if inner.tag == f"{_TEXT}s":
            parts.append(" " * min(_count(inner, "c", _TEXT), _MOST_SPACES))
        elif inner.tag in {f"{_TEXT}line-break", f"{_TEXT}tab"}:
            parts.append("\n" if inner.tag == f"{_TEXT}line-break" else "\t")
        elif isinstance(inner.tag, str) and inner.tag != f"{_OFFICE}annotation":
            parts.append(_words(inner))
        parts.append(_BLANKS.sub(" ", inner.tail or ""))
    return "".join(parts)


def _count(element: Any, name: str, space: str = _TABLE) -> int:
    """Returns how often something stands there, or over how many rows."""
    said = element.get(f"{space}{name}", "1")
    return max(1, int(said)) if said.isdecimal() and len(said) < 9 else 1
