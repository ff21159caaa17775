"""What frozen layers said of rows, in a file that is mapped into memory and outlives the run.

The system keeps in memory what fits, and gives it up when memory is needed. A file is known by what its
numbers depend on, so that the next run with the same rows and the same frozen layers finds them. Each row has
a checksum: what was not finished, or is damaged, is computed again.

Where the numbers of a row depend on nothing but that row, other files have some of the same rows: of another
fold or split, of fewer rows, of the data before a text was mended. Those rows are copied from there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from engine.cache_folder import cache_folder
from engine.training.kept_texts import LOOKED_INTO, NAMES, STATES, SUMS, TEXTS, last_used_first, note_texts

_FLOAT = 4
"""Bytes of a number."""

HELD = 256_000_000
"""Bytes of features that are held in memory where there is no file for them: all of a million words, and of
any number of texts that Thaw was made for. The rest is computed each time."""

SPARE = 2
"""How many times the size must be free on the disk: the person's own files go first."""

_ROWS = ".rows.npy"

_ROW = np.dtype([("mark", "V16"), ("start", "<i8")])
"""A row in the list of them: its checksum, and where its numbers begin."""


def states_folder() -> Path:
    """Returns where the files are; it need not be there yet."""
    return cache_folder() / "frozen_states"


class KeptStates:
    """The states of the rows of one part, each a flat vector of its own length.

    Attributes:
        rows: How many of the rows there is room for, from the first on.
    """

    rows: int

    def __init__(
        self,
        folder: Path,
        key: str,
        sizes: Sequence[int],
        budget: int,
        *,
        taken: int = 0,
        marks: Sequence[bytes] = (),
    ) -> None:
        """Opens what was kept before, or makes room for it.

        Args:
            folder: Where; files that were used longest ago make room.
            key: What the numbers depend on, as a file may be called; the rows only where there are no marks.
            sizes: Numbers of each row.
            budget: Bytes that the folder may take; what does not fit is not kept.
            taken: Bytes of it that other parts of the same run have taken, which do not make room.
            marks: A checksum of 16 bytes of each row, where its numbers depend on nothing else of the rows.
        """
        ends = np.cumsum(np.asarray(sizes, dtype=np.int64), dtype=np.int64)
        self.rows = int(np.searchsorted(ends * _FLOAT, budget - taken, side="right"))
        self._starts = np.concatenate([[0], ends]).astype(np.int64)
        rows = f"-{hashlib.blake2b(b''.join(marks), digest_size=16).hexdigest()}" if marks else ""
        self._path = folder / f"{key}{rows}{STATES}"
        self._key, self._marks = key, marks[: self.rows]
        self._sums: npt.NDArray[np.int64] = np.full(self.rows, -1, dtype=np.int64)
        self._seen = np.zeros(self.rows, dtype=bool)
        self._is_new = False
        self._states: torch.Tensor | None = None
        if self.rows:
            try:
                self._open(int(self._starts[self.rows]) * _FLOAT, budget)
            except OSError:  # full, or nowhere to write: everything is computed each time
                self.rows = 0

    @property
    def size(self) -> int:
        """Returns the bytes of all rows that there is room for."""
        return int(self._starts[self.rows]) * _FLOAT

    @property
    def share(self) -> float:
        """Returns the share of the rows that there is room for, 0 to 1."""
        return self.rows / max(1, len(self._starts) - 1)

    @property
    def mapped(self) -> int:
        """Returns the bytes of the rows that this process has read or written: the system may hold them."""
        sizes = np.diff(self._starts[: self.rows + 1])
        return int(sizes[self._seen].sum()) * _FLOAT

    def has(self, row: int) -> bool:
        """Returns whether a row was kept, here or by another run."""
        return row < self.rows and bool(self._sums[row] >= 0)

    def has_room(self, row: int) -> bool:
        """Returns whether a row is or will be kept."""
        return row < self.rows

    def get(self, row: int) -> torch.Tensor | None:
        """Returns what was kept of a row, flat, float32, on the CPU; ``None`` where there is nothing."""
        if not self.has(row):
            return None
        own = self._at(row)
        if not self._seen[row]:
            if _sum_of(own) != self._sums[row]:
                self._sums[row] = -1
                return None
            self._seen[row] = True
        return own

    def put(self, row: int, states: torch.Tensor) -> None:
        """Keeps what was computed of a row; nothing happens where there is no room for it."""
        if row >= self.rows:
            return
        own = self._at(row)
        own.copy_(states)
        self._sums[row] = _sum_of(own)
        self._seen[row], self._is_new = True, True

    def note(self) -> None:
        """Writes down which rows are there, for the next run."""
        if not self._is_new:
            return
        self._is_new = False
        half = self._path.with_suffix(f".{os.getpid()}.part")
        with suppress(OSError):
            with half.open("wb") as file:
                np.save(file, self._sums)
            half.replace(self._path.with_suffix(SUMS))

    def note_texts(self, names: Sequence[str], texts: npt.NDArray[np.uint64] | None) -> None:
        """Writes down by what else these rows are known: by texts and by what was chosen of them.

        See :mod:`engine.training.kept_texts`.

        Args:
            names: Without blanks.
            texts: A checksum of the text of each row; ``None`` where a row holds several texts.
        """
        if self.rows:
            note_texts(self._path, names, None if texts is None else texts[: self.rows])

    def _at(self, row: int) -> torch.Tensor:
        if self._states is None:
            raise ValueError("There is no room for any row.")
        return self._states[int(self._starts[row]) : int(self._starts[row + 1])]

    def _open(self, size: int, budget: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        known = self._path.exists() and self._path.stat().st_size == size
        # Before what was used longest ago makes room, and before a file of another size is replaced.
        others = [] if known or not self._marks else _others(self._path.parent, self._key)
        _make_room(self._path, size, budget)
        if known:
            with suppress(Exception):  # of a damaged file numpy raises whatever its bytes happen to look like
                sums = np.load(self._path.with_suffix(SUMS))
                if (sums.shape, sums.dtype) == (self._sums.shape, self._sums.dtype):
                    self._sums = sums
            os.utime(self._path)
        else:
            for beside in (SUMS, NAMES, TEXTS):
                self._path.with_suffix(beside).unlink(missing_ok=True)
            if shutil.disk_usage(self._path.parent).free < SPARE * size:
                raise OSError("no room to spare")
            _reserve(self._path, size)
        mapped = np.memmap(self._path, dtype=np.float32, mode="r+", shape=(size // _FLOAT,))
        self._states = torch.from_numpy(mapped)
        if self._marks and not known:
            self._note_rows()
            self._copy_from(others)

    def _note_rows(self) -> None:
        """Writes down which rows these are, for files of other rows."""
        rows = np.empty(self.rows, dtype=_ROW)
        rows["mark"] = np.frombuffer(b"".join(self._marks), dtype=_ROW["mark"])
        rows["start"] = self._starts[: self.rows]
        np.save(self._path.with_suffix(_ROWS), rows)

    def _copy_from(self, others: Sequence[_Other]) -> None:
        """Takes rows from other files of the same key; of what is damaged there nothing is taken."""
        for other in others:
            missing: dict[bytes, list[int]] = {}
            for row in np.flatnonzero(self._sums < 0).tolist():
                missing.setdefault(self._marks[row], []).append(row)
            if not missing:
                break
            for mark, start, checksum in other.rows():
                for row in missing.get(mark, ()):
                    own = other.states[start : start + len(self._at(row))]
                    if len(own) == len(self._at(row)) and _sum_of(own) == checksum:
                        self.put(row, own)
                        self._seen[row] = False  # read by nobody yet: the system need not hold it
        self.note()


class _Other(NamedTuple):
    """Another file, of rows whose numbers depend on the same.

    Attributes:
        states: Its numbers.
        places: Its rows, in their order: checksum of each, and where its numbers begin.
        sums: Checksums of their numbers; below 0 where they are not there.
    """

    states: torch.Tensor
    places: npt.NDArray[np.void]
    sums: npt.NDArray[np.int64]

    def rows(self) -> Iterator[tuple[bytes, int, int]]:
        """Yields of each row that is there its checksum, where its numbers begin, and their checksum."""
        there = self.sums >= 0
        marks, size = self.places["mark"][there].tobytes(), _ROW["mark"].itemsize
        starts, sums = self.places["start"][there].tolist(), self.sums[there].tolist()
        for row, (start, checksum) in enumerate(zip(starts, sums, strict=True)):
            yield marks[row * size : (row + 1) * size], start, checksum


def _others(folder: Path, key: str) -> list[_Other]:
    """Opens the files of a key, those that were used last first; what cannot be read is left out."""
    found: list[_Other] = []
    for path in last_used_first(folder.glob(f"{key}-*{STATES}"))[:LOOKED_INTO]:
        with suppress(Exception):  # of a damaged file numpy raises whatever its bytes happen to look like
            places, sums = np.load(path.with_suffix(_ROWS)), np.load(path.with_suffix(SUMS))
            if (places.dtype, sums.dtype, places.shape) == (_ROW, np.int64, sums.shape):
                # Never written to; torch has no tensors that cannot be.
                states = torch.from_numpy(np.memmap(path, dtype=np.float32, mode="c"))
                found.append(_Other(states, places, sums))
    return found


def _sum_of(states: torch.Tensor) -> int:
    return zlib.crc32(states.numpy().data)


def _make_room(path: Path, size: int, budget: int) -> None:
    """Removes what was used longest ago until a file fits beside the rest; what a run keeps is the newest."""
    others: list[tuple[float, int, Path]] = []
    for other in path.parent.glob(f"*{STATES}"):
        with suppress(OSError):  # another run has removed it meanwhile
            found = other.stat()
            others += [(found.st_mtime, found.st_size, other)] if other != path else []
    held = sum(own for _, own, _ in others)
    for _, own, other in sorted(others):
        if held + size <= budget:
            break
        held -= own
        with suppress(OSError):  # another run still uses it
            other.unlink()
            for beside in (SUMS, _ROWS, NAMES, TEXTS):
                other.with_suffix(beside).unlink(missing_ok=True)


def _reserve(path: Path, size: int) -> None:
    """Makes a new file of a size whose place on the disk is really its own.

    A place that is only promised would end the process when the disk is full: a mapped file has no other way
    to say so. Nor is a file cut short that another process may have mapped: that one keeps the old file.

    Raises:
        OSError: When there is no such place.
    """
    half = path.with_suffix(f".{os.getpid()}.part")
    try:
        with half.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
