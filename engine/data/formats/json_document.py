"""JSON that is one value: a list of objects, rows under a key, columns under names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.data.file_format import FileFormat, Source
from engine.data.json_cells import Number, as_records, cell, parse
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import table_problems

_DEEPEST = 4
"""Keys that are followed down to the rows, at most."""
_LIST = re.compile(r"\s*\[\s*\{\s*\"")
_MOST_RIGHT = 0.5
"""Share of the entries, 0 to 1, that must be rows."""


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
            raise EngineError(table_problems.damaged_json(source.path))
        return None
    place, entries = ((), [whole]) if _is_one_row(whole) else _rows_of(whole)
    objects = [_as_object(entry) for entry in entries]
    right = [number for number, value in enumerate(objects, start=1) if value]
    if not right or len(right) < _MOST_RIGHT * len(objects):
        raise EngineError(table_problems.json_document(source.path))
    kept = [value for value in objects if value]
    records = as_records(kept, right, source.path)
    odd = sorted({*range(1, len(objects) + 1)} - {*right})
    if odd:
        records.problems.append(table_problems.odd_json_rows(source.path, odd, len(objects)))
    if place:
        others = [".".join(one) for one, found in _lists(whole) if one != place and _are_rows(found)]
        problem = table_problems.rows_under_key(source.path, ".".join(place), len(entries), others)
        records.problems.append(problem)
    return records


def _is_one_row(whole: Any) -> bool:
    """Whether a value is a single row, as a file of JSON lines may have just one."""
    return isinstance(whole, dict) and not any(isinstance(value, list | dict) for value in whole.values())


def _rows_of(whole: list[Any] | dict[str, Any]) -> tuple[tuple[str, ...], list[Any]]:
    """Returns the entries that are rows, and the keys that lead to them; none where they are the whole."""
    if isinstance(whole, list):
        return (), whole
    columns = _from_columns(whole)
    if columns:
        return (), columns
    found = [(place, entries) for place, entries in _lists(whole) if _are_rows(entries)]
    return max(found, key=lambda one: len(one[1]), default=((), []))


def _lists(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yields the lists in a document with the keys that lead there."""
    if isinstance(value, list):
        yield above, value
    elif isinstance(value, dict) and len(above) < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, (*above, key))


def _are_rows(entries: list[Any]) -> bool:
    return bool(entries) and sum(bool(_as_object(entry)) for entry in entries) >= _MOST_RIGHT * len(entries)


def _as_object(entry: Any) -> dict[str, Any]:
    """Returns an entry as name → value; empty when it is no row."""
    if isinstance(entry, dict):
        return entry
    is_text = isinstance(entry, str) and not isinstance(entry, Number)
    return {"text": entry} if is_text and entry.strip() else {}


def _from_columns(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns rows of a document that holds columns, in one of the ways in which pandas writes them.

    These are: names and rows apart; a list for each name; an object of row → value for each name; an
    object of name → value for each row.
    """
    names, data = whole.get("columns"), whole.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        return [dict(zip(map(cell, names), row, strict=False)) for row in data]
    values = list(whole.values())
    if len(values) > 1 and all(isinstance(value, list) for value in values):
        same = len({len(value) for value in values}) == 1
        plain = not any(isinstance(entry, dict) for value in values for entry in value)
        return (
            [dict(zip(whole, row, strict=True)) for row in zip(*values, strict=True)]
            if same and plain
            else []
        )
    if values and all(isinstance(value, dict) for value in values):
        inside = [*values[0]]
        if len(inside) >= len(values) and all([*value] == inside for value in values):
            return [{name: whole[name][key] for name in whole} for key in inside]
        if len(values) > 1 and all({*value} == {*inside} for value in values):
            return values
    return []


FORMAT = FileFormat(
    id="json_document",
    order=30,
    fits=lambda source: source.text.lstrip()[:1] in {"[", "{"},
    read=read_json_document,
    endings=(".json",),
)
