"""The folder of what frozen layers said: how much is in it, and emptying it while no run uses it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from engine.errors import EngineError
from engine.protocol.kept_states import kept_states_in_use
from engine.training.kept_states import states_folder

_IN_USE = ".using"


@contextmanager
def states_in_use(folder: Path | None = None) -> Iterator[None]:
    """Says to all processes that what is kept must stay, as long as a run trains.

    The system lets go of it when this process ends, however that comes.

    Args:
        folder: Where it is kept; by default in the person's cache folder.
    """
    folder = folder or states_folder()
    lock = filelock.FileLock(folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}{_IN_USE}")
    with suppress(OSError):  # nowhere to write: then nothing is kept either
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    try:
        yield
    finally:
        was_held = lock.is_locked
        lock.release()
        if was_held:
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)


def size_of_states(folder: Path | None = None) -> int:
    """Returns the bytes that are kept.

    Args:
        folder: Where; by default in the person's cache folder.
    """
    size = 0
    for path in _files(folder or states_folder()):
        with suppress(OSError):  # gone meanwhile
            size += path.stat().st_size
    return size


def are_states_in_use(folder: Path | None = None) -> bool:
    """Returns whether a run trains, in whatever process.

    Args:
        folder: Where; by default in the person's cache folder.
    """
    return any(_is_held(path) for path in (folder or states_folder()).glob(f"*{_IN_USE}"))


def empty_states(folder: Path | None = None) -> None:
    """Removes all that is kept; the next run computes it again.

    Args:
        folder: Where; by default in the person's cache folder.

    Raises:
        EngineError: While a run trains.
    """
    folder = folder or states_folder()
    if are_states_in_use(folder):
        raise EngineError(kept_states_in_use())
    for path in _files(folder):
        with suppress(OSError):  # a program still has it open
            path.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.suffix != _IN_USE and path.is_file()]


def _is_held(path: Path) -> bool:
    """Returns whether a process holds a lock; what one that has died left is removed."""
    lock = filelock.FileLock(path)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return True
    except OSError:
        return False
    lock.release()
    with suppress(OSError):
        path.unlink(missing_ok=True)
    return False
