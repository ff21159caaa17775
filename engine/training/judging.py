"""Putting a part's rows through a model to judge it; where memory runs out, fewer rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from engine.contracts import Said, Task, TaskModel
from engine.training.batching import batches_to_judge
from engine.training.few_threads import one_thread
from engine.training.memory import in_batches
from engine.training.rows import EncodedPart

MOST_PIECES = 4096
"""Word pieces in a batch of rows that are judged, at most."""

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
    return pieces_in_batch(model.outputs_per_piece)


def pieces_in_batch(outputs: int) -> int:
    """Returns how many word pieces a batch of rows that are judged has at most.

    Args:
        outputs: Numbers that come out of each.
    """
    return min(MOST_PIECES, max(256, _MOST_NUMBERS // max(1, outputs)))


@torch.no_grad()
def judge(model: TaskModel, task: Task, part: EncodedPart, on_batch: Callable[[], None] = _nothing) -> Judged:
    """Runs a model over rows, without dropout.

    What a row gets does not depend on the rows beside it, but for rounding: where memory runs out it is
    judged with fewer of them.

    Args:
        model: The model; left in eval mode.
        task: Says what is kept of each answer.
        part: The rows; at least one.
        on_batch: Called after each batch. May raise to end it.

    Raises:
        MemoryError: When there is not enough for a single row; or torch's own error for that.
    """
    model.eval()
    said: list[Said] = [None] * len(part)
    loss, counted = 0.0, 0.0
    batches = batches_to_judge(part.lengths, pieces=pieces_to_judge(model))
    read = partial(_answers, model, task, part)
    with one_thread(part.is_light):
        for numbers, (answers, mean, weight) in in_batches(batches, read):
            for number, one in zip(numbers, answers, strict=True):
                said[number] = one
            loss += mean * weight
            counted += weight
            on_batch()
    return Judged(said=said, loss=loss / counted if counted else 0.0)


def _answers(
    model: TaskModel, task: Task, part: EncodedPart, numbers: Sequence[int]
) -> tuple[Sequence[Said], float, float]:
    """Returns what is kept of some windows, their loss, and what it counts: nothing where there is none."""
    batch = part.batch(numbers)
    output = part.forward(model, numbers, batch)
    answers = task.say(model, output, batch, part.asked)
    return (
        (answers, 0.0, 0.0)
        if output.loss is None
        else (answers, float(output.loss), model.loss_weight(batch))
    )
