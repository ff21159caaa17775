"""Putting a part's rows through a model to judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from engine.contracts import Said, Task, TaskModel
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart

_MOST_NUMBERS = 64_000_000
"""Numbers that a batch's answers may have, about: a vocabulary for each word piece is a lot."""


@dataclass(frozen=True)
class Judged:
    """What a model said to a part's rows.

    Attributes:
        said: What the task keeps of each window, in the order of the part.
        loss: Mean over what the model counts (rows, or word pieces); 0 when there are no answers.
    """

    said: list[Said]
    loss: float


def _nothing() -> None:
    pass


def pieces_to_judge(model: TaskModel) -> int:
    """Returns how many word pieces a batch of rows that are judged has at most, by what comes out of each.

    Args:
        model: The model.
    """
    return min(4096, max(256, _MOST_NUMBERS // max(1, model.outputs_per_piece)))


@torch.no_grad()
def judge(model: TaskModel, task: Task, part: EncodedPart, on_batch: Callable[[], None] = _nothing) -> Judged:
    """Runs a model over rows, without dropout.

    Args:
        model: The model; left in eval mode.
        task: Says what is kept of each answer.
        part: The rows; at least one.
        on_batch: Called after each batch. May raise to end it.
    """
    model.eval()
    said: list[Said] = [None] * len(part)
    loss, counted = 0.0, 0.0
    for numbers in batches_to_judge(part.lengths, pieces=pieces_to_judge(model)):
        batch = part.batch(numbers)
        output = part.forward(model, numbers, batch)
        for number, one in zip(numbers, task.say(model, output, batch, part.asked), strict=True):
            said[number] = one
        if output.loss is not None:
            weight = model.loss_weight(batch)
            loss += float(output.loss) * weight
            counted += weight
        on_batch()
    return Judged(said=said, loss=loss / counted if counted else 0.0)
