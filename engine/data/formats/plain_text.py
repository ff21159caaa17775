"""Running text: a book or notes, read as a row for each paragraph."""

from __future__ import annotations

import re
from pathlib import PurePath

from engine.data.file_format import FileFormat
from engine.data.formats.delimited import cuts_into_columns
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import document_problems, file_problems
from engine.protocol.data_facts import TEXT_ENDINGS

TEXT = "text"

_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+")
_WRAPPED = 100
"""Characters up to which lines look as if they were broken to fit a page."""
_MOST = 0.9
"""Share of the lines inside of paragraphs, 0 to 1, that must be no longer."""


def is_plain_text(text: str, path: str) -> bool:
    """Whether a file holds running text: its ending is one of text, and nothing cuts it into columns.

    Args:
        text: The whole file.
        path: Its ending counts.
    """
    return PurePath(path).suffix.lower() in TEXT_ENDINGS and not cuts_into_columns(text)


def read_plain_text(text: str, path: str) -> Records:
    """Reads paragraphs as rows of one column, ``text``; they are numbered from 1.

    Where blank lines stand between blocks of short lines, a block is a paragraph and keeps its line
    breaks; else each line is one.

    Args:
        text: The whole file.
        path: For the words of notes.

    Raises:
        EngineError: When nothing stands in it.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    blocks = [block for block in _BREAK.split(whole) if block.strip()]
    inner = [line for block in blocks for line in block.split("\n")[:-1]]
    short = sum(1 for line in inner if len(line) <= _WRAPPED)
    by_line = len(blocks) == 1 or short < _MOST * len(inner)
    parts = [line for block in blocks for line in block.split("\n") if line.strip()] if by_line else blocks
    if not parts:
        raise EngineError(file_problems.empty_file(path))
    records = Records([TEXT], [[part] for part in parts], list(range(1, len(parts) + 1)))
    records.problems.append(document_problems.read_as_paragraphs(path, len(parts), by_line=by_line))
    return records


FORMAT = FileFormat(
    id="plain_text",
    order=60,
    fits=lambda source: is_plain_text(source.text, source.path),
    read=lambda source: read_plain_text(source.text, source.path),
    endings=TEXT_ENDINGS,
    has_rows=False,
)
