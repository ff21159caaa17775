"""Tables of bytes: Parquet, and Arrow and Feather, as data sets are kept and handed on."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features
from pyarrow import feather, ipc

from engine.data.file_format import FileFormat, Source
from engine.data.records import Records, is_blank, tell_apart
from engine.data.table import ROW_NUMBER
from engine.errors import EngineError
from engine.protocol import table_problems

_PARQUET, _ARROW, _FEATHER, _STREAM = b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
_COLUMNS_LIMIT = 1_000


def read_arrow(source: Source) -> Records:
    """Reads the rows with every value as text; a list or an object as JSON.

    Numbers that stand for the names of classes, as the hub's data sets have them, become the names.

    Args:
        source: The file.

    Raises:
        EngineError: When it is damaged, or holds no rows.
    """
    try:
        table = _table(source.data)
        named = _class_names(table.schema)
        if len(table.column_names) > _COLUMNS_LIMIT:
            found = len(table.column_names)
            raise EngineError(table_problems.too_many_columns(source.path, found, _COLUMNS_LIMIT))
        columns = [
            _texts(table.column(place), named.get(name)) for place, name in enumerate(table.column_names)
        ]
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise EngineError(table_problems.damaged_table(source.path, str(error))) from error
    names, problems = tell_apart(table.column_names, source.path, ROW_NUMBER)
    records = Records(names, problems=problems)
    blank = []
    for number, row in enumerate(map(list, zip(*columns, strict=True)), start=1):
        if is_blank(row):
            blank.append(number)
        else:
            records.rows.append(row)
            records.numbers.append(number)
    if not records.rows:
        raise EngineError(table_problems.header_only(source.path, names))
    if blank:
        problems.append(table_problems.blank_rows(source.path, blank))
    if len(names) == 1:
        problems.append(table_problems.single_column(source.path, names[0]))
    return records


def _fits(source: Source) -> bool:
    by_mark = source.data.startswith((_PARQUET, _ARROW, _FEATHER))
    return by_mark or (source.ending == ".arrow" and source.data.startswith(_STREAM))


def _table(data: bytes) -> pa.Table:
    buffer = pa.py_buffer(data)
    if data.startswith(_PARQUET):
        return pq.ParquetFile(pa.BufferReader(buffer)).read()
    if data.startswith(_FEATHER):
        return feather.read_table(io.BytesIO(data))
    opened = ipc.open_stream(buffer) if data.startswith(_STREAM) else ipc.open_file(buffer)
    return opened.read_all()


def _class_names(schema: pa.Schema) -> dict[str, ClassLabel]:
    """Returns column → its classes, as the data sets of the hub write them into a file."""
    try:
        features = Features.from_arrow_schema(schema)
    except (AttributeError, ValueError, KeyError, TypeError):
        return {}
    return {name: feature for name, feature in features.items() if isinstance(feature, ClassLabel)}


def _texts(column: pa.ChunkedArray[Any], classes: ClassLabel | None) -> list[str]:
    """Returns the values of a column as text."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value or "" for value in column.to_pylist()]
    if classes is not None:
        known = range(classes.num_classes)
        return [classes.int2str(value) if value in known else _text(value) for value in column.to_pylist()]
    return [_text(value) for value in column.to_pylist()]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    )


FORMAT = FileFormat(
    id="arrow_table",
    order=2,
    fits=_fits,
    read=read_arrow,
    endings=(".parquet", ".arrow", ".feather"),
    of_bytes=True,
)
