"""Text with delimiters: CSV, TSV and their relatives, read so that no row goes missing unseen."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from engine.data.file_format import FileFormat, LongSource, Source
from engine.data.records import COLUMNS_LIMIT, Records, is_blank, tell_apart
from engine.data.row_stream import Batch, Lines, RowsLeftOut, RowStream
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
"""Characters; by default ``csv`` cuts off at 128 KB, with an error."""
_PARSED = 0.4
"""Which part of all the work it is to cut the lines once, 0 to 1."""


def read_delimited(text: str, path: str, delimiter: str = "") -> Records:
    r"""Reads a table of columns with something between them.

    Args:
        text: The whole file.
        path: For the words of problems; its ending is a hint at the delimiter.
        delimiter: As the person says (one character, or ``\t`` written out); empty to find out.

    Raises:
        EngineError: When it is no table.
    """
    quotes = '"' in text
    rows = stream_delimited(lambda _share: io.StringIO(text, newline=""), text, path, delimiter, quotes)
    return rows.whole()


def stream_delimited(
    lines: Lines, start: str, path: str, delimiter: str = "", has_quotes: bool = True
) -> RowStream:
    r"""Reads a table of columns with something between them, a batch after the other.

    Args:
        lines: Reads the file's lines.
        start: How it begins; what stands between columns is found in that.
        path: For the words of problems.
        delimiter: As the person says (one character, or ``\t`` written out); empty to find out.
        has_quotes: Whether there is a quotation mark anywhere.

    Raises:
        EngineError: When it is no table.
    """
    between = _checked(delimiter, path) if delimiter else _sniff(start)
    cut = between or _NO_DELIMITER
    quoting, well_quoted, notes = (
        _quoting(lines, cut, path) if has_quotes else (csv.QUOTE_NONE, True, list[Problem]())
    )
    whole = lines(_PARSED if has_quotes else 1.0)
    unclosed: list[int] = []
    rows = _cut(whole, cut, quoting) if well_quoted else _cut_apart(whole, cut, unclosed)
    above, header = next(((place, row) for place, row in enumerate(rows) if not is_blank(row)), (0, None))
    if header is None:
        raise EngineError(file_problems.empty_file(path))
    if len(header) > COLUMNS_LIMIT:
        raise EngineError(table_problems.too_many_columns(path, len(header), COLUMNS_LIMIT))
    names, problems = tell_apart(header, path, ROW_NUMBER)
    problems += notes
    if len(header) == 1:
        problems.append(table_problems.single_column(path, shortened(names[0]), cut=True))
    sorter = RowsLeftOut(path, names, between)

    def batches() -> Iterator[Batch]:
        yield from sorter.sort(enumerate(rows, start=1))
        if unclosed:
            problems.append(table_problems.quotes_left_open(path, [place - above for place in unclosed]))
        problems.extend([*sorter.told(), *sorter.names_like_data()])

    return RowStream(names, batches(), problems, delimiter=between if len(header) > 1 else "")


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


def _quoting(lines: Lines, delimiter: str, path: str) -> tuple[Literal[0, 3], bool, list[Problem]]:
    """Returns whether quotation marks enclose cells as RFC 4180 has them, or are letters like any other.

    Returns:
        How ``csv`` is to take them, whether all of them stand as they should then, and what is to be told.

    Raises:
        EngineError: When one opens a cell and none closes it.
    """
    well_quoted, has_breaks = _looked_through(lines(_PARSED), delimiter)
    if well_quoted and not has_breaks:
        return csv.QUOTE_MINIMAL, True, []
    # Either the quotation marks enclose texts with line breaks, or they are letters like any other.
    width = _only_width(_cut(lines(0.0), delimiter, csv.QUOTE_NONE))
    if width and (width > 1 or not well_quoted):
        return csv.QUOTE_NONE, True, [table_problems.quotes_as_letters(path)]
    if not well_quoted:
        _check_closed(lines(0.0), delimiter, path)
    return csv.QUOTE_MINIMAL, well_quoted, []


def _looked_through(lines: Iterator[str], delimiter: str) -> tuple[bool, bool]:
    """Returns whether all quotation marks stand around cells, and whether a cell has a line break inside."""
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    before, breaks = 0, False
    try:
        for _ in rows:
            breaks = breaks or rows.line_num > before + 1
            before = rows.line_num
    except csv.Error:
        return False, breaks
    return True, breaks


def _only_width(rows: Iterator[list[str]]) -> int:
    """Returns how many columns all rows have; 0 where they differ."""
    width = 0
    for row in rows:
        if not is_blank(row):
            if width and len(row) != width:
                return 0
            width = len(row)
    return width


def _check_closed(lines: Iterator[str], delimiter: str, path: str) -> None:
    """Raises an :class:`EngineError` when the last quotation mark is not closed."""
    first = count = 0
    last: list[str] = []
    for last in _cut(_ended(lines), delimiter, csv.QUOTE_MINIMAL):
        count += 1
        if not first and not is_blank(last):
            first = count
    if last != [_END]:
        raise EngineError(table_problems.unclosed_quote(path, count - first))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    """Adds a line by which the end is known, below a last line that is whole."""
    line = ""
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else line + "\n"
    yield _END


def _cut(lines: Iterator[str], delimiter: str, quoting: Literal[0, 3]) -> Iterator[list[str]]:
    """Returns lines as cells."""
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter, quoting=quoting)


def _cut_apart(lines: Iterator[str], delimiter: str, unclosed: list[int]) -> Iterator[list[str]]:
    """Returns lines as cells where some quotation marks stand wrong, and no line hides in one above it.

    A mark that nothing closes takes the lines below it into its cell, up to the next mark. Where such lines
    are rows by themselves, each is read alone, up to the end of its line.

    Args:
        lines: Of the file.
        delimiter: What stands between columns.
        unclosed: Takes the places, from 0, of rows with such a mark.
    """
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    width = place = 0
    for row in _cut(noted(), delimiter, csv.QUOTE_MINIMAL):
        width = width or (0 if is_blank(row) else len(row))
        alone = _each_alone(taken, delimiter) if len(taken) > 1 and width > 1 else []
        if any(len(one) == width for one in alone[1:]) and not _looked_through(iter(taken), delimiter)[0]:
            for one in alone:
                if one and one[-1].endswith(("\n", "\r")):  # its mark takes in the end of its line
                    one[-1] = one[-1].rstrip("\r\n")
                    unclosed.append(place)
                yield one
                place += 1
        else:
            yield row
            place += 1
        taken.clear()


def _each_alone(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Returns lines as cells, none of which goes on in the next line."""
    return [row for line in lines for row in _cut(iter([line]), delimiter, csv.QUOTE_MINIMAL)]


def _rows(text: str, delimiter: str, *, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> list[list[str]]:
    """Returns a text as lines of cells."""
    return list(_cut(io.StringIO(text, newline=""), delimiter, quoting))


def _read(source: Source) -> Records:
    return read_delimited(source.text, source.path, source.reading.delimiter)


def _stream(source: LongSource) -> RowStream:
    text = source.text
    return stream_delimited(
        text.lines, source.start.text, source.path, source.reading.delimiter, has_quotes=text.has_quotes
    )


FORMAT = FileFormat(
    id="delimited",
    order=100,  # what is nothing else is a table
    fits=lambda _source: True,
    read=_read,
    stream=_stream,
    endings=(".csv", ".tsv", ".tab"),
    has_delimiter=True,
)
