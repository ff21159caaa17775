"""Padding: rows of different lengths become the rectangular tensors that a network reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from engine.contracts import Batch, EncodedRow

IGNORED = -100
"""A label that PyTorch's cross entropy leaves out."""


def padded(
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[EncodedRow],
    extra: Sequence[str] = (),
    *,
    left: bool | None = None,
) -> Batch:
    """Pads token ids to the longest row.

    Args:
        tokenizer: Knows what to pad with.
        rows: Each with ``input_ids``.
        extra: Further values of the rows that have one number for each token, such as
            ``token_type_ids`` (padded with 0) or ``labels`` (padded with what is not judged); left out
            unless every row has them.
        left: Whether padding stands before the text; by default on the side where the tokenizer puts it.

    Returns:
        ``input_ids``, ``attention_mask`` and the extra ones, ``(rows, tokens)`` each.
    """
    padding = padding_of(tokenizer)
    left = tokenizer.padding_side == "left" if left is None else left
    sequences = [row["input_ids"] for row in rows]
    batch = {
        "input_ids": pad_sequences(sequences, padding, left=left),
        "attention_mask": pad_sequences([[1] * len(ids) for ids in sequences], 0, left=left),
    }
    for name in extra:
        if rows and all(name in row for row in rows):
            fill = IGNORED if name == "labels" else 0
            batch[name] = pad_sequences([row[name] for row in rows], fill, left=left)
    return batch


def padding_of(tokenizer: PreTrainedTokenizerBase) -> int:
    """Returns what fills up short texts; 0 where a tokenizer has nothing for it, since nobody looks there."""
    return tokenizer.pad_token_id if isinstance(tokenizer.pad_token_id, int) else 0


def pad_sequences(sequences: Sequence[Sequence[int]], padding: int, *, left: bool = False) -> torch.Tensor:
    """Returns sequences side by side as one tensor, ``(sequences, longest)``.

    Args:
        sequences: Whole numbers.
        padding: What fills up the shorter ones.
        left: Whether it stands before them.
    """
    lengths = np.fromiter(map(len, sequences), dtype=np.intp, count=len(sequences))
    longest = int(lengths.max(initial=0))
    result = np.full((len(sequences), longest), padding, dtype=np.int64)
    places, rows = np.arange(longest), lengths[:, np.newaxis]
    is_there = places >= longest - rows if left else places < rows
    result[is_there] = np.fromiter(chain.from_iterable(sequences), dtype=np.int64, count=int(lengths.sum()))
    return torch.from_numpy(result)
