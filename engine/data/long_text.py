"""A text too large for memory: its encoding is found out, and its lines are read, as a stream."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from engine.data.encodings import (
    SAMPLE,
    called,
    foreign_letters,
    guess_encoding,
    guess_told,
    is_damaged_utf_8,
    marked_encoding,
    named_codec,
    plain_name,
)
from engine.errors import EngineError
from engine.protocol import file_problems
from engine.protocol.problems import Problem

BLOCK = 4_000_000
"""Bytes that are read at once."""
_AT_ONCE = 200_000
"""Letters of lines that are handed on at once; after them it is told how far a file was read."""
Tell = Callable[[float], None]
"""Takes the share of a file that was read, 0 to 1; raises what shall end the reading."""


class Told:
    """Tells how far the reading of a file has come that is gone through several times."""

    def __init__(self, size: int, tell: Tell) -> None:
        """Starts at nothing.

        Args:
            size: Bytes of the file.
            tell: Takes the share that was read.
        """
        self._size, self._tell = max(1, size), tell
        self._done, self._share = 0.0, 0.0

    def begin(self, share: float) -> None:
        """Begins to go through the file once more, after the time before has come to its end.

        Args:
            share: Which part of all the work that is, 0 to 1.
        """
        self._done = min(1.0, self._done + self._share)
        self._share = min(share, 1.0 - self._done)

    def reach(self, position: int) -> None:
        """Tells that the file was read up to a place, in bytes."""
        self._tell(self._done + self._share * min(1.0, position / self._size))


@dataclass(frozen=True)
class LongText:
    """A text in a file, as lines.

    Attributes:
        path: The file.
        codec: Its encoding, as Python knows it.
        encoding: The same as it is shown.
        problems: Notes about it.
        told: Tells how far it was read.
        has_quotes: Whether there may be a quotation mark anywhere.
    """

    path: str
    codec: str
    encoding: str
    problems: tuple[Problem, ...]
    told: Told
    has_quotes: bool

    def lines(self, share: float) -> Iterator[str]:
        """Reads the lines from the first one on, each with its end as it stands in the file.

        Args:
            share: Which part of all the work this is, 0 to 1.

        Raises:
            EngineError: When the file cannot be read any more.
        """
        self.told.begin(share)
        return chain.from_iterable(self._some_lines())

    def _some_lines(self) -> Iterator[list[str]]:
        """Reads the lines, many at once: they are handed on faster so."""
        with _opened(self.path) as file:
            # What was found out holds for the whole file; letters that could not be read are told of.
            text = io.TextIOWrapper(
                io.BufferedReader(file, BLOCK), encoding=self.codec, errors="replace", newline=""
            )
            first = text.readline().removeprefix("\ufeff")
            while some := [*([first] if first else ()), *text.readlines(_AT_ONCE)]:
                first = ""
                yield some
                self.told.reach(file.tell())


def find_encoding(path: str, encoding: str, told: Told, share: float) -> LongText:
    """Goes through a file to find out its encoding.

    Args:
        path: The file; its first bytes look like text.
        encoding: As the person says; empty to find out.
        told: Tells how far it was read.
        share: Which part of all the work this is, 0 to 1; if the file is no Unicode, it is read again.

    Raises:
        EngineError: When it is no text, or cannot be read in the encoding that the person named.
    """
    told.begin(share)
    with _opened(path) as file:
        first = file.read(8192)
    marked = "" if encoding else marked_encoding(first)
    codec = named_codec(encoding, path) if encoding else marked or "utf_8"
    fault, quotes = _fault(path, codec, told)
    if not fault:
        shown = ("utf-8" if codec == "utf_8_sig" else encoding) if encoding else plain_name(codec)
        return LongText(path, codec, shown, (), told, quotes)
    if encoding or marked:
        raise EngineError(file_problems.unreadable_encoding(path, called(encoding or marked), fault))
    broken, foreign, sample = _letters(path, told)
    if is_damaged_utf_8(broken, foreign):
        return LongText(path, "utf_8", "utf-8", (), told, has_quotes=True)
    name = guess_encoding(sample, path)
    fault, quotes = _fault(path, name, told)
    if fault:
        raise EngineError(file_problems.unreadable_encoding(path, called(name), fault))
    return LongText(path, name, name, (guess_told(sample, name, path),), told, quotes)


@contextmanager
def _opened(path: str) -> Iterator[io.FileIO]:
    """Opens a file; that it cannot be opened, or not be read any more, is a problem of the file."""
    try:
        with io.FileIO(path) as file:
            yield file
    except OSError as error:
        raise EngineError(file_problems.cannot_open(path, error)) from error


def _blocks(path: str, told: Told) -> Iterator[bytes]:
    with _opened(path) as file:
        while block := file.read(BLOCK):
            yield block
            told.reach(file.tell())


def _fault(path: str, codec: str, told: Told) -> tuple[str, bool]:
    """Returns where a file cannot be read in an encoding, empty if nowhere; and whether it has quotes.

    Raises:
        EngineError: When it is no text.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    lines, quotes = 1, False
    for block in _with_end(_blocks(path, told)):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeError as error:
            return _where(error, lines), quotes
        if "\x00" in text:
            raise EngineError(file_problems.binary_file(path))
        quotes = quotes or '"' in text
        lines += text.count("\n")
    return "", quotes


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Adds an empty block, which ends a decoder."""
    yield from blocks
    yield b""


def _where(error: UnicodeError, line: int) -> str:
    """Returns where decoding failed: ``"byte 0xE9 in line 12"``."""
    if not isinstance(error, UnicodeDecodeError) or error.start >= len(error.object):
        return f"line {line:,}"
    line += error.object.count(b"\n", 0, error.start)
    return f"byte 0x{error.object[error.start]:02X} in line {line:,}"


def _letters(path: str, told: Told) -> tuple[int, int, bytes]:
    """Returns how many letters UTF-8 cannot read, how many are foreign, and the first lines with such."""
    decoder = codecs.getincrementaldecoder("utf_8")(errors="replace")
    broken = foreign = 0
    sample, rest = b"", b""
    for block in _with_end(_blocks(path, told)):
        found = foreign_letters(decoder.decode(block, final=not block))
        broken, foreign = broken + found[0], foreign + found[1]
        if len(sample) < SAMPLE:
            whole, _, rest = (rest + block).rpartition(b"\n") if block else (rest, b"", b"")
            odd = [line for line in whole.splitlines() if not line.isascii()]
            sample = b"\n".join([sample, *odd] if sample else odd)[:SAMPLE]
    return broken, foreign, sample
