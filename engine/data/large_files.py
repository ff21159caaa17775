"""Files too large for memory: all their rows are kept on disk, and as many as fit are drawn from them."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pyarrow as pa
from datasets import Dataset, DatasetInfo

from engine.cache_folder import cache_folder
from engine.data.file_format import LongSource, Source
from engine.data.match_rows import worst_first
from engine.data.row_stream import Batch, Row, RowStream
from engine.data.table import ROW_NUMBER, Table, make_dataset
from engine.disk import free_space
from engine.errors import EngineError
from engine.protocol import file_problems
from engine.protocol.config import Reading
from engine.protocol.problems import Problem
from engine.protocol.wording import file_name, printable

LARGE = 50_000_000
"""Bytes from which a file is not read into memory at once."""
MOST_ROWS = 100_000
"""Rows that are drawn from a large file where nobody says how many."""
_MOST_LETTERS = 100_000_000
"""Bytes of their texts, at most."""
_START = 1_000_000
"""Bytes at the start of a file that are looked at before all of it is read."""
_CUTS = (1.0, 0.8, 0.6, 0.4, 0.2)
"""Where the start may be cut: the end of a line can stand inside of a cell."""
_KEPT = 3
"""Tables that stay on disk for the next time."""
_TABLE, _ABOUT, _FORM = "rows.arrow", "about.json", 2
_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Follow:
    """Who waits for a file to be read; only large ones tell.

    Attributes:
        preview: Takes the first rows, as a table of their own, before the others are read.
        progress: Takes the share that was read, 0 to 1; raises what shall end the reading.
    """

    preview: Callable[[Table], None] = lambda _table: None
    progress: Callable[[float], None] = lambda _share: None


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of rows on disk; ``size`` are the bytes of their file, by which it is whole."""

    form: int
    rows: int
    letters: int
    size: int
    encoding: str
    delimiter: str
    problems: tuple[Problem, ...]


def start_of(path: str, reading: Reading, read: Callable[[Source], Table]) -> tuple[Source, Table | None]:
    """Returns how a large file begins, and its first rows; ``None`` where these are no table by themselves.

    Args:
        path: The file.
        reading: How it is to be read.
        read: Reads a file that is held in memory.

    Raises:
        EngineError: When the file cannot be opened.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_START)
    except OSError as error:
        raise EngineError(file_problems.cannot_open(path, error)) from error
    start = Source(path, _to_end_of_line(data) if len(data) == _START else data, reading)
    for share in _CUTS:
        with suppress(EngineError):  # reading all of it will say what is wrong
            return start, read(Source(path, _to_end_of_line(data[: round(share * len(data))]), reading))
    return start, None


def _to_end_of_line(data: bytes) -> bytes:
    """Cuts bytes behind the last line that is whole; of UTF-16 too, whose line ends have two bytes."""
    for end in (b"\n\x00", b"\n"):
        place = data.rfind(end)
        if place > 0 and (len(end) == 1 or place % 2 == 0):
            return data[: place + len(end)]
    return data


def previewed(stream: RowStream, source: LongSource, follow: Follow) -> RowStream:
    """Returns rows of which the first are shown as they come, where the start of the file did not tell them.

    Args:
        stream: They.
        source: The file.
        follow: Who waits.
    """

    def batches() -> Iterator[Batch]:
        is_shown = False
        for batch in stream.batches:
            if batch.rows and not is_shown:
                texts = ([printable(cell) for cell in cells] for cells in zip(*batch.rows, strict=True))
                columns = dict(zip(stream.names, texts, strict=True))
                first = make_dataset(columns, batch.numbers, file_name(source.path))
                encoding = source.text.encoding if source.is_decoded else ""
                follow.preview(Table(source.path, first, encoding, stream.delimiter, size=source.size))
                is_shown = True
            yield batch

    return dataclasses.replace(stream, batches=batches())


def read_large(
    source: LongSource,
    stream: Callable[[LongSource], RowStream],
    follow: Follow,
    mend: Callable[[list[Row], list[int]], list[int]],
) -> Table:
    """Reads a file whose rows do not fit into memory.

    Args:
        source: The file.
        stream: Reads it row by row.
        follow: Who waits.
        mend: Replaces half characters in rows and returns the numbers of those with characters lost.

    Raises:
        EngineError: When it is no table, or there is no room on the disk.
    """
    try:
        folder = _folder_of(source.path, source.reading)
    except OSError as error:
        raise EngineError(file_problems.cannot_open(source.path, error)) from error
    about = _known(folder)
    if about is None:
        about = _keep(stream(source), source, folder, mend)
        _tidy(folder.parent, _KEPT)
    follow.progress(1.0)
    try:
        return _table(source, folder, about)
    except OSError as error:
        raise EngineError(file_problems.rows_not_kept(source.path, str(folder.parent), error)) from error


def _table(source: LongSource, folder: Path, about: _About) -> Table:
    """Returns the rows that are drawn."""
    path = source.path
    fit = int(about.rows * min(1.0, _MOST_LETTERS / max(1, about.letters)))
    wanted = source.reading.rows_drawn or min(MOST_ROWS, max(1, fit))
    problems = [*about.problems]
    info = DatasetInfo(dataset_name=file_name(path))
    if wanted < about.rows:
        problems.append(file_problems.rows_drawn(path, wanted, about.rows))
    drawn = Dataset(_taken(folder / _TABLE, drawn_places(about.rows, wanted)), info=info)
    return Table(
        path=path,
        dataset=drawn,
        encoding=about.encoding,
        delimiter=about.delimiter,
        problems=worst_first(problems),
        size=source.size,
        rows_in_file=about.rows if wanted < about.rows else 0,
    )


def _taken(path: Path, places: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
    """Returns some rows in memory, where never more than a batch of the others stands beside them."""
    parts, first = [], 0
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as batches:
        for batch in batches:
            here = places[np.searchsorted(places, first) : np.searchsorted(places, first + batch.num_rows)]
            parts.append(batch.take(here - first))
            first += batch.num_rows
        return pa.Table.from_batches(parts, schema=batches.schema)


def drawn_places(rows: int, wanted: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Returns where the rows stand that are drawn by lot, from 0, in their order; always the same ones.

    Raw numbers are drawn, whose stream numpy guarantees for all its versions.

    Args:
        rows: How many there are.
        wanted: How many are drawn; all where there are no more.
    """
    if wanted >= rows:
        return np.arange(rows)
    lots = np.random.PCG64(0).random_raw(rows)
    return np.sort(np.argpartition(lots, wanted)[:wanted])


