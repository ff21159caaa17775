"""The rows of a script: from the person's own file where plain pandas reads it the same, else beside it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import msgspec
import pandas as pd

from engine.contracts import Asked
from engine.data.table import cells, usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines
from engine.training.noisy_parts import has_noise

ROWS_FILE, SPLIT_FILE = "rows.jsonl", "split.json"
_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = (",", ";", "\t", "|")
_LARGEST = 50_000_000
"""Bytes of a file that is read to see whether pandas reads the same."""

_BESIDE = """\
rows = {}  # "train 2" is what the second epoch learns from, where each has noise of its own
for line in (HERE / "rows.jsonl").read_text(encoding="utf-8").splitlines():
    row = json.loads(line)
    rows.setdefault(row["part"], []).append(row)
print({part: len(of_part) for part, of_part in rows.items()})
"""
_FROM_FILE = Template("""\
DATA = os.environ.get("DATA_FILE", $path)
COLUMNS = $columns  # what it is -> the column of the file
table = pd.read_csv(DATA, $how)
split = json.loads((HERE / "split.json").read_text(encoding="utf-8"))  # part -> numbers of rows, from 1
rows = {
    part: [{name: table[column].iloc[number - 1] for name, column in COLUMNS.items()} for number in numbers]
    for part, numbers in split.items()
}
print({part: len(of_part) for part, of_part in rows.items()})
""")


class _Part(msgspec.Struct):
    """What of a row is asked: the part that it is in."""

    part: str


def write_rows(place: Path, start: RunAtStart, lines: TaskLines, parts: Mapping[str, Asked]) -> str:
    """Writes what a script reads its rows by, and returns the lines that read them.

    Args:
        place: The script's folder.
        start: The run.
        lines: How its task is written.
        parts: Part → rows that are read.
    """
    how = _plain_reading(start, lines, parts)
    if how:
        numbers = {part: usable_numbers(asked.rows) for part, asked in parts.items()}
        (place / SPLIT_FILE).write_bytes(msgspec.json.encode(numbers))
        data = start.source.run.data
        said = ", ".join(f"{name}={value!r}" for name, value in how.items())
        return _FROM_FILE.substitute(path=repr(data.path), columns=repr(_columns(start, lines)), how=said)
    encoder = msgspec.json.Encoder()
    with (place / ROWS_FILE).open("wb") as file:
        for part, asked in parts.items():
            for row in _rows(asked, lines.columns) if lines.rows is None else lines.rows(asked):
                file.write(encoder.encode({"part": part, **row}) + b"\n")
    return _BESIDE


def rows_of_parts(place: Path) -> Counter[str]:
    """Returns how many rows of each part stand beside a script.

    Args:
        place: The script's folder; it has the file of rows.
    """
    decoder = msgspec.json.Decoder(_Part)
    with (place / ROWS_FILE).open("rb") as file:
        return Counter(decoder.decode(line).part for line in file)


def _plain_reading(start: RunAtStart, lines: TaskLines, parts: Mapping[str, Asked]) -> dict[str, Any]:
    """Returns how pandas reads the person's file so that every row is as in the run; empty for no way."""
    run = start.source.run
    path = Path(run.data.path)
    if lines.rows is not None or run.data.repairs or has_noise(start.source.task, start.settings):
        return {}
    if not path.is_file() or path.suffix.lower() not in {".csv", ".tsv"} or path.stat().st_size > _LARGEST:
        return {}
    wanted = {
        part: [list(row.values()) for row in _rows(asked, lines.columns)] for part, asked in parts.items()
    }
    columns = _columns(start, lines)
    encodings = (run.data.encoding,) if run.data.encoding else _ENCODINGS
    delimiters = (run.data.delimiter,) if run.data.delimiter else _DELIMITERS
    for encoding, delimiter in itertools.product(encodings, delimiters):
        how = {"sep": delimiter, "encoding": encoding, "dtype": str, "keep_default_na": False}
        if _reads_the_same(path, how, columns, wanted):
            return {**how, "dtype": "str"}
    return {}


def _reads_the_same(
    path: Path, how: Mapping[str, Any], columns: Mapping[str, str], wanted: Mapping[str, list[list[Any]]]
) -> bool:
    try:
        table = pd.read_csv(path, **how)
    except (OSError, ValueError, LookupError):
        return False
    if not set(columns.values()) <= set(table.columns):
        return False
    read = {name: table[column].tolist() for name, column in columns.items()}
    for rows in wanted.values():
        for number, *texts in rows:
            if number > len(table) or [read[name][number - 1] for name in read] != texts:
                return False
    return True


def _columns(start: RunAtStart, lines: TaskLines) -> dict[str, str]:
    """Returns what a script reads of each row → the column of the file."""
    chosen = start.source.run.data.columns
    return {name: chosen[name] for name in lines.columns if chosen.get(name)}


def _rows(asked: Asked, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    there = [name for name in columns if name in asked.rows.column_names]
    values = zip(*(cells(asked.rows, name) for name in there), strict=True)
    for number, row in zip(usable_numbers(asked.rows), values, strict=True):
        yield {"row": number, **dict(zip(there, row, strict=True))}
