"""What a finished run makes of whole rows: one vector each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import torch

from engine.models.reading import vectors_of
from engine.training.answering import FinishedRun
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart

Use = Callable[[], AbstractContextManager[FinishedRun]]
"""Gives a run to the one thread that asks it something; between two batches others may ask it."""


@torch.no_grad()
def row_vectors(use: Use, part: EncodedPart, on_rows: Callable[[int], None]) -> torch.Tensor:
    """Returns a vector for each row, the mean over its windows: ``(rows, width)``, float32.

    Args:
        use: Gives the run.
        part: The rows.
        on_rows: Told after each batch how many rows are done. May raise to end it.
    """
    found: list[torch.Tensor] = [torch.empty(0)] * len(part)
    done = 0
    for numbers in batches_to_judge(part.lengths):
        with use() as run:
            for number, one in zip(numbers, vectors_of(run.model, part.batch(numbers)), strict=True):
                found[number] = one.float().cpu()
        done += len(numbers)
        on_rows(min(len(part.windows), done))
    return torch.stack([torch.stack([found[number] for number in own]).mean(dim=0) for own in part.windows])
