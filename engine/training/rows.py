"""The rows of one part (train, validation, test) on their way through a model."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import PreTrainedTokenizerBase

from engine.contracts import Batch, EncodedRow, ModelOutput, Task, TaskModel


class EncodedPart:
    """Rows as word pieces, and what a frozen model made of them, if that was kept.

    Attributes:
        rows: The rows, in the order of the part.
        lengths: How many word pieces each has.
        features: What the head reads of each row, ``(rows, features)``; ``None`` when the model has
            to be run for it each time.
    """

    def __init__(
        self, task: Task, tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], device: torch.device
    ) -> None:
        """Keeps the rows.

        Args:
            task: Says how rows become a batch.
            tokenizer: Knows what to pad with.
            rows: From ``task.encode``.
            device: Where the model is.
        """
        self.rows = rows
        self.lengths = [row_length(row) for row in rows]
        self.features: torch.Tensor | None = None
        self._task = task
        self._tokenizer = tokenizer
        self._device = device

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self.rows)

    def batch(self, numbers: Sequence[int]) -> Batch:
        """Returns rows as a batch on the model's device.

        Args:
            numbers: Which rows, from 0.
        """
        batch = self._task.collate(self._tokenizer, [self.rows[number] for number in numbers])
        return {name: tensor.to(self._device) for name, tensor in batch.items()}

    def through(self, model: TaskModel, numbers: Sequence[int]) -> tuple[ModelOutput, Batch]:
        """Puts rows through a model; of a frozen one only through the head.

        Args:
            model: The model.
            numbers: Which rows, from 0.

        Returns:
            What it returned, and the batch that it was given.
        """
        batch = self.batch(numbers)
        if self.features is None:
            return model(batch), batch
        return model.answer(self.features[list(numbers)], batch), batch

    def work(self, batches: Sequence[Sequence[int]]) -> float:
        """Returns how much there is to compute for some batches: word pieces, padding included.

        Where features were kept the length of a row does not matter: it counts rows.
        """
        if self.features is not None:
            return float(sum(len(batch) for batch in batches))
        return float(sum(len(batch) * max(self.lengths[row] for row in batch) for batch in batches))


def row_length(row: EncodedRow) -> int:
    """Returns how many word pieces a row has."""
    pieces = row["input_ids"]
    return len(pieces) if isinstance(pieces, list) else 1
