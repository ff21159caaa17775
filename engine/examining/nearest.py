"""Training rows that a model reads most like a text: what it may have learned its answer from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from engine.cache_folder import cache_folder
from engine.examining.vectors import Use, row_vectors
from engine.protocol.events import StageReached
from engine.protocol.nearest_rows import FindNearest, NearestFound, NearestRow
from engine.protocol.run_files import MODEL_FOLDER
from engine.training.answering import FinishedRun
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench

Vectors = NDArray[np.float32]
Tell = Callable[[StageReached], None]

_MOST_ROWS = 10_000
"""Training rows that are looked at, at most; of more, so many drawn by lot."""
_PAIRS = 2_000
"""Pairs of training rows of which it is told how alike they usually are."""


def find_nearest(use: Use, command: FindNearest, bench: Workbench, tell: Tell) -> NearestFound:
    """Finds the training rows that a run's model reads most like a text.

    Likeness is the cosine of what the head reads of both (of word pieces the mean). It does not show that
    the model has learned an answer from these rows, only that they look alike to it.

    Args:
        use: Gives the run; between two batches others may ask it.
        command: What is asked.
        bench: Reads the rows.
        tell: Takes stages. May raise to end it.

    Raises:
        EngineError: When the rows cannot be read any more, or are not those that the run was judged on.
    """
    tell(StageReached(stage="reading", label="Reading the training rows"))
    with use() as run:
        rows = _drawn(run.split(bench).train)
    known = _kept_vectors(use, rows, tell)
    with use() as run:
        typed = run.part_of_rows(run.typed_asked([command.row]))
    likeness = known @ _vectors(use, typed, lambda _done: None)[0]
    order = np.argsort(-likeness, kind="stable")[: command.most]
    with use() as run:
        shown = run.task.questions(run.plain_asked(rows.select(order.tolist())))
    return NearestFound(
        rows=tuple(
            NearestRow(
                row=one.row,
                text=one.text,
                second=one.second,
                truth=one.truth,
                likeness=float(likeness[place]),
            )
            for one, place in zip(shown, order, strict=True)
        ),
        looked_at=len(rows),
        usual=_usual(known),
    )


def _drawn(rows: Dataset) -> Dataset:
    if len(rows) <= _MOST_ROWS:
        return rows
    chance = np.random.default_rng(len(rows))
    return rows.select(np.sort(chance.permutation(len(rows))[:_MOST_ROWS]).tolist())


def _kept_vectors(use: Use, rows: Dataset, tell: Tell) -> Vectors:
    """Returns what the model makes of the training rows, ``(rows, width)``; kept in the cache."""
    with use() as run:
        path, unit = _cache_path(run, rows), run.task.unit
        with suppress(OSError, SafetensorError, KeyError):  # it was not read so far
            return load_file(path)["vectors"]
        part = run.part_of_rows(run.plain_asked(rows))
    label = f"Reading {len(rows):,} training {unit} once"

    def on_rows(done: int) -> None:
        tell(StageReached(stage="computing_features", label=label, done=done, total=len(rows)))

    vectors = _vectors(use, part, on_rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({"vectors": vectors}, path)
    except (OSError, SafetensorError):  # it is read again next time
        path.unlink(missing_ok=True)
    return vectors


def _cache_path(run: FinishedRun, rows: Dataset) -> Path:
    """Returns where vectors are kept: by the model, when it was saved, and what stands in the rows."""
    model = run.folder / MODEL_FOLDER
    mark = hashlib.blake2b(f"{model.absolute()}\n{model.stat().st_mtime_ns}".encode(), digest_size=16)
    for row in rows:
        mark.update(repr(row).encode(errors="replace"))
    return cache_folder() / "nearest" / f"{mark.hexdigest()}.safetensors"


def _vectors(use: Use, part: EncodedPart, on_rows: Callable[[int], None]) -> Vectors:
    """Returns a vector of length 1 for each row."""
    vectors: Vectors = torch.nn.functional.normalize(row_vectors(use, part, on_rows), dim=-1).numpy()
    return vectors


def _usual(vectors: Vectors) -> float:
    """Returns how alike two rows are that have nothing to do with each other, on average."""
    if len(vectors) < 2:
        return 0.0
    chance = np.random.default_rng(0)
    first, other = chance.integers(0, len(vectors), (2, _PAIRS))
    apart = first != other
    return float(np.einsum("rw,rw->r", vectors[first[apart]], vectors[other[apart]]).mean())
