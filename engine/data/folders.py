"""Folders of texts: a row for each file; where the files are sorted into folders, these are the labels."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

import msgspec

from engine.data.encodings import decode
from engine.data.file_format import Folder, Source
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import file_problems, folder_problems
from engine.protocol.config import Reading
from engine.protocol.data_facts import PARTS, TEST, TEXT_ENDINGS, TRAIN
from engine.protocol.problems import Problem

TEXT, LABEL, SPLIT, FILE = "text", "label", "split", "file"

_MOST_FILES = 50_000


def read_folder(folder: Folder, limit: int, read: Callable[[Source], Records]) -> Records:
    """Reads the files in a folder and the folders in it, in the order of their names.

    Args:
        folder: The files.
        limit: Bytes that all of them may have together.
        read: Reads a single file.

    Returns:
        Of texts ``text``; ``label``, where the files are sorted into folders; ``split``, where these are
        called *train* and *test*; and ``file``. Of tables called *train* and *test* their rows with
        ``split`` and ``file``. Of a single file the rows of that.

    Raises:
        EngineError: When no file in it can be read, it holds several tables, or far too much.
    """
    names = sorted(folder.names, key=_natural)
    texts = [name for name in names if name.lower().endswith(TEXT_ENDINGS)]
    tables = {name: PARTS.get(PurePath(name).name.split(".")[0].lower(), "") for name in names}
    read_ones = texts or names
    if len(names) > 1 and not texts and not ({TRAIN, TEST} <= {*tables.values()} and all(tables.values())):
        raise EngineError(file_problems.folder_given(folder.path, [PurePath(name).name for name in names]))
    if not names:
        raise EngineError(file_problems.folder_given(folder.path))
    if folder.size > limit:
        raise EngineError(file_problems.file_too_large(folder.path, folder.size, limit))
    try:
        if len(names) == 1:
            return read(folder.source(names[0]))
        return _read_texts(folder, names, texts) if texts else _read_parts(folder, tables, read)
    except OSError as error:
        raise EngineError(file_problems.cannot_open(f"{folder.path}/{read_ones[0]}", error)) from error


def _read_texts(folder: Folder, names: Sequence[str], texts: Sequence[str]) -> Records:
    """Reads each text as a row; what is blank or cannot be read is told of."""
    parts, labels = _sorted_into(texts)
    columns = [TEXT, *([LABEL] if labels else []), *([SPLIT] if parts else []), FILE]
    records = Records(columns)
    blank: list[int] = []
    unread: list[str] = []
    notes: list[Problem] = []
    for number, name in enumerate(texts, start=1):
        try:
            found = decode(folder.bytes_of(name), f"{folder.path}/{name}", folder.reading.encoding)
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
        raise EngineError(folder_problems.nothing_in_folder(folder.path, len(texts)))
    others = len(names) - len(texts)
    records.problems += folder_problems.about_folder(
        folder.path, texts=len(texts), others=others, blank=blank, unread=unread, labels=sorted({*labels})
    )
    records.problems += notes[:1]
    return records


def _read_parts(folder: Folder, parts: Mapping[str, str], read: Callable[[Source], Records]) -> Records:
    """Reads tables that are called by the part of a split that they hold, one below the other.

    Raises:
        EngineError: When one of them cannot be read, or they have other columns.
    """
    whole: Records | None = None
    before = 0
    for name, part in sorted(
        parts.items(), key=lambda one: list(dict.fromkeys(PARTS.values())).index(one[1])
    ):
        found = read(folder.source(name))
        if whole is None:
            whole = Records([*found.names, SPLIT, FILE], encoding=found.encoding, delimiter=found.delimiter)
        if {*found.names} != {*whole.names[:-2]}:
            raise EngineError(folder_problems.other_columns(folder.path, name, found.names, whole.names[:-2]))
        order = [found.names.index(column) for column in whole.names[:-2]]
        whole.rows += [[*(row[place] for place in order), part, name] for row in found.rows]
        whole.numbers += [before + number for number in found.numbers]
        for problem in found.problems:
            rows = tuple(before + row for row in problem.rows)
            whole.problems.append(msgspec.structs.replace(problem, rows=rows))
        last = [*found.numbers, *(row for problem in found.problems for row in problem.rows)]
        before += max(last, default=0)
    assert whole is not None  # noqa: S101 - there are two parts at least
    whole.problems.append(folder_problems.read_as_parts(folder.path, list(parts)))
    return whole


def folder_on_disk(path: str, reading: Reading) -> Folder:
    """Returns a folder of the person's.

    Args:
        path: The folder.
        reading: How each file is to be read.

    Raises:
        EngineError: When it holds far too many files.
    """
    names = tuple(_files(path))
    return Folder(path, names, folder_stamp(path)[0], lambda name: Path(path, name).read_bytes(), reading)


def folder_stamp(path: str) -> tuple[int, int]:
    """Returns what changes when the files in a folder change: their bytes, and when the last one did."""
    states = [file.stat() for name in _files(path) if (file := Path(path, name)).is_file()]
    return sum(state.st_size for state in states), max((state.st_mtime_ns for state in states), default=0)


def _files(path: str) -> Iterator[str]:
    """Yields the names of the files below a folder; hidden ones, and those of a project, are left out."""
    count = 0
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for name in files:
            # A link that leads nowhere and a pipe are no files.
            if not name.startswith(".") and Path(folder, name).is_file():
                count += 1
                if count > _MOST_FILES:
                    raise EngineError(folder_problems.too_many_files(path, _MOST_FILES))
                yield Path(folder, name).relative_to(path).as_posix()


def _natural(name: str) -> list[tuple[int, str]]:
    """Returns what sorts names as people do: ``a2`` before ``a10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _sorted_into(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns for each file the part of a split and the label that its folders stand for; none, or all."""
    above = [PurePath(name).parts[:-1] for name in names]
    parts = [next((PARTS[one.lower()] for one in folders if one.lower() in PARTS), "") for folders in above]
    if not all(parts) or len({*parts}) < 2:
        parts = []
    kept = [[one for one in folders if not parts or one.lower() not in PARTS] for folders in above]
    labels = [folders[-1] if folders else "" for folders in kept]
    return parts, labels if all(labels) and len({*labels}) > 1 else []
