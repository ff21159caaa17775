"""Features computed once: where nothing below the head may change, each row's stay the same for ever.

Whether that is so is read from ``requires_grad``, so it holds for any method that leaves the model
alone, and for layers that were frozen by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from engine.contracts import TaskModel
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart


def is_frozen_below_head(model: TaskModel) -> bool:
    """Returns whether no parameter outside the head may change."""
    head = {id(parameter) for parameter in model.head.parameters()}
    return not any(parameter.requires_grad and id(parameter) not in head for parameter in model.parameters())


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
    features: torch.Tensor | None = None
    for numbers in batches_to_judge(part.lengths):
        some = model.features(part.batch(numbers))
        if features is None:
            features = some.new_empty((len(part), *some.shape[1:]))
        features[numbers] = some
        on_rows(len(numbers))
    part.features = features
    model.train(was_training)
