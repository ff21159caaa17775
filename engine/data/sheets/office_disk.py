"""Files of the office programs before 2007, each a small disk: the workbook in one, and whether it is whole.

calamine follows sectors that lead back to themselves until there is no memory left, and makes room for as
many bytes as a file is said to have.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_NO_SECTOR = 0xFFFFFFFA
"""Numbers from it on stand for no sector of a file."""
_SECTORS, _SMALL_SECTORS = {9: 512, 12: 4096}, {6: 64}
"""Binary logarithm of the bytes of a sector → these bytes."""
_ENTRY = 128


def workbook_stream(data: bytes) -> bytes:
    """Returns the workbook that stands in such a file.

    Args:
        data: The whole file.

    Raises:
        ValueError: When it is damaged, or holds no workbook.
    """
    try:
        return _workbook(data)
    except (struct.error, IndexError, KeyError) as error:
        raise ValueError(str(error)) from error


def _workbook(data: bytes) -> bytes:
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    directory, _, most, small_table = struct.unpack_from("<IIII", data, 48)
    size, small = _SECTORS[shift], _SMALL_SECTORS[small_shift]
    table = _table(data, size)
    small_ones = _numbers(_whole(data[size:], size, table, small_table))
    _check_ends(table)
    _check_ends(small_ones)
    listing = _whole(data[size:], size, table, directory)
    entries = [listing[start : start + _ENTRY] for start in range(0, len(listing) - _ENTRY + 1, _ENTRY)]
    if any(entry[66] and struct.unpack_from("<I", entry, 120)[0] > len(data) for entry in entries):
        raise ValueError("a file inside is larger than the whole")
    held = {entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)]: entry for entry in entries}
    found = next((held[name] for name in _STREAMS if name in held), None)
    if found is None:
        raise ValueError("there is no workbook inside")
    first, length = struct.unpack_from("<II", found, 116)
    if length >= most:
        return _whole(data[size:], size, table, first)[:length]
    (room,) = struct.unpack_from("<I", entries[0], 116)
    return _whole(_whole(data[size:], size, table, room), small, small_ones, first)[:length]


def _table(data: bytes, size: int) -> list[int]:
    """Returns for each sector the one that follows it."""
    more, count = struct.unpack_from("<II", data, 68)
    places = _numbers(data[76:512])
    seen: set[int] = set()
    for _ in range(min(count, len(data) // size)):
        if more >= _NO_SECTOR:
            break
        if more in seen:
            raise ValueError("a list of sectors leads back to itself")
        seen.add(more)
        *found, more = _numbers(data[(more + 1) * size : (more + 2) * size])
        places += found
    sectors = (data[(place + 1) * size : (place + 2) * size] for place in places if place < _NO_SECTOR)
    return [number for sector in sectors for number in _numbers(sector)]


def _check_ends(table: Sequence[int]) -> None:
    """Raises a ``ValueError`` when sectors lead back to themselves."""
    ended: set[int] = set()
    for start in range(len(table)):
        path: set[int] = set()
        here = start
        while here < len(table) and here not in ended:
            if here in path:
                raise ValueError("sectors lead back to themselves")
            path.add(here)
            here = table[here]
        ended |= path


def _whole(sectors: bytes, size: int, table: Sequence[int], first: int) -> bytes:
    """Returns what stands in the sectors that follow one after the other."""
    found: list[bytes] = []
    while first < len(table) and len(found) <= len(table):
        found.append(sectors[first * size : (first + 1) * size])
        first = table[first]
    return b"".join(found)


def _numbers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