def _folder_of(path: str, reading: Reading) -> Path:
    """Returns where the rows of a file are kept: they are known by what stands in it, wherever it lies."""
    facts = os.stat(path)  # noqa: PTH116 - as the file is read
    as_read = msgspec.structs.replace(reading, rows_drawn=0)
    with Path(path).open("rb") as file:
        start = file.read(_START)
        file.seek(-min(_START, facts.st_size), os.SEEK_END)
        end = file.read()
    about = msgspec.json.encode((_FORM, facts.st_size, facts.st_mtime_ns, as_read), order="deterministic")
    digest = hashlib.sha256(b"".join((about, start, end))).hexdigest()[:32]
    return cache_folder() / "tables" / digest


def _known(folder: Path) -> _About | None:
    """Returns what is known of rows that were kept; ``None`` where there are none."""
    try:
        about = msgspec.json.decode((folder / _ABOUT).read_bytes(), type=_About)
        os.utime(folder / _ABOUT)
        is_whole = (folder / _TABLE).stat().st_size == about.size
    except (OSError, msgspec.MsgspecError):
        return None
    return about if about.form == _FORM and is_whole else None


def _keep(
    stream: RowStream,
    source: LongSource,
    folder: Path,
    mend: Callable[[list[Row], list[int]], list[int]],
) -> _About:
    """Writes all rows to the disk, where they are whole or not at all."""
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}{_UNFINISHED}")
    _sweep(folder.parent)
    needed = round(1.5 * source.size)
    if free_space(folder) < needed:
        _tidy(folder.parent, 0)
    if (free := free_space(folder)) < needed:
        raise EngineError(file_problems.no_room_for_rows(source.path, needed, free))
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
        rows, letters, broken = _write(stream, unfinished / _TABLE, mend)
        problems = [*stream.problems, *(source.text.problems if source.is_decoded else ())]
        if broken:
            problems.append(file_problems.broken_characters(source.path, broken))
        about = _About(
            form=_FORM,
            rows=rows,
            letters=letters,
            size=(unfinished / _TABLE).stat().st_size,
            encoding=source.text.encoding if source.is_decoded else "",
            delimiter=stream.delimiter,
            problems=tuple(problems),
        )
        (unfinished / _ABOUT).write_bytes(msgspec.json.encode(about))
        if _known(folder) is None:  # else another process was faster: its rows are the same
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                unfinished.rename(folder)
    except OSError as error:
        raise EngineError(file_problems.rows_not_kept(source.path, str(folder.parent), error)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return about


def _write(
    stream: RowStream, path: Path, mend: Callable[[list[Row], list[int]], list[int]]
) -> tuple[int, int, list[int]]:
    """Writes rows; returns how many, the bytes of their texts, and those with characters lost."""
    fields: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in stream.names]
    schema = pa.schema([*fields, (ROW_NUMBER, pa.int64())])
    rows = letters = 0
    broken: list[int] = []
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        for batch in stream.batches:
            if not batch.rows:
                continue
            broken += mend(batch.rows, batch.numbers)
            arrays: list[pa.Array[Any]] = [pa.array(cells) for cells in zip(*batch.rows, strict=True)]
            table = pa.RecordBatch.from_arrays([*arrays, pa.array(batch.numbers)], schema=schema)
            writer.write_batch(table)
            rows, letters = rows + table.num_rows, letters + table.nbytes
    return rows, letters, broken


def _tidy(folder: Path, most: int) -> None:
    """Removes the tables that were used least, but for so many."""
    with suppress(OSError):
        kept = sorted(folder.glob(f"*/{_ABOUT}"), key=lambda about: about.stat().st_mtime, reverse=True)
        for about in kept[most:]:
            shutil.rmtree(about.parent, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Removes what processes left unfinished that were ended while they wrote."""
    for unfinished in folder.glob(f"*{_UNFINISHED}"):
        process = unfinished.name.removesuffix(_UNFINISHED).rpartition(".")[2]
        if process.isdecimal() and not psutil.pid_exists(int(process)):
            shutil.rmtree(unfinished, ignore_errors=True)
