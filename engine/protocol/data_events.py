"""Events about a person's rows: read, counted, shown, written."""

from __future__ import annotations

from engine.protocol.data_facts import NoisyExample, PreparedFacts, RowQuery, TableFacts
from engine.protocol.event_header import EventHeader
from engine.protocol.problems import Problem


class DataInspected(EventHeader, frozen=True, kw_only=True, tag="DataInspected"):
    """A file was read. ``problems`` tells what was odd about reading it."""

    table: TableFacts
    problems: tuple[Problem, ...] = ()


class DataPreviewed(EventHeader, frozen=True, kw_only=True, tag="DataPreviewed"):
    """The first rows of a large file, while the others are read; ``table`` is about them alone."""

    table: TableFacts


class DataPrepared(EventHeader, frozen=True, kw_only=True, tag="DataPrepared"):
    """Rows were matched with a task; findings stand in ``prepared``."""

    prepared: PreparedFacts


class RowsRead(EventHeader, frozen=True, kw_only=True, tag="RowsRead"):
    """Some of the wanted rows of a file.

    Attributes:
        query: Which were wanted.
        first: How many of them stand before these.
        total: How many of them there are in all.
        rows: A value per column and row.
        numbers: Where each stands in the file.
    """

    query: RowQuery
    first: int
    total: int
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


class RowsWritten(EventHeader, frozen=True, kw_only=True, tag="RowsWritten"):
    """Rows were written to a new file.

    Attributes:
        rows: How many.
        note: A sentence about what is not quite as it was; empty when all is.
    """

    path: str
    rows: int
    note: str = ""


class NoisePreviewed(EventHeader, frozen=True, kw_only=True, tag="NoisePreviewed"):
    """Noise was put into a few texts of the rows to learn from."""

    examples: tuple[NoisyExample, ...]
