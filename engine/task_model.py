"""What a pretrained model is, and what it becomes when a task is put on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import nn
from transformers import PreTrainedTokenizerBase

from engine.head_facts import HeadFacts, Network
from engine.protocol.stack import ModelFacts

Batch: TypeAlias = dict[str, torch.Tensor]
"""What a model is called with: ``input_ids``, ``attention_mask``, ``labels`` …"""

READ = frozenset({"input_ids", "attention_mask", "token_type_ids"})
"""What of a batch a network reads; the rest says what is asked of it. One that turns a text into another
reads what is to be written, too."""

EncodedRow: TypeAlias = dict[str, Any]
"""A row as token ids, before it is padded into a batch.

``input_ids`` is a list of integers. A row that was cut into several windows has ``example`` in each of
them: the place of the row that they come from. ``length`` says how many word pieces it counts as, where
that is not the number of ``input_ids``.
"""


@dataclass(frozen=True)
class ModelOutput:
    """What a task model returns.

    Attributes:
        logits: ``(batch, outputs)`` for whole texts, ``(batch, tokens, outputs)`` for word pieces; of
            networks that write words ``(places, vocabulary)``, one for each place that has a label.
        loss: Mean over what :meth:`TaskModel.loss_weight` counts, a scalar; ``None`` when the batch has
            no labels.
    """

    logits: torch.Tensor
    loss: torch.Tensor | None = None


@dataclass(frozen=True)
class Stage:
    """Layers that begin to learn in the midst of a run.

    Attributes:
        epoch: From here on, in epochs; 1.0 is the end of the first epoch.
        layers: Their ids, e.g. ``("block.5", "block.6")``.
    """

    epoch: float
    layers: tuple[str, ...]


class TaskModel(nn.Module):
    """A pretrained backbone with a task's head on top.

    ``forward(batch)`` is ``answer(features(batch), batch)``; when nothing below the head is
    trainable, ``features`` may be computed once for each row and kept.

    Attributes:
        backbone: The pretrained network, or a peft model around it.
        head: What is new for the task; of a network that writes words, the module of the backbone that
            turns its numbers into words.
        taps: Ids of the layers that the head reads, if not only the last.
        head_is_new: Whether the head was not in the checkpoint.
        keeps_features: Whether ``features`` of a row are the same each time, where nothing below the
            head is trainable.
        outputs_per_piece: Numbers that come out for each word piece; 1 where they are few.
        facts: What is needed to build it again.
        stages: What learns only later in a run; before, it rests as if it were frozen.
    """

    backbone: nn.Module
    head: nn.Module
    taps: tuple[str, ...] = ()
    head_is_new: bool = True
    keeps_features: bool = True
    outputs_per_piece: int = 1
    facts: HeadFacts
    stages: tuple[Stage, ...] = ()

    def features(self, batch: Batch) -> torch.Tensor:
        """Returns what the head reads: ``(batch, features)`` or ``(batch, tokens, features)``, float32."""
        raise NotImplementedError

    def loss_weight(self, batch: Batch) -> float:
        """Returns how many things the loss of a batch is the mean over: rows, unless a model says else."""
        return float(len(batch["input_ids"]))

    def row_losses(self, batch: Batch) -> list[tuple[float, float]]:
        """Returns for each row the sum of its loss and over how many things that is.

        Args:
            batch: With labels.
        """
        features = self.features(batch)
        found = []
        for row in range(len(features)):
            own = {name: tensor[row : row + 1] for name, tensor in batch.items()}
            loss, weight = self.answer(features[row : row + 1], own).loss, self.loss_weight(own)
            found.append((float(loss) * weight if loss is not None else 0.0, weight))
        return found

    def answer(self, features: torch.Tensor, batch: Batch) -> ModelOutput:
        """Returns logits and, where ``batch`` has labels, the loss."""
        raise NotImplementedError

    def forward(self, batch: Batch) -> ModelOutput:
        """Runs the whole network."""
        return self.answer(self.features(batch), batch)


@dataclass(frozen=True)
class BaseModel:
    """A pretrained model as it was loaded, before a task is put on it.

    Attributes:
        network: The backbone with its weights, float32, on the CPU; all trainable, in train mode.
            On the ``meta`` device when only counts are wanted.
        tokenizer: Its tokenizer.
        facts: What it is.
        folder: Where its files are.
        kind: Which of transformers' networks it is.
        lacks_head: Whether the head of a network that writes words was not in the checkpoint, so that
            it starts from random numbers.
    """

    network: nn.Module
    tokenizer: PreTrainedTokenizerBase
    facts: ModelFacts
    folder: str
    kind: Network = Network.ENCODER
    lacks_head: bool = False
