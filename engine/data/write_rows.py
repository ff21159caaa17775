"""Rows written to a file: CSV, JSON lines or Parquet, by how its name ends."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from datasets import Dataset

from engine.data.table import cells, column_names
from engine.errors import EngineError
from engine.protocol import export_problems
from engine.protocol.cell_numbers import number_of
from engine.protocol.wording import counted

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute when the file is opened."""


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        rows: How many rows.
        made_inert: Cells of a CSV that got a ``'`` in front, so that no spreadsheet takes them for a formula.
    """

    rows: int
    made_inert: int = 0

    @property
    def told(self) -> str:
        """Returns a sentence about cells that are not quite as they were; empty when all of them are."""
        if not self.made_inert:
            return ""
        have = "has" if self.made_inert == 1 else "have"
        return f"{counted(self.made_inert, 'cell')} that a spreadsheet would compute {have} a ' in front."


def write_rows(rows: Dataset, path: Path, source: str = "") -> Written:
    """Writes rows to a new file.

    Args:
        rows: The person's columns as text; row numbers are not written.
        path: The file; ``.csv``, ``.jsonl`` or ``.parquet``. It is there whole or not at all.
        source: The file that the rows come from, which is never written to.

    Raises:
        EngineError: When the ending is none of these, the file is the source, or it cannot be written.
    """
    write = _FORMS.get(path.suffix.lower())
    if write is None:
        raise EngineError(export_problems.unknown_form(str(path), list(_FORMS)))
    if source and path.exists() and path.samefile(source):
        raise EngineError(export_problems.would_overwrite(str(path)))
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        written = write(rows.select_columns(list(column_names(rows))), unfinished)
        os.replace(unfinished, path)  # noqa: PTH105 - the same as Path.replace, whole or not at all
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise EngineError(export_problems.cannot_write_file(str(path), error)) from error
    return written


def _csv(rows: Dataset, path: Path) -> Written:
    """UTF-8 with the mark that tells Excel so; formulas are made inert as OWASP advises."""
    names = column_names(rows)
    inert = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_inert(name) for name in names])
        for row in zip(*(cells(rows, name) for name in names), strict=True):
            safe = [_inert(cell) for cell in row]
            inert += sum(one != other for one, other in zip(row, safe, strict=True))
            writer.writerow(safe)
    return Written(len(rows), inert)


def _inert(cell: str) -> str:
    """Returns a cell that no spreadsheet computes; a number may begin with its sign."""
    return f"'{cell}" if cell.startswith(_FORMULA) and number_of(cell) is None else cell


def _json_lines(rows: Dataset, path: Path) -> Written:
    rows.to_json(path, lines=True, force_ascii=False)
    return Written(len(rows))


def _parquet(rows: Dataset, path: Path) -> Written:
    rows.to_parquet(path)
    return Written(len(rows))


_FORMS: dict[str, Callable[[Dataset, Path], Written]] = {
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}
