"""Stamps: what changes when a file, a model, or what was chosen for them changes."""

from __future__ import annotations

import os
import stat
from collections.abc import Hashable

import msgspec

from engine.contracts import Settings
from engine.data.folders import folder_stamp
from engine.models.load import files_stamp
from engine.models.sources import resolve
from engine.protocol.config import DataConfig


def settings_key(settings: Settings) -> Hashable:
    """Returns what changes when a setting changes."""
    return tuple(sorted(settings.items()))


def data_key(data: DataConfig) -> tuple[Hashable, ...]:
    """Returns what changes when a choice of data, or its file, changes."""
    return (msgspec.json.encode(data, order="deterministic"), file_stamp(data.path))


def file_stamp(path: str) -> tuple[Hashable, ...]:
    """Returns what changes when a file changes, or one in a folder."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as the file is read: Path() changes some paths
        if stat.S_ISDIR(status.st_mode):
            return (path, folder_stamp(path))
    except (OSError, ValueError):
        return (path, 0, 0)  # reading it will say what is wrong
    return (path, status.st_size, status.st_mtime_ns)


def model_stamp(model: str) -> tuple[Hashable, ...]:
    """Returns what changes when the files of a model change."""
    return (model, files_stamp(resolve(model).folder))
