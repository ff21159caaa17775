"""JSON lines: an object a line, its values as text."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from engine.data.file_format import FileFormat
from engine.data.json_cells import as_records, parse
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import file_problems, json_problems

ENDINGS = (".jsonl", ".ndjson")


def is_json(text: str, path: str) -> bool:
    """Whether a file holds JSON lines: its ending says so, or its first line is an object."""
    ending = PurePath(path).suffix.lower()
    looks_so = text.lstrip().startswith("{")
    return ending in ENDINGS or (
        looks_so and (ending == ".json" or isinstance(parse(first_line(text)), dict))
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
    problem = json_problems.odd_json_rows(path, odd, len(objects) + len(odd)) if odd else None
    if problem is not None and len(odd) > len(objects):
        raise EngineError(problem)
    records = as_records(objects, numbers, path, blank)
    if problem is not None:
        records.problems.append(problem)
    return records


def first_line(text: str) -> str:
    """Returns the first line of a text in which something stands.

    Args:
        text: The whole file.
    """
    return text.lstrip().partition("\n")[0]


FORMAT = FileFormat(
    id="json_lines",
    order=40,
    fits=lambda source: is_json(source.text, source.path),
    read=lambda source: read_json_lines(source.text, source.path),
    endings=ENDINGS,
)
