"""Which files of a data set of the hub are fetched together: a configuration, with all parts of its split.

Files are rows and never programs: the hub's own conversion to Parquet, or tables and texts as their owner
has put them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from engine.models.transfer import WantedFile
from engine.protocol.folder_files import FolderKind, is_about, is_hidden, table_of, what_is_read

WHOLE = "default"
"""What a configuration is called where a data set has only one."""

_CONVERTED = re.compile(r"(?P<config>[^/]+)/(?P<split>[^/]+)/\d+\.parquet")
_PARTIAL = "partial-"
"""Begins the name of a part of which only the first rows were converted."""

_NEVER = re.compile(r'[\x00-\x1f<>:"\\|?*]')
"""Letters that no name of a file has on some system."""

_TABLE = re.compile(r".+\.(csv|tsv|json|jsonl|ndjson|parquet|txt)(\.gz)?", re.IGNORECASE)
_NO_ROWS = re.compile(
    r"dataset_infos?\.json|dataset_dict\.json|state\.json|requirements.*\.txt", re.IGNORECASE
)


@dataclass(frozen=True)
class Portion:
    """Files that are fetched and read together.

    Attributes:
        id: The configuration, e.g. ``"sst2"``; with a part of it behind a slash where each is a table of
            its own.
        files: Where each file is put in the folder → the file.
        left_out: Parts that are no training, validation or test rows.
    """

    id: str
    files: Mapping[str, WantedFile]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Returns how many bytes are fetched."""
        return sum(file.size for file in self.files.values())


def converted(files: Iterable[WantedFile]) -> list[Portion]:
    """Returns the configurations that the hub has converted to Parquet.

    Args:
        files: Of the revision with the conversion.

    Returns:
        None where only the first rows of one were converted: the files of their owner are whole.
    """
    found: dict[str, dict[str, list[WantedFile]]] = {}
    for file in files:
        if _is_inside(file.name) and (match := _CONVERTED.fullmatch(file.name)):
            if match["split"].startswith(_PARTIAL):
                return []
            found.setdefault(match["config"], {}).setdefault(match["split"], []).append(file)
    return [one for config, splits in found.items() for one in _portions(config, splits)]


def as_uploaded(files: Iterable[WantedFile], card: Mapping[str, Any]) -> list[Portion]:
    """Returns what the files of the owner make up: as the card says, else by their names.

    Args:
        files: Of the main revision.
        card: The top of its card; ``configs`` counts.
    """
    tables = {file.name: file for file in files if is_table(file.name)}
    said = card.get("configs")
    configs = [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
    found: list[Portion] = []
    for config in configs:
        splits = _said_splits(config.get("data_files"), tables)
        if any(splits.values()):
            found += _portions(str(config.get("config_name", WHOLE)), splits)
    return found or _by_name(tables)


def is_table(name: str) -> bool:
    """Returns whether a file of a data set holds rows, by its name."""
    if not _is_inside(name) or not _TABLE.fullmatch(name):
        return False
    return not _NO_ROWS.fullmatch(PurePosixPath(name).name) and not is_about(name)


def _is_inside(name: str) -> bool:
    """Returns whether a path is a plain one below where it is put: what the hub says is not trusted."""
    hidden = any(is_hidden(part) for part in PurePosixPath(name).parts)
    return not hidden and not name.startswith("/") and not _NEVER.search(name)


def _portions(config: str, splits: Mapping[str, Sequence[WantedFile]]) -> list[Portion]:
    """Returns a configuration as one portion; its parts as one each where they cannot be read together."""
    placed = {split: _placed(split, files) for split, files in splits.items() if files}
    whole = {place: file for files in placed.values() for place, file in files.items()}
    chosen = what_is_read(tuple(whole))
    if chosen.kind is FolderKind.NOTHING:
        return [Portion(f"{config}/{split}", files) for split, files in placed.items()]
    kept = {place: whole[place] for place in chosen.names}
    left_out = tuple(split for split, files in placed.items() if not {*files} & {*kept})
    return [Portion(config, kept, left_out)]


def _placed(split: str, files: Sequence[WantedFile]) -> dict[str, WantedFile]:
    """Names the files of a part as the hub does: ``train-00000-of-00002.parquet``."""
    number_of = len(files)
    called = re.sub(r"[^\w.-]+", "_", split).strip("._-") or "rows"
    placed = {}
    for number, file in enumerate(files):
        ending = "".join(PurePosixPath(file.name).suffixes[-2:] if file.name.endswith(".gz") else [])
        ending = ending or PurePosixPath(file.name).suffix
        shard = f"-{number:05}-of-{number_of:05}" if number_of > 1 else ""
        placed[f"{called}{shard}{ending}"] = file
    return placed


def _by_name(tables: Mapping[str, WantedFile]) -> list[Portion]:
    """Returns all tables as one portion; one each where their names do not say how they belong together."""
    chosen = what_is_read(tuple(tables))
    if chosen.kind is not FolderKind.NOTHING:
        left_out = tuple(name for name in tables if name not in chosen.names)
        return [Portion(WHOLE, {name: tables[name] for name in chosen.names}, left_out)]
    groups: dict[str, dict[str, WantedFile]] = {}
    for name, file in tables.items():
        groups.setdefault(table_of(name) or name, {})[name] = file
    return [Portion(next(iter(group)), group) for group in groups.values()]


def _said_splits(said: Any, tables: Mapping[str, WantedFile]) -> dict[str, list[WantedFile]]:
    """Returns part → its files, as ``data_files`` of a card says; what says no part is to learn from."""
    if isinstance(said, Mapping):
        pairs = list(said.items())
    elif isinstance(said, list) and all(isinstance(one, Mapping) for one in said):
        pairs = [(one.get("split", "train"), one.get("path", ())) for one in said]
    else:
        pairs = [("train", said)]
    found: dict[str, list[WantedFile]] = {}
    for split, patterns in pairs:
        wanted = patterns if isinstance(patterns, list) else [patterns]
        fits = [file for name, file in tables.items() if any(_fits(name, str(one)) for one in wanted)]
        found.setdefault(str(split), []).extend(fits)
    return found


def _fits(name: str, pattern: str) -> bool:
    """Returns whether a path fits a pattern, in which ``**`` stands for any folders."""
    return _parts_fit(name.split("/"), pattern.removeprefix("./").split("/"))


def _parts_fit(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_parts_fit(parts[skipped:], patterns[1:] or ["*"]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _parts_fit(parts[1:], patterns[1:])
