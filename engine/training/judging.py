"""Putting a part's rows through a model to judge it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from engine.contracts import TaskModel
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart


@dataclass(frozen=True)
class Judged:
    """What a model said to a part's rows.

    Attributes:
        logits: ``(rows, classes)``, on the CPU, in the order of the part.
        labels: The right answers as numbers, likewise; empty when there are none.
        loss: Mean over the rows.
    """

    logits: torch.Tensor
    labels: torch.Tensor
    loss: float


def _nothing() -> None:
    pass


@torch.no_grad()
def judge(
    model: TaskModel,
    part: EncodedPart,
    on_batch: Callable[[], None] = _nothing,
    only: Sequence[int] | None = None,
) -> Judged:
    """Runs a model over rows, without dropout.

    Args:
        model: The model; left in eval mode.
        part: The rows; at least one.
        on_batch: Called after each batch. May raise to end it.
        only: Numbers of the rows to look at, if not at all of them.

    Returns:
        What it said, in the order of ``only``, or of the part.
    """
    chosen = range(len(part)) if only is None else only
    model.eval()
    logits: list[torch.Tensor] = []
    labels: list[torch.Tensor] = []
    order: list[int] = []
    loss = 0.0
    for places in batches_to_judge([part.lengths[row] for row in chosen]):
        output, batch = part.through(model, [chosen[place] for place in places])
        logits.append(output.logits.float().cpu())
        if output.loss is not None:
            labels.append(batch["labels"].cpu())
            loss += float(output.loss) * len(places)
        order += places
        on_batch()
    back = torch.argsort(torch.tensor(order))
    return Judged(
        logits=torch.cat(logits)[back],
        labels=torch.cat(labels)[back] if labels else torch.empty(0),
        loss=loss / len(chosen),
    )
