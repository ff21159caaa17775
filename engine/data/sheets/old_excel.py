"""Where something stands in the sheets of binary workbooks: Excel before 2007 (.xls), and .xlsb."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from engine.data.sheets.office_disk import workbook_stream
from engine.data.sheets.sheet import Cells

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

# Records of .xls
_TEXTS = 0xFC
_DIMENSIONS, _FORMULAS, _SHEET, _LOCKED, _ERROR, _SEVERAL = (
    0x0200,
    (0x0006, 0x0406),
    0x0085,
    0x002F,
    0x0205,
    0x00BD,
)
_VALUES = {0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6, *_FORMULAS, _ERROR}
_END = 0x000A

_MOST_OLD_ROWS, _MOST_OLD_COLUMNS = 65_536, 256

# Records of .xlsb
_ROW, _CELLS, _BINARY_ERRORS, _BINARY_SHEET = 0, range(1, 12), (3, 11), 156
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_BLANK, _SHORTEST = 1, 9
"""Bytes of a cell with a value, at least."""


def look_into_old(data: bytes) -> list[Cells]:
    """Returns where something stands in each sheet of an .xls workbook.

    Args:
        data: The whole workbook.

    Raises:
        ValueError: When it is damaged.
    """
    stream = workbook_stream(data)
    try:
        records = [*_records(stream, 0)]
        if any(kind == _LOCKED for kind, _ in records):
            return []  # calamine says that it is locked
        for kind, body in records:
            # It makes room for as many texts as are promised here.
            if kind == _TEXTS and struct.unpack_from("<I", body, 4)[0] > len(stream):
                raise ValueError("the workbook says that it holds more texts than it can")
        starts = [struct.unpack_from("<I", body)[0] for kind, body in records if kind == _SHEET]
        return [_old_cells(_records(stream, start)) for start in starts]
    except (struct.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _old_cells(records: Iterator[tuple[int, bytes]]) -> Cells:
    cells = Cells()
    for kind, body in records:
        if kind == _DIMENSIONS:
            # calamine makes room for as many cells as are promised here.
            first, rows, left, columns = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
            _check(first <= rows and left <= columns, rows, columns)
        elif kind in _VALUES or kind == _SEVERAL:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _SEVERAL else column
            _check(column <= last, 0, last + 1)
            cells.filled.setdefault(row, []).extend(range(column, last + 1))
            said = body[6] if kind == _ERROR and body[7] else _said_by_formula(kind, body)
            if said is not None:
                cells.errors.setdefault(row, _ERRORS.get(said, "#"))
    return cells


def _check(is_right: bool, rows: int, columns: int) -> None:
    if not is_right or rows > _MOST_OLD_ROWS or columns > _MOST_OLD_COLUMNS:
        raise ValueError("cells lie beyond the end of a sheet")


def _said_by_formula(kind: int, body: bytes) -> int | None:
    """Returns the number of the error that a formula came to; ``None`` for other values and cells."""
    return body[8] if kind in _FORMULAS and body[12:14] == b"\xff\xff" and body[6] == 2 else None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yields the records of a part of a workbook."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def binary_parts(book: bytes) -> Iterator[tuple[str, str]]:
    """Yields the name of each sheet of an .xlsb workbook, and that by which its part is known."""
    for kind, body in _binary_records(book):
        if kind == _BINARY_SHEET:
            relation, place = _wide(body, 8)
            yield _wide(body, place)[0], relation


def look_into_binary(sheet: bytes) -> Cells:
    """Returns where something stands in a sheet of an .xlsb workbook.

    Args:
        sheet: The part with the sheet.

    Raises:
        ValueError: When it is damaged.
    """
    cells = Cells()
    row = 0
    for kind, body in _binary_records(sheet):
        if kind != _ROW and kind not in _CELLS:
            continue
        if len(body) < (_SHORTEST if kind > _BLANK else 8):
            raise ValueError("a part of a cell is missing")  # calamine goes on with that of the cell before
        (place,) = struct.unpack_from("<I", body)
        if place >= (_MOST_ROWS if kind == _ROW else _MOST_COLUMNS):
            raise ValueError("a cell lies beyond the end of a sheet")
        if kind == _ROW:
            row = place
        elif kind > _BLANK:
            cells.filled.setdefault(row, []).append(place)
        if kind in _BINARY_ERRORS:
            cells.errors.setdefault(row, _ERRORS.get(body[8], "#"))
    return cells


def _binary_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields the records; a kind has up to two bytes of seven bits, a length up to four."""
    place = 0
    while place < len(data):
        kind, place = _number(data, place, 2)
        length, place = _number(data, place, 4)
        yield kind, data[place : place + length]
        place += length


def _number(data: bytes, place: int, most: int) -> tuple[int, int]:
    value = 0
    for step, byte in enumerate(data[place : place + most]):
        value |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return value, place + step + 1
    return value, place + most


def _wide(body: bytes, place: int) -> tuple[str, int]:
    """Returns a text, and where it ends."""
    if len(body) < place + 4:
        return "", place
    end = place + 4 + 2 * int(struct.unpack_from("<I", body, place)[0])
    return body[place + 4 : end].decode("utf-16-le", errors="replace"), end
