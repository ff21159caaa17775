"""Tables inside of JSON values: lists of objects, and the ways in which pandas and others write columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from engine.data.json_cells import Number, cell, joined
from engine.protocol.data_facts import PARTS

_DEEPEST = 4
"""Keys that are followed down to the rows, at most."""
MOST_RIGHT = 0.5
"""Share of the entries, 0 to 1, that must be rows."""
_IDS, _SPLIT = ("id", "key"), ("split", "part")
"""What columns are called that a document has no name for."""

_Path = tuple[str, ...]
_Object = dict[str, Any]


@dataclass(frozen=True)
class JsonTable:
    """Rows that stand somewhere in a value.

    Attributes:
        place: Keys that lead to them; none where they are the whole.
        entries: The rows; an entry that is none counts too.
        width: Cells that a row has where names and rows stand apart; 0 elsewhere.
        parts: Keys of the parts of a split that the rows come from; empty where there is none.
    """

    place: _Path
    entries: Sequence[Any]
    width: int = 0
    parts: tuple[str, ...] = ()

    @property
    def holds_objects(self) -> bool:
        """Whether most entries have names for what stands in them."""
        return 2 * sum(isinstance(entry, dict) for entry in self.entries) > len(self.entries)


def tables_in(value: Any, above: _Path = ()) -> Iterator[JsonTable]:
    """Yields the tables in a value, as far down as rows are looked for.

    Args:
        value: A list or an object.
        above: The keys that lead to it.
    """
    table = _parts_of(value, above) or table_of(value, above)
    if table is not None:
        yield table
    elif isinstance(value, dict) and len(above) < _DEEPEST:
        for key, inner in value.items():
            yield from tables_in(inner, (*above, key))


def table_of(value: Any, place: _Path = ()) -> JsonTable | None:
    """Returns a value as a table; ``None`` when it is none.

    Args:
        value: Any JSON value.
        place: The keys that lead to it.
    """
    if isinstance(value, list):
        table = JsonTable(place, value)
    elif isinstance(value, dict) and value:
        table = _of_names_and_rows(value, place) or JsonTable(place, _from_columns(value))
    else:
        return None
    right = sum(bool(as_object(entry)) for entry in table.entries)
    return table if table.entries and right >= MOST_RIGHT * len(table.entries) else None


def as_object(entry: Any) -> _Object:
    """Returns an entry as name → value; empty when it is no row.

    Args:
        entry: Of a list.
    """
    if isinstance(entry, dict):
        return entry
    is_text = isinstance(entry, str) and not isinstance(entry, Number)
    return {"text": entry} if is_text and entry.strip() else {}


def _parts_of(value: Any, place: _Path) -> JsonTable | None:
    """Returns the tables of an object that are called *train* and *test*, one below the other."""
    if not isinstance(value, dict):
        return None
    named = {key: part for key in value if (part := PARTS.get(key.lower()))}
    found = {key: table for key in named if (table := table_of(value[key]))}
    if len({named[key] for key in found}) < 2:
        return None
    order = list(dict.fromkeys(PARTS.values()))
    keys = sorted(found, key=lambda key: order.index(named[key]))
    name = _free_name(_SPLIT, _names(found.values()))
    entries = [
        {**row, name: named[key]} if (row := as_object(entry)) else entry
        for key in keys
        for entry in found[key].entries
    ]
    return JsonTable(place, entries, parts=tuple(keys))


def _of_names_and_rows(value: _Object, place: _Path) -> JsonTable | None:
    """Returns the rows of an object in which names and rows stand apart (pandas: *split*)."""
    names, rows, index = value.get("columns"), value.get("data"), value.get("index")
    if not isinstance(names, list) or not isinstance(rows, list):
        return None
    if not rows or not all(isinstance(row, list) for row in rows):
        return None
    columns = [cell(name) for name in names]
    entries: list[Any] = [
        joined([*zip(columns, row, strict=True)]) if len(row) == len(columns) else row for row in rows
    ]
    if isinstance(index, list) and len(index) == len(rows):
        entries = _with_ids(entries, [cell(key) for key in index])
    return JsonTable(place, entries, width=len(columns))


def _from_columns(value: _Object) -> list[Any]:
    """Returns rows of an object that holds columns, or rows under names; none where it holds neither.

    These are: a list for each name; an object of place → value for each name (pandas: *columns*); an object
    of name → value for each place or id (pandas: *index*).
    """
    values = list(value.values())
    if all(isinstance(inner, list) for inner in values):
        return _from_lists(value) if len(values) > 1 else []
    if not all(isinstance(inner, dict) and inner for inner in values):
        return []
    inside = list(dict.fromkeys(key for inner in values for key in inner))
    alike = all(len(inner) == len(inside) for inner in values)
    if _are_places(inside) and (alike or not _are_places(value)):
        return _with_ids([{name: value[name].get(key) for name in value} for key in inside], inside)
    documents = any(_holds_objects(found) for inner in values for found in inner.values())
    only_one = len(values) == 1 and _holds_list(values[0])
    if documents or only_one or not {*inside}.intersection(*values):
        return []
    return _with_ids(values, list(value))


def _from_lists(value: Mapping[str, list[Any]]) -> list[Any]:
    """Returns rows of columns that are equally long and hold no objects."""
    columns = list(value.values())
    plain = not any(isinstance(entry, dict) for column in columns for entry in column)
    if not plain or len({len(column) for column in columns}) > 1:
        return []
    return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]


def _with_ids(rows: list[Any], keys: Sequence[str]) -> list[Any]:
    """Returns rows with the keys under which they stand, where these say more than their order."""
    if [*keys] in ([str(place) for place in range(start, start + len(keys))] for start in (0, 1)):
        return rows
    name = _free_name(_IDS, {key for row in rows if isinstance(row, dict) for key in row})
    return [{name: key, **row} if isinstance(row, dict) else row for key, row in zip(keys, rows, strict=True)]


def _names(tables: Iterable[JsonTable]) -> set[str]:
    return {name for table in tables for entry in table.entries for name in as_object(entry)}


def _free_name(names: Sequence[str], taken: set[str]) -> str:
    numbered = (f"{names[0]} ({number})" for number in count(2))
    return next(name for name in chain(names, numbered) if name not in taken)


def _are_places(keys: Iterable[str]) -> bool:
    return all(key.isdecimal() for key in keys)


def _holds_list(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether a list stands in an object, as far down as rows are looked for."""
    inside = value.values() if isinstance(value, dict) and depth else ()
    return isinstance(value, list) or any(_holds_list(inner, depth - 1) for inner in inside)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict) for entry in value)
