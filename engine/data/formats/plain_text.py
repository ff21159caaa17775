"""Running text: a book or notes, read as a row for each paragraph."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePath

from engine.data.file_format import FileFormat
from engine.data.formats.delimited import cuts_into_columns
from engine.data.records import Records
from engine.data.row_stream import Lines, RowsLeftOut, RowStream
from engine.errors import EngineError
from engine.protocol import document_problems, file_problems
from engine.protocol.data_facts import TEXT_ENDINGS

TEXT = "text"

_WRAPPED = 100
"""Characters up to which lines look as if they were broken to fit a page."""
_MOST = 0.9
"""Share of the lines inside of paragraphs, 0 to 1, that must be no longer."""
_PARSED = 0.4
"""Which part of all the work it is to go through the lines once, 0 to 1."""


def is_plain_text(text: str, path: str) -> bool:
    """Whether a file holds running text: its ending is one of text, and nothing cuts it into columns.

    Args:
        text: The whole file.
        path: Its ending counts.
    """
    return PurePath(path).suffix.lower() in TEXT_ENDINGS and not cuts_into_columns(text)


def read_plain_text(text: str, path: str) -> Records:
    """Reads the rows of :func:`stream_plain_text`, all at once.

    Args:
        text: The whole file.
        path: For the words of notes.

    Raises:
        EngineError: When nothing stands in it.
    """
    return stream_plain_text(lambda _share: io.StringIO(text, newline=""), path).whole()


def stream_plain_text(lines: Lines, path: str) -> RowStream:
    """Reads paragraphs as rows of one column, ``text``; they are numbered from 1.

    Where blank lines stand between blocks of short lines, a block is a paragraph and keeps its line
    breaks; else each line is one.

    Args:
        lines: Reads the file's lines; they are gone through twice.
        path: For the words of notes.

    Raises:
        EngineError: When nothing stands in it.
    """
    blocks = rows = inner = short = 0
    for block in _blocks(lines(_PARSED)):
        blocks, rows, inner = blocks + 1, rows + len(block), inner + len(block) - 1
        short += sum(1 for line in block[:-1] if len(line) <= _WRAPPED)
    if not blocks:
        raise EngineError(file_problems.empty_file(path))
    by_line = blocks == 1 or short < _MOST * inner
    parts = (part for block in _blocks(lines(_PARSED)) for part in (block if by_line else ["\n".join(block)]))
    told = document_problems.read_as_paragraphs(path, rows if by_line else blocks, by_line=by_line)
    sorter = RowsLeftOut(path, [TEXT])
    return RowStream([TEXT], sorter.sort(enumerate(([part] for part in parts), start=1)), [told])


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Returns the lines that stand together, without their ends; blank lines stand between."""
    bare = (line.rstrip("\r\n") for line in lines)
    return ([*block] for filled, block in groupby(bare, key=lambda line: bool(line.strip())) if filled)


FORMAT = FileFormat(
    id="plain_text",
    order=60,
    fits=lambda source: is_plain_text(source.text, source.path),
    read=lambda source: read_plain_text(source.text, source.path),
    stream=lambda source: stream_plain_text(source.text.lines, source.path),
    endings=TEXT_ENDINGS,
    has_rows=False,
)
