"""Packed files: ``.gz`` of one file, and ``.zip`` of one or of a folder. Nothing is unpacked to the disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, Any

from engine.data.file_format import FileFormat, Folder, Source
from engine.errors import EngineError
from engine.protocol import packed_problems

_LARGEST = 1_000_000_000
"""Bytes that may come out of a packed file; a few kilobytes can be made to hold terabytes."""
_MARKS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_ZIP = b"PK\x03\x04"
_DOCUMENTS = ("word/", "ppt/")
"""How the names in a document of an office program begin."""
_DAMAGED = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
)


def unpacked(source: Source) -> Source | Folder:
    """Returns what is inside of a packed file: one file, or several as in a folder.

    Args:
        source: The packed file.

    Raises:
        EngineError: When it is damaged, locked or far too large inside, or holds no file.
    """
    try:
        if source.data.startswith(_ZIP):
            return _from_zip(source)
        openers = (opener for mark, opener in _MARKS.items() if source.data.startswith(mark))
        with next(openers)(io.BytesIO(source.data)) as file:
            data = _bounded(file, source.path)
    except _DAMAGED as error:
        raise EngineError(packed_problems.damaged_archive(source.path, str(error))) from error
    path = PurePath(source.path)
    return Source(str(path.parent / path.stem), data, source.reading)


def _from_zip(source: Source) -> Source | Folder:
    archive = zipfile.ZipFile(io.BytesIO(source.data))  # it is read as long as the folder is
    inside = {
        entry.filename.replace("\\", "/"): entry
        for entry in archive.infolist()
        if not entry.is_dir() and not _is_hidden(entry.filename)
    }
    if not inside:
        raise EngineError(packed_problems.nothing_packed(source.path))
    if any(entry.flag_bits & 1 for entry in inside.values()):
        raise EngineError(packed_problems.locked_archive(source.path))
    size = sum(entry.file_size for entry in inside.values())
    if size > _LARGEST:
        raise EngineError(packed_problems.too_large_inside(source.path, _LARGEST))

    def bytes_of(name: str) -> bytes:
        try:
            with archive.open(inside[name]) as file:
                return _bounded(file, source.path)
        except _DAMAGED as error:
            raise OSError(str(error)) from error

    if len(inside) > 1:
        return Folder(source.path, tuple(inside), size, bytes_of, source.reading)
    (name,) = inside
    # Only the last part of the name counts, so that no path can lead anywhere.
    return Source(str(PurePath(source.path).parent / PurePath(name).name), bytes_of(name), source.reading)


def _is_hidden(name: str) -> bool:
    """Whether a file is one that a system puts beside others."""
    parts = PurePath(name).parts
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in parts)


def _bounded(file: IO[bytes], path: str) -> bytes:
    """Returns what comes out of a packed file."""
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise EngineError(packed_problems.too_large_inside(path, _LARGEST))
    return data


def _fits(source: Source) -> bool:
    if source.data.startswith(_ZIP):
        known = any(name.startswith(_DOCUMENTS) for name in source.names_inside)
        return not known and not source.data[:200].count(b"mimetypeapplication/")
    return source.data.startswith((*_MARKS,))


FORMAT = FileFormat(
    id="packed",
    order=3,
    fits=_fits,
    read=unpacked,
    endings=(".gz", ".zip", ".bz2", ".xz"),
    of_bytes=True,
)
