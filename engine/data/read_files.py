"""Reading files: from a path to a table, or to a problem that says what to do."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from rapidfuzz import process

from engine.data.delimited import read_delimited
from engine.data.encodings import Decoded, decode
from engine.data.json_lines import is_json, read_json_lines
from engine.data.match_rows import worst_first
from engine.data.plain_text import is_plain_text, read_plain_text
from engine.data.records import Records
from engine.data.squad import read_squad
from engine.data.table import Table, make_dataset
from engine.data.tagged_words import is_tagged, read_tagged
from engine.errors import EngineError
from engine.protocol import file_problems
from engine.protocol.data_facts import ROW_ENDINGS, TEXT_ENDINGS
from engine.protocol.wording import file_name, printable

SIZE_LIMIT = 1_000_000_000
"""Bytes. A table is held in memory several times over while it is read."""


def read_table(path: str | Path, encoding: str = "", delimiter: str = "") -> Table:
    """Reads a file with every cell as text, in the form that it has by what stands in it.

    That is a table (CSV, TSV, JSON lines), words with tags (CoNLL, a row for each sentence), questions
    over passages (SQuAD, a row for each question) or running text (a row for each paragraph).

    Nothing is converted ("NA" stays "NA", "007" stays "007") and nothing is dropped in silence: blank
    rows, rows of another length and characters that cannot be read stand in ``Table.problems``.

    Args:
        path: The file.
        encoding: Its text encoding; empty to find out.
        delimiter: What stands between columns; empty to find out. With one the file is a table.

    Raises:
        EngineError: When the file cannot be opened, is no text or of no form that Thaw reads.
    """
    place = str(path)
    data = _bytes_of(place)
    decoded = decode(data, place, encoding)
    if not decoded.text.strip("\ufeff \t\r\n"):
        raise EngineError(file_problems.empty_file(place))
    text = decoded.text.removeprefix("\ufeff")
    records = _read(text, place, delimiter)
    broken = _mend_characters(records)
    if broken:
        records.problems.append(file_problems.broken_characters(place, broken))
    columns = dict(zip(records.names, map(list, zip(*records.rows, strict=True)), strict=True))
    return Table(
        path=place,
        dataset=make_dataset(columns, records.numbers, file_name(place)),
        encoding=decoded.encoding,
        delimiter=records.delimiter,
        problems=worst_first([*records.problems, *decoded.problems]),
        size=len(data),
    )


def _read(text: str, path: str, delimiter: str) -> Records:
    """Reads a text in the form that it has."""
    if delimiter:
        return read_delimited(text, path, delimiter)
    questions = read_squad(text, path)
    if questions is not None:
        return questions
    if is_json(text, path):
        return read_json_lines(text, path)
    if is_tagged(text, path):
        return read_tagged(text, path)
    if is_plain_text(text, path):
        return read_plain_text(text, path)
    return read_delimited(text, path)


def read_text(path: str | Path, encoding: str = "") -> Decoded:
    """Reads a file of text that need not be a table.

    Args:
        path: The file.
        encoding: Its text encoding; empty to find out.

    Raises:
        EngineError: When the file cannot be opened or is no text.
    """
    return decode(_bytes_of(str(path)), str(path), encoding)


def _bytes_of(path: str) -> bytes:
    """Returns what stands in a file."""
    if not path.strip():
        raise EngineError(file_problems.no_file(""))
    try:
        facts = os.stat(path)  # noqa: PTH116  # Path() changes some paths, this asks as it stands
        if stat.S_ISDIR(facts.st_mode):
            raise EngineError(file_problems.folder_given(path, _tables_in(path)))
        if not stat.S_ISREG(facts.st_mode):
            raise EngineError(file_problems.special_file(path))
        if facts.st_size > SIZE_LIMIT:
            raise EngineError(file_problems.file_too_large(path, facts.st_size, SIZE_LIMIT))
        return Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        # A path with a null character is a ValueError.
        raise EngineError(file_problems.no_file(path.replace("\x00", ""), _similar_file(path))) from error
    except OSError as error:
        raise EngineError(file_problems.cannot_open(path, error)) from error


def _tables_in(folder: str) -> list[str]:
    """Returns the names of tables in a folder; of the first thousand entries."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(1000), strict=False)]
    except (OSError, ValueError):
        return []
    return sorted(name for name in names if name.lower().endswith(ROW_ENDINGS + TEXT_ENDINGS))


def _similar_file(path: str) -> str:
    """Returns the name of a table beside a missing one that is spelled almost alike; empty if none is."""
    folder, name = os.path.split(path)
    match = process.extractOne(name, _tables_in(folder or os.curdir), score_cutoff=75)
    return match[0] if match else ""


def _mend_characters(records: Records) -> list[int]:
    """Replaces half characters, which no table can hold; returns the rows with characters lost."""
    broken: list[int] = []
    for row, number in zip(records.rows, records.numbers, strict=True):
        for index, cell in enumerate(row):
            if not cell.isascii() and "\ufffd" in (mended := printable(cell)):
                row[index] = mended
                if number not in broken[-1:]:
                    broken.append(number)
    return broken
