"""Tables of bytes: Parquet, and Arrow and Feather, as data sets are kept and handed on."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features
from pyarrow import feather, ipc

from engine.data.file_format import FileFormat, Source
from engine.data.json_cells import cell
from engine.data.records import Records, gather
from engine.errors import EngineError
from engine.protocol import table_problems

_PARQUET, _ARROW, _FEATHER, _STREAM = b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"


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
        named, names = _class_names(table.schema), table.column_names
        columns = [_texts(table.column(place), named.get(name)) for place, name in enumerate(names)]
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise EngineError(table_problems.damaged_table(source.path, str(error))) from error
    return gather(names, map(list, zip(*columns, strict=True)), source.path)


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
        return [classes.int2str(value) if value in known else cell(value) for value in column.to_pylist()]
    return [cell(value) for value in column.to_pylist()]


FORMAT = FileFormat(
    id="arrow_table",
    order=2,
    fits=_fits,
    read=read_arrow,
    endings=(".parquet", ".arrow", ".feather"),
    of_bytes=True,
)
