"""Rows as they come out of a file, a batch after the other, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from engine.data.records import COLUMNS_LIMIT, Records, frequent_names, is_blank, tell_apart
from engine.data.table import ROW_NUMBER
from engine.errors import EngineError
from engine.protocol import table_problems
from engine.protocol.problems import Problem
from engine.protocol.wording import shortened

Row = list[str]
Lines = Callable[[float], Iterator[str]]
"""Reads the lines of a text from the first one on; takes which part of all the work this is, 0 to 1."""
BATCH = 10_000
"""Rows that are held at once."""
_MOST_LETTERS = 10_000_000
"""Letters of such rows, but for the last few: a row may be a book."""
_FEW = 20
"""Rows whose letters are counted together, which is faster."""


class Batch(NamedTuple):
    """Some rows.

    Attributes:
        rows: Cells, one for each name.
        numbers: Where each stands in the file.
    """

    rows: list[Row]
    numbers: list[int]


@dataclass
class RowStream:
    """Rows under their names; to be gone through once.

    Attributes:
        names: Column names, each once.
        batches: The rows. Going through them raises an :class:`EngineError` when they are no table.
        problems: What was odd; all of it is there when the rows have come to their end.
        delimiter: What stands between columns; empty where nothing does.
    """

    names: list[str]
    batches: Iterator[Batch]
    problems: list[Problem]
    delimiter: str = ""

    def whole(self) -> Records:
        """Returns all rows at once."""
        records = Records(self.names, delimiter=self.delimiter, problems=self.problems)
        for batch in self.batches:
            records.rows += batch.rows
            records.numbers += batch.numbers
        return records


@dataclass
class RowsLeftOut:
    """What is known of rows while they go by.

    Attributes:
        path: The file.
        names: Column names.
        delimiter: What stands between columns; empty where nothing does.
        blank: Numbers of the rows in which nothing stands.
        odd: Number of a row of another length → its length.
        kept: How many rows were kept.
        like_names: For each column how many of its cells say its name.
    """

    path: str
    names: list[str]
    delimiter: str = ""
    blank: list[int] = field(default_factory=list)
    odd: dict[int, int] = field(default_factory=dict)
    kept: int = 0
    like_names: list[int] = field(default_factory=list)

    def sort(self, lines: Iterable[tuple[int, Row]]) -> Iterator[Batch]:
        """Lets the rows through that fit the names and counts the others.

        Args:
            lines: Number and cells of each row.
        """
        width = len(self.names)
        self.like_names = [0] * width
        for some in _some(lines):
            batch = Batch([], [])
            for number, line in some:
                if is_blank(line):
                    self.blank.append(number)
                elif len(line) != width:
                    self.odd[number] = len(line)
                else:
                    batch.rows.append(line)
                    batch.numbers.append(number)
            self.kept += len(batch.rows)
            for place, name in enumerate(self.names):
                self.like_names[place] += [row[place] for row in batch.rows].count(name)
            yield batch

    def told(self) -> list[Problem]:
        """Returns what was odd about the lengths of rows.

        Raises:
            EngineError: When there is no row, or most are of another length.
        """
        path, odd, width = self.path, self.odd, len(self.names)
        if not self.kept and not odd:
            raise EngineError(table_problems.header_only(path, self.names))
        problems = []
        if odd:
            total = self.kept + len(odd)
            usual, alike = Counter(odd.values()).most_common(1)[0]
            if usual > 1 and alike > 0.9 * total:
                raise EngineError(table_problems.header_differs(path, width, usual))
            if 2 * len(odd) > total:
                raise EngineError(table_problems.most_rows_differ(path, odd, total, width, self.delimiter))
            problems.append(table_problems.odd_rows(path, odd, width, self.delimiter))
        if self.blank:
            problems.append(table_problems.blank_rows(path, self.blank))
        return problems

    def names_like_data(self) -> list[Problem]:
        """Notices names that are data: one of them comes back as a frequent value of its column."""
        return frequent_names(self.names, self.like_names, self.kept, self.path)


def _some(lines: Iterable[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Returns rows, so many at a time as may be held."""
    some: list[tuple[int, Row]] = []
    letters, lines = 0, iter(lines)
    while few := list(islice(lines, _FEW)):
        some += few
        letters += sum(map(len, chain.from_iterable(row for _, row in few)))
        if len(some) >= BATCH or letters > _MOST_LETTERS:
            yield some
            some, letters = [], 0
    if some:
        yield some


def gathered(
    names: Sequence[str],
    rows: Iterable[tuple[int, Row]],
    path: str,
    blank: Sequence[int] = (),
    *,
    first_row: bool = False,
) -> RowStream:
    """Returns rows under names that are told apart; rows in which nothing stands are left out and told of.

    Args:
        names: As they stand in the file.
        rows: Number and cells of each row, one for each name.
        path: The file.
        blank: Where nothing at all stood; may grow while the rows go by.
        first_row: Whether the names are a row like the others, so that they might be data.

    Raises:
        EngineError: When there are too many names; later, when there is no row.
    """
    if len(names) > COLUMNS_LIMIT:
        raise EngineError(table_problems.too_many_columns(path, len(names), COLUMNS_LIMIT))
    told_apart, problems = tell_apart(list(names), path, ROW_NUMBER)
    if len(told_apart) == 1:
        problems.append(table_problems.single_column(path, shortened(told_apart[0])))
    sorter = RowsLeftOut(path, told_apart)

    def batches() -> Iterator[Batch]:
        yield from sorter.sort(rows)
        sorter.blank = sorted([*sorter.blank, *blank])
        problems.extend(sorter.told())
        if first_row:
            problems.extend(sorter.names_like_data())

    return RowStream(told_apart, batches(), problems)


def gather(
    names: Sequence[str],
    rows: Iterable[Row],
    path: str,
    numbers: Sequence[int] = (),
    *,
    first_row: bool = False,
) -> Records:
    """Returns the rows of :func:`gathered`, all at once.

    Args:
        names: As they stand in the file.
        rows: Cells, one for each name.
        path: The file.
        numbers: Where the rows stand in the file; from 1 on where nothing is said.
        first_row: Whether the names are a row like the others, so that they might be data.

    Raises:
        EngineError: When there are too many names, or no row.
    """
    numbered = zip(numbers, rows, strict=True) if numbers else enumerate(rows, start=1)
    return gathered(names, numbered, path, first_row=first_row).whole()
