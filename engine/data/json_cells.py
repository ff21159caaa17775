"""JSON values as the cells of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from engine.data.records import COLUMNS_LIMIT, Records
from engine.data.row_stream import RowStream, gathered
from engine.errors import EngineError
from engine.protocol import json_problems, table_problems

_DEEPEST = 4
"""Objects inside of objects that become columns of their own, at most."""

_Path = tuple[str, ...]
_Read = Callable[[Mapping[str, Any]], Iterator[tuple[_Path, Any]]]


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Repeated(str):
    """A name that an object uses more than once, made different from the first."""

    __slots__ = ()

    @property
    def original(self) -> str:
        """Returns the name as it stands in the file."""
        return self.rpartition(" (")[0]


def parse(text: str) -> Any:
    """Returns a JSON value with its numbers as they are written; ``None`` for what is no JSON.

    A name that comes again in an object gets a number, so that both values stay.
    """
    try:
        return json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=Number, object_pairs_hook=joined
        )
    except (ValueError, RecursionError):
        return None


def joined(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Returns names with their values; one that comes again is told apart.

    Args:
        pairs: A name and a value each.
    """
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for name, value in pairs:
        free = (Repeated(f"{name} ({number})") for number in count(2))
        found[name if name not in found else next(other for other in free if other not in found)] = value
    return found


def cell(value: Any) -> str:
    """Returns a value as the text of a cell; a list or an object as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    )


Objects = Callable[[], Iterable[tuple[int, Mapping[str, Any]]]]
"""Goes through the objects of a file from the first one on, each with its number there."""


def as_records(objects: Sequence[Mapping[str, Any]], numbers: Sequence[int], path: str) -> Records:
    """Returns the rows of :func:`stream_objects`, all at once.

    Args:
        objects: A row each.
        numbers: Where each stands in its file.
        path: The file.

    Raises:
        EngineError: When there are too many different names, or no row.
    """
    return stream_objects(lambda: zip(numbers, objects, strict=True), path).whole()


def stream_objects(objects: Objects, path: str, blank: Sequence[int] = ()) -> RowStream:
    """Returns objects as rows of cells; columns in the order in which their names first come.

    A value inside of an object inside becomes a column named by both, ``"user.name"``, unless that makes
    more columns than a table can have. Answers of a question stay together.

    Args:
        objects: A row each; what one lacks is an empty cell. They are gone through twice.
        path: The file.
        blank: Where nothing stood.

    Raises:
        EngineError: When there are too many different names; later, when there is no row.
    """
    read: _Read = _flattened
    keys = _names_of(objects, read)
    if len(keys) > COLUMNS_LIMIT:
        read = _as_they_are
        keys = _names_of(objects, read)

    def rows() -> Iterator[tuple[int, list[str]]]:
        for number, value in objects():
            found = dict(read(value))
            try:
                yield number, [cell(found.get(key)) for key in keys]
            except RecursionError as error:  # what could just be read may be too deep to be written
                raise EngineError(json_problems.damaged_json(path)) from error

    stream = gathered([".".join(key) for key in keys], rows(), path, blank)
    again = {".".join(key): key[-1].original for key in keys if isinstance(key[-1], Repeated)}
    if again:
        stream.problems.append(table_problems.repeated_columns(path, again))
    return stream


def _names_of(objects: Objects, read: _Read) -> list[_Path]:
    return list(dict.fromkeys(place for _, value in objects() for place, _ in read(value)))


def _as_they_are(value: Mapping[str, Any]) -> Iterator[tuple[_Path, Any]]:
    return (((key,), inner) for key, inner in value.items())


def _flattened(value: Mapping[str, Any], above: _Path = ()) -> Iterator[tuple[_Path, Any]]:
    for key, inner in value.items():
        place = (*above, key)
        answers = isinstance(inner, dict) and "text" in inner and "answer_start" in inner
        if isinstance(inner, dict) and inner and len(place) < _DEEPEST and not answers:
            yield from _flattened(inner, place)
        else:
            yield place, inner
