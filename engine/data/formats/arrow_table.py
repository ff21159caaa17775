"""Tables of bytes: Parquet, and Arrow and Feather, as data sets are kept and handed on."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from engine.data.file_format import FileFormat, Source
from engine.data.json_cells import cell
from engine.data.records import Records, gather
from engine.errors import EngineError
from engine.protocol import table_problems

_PARQUET, _ARROW, _OLD_FEATHER, _STREAM = b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
_MOST_CELLS = 100_000_000
"""A few bytes can stand for a billion cells that are alike; each becomes a text of its own here."""
_HUB, _CLASSES = b"huggingface", "ClassLabel"
_NOT_TOLD = -1
"""Stands for the class of a row whose answer is kept back, as in the test rows of a contest."""


def read_arrow(source: Source) -> Records:
    """Reads the rows with every value as text; a list or an object as JSON.

    Numbers that stand for the names of classes, as the hub's data sets have them, become the names, also
    inside of lists.

    Args:
        source: The file.

    Raises:
        EngineError: When it is damaged, of a form that is not read any more, far too large, or holds no rows.
    """
    if source.data.startswith(_OLD_FEATHER):
        raise EngineError(table_problems.old_feather(source.path))
    try:
        table = _table(source)
        table.validate(full=True)  # what damage points to would be read outside of the file
        features, names = _features(table.schema), table.column_names
        columns = [_texts(table.column(place), features.get(name)) for place, name in enumerate(names)]
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise EngineError(table_problems.damaged_table(source.path, str(error))) from error
    return gather(names, map(list, zip(*columns, strict=True)), source.path)


def _fits(source: Source) -> bool:
    by_mark = source.data.startswith((_PARQUET, _ARROW, _OLD_FEATHER))
    return by_mark or (source.ending == ".arrow" and source.data.startswith(_STREAM))


def _table(source: Source) -> pa.Table:
    buffer = pa.py_buffer(source.data)
    if source.data.startswith(_PARQUET):
        file = pq.ParquetFile(pa.BufferReader(buffer))
        _check_size(source.path, file.metadata.num_rows, file.metadata.num_columns)
        return file.read()
    by_stream = source.data.startswith(_STREAM)
    table = (ipc.open_stream(buffer) if by_stream else ipc.open_file(buffer)).read_all()
    _check_size(source.path, table.num_rows, table.num_columns)
    return table


def _check_size(path: str, rows: int, columns: int) -> None:
    if rows * columns > _MOST_CELLS:
        raise EngineError(table_problems.too_many_cells(path, rows, columns, _MOST_CELLS))


def _features(schema: pa.Schema) -> dict[str, Any]:
    """Returns column → what the hub says of it; of those columns that hold classes."""
    try:
        features = json.loads((schema.metadata or {})[_HUB])["info"]["features"]
        return {name: said for name, said in features.items() if _CLASSES in json.dumps(said)}
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _texts(column: pa.ChunkedArray[Any], feature: Any) -> list[str]:
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
    endings=(".parquet", ".arrow", ".feather"),
    of_bytes=True,
)
