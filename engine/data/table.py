"""A table as it was read: every cell a text, every row with its number in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from datasets import Dataset, DatasetInfo

from engine.protocol.problems import Problem
from engine.protocol.wording import file_name

ROW_NUMBER = "__row__"
"""The one column of a table that is not the person's: where in the file a row stands."""


@dataclass(frozen=True)
class Table:
    """A file of rows.

    Row numbers count every row of the file below the column names from 1, blank and odd ones too; rows of a
    workbook have the numbers that its program shows beside them. Rows that cannot be used stand in
    ``problems`` and not in ``dataset``.

    Attributes:
        path: Where the file is.
        dataset: The rows: the person's columns as text, and ``ROW_NUMBER``. Its ``info.dataset_name``
            is the file's name.
        encoding: Encoding that was used; empty for files of bytes.
        delimiter: What stands between columns; empty for JSON lines and for a single column.
        sheet: The sheet that was read; empty where there are none.
        sheets: Names of all sheets of a workbook.
        header_row: Row of the sheet that holds the column names, from 1; 0 where there are no sheets.
        problems: What was odd about reading it; none of them is an error.
        size: Bytes of the file.
        rows_in_file: How many rows it has, where only some of them were drawn; else 0.
    """

    path: str
    dataset: Dataset
    encoding: str
    delimiter: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    problems: tuple[Problem, ...] = ()
    size: int = 0
    rows_in_file: int = 0

    @property
    def rows(self) -> int:
        """Returns how many rows there are."""
        return len(self.dataset)

    @property
    def name(self) -> str:
        """Returns the name of the file."""
        return file_name(self.path)

    @property
    def columns(self) -> tuple[str, ...]:
        """Returns the names of the person's columns, in their order."""
        return column_names(self.dataset)


def make_dataset(columns: dict[str, list[str]], numbers: Sequence[int], name: str = "") -> Dataset:
    """Returns rows as a data set in memory.

    Args:
        columns: Column name → cells.
        numbers: The row numbers.
        name: Name of the file, for sentences about it.
    """
    arrays: dict[str, pa.Array[Any]] = {key: pa.array(cells, pa.string()) for key, cells in columns.items()}
    arrays[ROW_NUMBER] = pa.array(numbers, pa.int64())
    return Dataset(pa.table(arrays), info=DatasetInfo(dataset_name=name))


def column_names(rows: Dataset) -> tuple[str, ...]:
    """Returns the names of the person's columns."""
    return tuple(name for name in rows.column_names if name != ROW_NUMBER)


def cells(rows: Dataset, column: str) -> list[str]:
    """Returns a column as a list of texts; what is missing is an empty text."""
    return [value if isinstance(value, str) else _as_text(value) for value in rows[column][:]]


def with_cells(rows: Dataset, column: str, texts: Sequence[str]) -> Dataset:
    """Returns rows with other texts in one column; all else stays as it is.

    Args:
        rows: They.
        column: Its name.
        texts: One for each row.
    """
    whole = rows.with_format("arrow")[:]
    place = whole.column_names.index(column)
    return Dataset(whole.set_column(place, column, pa.array(texts, pa.string())), info=rows.info)


def row_numbers(rows: Dataset) -> list[int]:
    """Returns where the rows stand in their file; counted from 1 where nothing says so."""
    if ROW_NUMBER in rows.column_names:
        return [int(number) for number in rows[ROW_NUMBER][:]]
    return list(range(1, len(rows) + 1))


def usable_numbers(rows: Dataset) -> list[int]:
    """Returns where the rows of a task stand in their file, from 1; 0 for those that were typed."""
    return [int(number) for number in rows["row"][:]] if "row" in rows.column_names else [0] * len(rows)


def dataset_name(rows: Dataset) -> str:
    """Returns the name of the file that rows come from; empty when it is not known."""
    return rows.info.dataset_name or ""


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
