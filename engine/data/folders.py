"""Folders of files: a row for each text, tables that are parts of a split, or two sides of a translation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

import msgspec

from engine.data.encodings import Decoded, called, decode, together
from engine.data.file_format import SIZE_LIMIT, Folder, Source
from engine.data.records import Records
from engine.data.row_stream import gather
from engine.errors import EngineError
from engine.protocol import data_set_problems, file_problems, folder_problems
from engine.protocol.config import Reading
from engine.protocol.data_facts import PARTS
from engine.protocol.folder_files import (
    MOST_FILES,
    FolderKind,
    FolderReading,
    files_in,
    part_of,
    what_is_read,
)
from engine.protocol.hub_origin import read_origin
from engine.protocol.problems import Problem

TEXT, LABEL, SPLIT, FILE = "text", "label", "split", "file"

_MOSTLY = 0.5
"""Share of the texts, 0 to 1, that must stand in folders before these are labels."""


def read_folder(folder: Folder, read: Callable[[Source], Records]) -> Records:
    """Reads the files in a folder and the folders in it, in the order of their names.

    Args:
        folder: The files.
        read: Reads a single file.

    Returns:
        Of texts ``text``; ``label``, where the files are sorted into folders; ``split``, where these are
        called *train* and *test*; and ``file``. Of tables called *train* and *test* their rows with
        ``split`` and ``file``. Of the numbered files of one table their rows. Of two files in two
        languages a column for each. Of a single file the rows of that.

    Raises:
        EngineError: When no file in it can be read, it holds several tables, or far too much.
    """
    chosen = what_is_read(folder.names)
    if chosen.kind is FolderKind.NOTHING:
        raise EngineError(file_problems.folder_given(folder.path, chosen.others))
    size = sum(folder.sizes[name] for name in chosen.names)
    if size > SIZE_LIMIT:
        raise EngineError(file_problems.file_too_large(folder.path, size, SIZE_LIMIT))
    try:
        records = _read(folder, chosen, read)
    except OSError as error:
        raise EngineError(file_problems.cannot_open(f"{folder.path}/{chosen.names[0]}", error)) from error
    if chosen.others:
        records.problems.append(folder_problems.other_files(folder.path, chosen.others))
    if (origin := read_origin(folder.path)) is not None:
        records.problems.append(data_set_problems.from_hub(origin))
    if folder.unopened:
        records.problems.append(folder_problems.unopened_folders(folder.path, folder.unopened))
    return records


def _read(folder: Folder, chosen: FolderReading, read: Callable[[Source], Records]) -> Records:
    if chosen.kind is FolderKind.ONE:
        return read(folder.source(chosen.names[0]))
    if chosen.kind is FolderKind.PAIR:
        return _read_pair(folder, chosen.names, chosen.languages)
    if chosen.kind is FolderKind.PARTS:
        return _read_parts(folder, chosen.names, read)
    if chosen.kind is FolderKind.SHARDS:
        records = _read_tables(folder, chosen.names, read)
        records.problems.append(folder_problems.read_as_one_table(folder.path, chosen.names))
        return records
    return _read_texts(folder, chosen.names)


def _read_texts(folder: Folder, texts: Sequence[str]) -> Records:
    """Reads each text as a row; what is blank or cannot be read is told of."""
    parts, labels = _sorted_into(texts)
    columns = [TEXT, *([LABEL] if labels else []), *([SPLIT] if parts else []), FILE]
    records = Records(columns)
    blank: list[int] = []
    unread: dict[int, Problem] = {}
    decoded: list[Decoded] = []
    for number, name in enumerate(texts, start=1):
        try:
            found = _decoded(folder, name)
        except EngineError as error:
            unread[number] = error.problem
            continue
        except OSError as error:
            unread[number] = file_problems.cannot_open(name, error)
            continue
        # Only line breaks at its ends: how a text begins is its layout.
        text = found.text.removeprefix("\ufeff").strip("\r\n")
        if not text.strip():
            blank.append(number)
            continue
        decoded.append(found)
        sorted_by = ([labels[number - 1]] if labels else []) + ([parts[number - 1]] if parts else [])
        records.rows.append([text, *sorted_by, name])
        records.numbers.append(number)
    encoding = folder.reading.encoding
    if not records.rows:
        first = next(iter(unread.values()), None) if encoding else None
        raise EngineError(first or folder_problems.nothing_in_folder(folder.path, len(texts)))
    records.encoding = together(found.encoding for found in decoded)
    records.problems += folder_problems.about_texts(
        folder.path,
        texts=len(texts),
        blank={number: texts[number - 1] for number in blank},
        unread={number: texts[number - 1] for number in unread},
        labels=sorted({*labels} - {""}),
        encoding=called(encoding),
    )
    guessed = [found for found in decoded if found.problems]
    if guessed:
        names = [called(name) for name in dict.fromkeys(found.encoding for found in guessed)]
        records.problems.append(
            guessed[0].problems[0]
            if len(guessed) == 1
            else folder_problems.guessed_encodings(folder.path, len(guessed), names)
        )
    return records


def _read_parts(folder: Folder, names: Sequence[str], read: Callable[[Source], Records]) -> Records:
    """Reads tables that are called by the part of a split that they hold, one below the other.

    Raises:
        EngineError: When one of them cannot be read, or they have other columns.
    """
    order = list(dict.fromkeys(PARTS.values()))
    ordered = sorted(names, key=lambda one: order.index(part_of(one)))
    whole = _read_tables(folder, ordered, read, lambda name: {SPLIT: part_of(name), FILE: name})
    parts = list(dict.fromkeys(map(part_of, ordered)))
    whole.problems.append(folder_problems.read_as_parts(folder.path, names, parts))
    return whole


def _read_tables(
    folder: Folder,
    names: Sequence[str],
    read: Callable[[Source], Records],
    about: Callable[[str], dict[str, str]] = lambda _: {},
) -> Records:
    """Reads tables one below the other.

    Args:
        folder: Where they are.
        names: Of the files; one at least.
        read: Reads one of them.
        about: Says of a file what its rows have beside their own columns.

    Raises:
        EngineError: When one of them cannot be read, or they have other columns.
    """
    first = read(folder.source(names[0]))
    columns = [*first.names]
    added = [_free(name, columns) for name in about(names[0])]
    whole = Records([*columns, *added], encoding=first.encoding, delimiter=first.delimiter)
    before, encodings = 0, list[str]()
    for name in names:
        found = first if name is names[0] else read(folder.source(name))
        if {*found.names} != {*columns}:
            raise EngineError(folder_problems.other_columns(folder.path, name, found.names, columns))
        encodings.append(found.encoding)
        places = [found.names.index(column) for column in columns]
        more = about(name).values()
        whole.rows += [[*(row[place] for place in places), *more] for row in found.rows]
        whole.numbers += [before + number for number in found.numbers]
        for problem in found.problems:
            rows = tuple(before + row for row in problem.rows)
            whole.problems.append(msgspec.structs.replace(problem, rows=rows))
        last = [*found.numbers, *(row for problem in found.problems for row in problem.rows)]
        before += max(last, default=0)
    whole.encoding = together(encodings)
    return whole


def _free(name: str, taken: Sequence[str]) -> str:
    """Returns a name for a column that the tables do not have."""
    names: list[str] = [name, "part", "partition", "subset"] if name == SPLIT else [name]
    names += [f"{name} {number}" for number in range(2, len(taken) + 3)]
    return next(one for one in names if one not in taken)


def _read_pair(folder: Folder, names: Sequence[str], languages: Sequence[str]) -> Records:
    """Reads two files whose lines belong together as two columns.

    Raises:
        EngineError: When one of them cannot be read, or they have other numbers of lines.
    """
    decoded = [_decoded(folder, name) for name in names]
    texts = [found.text.removeprefix("\ufeff") for found in decoded]
    sides = [text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") for text in texts]
    if sides[0].count("\n") != sides[1].count("\n"):
        sides = [side.rstrip("\n") for side in sides]  # blank lines at the end of one of them
    lines = [side.split("\n") for side in sides]
    counts = [len(side) for side in lines]
    if counts[0] != counts[1]:
        raise EngineError(folder_problems.unequal_lines(folder.path, names, counts))
    records = gather(languages, map(list, zip(*lines, strict=True)), folder.path)
    records.encoding = together(found.encoding for found in decoded)
    records.problems += [problem for found in decoded for problem in found.problems]
    records.problems.append(folder_problems.read_as_pairs(folder.path, names, counts[0]))
    return records


def _decoded(folder: Folder, name: str) -> Decoded:
    return decode(folder.bytes_of(name), f"{folder.path}/{name}", folder.reading.encoding)


def folder_on_disk(path: str, reading: Reading) -> Folder:
    """Returns a folder of the person's.

    Args:
        path: The folder.
        reading: How each file is to be read.

    Raises:
        EngineError: When it holds far too many files.
    """
    listing = files_in(path)
    if len(listing.names) > MOST_FILES:
        raise EngineError(folder_problems.too_many_files(path, MOST_FILES))
    sizes = {name: Path(path, name).stat().st_size for name in listing.names}
    return Folder(path, sizes, lambda name: Path(path, name).read_bytes(), reading, listing.unopened)


def folder_stamp(path: str) -> str:
    """Returns what changes when files in a folder change, come, go or move."""
    found = hashlib.sha256()
    for name in sorted(files_in(path).names):
        state = Path(path, name).stat()
        found.update(repr((name, state.st_size, state.st_mtime_ns)).encode())
    return found.hexdigest()


def _sorted_into(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns for each file the part of a split and the label that its folders stand for; none, or all.

    A file beside the folders has an empty one.
    """
    above = [PurePath(name).parts[:-1] for name in names]
    parts = [next((PARTS[one.lower()] for one in folders if one.lower() in PARTS), "") for folders in above]
    if len({*parts} - {""}) < 2 or not _mostly(parts):
        parts = []
    kept = [[one for one in folders if not parts or one.lower() not in PARTS] for folders in above]
    labels = [folders[-1] if folders else "" for folders in kept]
    return parts, labels if len({*labels} - {""}) > 1 and _mostly(labels) else []


def _mostly(values: Sequence[str]) -> bool:
    return sum(map(bool, values)) > _MOSTLY * len(values)
