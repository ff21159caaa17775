"""JSON values as the cells of a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.data.records import Records, tell_apart
from engine.data.table import ROW_NUMBER
from engine.errors import EngineError
from engine.protocol import table_problems

_COLUMNS_LIMIT = 1_000
_DEEPEST = 4
"""Objects inside of objects that become columns of their own, at most."""

_Path = tuple[str, ...]


class Number(str):
    """A number as it is written."""

    __slots__ = ()


def parse(text: str) -> Any:
    """Returns a JSON value with its numbers as they are written; ``None`` for what is no JSON."""
    try:
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return None


def cell(value: Any) -> str:
    """Returns a JSON value as the text of a cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def as_records(objects: Sequence[Mapping[str, Any]], numbers: Sequence[int], path: str) -> Records:
    """Returns objects as rows of cells; columns in the order in which their names first come.

    A value inside of an object inside becomes a column named by both: ``"user.name"``. Answers of a
    question stay together.

    Args:
        objects: A row each; what one lacks is an empty cell.
        numbers: Where each stands in its file.
        path: The file.

    Raises:
        EngineError: When there are too many different names.
    """
    flat = [dict(_flattened(value)) for value in objects]
    keys = list(dict.fromkeys(key for value in flat for key in value))
    if len(keys) > _COLUMNS_LIMIT:
        raise EngineError(table_problems.too_many_columns(path, len(keys), _COLUMNS_LIMIT))
    names, problems = tell_apart([".".join(key) for key in keys], path, ROW_NUMBER)
    if len(names) == 1:
        problems.append(table_problems.single_column(path, names[0]))
    rows = [[cell(value.get(key)) for key in keys] for value in flat]
    return Records(names, rows, list(numbers), problems=problems)


def _flattened(value: Mapping[str, Any], above: _Path = ()) -> Iterator[tuple[_Path, Any]]:
    for key, inner in value.items():
        place = (*above, key)
        answers = isinstance(inner, dict) and "text" in inner and "answer_start" in inner
        if isinstance(inner, dict) and inner and len(place) < _DEEPEST and not answers:
            yield from _flattened(inner, place)
        else:
            yield place, inner
