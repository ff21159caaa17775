"""What of a folder is read, by the names of its files alone: said once, for reading it and for copying it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from engine.protocol.data_facts import PARTS, TEXT_ENDINGS, TRAIN
from engine.protocol.language_codes import language_pair

MOST_FILES = 50_000
"""Files of a folder that are looked at."""

_ABOUT = {
    "readme",
    "license",
    "licence",
    "licenses",
    "licences",
    "copying",
    "notice",
    "citation",
    "authors",
    "changelog",
    "changes",
    "contributing",
    "acknowledgements",
}
"""Names of files that tell of the others."""
_ABOUT_ENDINGS = ("", *TEXT_ENDINGS, ".rst", ".html", ".pdf", ".cff", ".bib")


_NUMBER = re.compile(r"[-_]\d+(-of-\d+)?$")
"""End of the name of one of several files that are one table, as the hub has them."""


class FolderKind(StrEnum):
    """How a folder is read."""

    NOTHING = "nothing"
    """No file that is read, or several and no way to tell which."""
    ONE = "one"
    """Its only file."""
    TEXTS = "texts"
    """A row for each text."""
    PARTS = "parts"
    """Tables called *train* and *test*, one below the other."""
    SHARDS = "shards"
    """The numbered files of one table, one below the other."""
    PAIR = "pair"
    """Two texts in two languages, a row for each line."""


@dataclass(frozen=True)
class Listing:
    """The files of a folder.

    Attributes:
        names: Of the files in it and in the folders inside, with ``/`` between folders; hidden ones, and
            links that lead nowhere, are left out.
        unopened: Names of the folders that cannot be opened, and of links to folders, which are not followed.
    """

    names: tuple[str, ...]
    unopened: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderReading:
    """What of a folder is read.

    Attributes:
        kind: In which way.
        names: The files, in the order in which they are read.
        others: The files that are left aside.
        languages: Of the two files of a pair.
    """

    kind: FolderKind
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    languages: tuple[str, str] = ("", "")


def files_in(path: str | Path) -> Listing:
    """Returns the files of a folder; one more than :data:`MOST_FILES` where there are too many.

    Args:
        path: The folder.
    """
    names: list[str] = []
    unopened: list[str] = []

    def not_opened(error: OSError) -> None:
        unopened.append(str(error.filename))

    for folder, folders, files in os.walk(path, onerror=not_opened):
        seen = [name for name in folders if not is_hidden(name)]
        unopened.extend(str(link) for name in seen if (link := Path(folder, name)).is_symlink())
        folders[:] = sorted(seen)
        here = (Path(folder, name) for name in files if not is_hidden(name))
        # A link that leads nowhere and a pipe are no files.
        names += [file.relative_to(path).as_posix() for file in here if file.is_file()]
        if len(names) > MOST_FILES:
            break
    return Listing(tuple(names[: MOST_FILES + 1]), tuple(_below(name, path) for name in unopened))


def what_is_read(names: Sequence[str]) -> FolderReading:
    """Returns what of a folder is read. Of what it returns, all is read.

    Args:
        names: Of all files in it, with ``/`` between folders.
    """
    ordered = sorted(names, key=in_order)
    pool = [name for name in ordered if not is_about(name)] or ordered
    texts = [name for name in pool if name.lower().endswith(TEXT_ENDINGS)]
    if len(texts) > 1:
        pool = texts
    kind, languages = FolderKind.NOTHING, None
    parts = [name for name in pool if part_of(name)]
    called = {part_of(name) for name in parts}
    is_all = len(parts) == len(pool) or len(texts) < 2
    belong_together = len({_named(name)[1] for name in parts}) == 1
    if len(pool) == 1:
        kind = FolderKind.ONE
    elif len(pool) == 2 and (languages := language_pair(*pool)):
        kind = FolderKind.PAIR
    elif TRAIN in called and len(called) > 1 and is_all and belong_together:
        kind, pool = FolderKind.PARTS, parts
    elif len(texts) < 2 and len({table_of(name) for name in pool}) == 1 and table_of(pool[0]):
        kind = FolderKind.SHARDS
    elif len(texts) > 1:
        kind = FolderKind.TEXTS
    read = () if kind is FolderKind.NOTHING else tuple(pool)
    others = tuple(name for name in ordered if name not in {*read})
    return FolderReading(kind, read, others, languages or ("", ""))


def part_of(name: str) -> str:
    """Returns the part of a split that a file is called by; empty for other names.

    A file may be one of several: ``train-00000-of-00002.parquet``, ``train/0000.parquet``; and what they
    are about may stand before or behind: ``reviews-train.csv``, ``Test reviews.csv``.

    Args:
        name: Of the file, with the folders above it.
    """
    return _named(name)[0]


def _named(name: str) -> tuple[str, str]:
    """Returns the part that a file is called by, and the rest of its name."""
    place = PurePath(name)
    stem = place.name.split(".")[0].lower()
    if stem.isdecimal() and not name.lower().endswith(TEXT_ENDINGS):
        return PARTS.get(place.parent.name.lower(), ""), ""
    words = re.split(r"[-_ ]+", _NUMBER.sub("", stem))
    for word, others in ((words[-1], words[:-1]), (words[0], words[1:])):
        if word in PARTS:
            return PARTS[word], " ".join(others)
    return "", ""


def table_of(name: str) -> str:
    """Returns what the numbered files of one table have in common; empty for a file without a number.

    Args:
        name: Of one of them, with the folders above it.
    """
    place = PurePath(name)
    stem = place.name.split(".")[0]
    if stem.isdecimal():
        return f"{place.parent}/*{place.suffix}"
    return f"{place.parent}/{_NUMBER.sub('', stem)}*{place.suffix}" if _NUMBER.search(stem) else ""


def in_order(name: str) -> list[tuple[int, str]]:
    """Returns what sorts names as people do: ``a2`` before ``a10``.

    Args:
        name: Of a file.
    """
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def is_hidden(name: str) -> bool:
    """Whether a file or folder is one that a system puts beside others.

    Args:
        name: Of it, without the folders above.
    """
    return name.startswith((".", "__MACOSX"))


def is_about(name: str) -> bool:
    """Returns whether a file tells of the others, by its name.

    Args:
        name: Of it, with the folders above it.
    """
    place = PurePath(name)
    return place.name.split(".")[0].lower() in _ABOUT and place.suffix.lower() in _ABOUT_ENDINGS


def _below(name: str, path: str | Path) -> str:
    return os.path.relpath(name, path).replace(os.sep, "/")
