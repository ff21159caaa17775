"""What is common to packed files: what is inside is bounded, and no name in them leads anywhere."""

from __future__ import annotations

import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import IO

from engine.data.file_format import SIZE_LIMIT, Folder, Source
from engine.errors import EngineError
from engine.protocol import folder_problems, packed_problems
from engine.protocol.folder_files import MOST_FILES, is_hidden

DAMAGED = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    OverflowError,
    ValueError,
)
"""What the libraries raise when a packed file is damaged."""
INSIDE = " › "
"""What stands between a packed file and a file inside of it, in the words of problems."""


def as_files(
    source: Source,
    entries: Sequence[tuple[str, int]],
    bytes_of: Callable[[int], bytes],
    unopened: Sequence[str] = (),
) -> Source | Folder:
    """Returns what is inside of a packed file: one file, or several as in a folder.

    Args:
        source: The packed file.
        entries: Name and bytes of each file inside.
        bytes_of: Returns what stands in one of them, by its place.
        unopened: Names of what is no file: links, devices.

    Raises:
        EngineError: When nothing is inside, or far too much.
    """
    named: dict[str, int] = {}
    for place, (name, _) in enumerate(entries):
        safe = _safe(name)
        if safe and not any(map(is_hidden, safe.split("/"))):
            named[_free(safe, named)] = place
    if not named:
        raise EngineError(packed_problems.nothing_packed(source.path))
    if len(named) > MOST_FILES:
        raise EngineError(folder_problems.too_many_files(source.path, MOST_FILES))
    sizes = {name: entries[place][1] for name, place in named.items()}

    def inside(name: str) -> bytes:
        try:
            return bytes_of(named[name])
        except DAMAGED as error:
            raise OSError(str(error)) from error

    if len(named) > 1:
        return Folder(source.path, sizes, inside, source.reading, tuple(unopened))
    (name,) = named
    if sizes[name] > SIZE_LIMIT:
        raise EngineError(packed_problems.too_large_inside(source.path, SIZE_LIMIT))
    return Source(f"{source.path}{INSIDE}{PurePath(name).name}", inside(name), source.reading)


def bounded(file: IO[bytes], path: str) -> bytes:
    """Returns what comes out of a packed file.

    Args:
        file: It, opened.
        path: For the words of problems.

    Raises:
        EngineError: When it is far too much.
    """
    data = file.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise EngineError(packed_problems.too_large_inside(path, SIZE_LIMIT))
    return data


def _safe(name: str) -> str:
    """Returns a name whose folders lie inside."""
    return "/".join(part for part in re.split(r"[/\\]", name) if part.strip(". "))


def _free(name: str, taken: dict[str, int]) -> str:
    """Returns a name that no other file has; a packed file may hold one twice."""
    place, number, free = PurePath(name), 1, name
    while free in taken:
        number += 1
        free = place.with_name(f"{place.stem} ({number}){place.suffix}").as_posix()
    return free
