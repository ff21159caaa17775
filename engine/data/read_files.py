"""Reading files: from a path to a table, or to a problem that says what to do."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rapidfuzz import process

from engine.data import formats
from engine.data.encodings import Decoded, decode
from engine.data.file_format import SIZE_LIMIT, FileFormat, Folder, LongSource, Source
from engine.data.folders import folder_on_disk, read_folder
from engine.data.large_files import LARGE, Follow, previewed, read_large, start_of
from engine.data.long_text import Told
from engine.data.match_rows import worst_first
from engine.data.records import Records
from engine.data.row_stream import Row
from engine.data.table import Table, make_dataset
from engine.discovery import find_constants
from engine.errors import EngineError
from engine.protocol import file_problems, packed_problems
from engine.protocol.config import Reading
from engine.protocol.wording import file_name, printable

_DEEPEST = 2
"""Packed files inside of packed files, at most."""


@functools.cache
def all_formats() -> tuple[FileFormat, ...]:
    """Returns the formats in the order in which a file is compared with them."""
    found = (file_format for _, file_format in find_constants(formats, "FORMAT", FileFormat))
    return tuple(sorted(found, key=lambda file_format: file_format.order))


@functools.cache
def file_endings() -> tuple[str, ...]:
    """Returns how the names of files end that can be read, in small letters."""
    return tuple(dict.fromkeys(ending for one in all_formats() for ending in one.endings))


def holds_rows(name: str) -> bool:
    """Returns whether a file is one of rows, by how its name ends; a text may be one or not."""
    rows = tuple(ending for one in all_formats() if one.has_rows for ending in one.endings)
    return name.lower().endswith(rows)


def read_table(
    path: str | Path,
    reading: Reading = Reading(),  # noqa: B008 - it is frozen
    follow: Follow = Follow(),  # noqa: B008 - it is frozen
) -> Table:
    """Reads a file with every cell as text, in the form that it has by what stands in it.

    Nothing is converted ("NA" stays "NA", "007" stays "007") and nothing is dropped in silence: blank
    rows, rows of another length and characters that cannot be read stand in ``Table.problems``. Of a file
    that is too large for memory as many rows as fit are drawn by lot, which stands there, too.

    Args:
        path: The file.
        reading: How a person wants it to be read.
        follow: Who waits for it.

    Raises:
        EngineError: When the file cannot be opened, or is of no form that Thaw reads.
    """
    place = str(path)
    if reading.rows_drawn < 0:
        raise EngineError(file_problems.rows_drawn_below_none(place, reading.rows_drawn))
    if os.path.isdir(place):  # noqa: PTH112 - of a name that is too long, Path() raises
        folder = folder_on_disk(place, reading)
        return _as_table(place, read_folder(folder, _read), folder.size)
    in_parts = read_in_parts(place, reading, follow) if _is_large(place) else None
    return in_parts or _whole(Source(place, _bytes_of(place), reading))


def read_in_parts(place: str, reading: Reading, follow: Follow) -> Table | None:
    """Reads a file row by row, whatever its size; ``None`` where it is of a form that is read at once.

    Args:
        place: The file.
        reading: How a person wants it to be read.
        follow: Who waits for it.

    Raises:
        EngineError: When the file cannot be opened, or is no table.
    """
    start, first = start_of(place, reading, _whole)
    form = _first_format(start)
    stream = form.stream if form is not None else None
    if stream is None:
        return None
    if first is not None:
        follow.preview(first)
    try:
        size = os.path.getsize(place)  # noqa: PTH202 - as the file is read
    except OSError as error:
        raise EngineError(file_problems.cannot_open(place, error)) from error
    source = LongSource(place, start, size, reading, Told(size, follow.progress))
    rows = stream if first is not None else lambda large: previewed(stream(large), large, follow)
    return read_large(source, rows, follow, _mend_characters)


def _is_large(place: str) -> bool:
    try:
        facts = os.stat(place)  # noqa: PTH116 - as the file is read
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(facts.st_mode) and facts.st_size > LARGE


def _whole(source: Source) -> Table:
    return _as_table(source.path, _read(source), len(source.data))


def _first_format(source: Source) -> FileFormat | None:
    """Returns the form of a file by how it begins; ``None`` where that alone does not tell."""
    with suppress(EngineError):
        for one in filter(lambda one: one.fits(source), _asked(source)):
            if one.stream is not None:
                return one if one.is_told_by(source) else None
            if one.read(source) is not None:
                return one
    return None


def _asked(source: Source) -> Iterator[FileFormat]:
    """Returns the formats that a file may be of, in the order in which it is compared with them."""
    by_hand = bool(source.reading.delimiter)
    return (one for one in all_formats() if one.has_delimiter or not by_hand or one.of_bytes)


def _as_table(place: str, records: Records, size: int) -> Table:
    broken = _mend_characters(records.rows, records.numbers)
    if broken:
        records.problems.append(file_problems.broken_characters(place, broken))
    columns = dict(zip(records.names, map(list, zip(*records.rows, strict=True)), strict=True))
    return Table(
        path=place,
        dataset=make_dataset(columns, records.numbers, file_name(place)),
        encoding=records.encoding,
        delimiter=records.delimiter,
        sheet=records.sheet,
        sheets=records.sheets,
        header_row=records.header_row,
        problems=worst_first(records.problems),
        size=size,
    )


def _read(source: Source, depth: int = 0) -> Records:
    """Reads a file in the first format that it is of."""
    found = (
        records for one in _asked(source) if one.fits(source) and (records := one.read(source)) is not None
    )
    records = next(found)
    if isinstance(records, Folder):
        return read_folder(records, lambda inside: _read(inside, depth + 1))
    if isinstance(records, Source):
        if depth == _DEEPEST:
            raise EngineError(packed_problems.packed_too_often(source.path))
        return _read(records, depth + 1)
    if source.is_decoded:
        records.encoding = source.decoded.encoding
        records.problems += source.decoded.problems
    return records


def read_text(path: str | Path, encoding: str = "") -> Decoded:
    """Reads a file of text that need not be a table.

    Args:
        path: The file.
        encoding: Its text encoding; empty to find out.

    Raises:
        EngineError: When the file cannot be opened or is no text.
    """
    return decode(_bytes_of(str(path)), str(path), encoding)


def _bytes_of(path: str) -> bytes:
    """Returns what stands in a file."""
    if not path.strip():
        raise EngineError(file_problems.no_file(""))
    try:
        facts = os.stat(path)  # noqa: PTH116  # Path() changes some paths, this asks as it stands
        if stat.S_ISDIR(facts.st_mode):
            raise EngineError(file_problems.folder_given(path, _tables_in(path)))
        if not stat.S_ISREG(facts.st_mode):
            raise EngineError(file_problems.special_file(path))
        if facts.st_size > SIZE_LIMIT:
            raise EngineError(file_problems.file_too_large(path, facts.st_size, SIZE_LIMIT))
        return Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        # A path with a null character is a ValueError.
        raise EngineError(file_problems.no_file(path.replace("\x00", ""), _similar_file(path))) from error
    except OSError as error:
        raise EngineError(file_problems.cannot_open(path, error)) from error


def _tables_in(folder: str) -> list[str]:
    """Returns the names of tables in a folder; of the first thousand entries."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(1000), strict=False)]
    except (OSError, ValueError):
        return []
    return sorted(name for name in names if name.lower().endswith(file_endings()))


def _similar_file(path: str) -> str:
    """Returns the name of a table beside a missing one that is spelled almost alike; empty if none is."""
    folder, name = os.path.split(path)
    match = process.extractOne(name, _tables_in(folder or os.curdir), score_cutoff=75)
    return match[0] if match else ""


def _mend_characters(rows: Sequence[Row], numbers: Sequence[int]) -> list[int]:
    """Replaces half characters, which no table can hold; returns the rows with characters lost."""
    broken: list[int] = []
    letters = "".join(map("".join, rows))
    if letters.isascii() or "\ufffd" not in printable(letters):
        return broken
    for row, number in zip(rows, numbers, strict=True):
        for index, cell in enumerate(row):
            if not cell.isascii() and "\ufffd" in (mended := printable(cell)):
                row[index] = mended
                if number not in broken[-1:]:
                    broken.append(number)
    return broken
