"""The disk: how much is free, folders that are swapped whole, and what is said when a write fails."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from engine.protocol import run_folder_problems
from engine.protocol.problems import Problem


def free_space(path: Path) -> int:
    """Returns how many bytes are free where a folder is or will be; 0 where there is no such drive."""
    place = path.absolute()
    while not place.exists():
        if place.parent == place:
            return 0
        place = place.parent
    return shutil.disk_usage(place).free


def is_full(error: BaseException) -> bool:
    """Returns whether an error says that the disk, or a person's share of it, is full."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    return f"os error {errno.ENOSPC}" in str(error)  # safetensors gives the system's number as text


def disk_problem(
    error: BaseException, folder: Path, *, needed: int = 0, saved_epoch: float | None = None
) -> Problem:
    """Tells a full disk from a place where this person may not write.

    Args:
        error: What the system, or safetensors, raised.
        folder: The run's folder.
        needed: Bytes that are needed; 0 where nobody knows.
        saved_epoch: Epoch of the last checkpoint that is whole; ``None`` when there is none.
    """
    if is_full(error):
        return run_folder_problems.no_disk_space(
            folder=str(folder), needed=needed, free=free_space(folder), saved_epoch=saved_epoch
        )
    in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
    reason = "a file of that name is in the way" if in_the_way else getattr(error, "strerror", None) or ""
    return run_folder_problems.cannot_write(folder=str(folder), details=str(error), reason=reason)


def to_disk(path: Path) -> None:
    """Waits until a file is on the disk, so that a power cut after a rename finds it there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def old_of(folder: Path) -> Path:
    """Returns where a folder stands for the moment in which another takes its place."""
    return folder.with_name(f"{folder.name}.old")


def replace_folder(new: Path, folder: Path) -> None:
    """Puts a whole folder in the place of another; at each moment one of the two is there.

    Args:
        new: The folder that takes the place; its files are on the disk.
        folder: The place. What stands there goes only after that.

    Raises:
        OSError: When it cannot be moved; what stood there stands there again.
    """
    old = old_of(folder)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    _names_to_disk(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _names_to_disk(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can wait for that."""
    if os.name == "nt":
        return  # Windows opens no folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        return  # some network disks cannot
    finally:
        os.close(handle)
