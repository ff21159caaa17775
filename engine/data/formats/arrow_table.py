"""Tables of bytes: Parquet, and Arrow and Feather, as data sets are kept and handed on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from engine.data.file_format import FileFormat, LongSource, Source
from engine.data.json_cells import cell
from engine.data.long_text import Told
from engine.data.records import Records
from engine.data.row_stream import BATCH, RowStream, gathered
from engine.errors import EngineError
from engine.protocol import file_problems, table_problems

_PARQUET, _ARROW, _OLD_FEATHER, _STREAM = b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
_MOST_CELLS = 100_000_000
"""A few bytes can stand for a billion cells that are alike; each becomes a text of its own here."""
_HUB, _CLASSES = b"huggingface", "ClassLabel"
_NOT_TOLD = -1
"""Stands for the class of a row whose answer is kept back, as in the test rows of a contest."""


def read_arrow(source: Source) -> Records:
    """Reads the rows of :func:`stream_arrow`, all at once.

    Args:
        source: The file.

    Raises:
        EngineError: When it is damaged, of a form that is not read any more, far too large, or holds no rows.
    """
    return stream_arrow(pa.BufferReader(pa.py_buffer(source.data)), source.data[:8], source.path).whole()


def stream_arrow(file: pa.NativeFile, start: bytes, path: str, told: Told | None = None) -> RowStream:
    """Reads the rows with every value as text; a list or an object as JSON.

    Numbers that stand for the names of classes, as the hub's data sets have them, become the names, also
    inside of lists.

    Args:
        file: The file, opened.
        start: Its first bytes.
        path: For the words of problems.
        told: Tells how far it was read.

    Raises:
        EngineError: When it is damaged, of a form that is not read any more, far too large, or holds no rows;
            the latter, and most damage, while the rows go by.
    """
    if start.startswith(_OLD_FEATHER):
        raise EngineError(table_problems.old_feather(path))
    with _damage_told(path):
        opened = _open(file, start)
        features, names = _features(opened.schema), opened.schema.names
    most = max(_MOST_CELLS, file.size())
    if told is not None:
        told.begin(1.0)

    def rows() -> Iterator[tuple[int, list[str]]]:
        number = 0
        with _damage_told(path):
            for batch, share in opened.batches:
                count = max(opened.rows, number + batch.num_rows)
                if count * len(names) > most:
                    raise EngineError(table_problems.too_many_cells(path, count, len(names), most))
                batch.validate(full=True)  # what damage points to would be read outside of the file
                for row in _rows(batch, [features.get(name) for name in names]):
                    number += 1
                    yield number, row
                if told is not None:
                    told.reach(round(share * file.size()))

    return gathered(names, rows(), path)


def _rows(batch: pa.RecordBatch, features: Sequence[Any]) -> Iterator[list[str]]:
    """Returns the rows of a batch, which may be a large one."""
    for first in range(0, batch.num_rows, BATCH):
        part = batch.slice(first, BATCH)
        columns = [_texts(part.column(place), feature) for place, feature in enumerate(features)]
        yield from map(list, zip(*columns, strict=True))


@contextmanager
def _damage_told(path: str) -> Iterator[None]:
    """Turns what a damaged file raises into a problem."""
    try:
        yield
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise EngineError(table_problems.damaged_table(path, str(error))) from error


def _fits(source: Source) -> bool:
    by_mark = source.data.startswith((_PARQUET, _ARROW, _OLD_FEATHER))
    return by_mark or (source.ending == ".arrow" and source.data.startswith(_STREAM))


def _stream(source: LongSource) -> RowStream:
    """Reads a large file."""
    # A map of a file that is cut off meanwhile ends the process, so there is none where it can be helped:
    # an Arrow file may be a single batch, too large to be read into memory.
    start = source.start.data[:8]
    try:
        file = pa.OSFile(source.path, "rb") if start.startswith(_PARQUET) else pa.memory_map(source.path)
    except OSError as error:
        raise EngineError(file_problems.cannot_open(source.path, error)) from error
    return stream_arrow(file, start, source.path, source.told)


class _Opened(NamedTuple):
    """What is in a file.

    Attributes:
        schema: What the columns are.
        rows: How many rows there are, where the file says so.
        batches: The rows; with each batch which share of the file has then gone by, 0 to 1.
    """

    schema: pa.Schema
    rows: int
    batches: Iterator[tuple[pa.RecordBatch, float]]


def _open(file: pa.NativeFile, start: bytes) -> _Opened:
    if start.startswith(_PARQUET):
        table = pq.ParquetFile(file, pre_buffer=False)  # else all of it is held in memory
        rows = table.metadata.num_rows
        return _Opened(table.schema_arrow, rows, _with_share(table.iter_batches(BATCH), rows))
    if start.startswith(_STREAM):
        stream = ipc.open_stream(file)
        return _Opened(stream.schema, 0, ((batch, file.tell() / file.size()) for batch in stream))
    blocks = ipc.open_file(file)
    count = blocks.num_record_batches
    numbered = ((blocks.get_batch(place), (place + 1) / count) for place in range(count))
    return _Opened(blocks.schema, 0, numbered)


def _with_share(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[tuple[pa.RecordBatch, float]]:
    done = 0
    for batch in batches:
        done += batch.num_rows
        yield batch, done / max(1, rows)


def _features(schema: pa.Schema) -> dict[str, Any]:
    """Returns column → what the hub says of it; of those columns that hold classes."""
    try:
        features = json.loads((schema.metadata or {})[_HUB])["info"]["features"]
        return {name: said for name, said in features.items() if _CLASSES in json.dumps(said)}
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _texts(column: pa.Array[Any], feature: Any) -> list[str]:
    """Returns the values of a column as text."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value or "" for value in column.to_pylist()]
    return [cell(_named(value, feature)) for value in column.to_pylist()]


def _named(value: Any, feature: Any) -> Any:
    """Returns a value with the names of classes in place of their numbers; other numbers stay."""
    if isinstance(value, list):
        inner = feature.get("feature", feature) if isinstance(feature, dict) else feature
        only = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
        return [_named(entry, only) for entry in value]
    if not isinstance(feature, dict):
        return value
    if isinstance(value, dict):
        inner = feature["feature"] if isinstance(feature.get("feature"), dict) else feature
        return {name: _named(entry, inner.get(name)) for name, entry in value.items()}
    names = feature.get("names") if feature.get("_type") == _CLASSES else None
    if names and value == _NOT_TOLD:
        return None
    known = isinstance(names, list) and isinstance(value, int) and 0 <= value < len(names)
    return str(names[value]) if names and known else value


FORMAT = FileFormat(
    id="arrow_table",
    order=2,
    fits=_fits,
    read=read_arrow,
    stream=_stream,
    endings=(".parquet", ".arrow", ".feather"),
    of_bytes=True,
)
