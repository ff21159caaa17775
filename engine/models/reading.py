"""What a model makes of a whole text: one vector, whatever its head answers."""

from __future__ import annotations

from typing import Any

import torch

from engine.contracts import Batch, HeadKind, TaskModel
from engine.models.writing import WritingModel


def vectors_of(model: TaskModel, batch: Batch) -> list[torch.Tensor]:
    """Returns a vector for each row of a batch, ``(width,)`` each: what the head reads of it.

    Of word pieces it is their mean, without the padding. Of a network that writes words it is the mean of
    what its last block says; of an encoder with a decoder, of what the encoder says.

    Args:
        model: The model, in eval mode.
        batch: The rows.
    """
    mask = batch["attention_mask"]
    if not isinstance(model, WritingModel):
        features = model.features(batch)
        if model.facts.kind is HeadKind.TEXT:
            return list(features.flatten(1))
        return list(_mean(features.flatten(2), mask))
    base: Any = model.base
    read = base.get_encoder() if getattr(base.config, "is_encoder_decoder", False) else base
    hidden = read(input_ids=batch["input_ids"], attention_mask=mask, return_dict=True).last_hidden_state
    return list(_mean(hidden[:, -mask.shape[1] :].float(), mask))


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask[..., None].to(hidden.dtype)
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0)
