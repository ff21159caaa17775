"""JSON that is one value: a list of objects, rows under a key, columns under names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.data.file_format import FileFormat, Source
from engine.data.formats.json_lines import ENDINGS as LINES
from engine.data.formats.json_lines import first_line
from engine.data.json_cells import as_records, parse
from engine.data.json_tables import JsonTable, as_object, tables_in
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import json_problems, table_problems

_LIST = re.compile(r"\s*\[\s*\{\s*\"")


def read_json_document(source: Source) -> Records | None:
    """Reads the rows of a document, numbered from 1 as they stand in it.

    Args:
        source: The file.

    Returns:
        The rows; ``None`` when it is no document but perhaps a document a line.

    Raises:
        EngineError: When it is a document in which no rows are found.
    """
    whole = parse(source.text)
    if not isinstance(whole, list | dict):
        by_name = source.ending == ".json" and source.text.lstrip().startswith("[")
        if by_name or _LIST.match(source.text):  # nothing else begins so
            raise EngineError(json_problems.damaged_json(source.path))
        return None
    if source.ending in LINES and isinstance(parse(first_line(source.text)), dict):
        return None  # a file of one line
    table = JsonTable((), [whole]) if _is_one_row(whole) else _best(whole)
    if table is None:
        raise EngineError(json_problems.json_document(source.path))
    objects = [as_object(entry) for entry in table.entries]
    right = [number for number, value in enumerate(objects, start=1) if value]
    records = as_records([value for value in objects if value], right, source.path)
    odd = sorted({*range(1, len(objects) + 1)} - {*right})
    if odd and table.width:
        lengths = {number: len(table.entries[number - 1]) for number in odd}
        records.problems.append(table_problems.odd_rows(source.path, lengths, table.width))
    elif odd:
        records.problems.append(json_problems.odd_json_rows(source.path, odd, len(objects)))
    aside = [*_left_aside(whole, table)]
    if table.parts:
        records.problems.append(json_problems.rows_in_parts(source.path, table.parts, len(objects), aside))
    elif table.place:
        key = ".".join(table.place)
        records.problems.append(json_problems.rows_under_key(source.path, key, len(objects), aside))
    return records


def _is_one_row(whole: Any) -> bool:
    """Whether a value is a single row, as a file of JSON lines may have just one."""
    return isinstance(whole, dict) and not any(isinstance(value, list | dict) for value in whole.values())


def _best(whole: Any) -> JsonTable | None:
    """Returns the table that is read: of objects rather than of texts, and the longest of these."""
    return max(tables_in(whole), key=lambda one: (one.holds_objects, len(one.entries)), default=None)


def _left_aside(whole: Any, table: JsonTable) -> Iterator[str]:
    """Yields what stands beside the table in a document, by the keys that lead there."""
    value = whole
    for depth, key in enumerate(table.place):
        yield from (".".join([*table.place[:depth], other]) for other in value if other != key)
        value = value[key]
    if table.parts:
        yield from (".".join([*table.place, other]) for other in value if other not in table.parts)


FORMAT = FileFormat(
    id="json_document",
    order=30,
    fits=lambda source: source.text.lstrip()[:1] in {"[", "{"},
    read=read_json_document,
    endings=(".json",),
)
