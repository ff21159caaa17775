"""What each judged row adds to the measures: kept with a run, so that runs can be compared row by row.

Two runs that were judged on the same rows share what is easy and what is hard in them. Drawing the same
rows for both, as :mod:`engine.evaluation.paired` does, takes that out of their difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from engine.row_measures import Rows

_TENSOR = "rows"


def write_evidence(path: Path, rows: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> None:
    """Writes what rows add as a safetensors file; it is whole or not there.

    Args:
        path: The file.
        rows: ``(rows, k)``. Whole numbers are kept as such, for they take less room.

    Raises:
        OSError: When the disk is full.
    """
    kept = np.ascontiguousarray(_smallest(rows))
    half = path.with_name(f"{path.name}.part")
    try:
        save_file({_TENSOR: kept}, half)
    except SafetensorError as error:  # safetensors wraps what the disk says
        raise OSError(str(error)) from error
    half.replace(path)


def read_evidence(path: Path) -> Rows | None:
    """Returns what rows add, ``(rows, k)``; ``None`` where there is no such file, or none that can be read.

    Args:
        path: The file.
    """
    try:
        rows = load_file(path)[_TENSOR]
    except (OSError, SafetensorError, KeyError):
        return None
    return rows.astype(np.float64) if rows.ndim == 2 else None


def _smallest(rows: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Returns the same numbers in the smallest kind that holds them exactly."""
    if not rows.size or not np.array_equal(rows, np.round(rows)):
        return rows.astype(np.float64)
    for kind in (np.uint8, np.int32):
        limits = np.iinfo(kind)
        if rows.min() >= limits.min and rows.max() <= limits.max:
            return rows.astype(kind)
    return rows.astype(np.float64)
