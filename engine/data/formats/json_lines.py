"""JSON lines: an object a line, its values as text."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from engine.data.file_format import FileFormat
from engine.data.json_cells import as_records, parse
from engine.data.records import Records, is_blank
from engine.errors import EngineError
from engine.protocol import file_problems, table_problems

_ENDINGS = {".jsonl", ".ndjson"}


def is_json(text: str, path: str) -> bool:
    """Whether a file holds JSON lines: its ending says so, or its first line is an object."""
    ending = PurePath(path).suffix.lower()
    looks_so = text.lstrip().startswith("{")
    return ending in _ENDINGS or (
        looks_so and (ending == ".json" or isinstance(parse(_first_line(text)), dict))
    )


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
        value = parse(line)
        if isinstance(value, dict) and value:
            objects.append(value)
            numbers.append(number)
        else:
            odd.append(number)
    records = as_records(objects, numbers, path)
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


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0]


FORMAT = FileFormat(
    id="json_lines",
    order=40,
    fits=lambda source: is_json(source.text, source.path),
    read=lambda source: read_json_lines(source.text, source.path),
    endings=(".jsonl", ".ndjson"),
)
