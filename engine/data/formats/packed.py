"""Packed files: ``.gz`` of one file, and ``.zip`` of one or of a folder. Nothing is unpacked to the disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from engine.data.archives import DAMAGED, as_files, bounded
from engine.data.file_format import FileFormat, Folder, Source
from engine.errors import EngineError
from engine.protocol import packed_problems

_MARKS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_ZIP = b"PK\x03\x04"
_DOCUMENTS = ("word/", "ppt/")
"""How the names in a document of an office program begin."""


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
            data = bounded(file, source.path)
    except DAMAGED as error:
        raise EngineError(packed_problems.damaged_archive(source.path, str(error))) from error
    path = PurePath(source.path)
    return Source(str(path.parent / path.stem), data, source.reading)


def _from_zip(source: Source) -> Source | Folder:
    archive = zipfile.ZipFile(io.BytesIO(source.data))  # it is read as long as the folder is
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if any(entry.flag_bits & 1 for entry in entries):
        raise EngineError(packed_problems.locked_archive(source.path))

    def bytes_of(place: int) -> bytes:
        with archive.open(entries[place]) as file:
            return bounded(file, source.path)

    return as_files(source, [(entry.filename, entry.file_size) for entry in entries], bytes_of)


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
    endings=(".gz", ".zip", ".bz2", ".xz", ".tgz"),
    of_bytes=True,
)
