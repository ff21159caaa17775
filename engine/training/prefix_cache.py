"""Features computed once: where nothing below the head may change, each row's stay the same for ever.

Whether that is so is read from ``requires_grad``, so it holds for any method that leaves the model
alone, and for layers that were frozen by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from engine.contracts import TaskModel
from engine.protocol.events import StageReached
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart, features_of


def is_frozen_below_head(model: TaskModel) -> bool:
    """Returns whether no parameter outside the head may change, so that features need computing once."""
    if not model.keeps_features:
        return False
    head = {id(parameter) for parameter in model.head.parameters()}
    return not any(parameter.requires_grad and id(parameter) not in head for parameter in model.parameters())


def read_once(
    model: TaskModel, parts: Sequence[EncodedPart], unit: str, send: Callable[[StageReached], None]
) -> None:
    """Computes and keeps the features of all rows.

    Args:
        model: The model, frozen below the head.
        parts: The rows.
        unit: What a row is called, plural.
        send: Told after each batch how many rows are done. May raise to end it.
    """
    total = sum(len(part.windows) for part in parts)
    label = f"Reading {total:,} {unit} once: all below the head stays as it is"
    done = 0

    def on_rows(count: int) -> None:
        nonlocal done
        done = min(total, done + count)
        send(StageReached(stage="computing_features", label=label, done=done, total=total))

    for part in parts:
        keep_features(model, part, on_rows)


@torch.no_grad()
def keep_features(model: TaskModel, part: EncodedPart, on_rows: Callable[[int], None]) -> None:
    """Computes what the head reads of each row, and keeps it with the rows.

    The batches depend on nothing but the rows, so that the features are the same in every run: in a
    batch of another padded width they would differ in the last bits.

    Args:
        model: The model, frozen below the head.
        part: The rows.
        on_rows: Told after each batch how many rows were computed. May raise to end it.
    """
    was_training = model.training
    model.eval()
    features: list[torch.Tensor] = [torch.empty(0)] * len(part)
    for numbers in batches_to_judge(part.lengths):
        for number, one in zip(numbers, features_of(model, part.batch(numbers)), strict=True):
            features[number] = one
        on_rows(len(numbers))
    part.features = features
    model.train(was_training)
