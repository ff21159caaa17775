"""Text with delimiters: CSV, TSV and their relatives, read so that no row goes missing unseen."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from engine.data.file_format import FileFormat, Source
from engine.data.records import COLUMNS_LIMIT, Records, is_blank, names_like_data, tell_apart
from engine.data.table import ROW_NUMBER
from engine.errors import EngineError
from engine.protocol import file_problems, table_problems
from engine.protocol.problems import Problem
from engine.protocol.wording import shortened

DELIMITERS = ("\t", ",", ";", "|")
"""Where two of them cut the rows alike, the first counts: a tab stands in no sentence."""
_NO_DELIMITER = "\x1f"
"""Cuts nothing: what separates units inside old databases, refused in text by the decoder's check."""
_SNIFFED = 65_536
_SNIFFED_ROWS = 200
_MOST = 0.5
"""Share of the rows, 0 to 1, that must be cut alike by what stands between columns."""
_END = "\x1e end of the file \x1e"
_NAME = re.compile(r"[^\s.!?]\S{0,30}( \S{1,30}){0,3}")
"""The name of a column, as different from a part of a sentence: a few words, no space before them."""
_LONGEST_CELL = 2**31 - 1


def read_delimited(text: str, path: str, delimiter: str = "") -> Records:
    r"""Reads a table of columns with something between them.

    Args:
        text: The whole file.
        path: For the words of problems; its ending is a hint at the delimiter.
        delimiter: As the person says (one character, or ``\t`` written out); empty to find out.

    Raises:
        EngineError: When it is no table.
    """
    between = _checked(delimiter, path) if delimiter else _sniff(text)
    lines, notes = _parse(text, between or _NO_DELIMITER, path)
    start = next((index for index, line in enumerate(lines) if not is_blank(line)), None)
    if start is None:
        raise EngineError(file_problems.empty_file(path))
    header = lines[start]
    if len(header) > COLUMNS_LIMIT:
        raise EngineError(table_problems.too_many_columns(path, len(header), COLUMNS_LIMIT))
    names, problems = tell_apart(header, path, ROW_NUMBER)
    records = Records(names, delimiter=between if len(header) > 1 else "", problems=problems + notes)
    if len(header) == 1:
        records.problems.append(table_problems.single_column(path, shortened(names[0]), cut=True))
    _sort_rows(records, lines[start + 1 :], path)
    records.problems += names_like_data(records, path)
    return records


def cuts_into_columns(text: str) -> bool:
    """Whether text without the ending of a table is one: something cuts its lines alike, below names.

    Commas and semicolons stand in sentences too, so that with them the first line must be names.

    Args:
        text: The whole file.
    """
    between = _sniff(text)
    if between not in {",", ";"}:
        return bool(between)
    first = next((row for row in _rows(text[:_SNIFFED], between) if not is_blank(row)), [])
    return all(_NAME.fullmatch(cell) for cell in first)


def _sort_rows(records: Records, lines: list[list[str]], path: str) -> None:
    """Puts the rows that fit the header into ``records`` and tells of the others."""
    width = len(records.names)
    blank: list[int] = []
    odd: dict[int, int] = {}
    for number, line in enumerate(lines, start=1):
        if is_blank(line):
            blank.append(number)
        elif len(line) != width:
            odd[number] = len(line)
        else:
            records.rows.append(line)
            records.numbers.append(number)
    if not records.rows and not odd:
        raise EngineError(table_problems.header_only(path, records.names))
    if odd:
        total = len(records.rows) + len(odd)
        usual, alike = Counter(odd.values()).most_common(1)[0]
        if usual > 1 and alike > 0.9 * total:
            raise EngineError(table_problems.header_differs(path, width, usual))
        if 2 * len(odd) > total:
            raise EngineError(table_problems.most_rows_differ(path, odd, total, width))
        records.problems.append(table_problems.odd_rows(path, odd, width))
    if blank:
        records.problems.append(table_problems.blank_rows(path, blank))


def _checked(delimiter: str, path: str) -> str:
    """Returns the character that a person named."""
    between = {"\\t": "\t", "tab": "\t"}.get(delimiter.lower(), delimiter)
    fits = between == "\t" or (between.isprintable() and not between.isalnum() and between != '"')
    if len(between) != 1 or not fits:
        raise EngineError(file_problems.bad_delimiter(path, delimiter))
    return between


