"""Structs as TOML files that are either whole or not there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomlkit

Contents = TypeVar("Contents", bound=msgspec.Struct)


def read_toml(path: Path, contents: type[Contents]) -> Contents:
    """Reads a file into a struct.

    Raises:
        OSError: When it cannot be read.
        msgspec.DecodeError: When it is not TOML, or not of this shape.
        UnicodeDecodeError: When it is not UTF-8.
    """
    return msgspec.toml.decode(path.read_bytes(), type=contents)


def write_toml(path: Path, contents: msgspec.Struct) -> None:
    """Writes a struct so that a reader finds the old file or the new one, never half of one.

    ``None`` is left out, since TOML has no such value.

    Raises:
        OSError: When it cannot be written; the old file is untouched.
    """
    text = tomlkit.dumps(_without_none(msgspec.to_builtins(contents)))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    # No fsync: it can take long while a run writes checkpoints, and the window would stand still.
    # Renaming is enough against a crash of the app.
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value
