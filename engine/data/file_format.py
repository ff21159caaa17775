"""What a format of files is: how it is known, and how rows come out of it. Each stands in ``formats/``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from engine.data.encodings import Decoded, decode
from engine.data.long_text import LongText, Told, find_encoding
from engine.data.records import Records
from engine.data.row_stream import RowStream
from engine.errors import EngineError
from engine.protocol import file_problems
from engine.protocol.config import Reading

SIZE_LIMIT = 1_000_000_000
"""Bytes of a file, and of all that comes out of a packed one. A table is held in memory several times over
while it is read, and a few kilobytes can be packed so that terabytes come out."""

_DECODED = 0.1
"""Which part of all the work it is to find out the encoding of a text, 0 to 1."""

SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
"""How lxml reads a file: nothing outside of it, and no entity is replaced."""


@dataclass(frozen=True)
class Source:
    """A file, or a part of a packed one.

    Attributes:
        path: For the words of problems; its ending is a hint.
        data: All bytes.
        reading: How it is to be read.
    """

    path: str
    data: bytes
    reading: Reading

    @cached_property
    def decoded(self) -> Decoded:
        """Returns the file as text; raises an :class:`EngineError` when it is none, or empty."""
        found = decode(self.data, self.path, self.reading.encoding)
        if not found.text.strip("\ufeff \t\r\n"):
            raise EngineError(file_problems.empty_file(self.path))
        return found

    @property
    def is_decoded(self) -> bool:
        """Returns whether the file was read as text."""
        return "decoded" in self.__dict__

    @property
    def text(self) -> str:
        """Returns the text, without the mark of its encoding."""
        return self.decoded.text.removeprefix("\ufeff")

    @cached_property
    def names_inside(self) -> tuple[str, ...]:
        """Returns the names of the files in a ``.zip``; none for other files and damaged ones."""
        if not self.data.startswith(b"PK\x03\x04"):
            return ()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return ()

    @property
    def ending(self) -> str:
        """Returns how the name ends, in small letters: ``".csv"``."""
        return PurePath(self.path).suffix.lower()


@dataclass(frozen=True)
class Folder:
    """Files that belong together: in a folder, or in a packed file.

    Attributes:
        path: For the words of problems.
        sizes: Names of the files, with ``/`` between folders → their bytes; hidden ones are left out.
        bytes_of: Returns what stands in one of them; raises an ``OSError`` when it cannot be read.
        reading: How each is to be read.
        unopened: Folders inside that cannot be looked into.
    """

    path: str
    sizes: Mapping[str, int]
    bytes_of: Callable[[str], bytes]
    reading: Reading
    unopened: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Returns the names of the files."""
        return tuple(self.sizes)

    @property
    def size(self) -> int:
        """Returns how many bytes all of them have."""
        return sum(self.sizes.values())

    def source(self, name: str) -> Source:
        """Returns one of the files."""
        return Source(f"{self.path}/{name}", self.bytes_of(name), self.reading)


@dataclass(frozen=True)
class LongSource:
    """A file too large for memory.

    Attributes:
        path: The file.
        start: How it begins: its first rows, as a file of their own.
        size: Its bytes.
        reading: How it is to be read.
        told: Tells how far it was read.
    """

    path: str
    start: Source
    size: int
    reading: Reading
    told: Told

    @cached_property
    def text(self) -> LongText:
        """Returns the file as text; finding out its encoding takes going through it.

        Raises:
            EngineError: When it is none.
        """
        return find_encoding(self.path, self.reading.encoding, self.told, _DECODED)

    @property
    def is_decoded(self) -> bool:
        """Returns whether the file was read as text."""
        return "text" in self.__dict__


@dataclass(frozen=True)
class FileFormat:
    """A format.

    Attributes:
        id: Name of its module.
        order: Formats are asked by it, smallest first; those of bytes come before those of text.
        fits: Whether a file looks as if it were of this format; cheap.
        read: Returns the rows; or what is inside, to be read instead; or ``None`` when a closer look says
            that it is of another format.
        stream: Returns the rows of a file that is too large for memory; ``None`` where it is read at once.
        is_told_by: Whether the start of a file that fits is enough to say that the rest can be streamed.
        endings: How the names of such files end, in small letters, for dialogs; may be shared.
        has_delimiter: Whether something chosen stands between columns.
        has_rows: Whether rows are what it is made of; a running text is cut into them.
        of_bytes: Whether it is known by its first bytes, and is no text.
    """

    id: str
    order: int
    fits: Callable[[Source], bool]
    read: Callable[[Source], Records | Source | Folder | None]
    stream: Callable[[LongSource], RowStream] | None = None
    is_told_by: Callable[[Source], bool] = lambda _start: True
    endings: tuple[str, ...] = ()
    has_delimiter: bool = False
    has_rows: bool = True
    of_bytes: bool = False