def _sniff(text: str) -> str:
    """Returns what cuts most of the first rows into equally many columns; empty when nothing does."""
    sample = text[:_SNIFFED]
    if len(text) > _SNIFFED:
        sample = sample[: sample.rfind("\n") + 1] or sample
    # An unclosed quotation mark swallows all rows below it, so they are also looked at as letters.
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        widths = {mark: _widths(sample, mark, quoting) for mark in DELIMITERS}
        best = max(DELIMITERS, key=lambda mark: _share_alike(widths[mark]))
        if _share_alike(widths[best]) > _MOST:
            return best
    # Commas inside of texts cut rows unlike each other; the header tells what was meant.
    for mark in DELIMITERS:
        header, *rows = _widths(sample, mark, csv.QUOTE_MINIMAL) or [1]
        if header > 1 and sum(width >= header for width in rows) > 0.75 * max(1, len(rows)):
            return mark
    return ""


def _widths(sample: str, delimiter: str, quoting: Literal[0, 3]) -> list[int]:
    """Returns how many columns each of the first rows would have."""
    rows = _rows(sample, delimiter, quoting=quoting)[:_SNIFFED_ROWS]
    return [len(row) for row in rows if not is_blank(row)]


def _share_alike(widths: Sequence[int]) -> float:
    """Returns the share of rows, 0 to 1, that have the most frequent width; 0 where that is one column."""
    usual, alike = Counter(widths).most_common(1)[0] if widths else (1, 0)
    return alike / len(widths) if usual > 1 else 0.0


def _parse(text: str, delimiter: str, path: str) -> tuple[list[list[str]], list[Problem]]:
    """Cuts text into lines of cells, with quotation marks as RFC 4180 has them, if they are so used."""
    lines, closed = _rows_to_the_end(text, delimiter)
    if closed and _is_well_quoted(text, delimiter) and not _has_breaks(lines):
        return lines, []
    # Either the quotation marks enclose texts with line breaks, or they are letters like any other.
    as_letters = _rows(text, delimiter, quoting=csv.QUOTE_NONE)
    widths = Counter(len(line) for line in as_letters if not is_blank(line))
    fits = len(widths) == 1 and (next(iter(widths)) > 1 or not _is_well_quoted(text, delimiter))
    if fits:
        return as_letters, [table_problems.quotes_as_letters(path)]
    if not closed:
        blank_start = next((index for index, line in enumerate(lines) if not is_blank(line)), 0)
        raise EngineError(table_problems.unclosed_quote(path, len(lines) - 1 - blank_start))
    return lines, []


def _rows(
    text: str, delimiter: str, *, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL, strict: bool = False
) -> list[list[str]]:
    """Returns lines of cells; raises ``csv.Error`` only when ``strict``."""
    csv.field_size_limit(_LONGEST_CELL)  # the default cuts off at 128 KB, with an error
    source = io.StringIO(text, newline="")
    return list(csv.reader(source, delimiter=delimiter, quoting=quoting, strict=strict))


def _rows_to_the_end(text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    """Returns lines of cells, and whether the last quotation mark was closed."""
    ended = text if text.endswith(("\n", "\r")) or not text else text + "\n"
    lines = _rows(ended + _END, delimiter)
    if lines and lines[-1] == [_END]:
        return lines[:-1], True
    return lines, False


def _is_well_quoted(text: str, delimiter: str) -> bool:
    if '"' not in text:
        return True
    try:
        _rows(text, delimiter, strict=True)
    except csv.Error:
        return False
    return True


def _has_breaks(lines: list[list[str]]) -> bool:
    return any("\n" in cell or "\r" in cell for line in lines for cell in line)


def _read(source: Source) -> Records:
    return read_delimited(source.text, source.path, source.reading.delimiter)


FORMAT = FileFormat(
    id="delimited",
    order=100,  # what is nothing else is a table
    fits=lambda _source: True,
    read=_read,
    endings=(".csv", ".tsv", ".tab"),
    has_delimiter=True,
)
