"""Stamps: what changes when a file, a model, or what was chosen for them changes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Hashable

import msgspec

from engine import registry
from engine.contracts import Settings
from engine.data.folders import folder_stamp
from engine.models.load import files_stamp
from engine.models.sources import resolve
from engine.protocol.config import DataConfig
from engine.training.noisy_parts import has_noise
from engine.training_fields import MAX_LENGTH


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


def pieces_key(data: DataConfig, task_id: str, model: str, settings: Settings) -> tuple[Hashable, ...]:
    """Returns what changes when the word pieces of the rows do.

    Args:
        data: Which rows.
        task_id: The task.
        model: The base model; its tokenizer cuts.
        settings: Of the run, every one.
    """
    return (*data_key(data), *_reading_key(task_id, model, settings))


def reading_mark(data: DataConfig, task_id: str, model: str, settings: Settings) -> str:
    """Returns a checksum of how rows are read, the same in every process.

    Where noise is drawn it depends on the file and on all that was chosen of it, too.

    Args:
        data: Which rows.
        task_id: The task.
        model: The base model.
        settings: Of the run, every one.
    """
    drawn = data_key(data) if has_noise(registry.task(task_id), settings) else ()
    key = repr((*drawn, *_reading_key(task_id, model, settings)))
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _reading_key(task_id: str, model: str, settings: Settings) -> tuple[Hashable, ...]:
    own = registry.shared_settings(registry.task(task_id), settings)
    return (task_id, model_stamp(model), settings_key({**own, MAX_LENGTH.name: settings[MAX_LENGTH.name]}))
