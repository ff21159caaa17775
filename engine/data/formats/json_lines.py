"""JSON lines: an object a line, its values as text."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any

from engine.data.file_format import FileFormat
from engine.data.json_cells import parse, stream_objects
from engine.data.records import Records
from engine.data.row_stream import Lines, RowStream
from engine.errors import EngineError
from engine.protocol import file_problems, json_problems

ENDINGS = (".jsonl", ".ndjson")
_BLANK = object()
_PARSED = 0.3
"""Which part of all the work it is to parse the lines once, 0 to 1."""


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
    parsed = [*_parsed(io.StringIO(text, newline=""))]
    return _stream(lambda _share: iter(parsed), path).whole()


def stream_json_lines(lines: Lines, path: str) -> RowStream:
    """Reads the same a batch after the other; the lines are gone through three times.

    Args:
        lines: Reads the file's lines.
        path: For the words of problems.

    Raises:
        EngineError: When it is JSON of another shape, or no JSON.
    """
    return _stream(lambda share: _parsed(lines(share)), path)


def _parsed(lines: Iterable[str]) -> Iterator[tuple[int, Any]]:
    """Returns the number and the value of each line; of a blank one :data:`_BLANK`."""
    return ((number, _BLANK if line.isspace() else parse(line)) for number, line in enumerate(lines, start=1))


def _stream(values: Callable[[float], Iterator[tuple[int, Any]]], path: str) -> RowStream:
    blank: list[int] = []
    odd: list[int] = []
    objects = 0
    for number, value in values(_PARSED):
        if isinstance(value, dict) and value:
            objects += 1
        else:
            (blank if value is _BLANK else odd).append(number)
    if not objects and not odd:
        raise EngineError(file_problems.empty_file(path))
    problem = json_problems.odd_json_rows(path, odd, objects + len(odd)) if odd else None
    if problem is not None and len(odd) > objects:
        raise EngineError(problem)
    read = stream_objects(
        lambda: ((number, value) for number, value in values(_PARSED) if isinstance(value, dict) and value),
        path,
        blank,
    )
    if problem is not None:
        read.problems.append(problem)
    return read


def _are_lines(start: str) -> bool:
    """Whether most lines of a file's start are objects; a document that goes on behind it has others."""
    values = [value for _, value in _parsed(io.StringIO(start, newline="")) if value is not _BLANK]
    return 2 * sum(isinstance(value, dict) for value in values) > len(values)


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
    stream=lambda source: stream_json_lines(source.text.lines, source.path),
    is_told_by=lambda start: _are_lines(start.text),
    endings=ENDINGS,
)
