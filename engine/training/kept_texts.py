"""By which texts kept rows are known: what a run leaves beside them for those who only estimate.

A run finds rows by checksums of word pieces and weights, which nobody else has worked out. So the names of
what was chosen, and a checksum of each row's text, lie beside the rows; whoever chooses alike counts the
texts that are there. Where these claim rows that are not, the run computes them all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

STATES, SUMS, NAMES, TEXTS = ".states", ".sums.npy", ".names", ".texts.npy"
"""How files are called that hold the rows, their checksums, what they are known by, and their texts'."""

LOOKED_INTO = 16
"""Files that are looked into for rows, those that were used last."""


def note_texts(states: Path, names: Sequence[str], texts: npt.NDArray[np.uint64] | None) -> None:
    """Writes down by what else the rows of a file are known; where that cannot be, nothing happens.

    Args:
        states: The file.
        names: Of what was chosen; without blanks.
        texts: A checksum of the text of each row; ``None`` where a row holds several texts.
    """
    path = states.with_suffix(NAMES)
    known = _names(path)
    with suppress(OSError):
        if texts is not None and not np.array_equal(texts, _noted(states)):
            np.save(states.with_suffix(TEXTS), texts)
        new = [f"{name}\n" for name in names if name not in known]
        if new:
            with path.open("a", encoding="ascii") as file:
                file.write("".join(new))


def files_named(folder: Path) -> dict[str, list[Path]]:
    """Returns name → the files that are known by it, those first that were used last.

    Args:
        folder: Where all files are.
    """
    found: dict[str, list[Path]] = {}
    noted = (path.with_suffix(STATES) for path in folder.glob(f"*{NAMES}"))
    for states in last_used_first(noted):
        for name in _names(states.with_suffix(NAMES)):
            found.setdefault(name, []).append(states)
    return found


def rows_in(states: Path) -> int:
    """Returns how many rows of a file are there; 0 where it is damaged."""
    return int(_there(states).sum())


def share_in(files: Sequence[Path], texts: npt.NDArray[np.uint64]) -> float:
    """Returns which share of some texts is there, 0 to 1, in as many files as a run looks into.

    Args:
        files: Those first that were used last.
        texts: Checksums.
    """
    there = [_texts_in(states) for states in files[:LOOKED_INTO]]
    return float(np.isin(texts, np.concatenate(there)).mean()) if there and len(texts) else 0.0


def last_used_first(files: Iterable[Path]) -> list[Path]:
    """Returns the files that are there, those first that were used last."""
    times: list[tuple[float, Path]] = []
    for path in files:
        with suppress(OSError):  # another run has removed it meanwhile
            times.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(times, reverse=True)]


def _texts_in(states: Path) -> npt.NDArray[np.uint64]:
    there, texts = _there(states), _noted(states)
    return texts[there] if texts.shape == there.shape else texts[:0]


def _noted(states: Path) -> npt.NDArray[np.uint64]:
    """Returns what was written down of the texts of a file's rows; nothing where it is damaged."""
    with suppress(Exception):  # as below
        found: npt.NDArray[np.uint64] = np.load(states.with_suffix(TEXTS))
        if found.dtype == np.uint64 and found.ndim == 1:
            return found
    return np.empty(0, dtype=np.uint64)


def _there(states: Path) -> npt.NDArray[np.bool_]:
    """Returns which rows of a file are there; none where it is damaged."""
    with suppress(Exception):  # of a damaged file numpy raises whatever its bytes happen to look like
        found: npt.NDArray[np.bool_] = np.load(states.with_suffix(SUMS)) >= 0
        return found
    return np.empty(0, dtype=np.bool_)


def _names(path: Path) -> set[str]:
    try:
        return set(path.read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return set()
