"""JSON lines: an object a line, its values as text."""

from __future__ import annotations

import io
import json
from pathlib import PurePath
from typing import Any

from engine.data.records import Records, is_blank, tell_apart
from engine.data.table import ROW_NUMBER
from engine.errors import EngineError
from engine.protocol import file_problems, table_problems

_COLUMNS_LIMIT = 1_000
_ENDINGS = {".jsonl", ".ndjson"}


def is_json(text: str, path: str) -> bool:
    """Whether a file holds JSON: its ending says so, or its first line is an object or all of it a list."""
    start = text.lstrip()[:1]
    ending = PurePath(path).suffix.lower()
    if ending in _ENDINGS or (ending == ".json" and start in {"{", "["}):
        return True
    if start == "{":
        return isinstance(_value(_first_line(text)), dict) or _value(text) is not None
    return start == "[" and isinstance(_value(text), list)


def read_json_lines(text: str, path: str) -> Records:
    """Reads a table from JSON lines; what an object lacks is an empty cell.

    Args:
        text: The whole file.
        path: For the words of problems.

    Raises:
        EngineError: When it is JSON of another shape, or no JSON.
    """
    if not text.strip():
        raise EngineError(file_problems.empty_file(path))
    objects: list[dict[str, Any]] = []
    numbers: list[int] = []
    blank: list[int] = []
    odd: list[int] = []
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if line.isspace():
            blank.append(number)
            continue
        value = _value(line)
        if isinstance(value, dict) and value:
            objects.append(value)
            numbers.append(number)
        else:
            odd.append(number)
    nested = len(objects) == 1 and any(isinstance(value, list | dict) for value in objects[0].values())
    if nested or (2 * len(odd) > len(objects) and isinstance(_value(text), list | dict)):
        raise EngineError(table_problems.json_document(path))
    records = _as_records(objects, numbers, path)
    if odd:
        problem = table_problems.odd_json_rows(path, odd, len(objects) + len(odd))
        if not objects or 2 * len(odd) > len(objects) + len(odd):
            raise EngineError(problem)
        records.problems.append(problem)
    blank += [number for row, number in zip(records.rows, records.numbers, strict=True) if is_blank(row)]
    if blank:
        kept = [pair for pair in zip(records.rows, records.numbers, strict=True) if not is_blank(pair[0])]
        records.rows, records.numbers = [row for row, _ in kept], [number for _, number in kept]
        records.problems.append(table_problems.blank_rows(path, sorted(blank)))
    if not records.rows:
        raise EngineError(table_problems.header_only(path, records.names))
    return records


def _as_records(objects: list[dict[str, Any]], numbers: list[int], path: str) -> Records:
    """Returns objects as rows of cells; columns in the order in which their names first come."""
    keys = list(dict.fromkeys(key for value in objects for key in value))
    if len(keys) > _COLUMNS_LIMIT:
        raise EngineError(table_problems.too_many_columns(path, len(keys), _COLUMNS_LIMIT))
    names, problems = tell_apart(keys, path, ROW_NUMBER)
    if len(names) == 1:
        problems.append(table_problems.single_column(path, names[0]))
    rows = [[_cell(value.get(key)) for key in keys] for value in objects]
    return Records(names, rows, numbers, problems=problems)


def _value(text: str) -> Any:
    """Returns a JSON value with its numbers as they are written; ``None`` for what is no JSON."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0]


def _cell(value: Any) -> str:
    """Returns a JSON value as the text of a cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
