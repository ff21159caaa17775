"""Folders of texts: a row for each file; where the files are sorted into folders, these are the labels."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath

from engine.data.encodings import decode
from engine.data.file_format import Source
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import file_problems, folder_problems
from engine.protocol.config import Reading
from engine.protocol.data_facts import TEXT_ENDINGS
from engine.protocol.problems import Problem

TEXT, LABEL, SPLIT, FILE = "text", "label", "split", "file"

_MOST_FILES = 50_000
_PARTS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""How folders are called that say to which part of a split their files belong."""


def read_folder(path: str, reading: Reading, limit: int, read: Callable[[Source], Records]) -> Records:
    """Reads the texts in a folder and the folders in it, in the order of their names.

    Args:
        path: The folder.
        reading: How each file is to be read.
        limit: Bytes that all of them may have together.
        read: Reads a single file.

    Returns:
        ``text``; ``label``, where the files are sorted into folders; ``split``, where these are called
        *train* and *test*; and ``file``. For a folder with one file the rows of that.

    Raises:
        EngineError: When no file in it can be read, it holds tables, or far too much.
    """
    names = sorted(_files(path), key=_natural)
    texts = [name for name in names if name.lower().endswith(TEXT_ENDINGS)]
    if len(names) == 1:
        return read(Source(str(Path(path, names[0])), _bytes(path, names[0]), reading))
    if not texts:
        raise EngineError(file_problems.folder_given(path, [PurePath(name).name for name in names]))
    size = sum(Path(path, name).stat().st_size for name in texts)
    if size > limit:
        raise EngineError(file_problems.file_too_large(path, size, limit))
    parts, labels = _sorted_into(texts)
    columns = [TEXT, *([LABEL] if labels else []), *([SPLIT] if parts else []), FILE]
    records = Records(columns)
    blank: list[int] = []
    unread: list[str] = []
    notes: list[Problem] = []
    for number, name in enumerate(texts, start=1):
        try:
            found = decode(_bytes(path, name), str(Path(path, name)), reading.encoding)
        except (EngineError, OSError):
            unread.append(name)
            continue
        text = found.text.removeprefix("\ufeff").strip()
        if not text:
            blank.append(number)
            continue
        notes += found.problems
        records.encoding = records.encoding or found.encoding
        sorted_by = ([labels[number - 1]] if labels else []) + ([parts[number - 1]] if parts else [])
        records.rows.append([text, *sorted_by, name])
        records.numbers.append(number)
    if not records.rows:
        raise EngineError(folder_problems.nothing_in_folder(path, len(texts)))
    others = len(names) - len(texts)
    records.problems += folder_problems.about_folder(
        path, texts=len(texts), others=others, blank=blank, unread=unread, labels=sorted({*labels})
    )
    records.problems += notes[:1]
    return records


def folder_stamp(path: str) -> tuple[int, int]:
    """Returns what changes when the files in a folder change: their bytes, and when the last one did."""
    states = [Path(path, name).stat() for name in _files(path)]
    return sum(state.st_size for state in states), max((state.st_mtime_ns for state in states), default=0)


def _files(path: str) -> Iterator[str]:
    """Yields the names of the files below a folder; hidden ones, and those of a project, are left out."""
    count = 0
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for name in files:
            if not name.startswith("."):
                count += 1
                if count > _MOST_FILES:
                    raise EngineError(folder_problems.too_many_files(path, _MOST_FILES))
                yield Path(folder, name).relative_to(path).as_posix()


def _bytes(path: str, name: str) -> bytes:
    return Path(path, name).read_bytes()


def _natural(name: str) -> list[tuple[int, str]]:
    """Returns what sorts names as people do: ``a2`` before ``a10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _sorted_into(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns for each file the part of a split and the label that its folders stand for; none, or all."""
    above = [PurePath(name).parts[:-1] for name in names]
    parts = [next((_PARTS[one.lower()] for one in folders if one.lower() in _PARTS), "") for folders in above]
    if not all(parts) or len({*parts}) < 2:
        parts = []
    kept = [[one for one in folders if not parts or one.lower() not in _PARTS] for folders in above]
    labels = [folders[-1] if folders else "" for folders in kept]
    return parts, labels if all(labels) and len({*labels}) > 1 else []
