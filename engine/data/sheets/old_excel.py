"""Where something stands in the sheets of binary workbooks: Excel before 2007 (.xls), and .xlsb."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from engine.data.sheets.sheet import Cells

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_NO_SECTOR = 0xFFFFFFFA
"""Numbers from it on stand for no sector of a file."""

# Records of .xls
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

# Records of .xlsb
_ROW, _CELLS, _BINARY_ERRORS, _BINARY_SHEET = 0, range(2, 12), (3, 11), 156


def look_into_old(data: bytes, place: int) -> Cells:
    """Returns where something stands in a sheet of an .xls workbook.

    Args:
        data: The whole workbook.
        place: Of the sheet among all of them, from 0.

    Raises:
        ValueError: When it is damaged.
    """
    try:
        stream = _stream(data)
        records = [*_records(stream, 0)]
        if any(kind == _LOCKED for kind, _ in records):
            return Cells()  # calamine says that it is locked
        starts = [struct.unpack_from("<I", body)[0] for kind, body in records if kind == _SHEET]
        return _old_cells(_records(stream, starts[place]))
    except (struct.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _old_cells(records: Iterator[tuple[int, bytes]]) -> Cells:
    cells = Cells()
    for kind, body in records:
        if kind == _DIMENSIONS and len(body) >= 14:
            # calamine makes room for as many cells as are promised here.
            _, rows, _, columns = struct.unpack_from("<IIHH", body)
            if rows > 65_536 or columns > 256:
                raise ValueError("the sheet says that it is larger than it can be")
        elif kind == _SEVERAL:
            row, first = struct.unpack_from("<HH", body)
            cells.filled.setdefault(row, []).extend(
                range(first, struct.unpack_from("<H", body, len(body) - 2)[0] + 1)
            )
        elif kind in _VALUES:
            row, column = struct.unpack_from("<HH", body)
            cells.filled.setdefault(row, []).append(column)
            said = (
                _said_by_formula(body)
                if kind in _FORMULAS
                else body[6]
                if kind == _ERROR and body[7]
                else None
            )
            if said is not None:
                cells.errors.setdefault(row, _ERRORS.get(said, "#"))
    return cells


def _said_by_formula(body: bytes) -> int | None:
    """Returns the number of the error that a formula came to."""
    return body[8] if body[12:14] == b"\xff\xff" and body[6] == 2 else None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yields the records of a part of a workbook."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _stream(data: bytes) -> bytes:
    """Returns the workbook in a file of the older office programs, which is a small disk of its own."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    directory, _, most, small_table, _, more, count = struct.unpack_from("<IIIIIII", data, 48)
    size, small = 1 << min(shift, 20), 1 << min(small_shift, 20)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def chain(first: int, table: list[int]) -> Iterator[int]:
        seen: set[int] = set()
        while first < min(len(table), _NO_SECTOR) and first not in seen:
            seen.add(first)
            yield first
            first = table[first]

    tables = numbers(data[76:512])
    for _ in range(min(count, len(data) // size)):
        block = numbers(sector(more))
        tables, more = tables + block[:-1], block[-1]
    table = [entry for number in tables if number < _NO_SECTOR for entry in numbers(sector(number))]

    def whole(first: int) -> bytes:
        return b"".join(sector(number) for number in chain(first, table))

    listing = whole(directory)
    entries = [listing[start : start + 128] for start in range(0, len(listing) - 127, 128)]
    held = {entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)]: entry for entry in entries}
    found = next((held[name] for name in _STREAMS if name in held), None)
    if found is None:
        raise ValueError("there is no workbook inside")
    first, length = struct.unpack_from("<II", found, 116)
    if length >= most:
        return whole(first)[:length]
    room, small_ones = whole(struct.unpack_from("<I", entries[0], 116)[0]), numbers(whole(small_table))
    return b"".join(room[one * small : (one + 1) * small] for one in chain(first, small_ones))[:length]


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
    """
    cells = Cells()
    row = 0
    for kind, body in _binary_records(sheet):
        if kind == _ROW and len(body) >= 4:
            (row,) = struct.unpack_from("<I", body)
        elif kind in _CELLS and len(body) >= 9:
            (column,) = struct.unpack_from("<I", body)
            cells.filled.setdefault(row, []).append(column)
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
