"""Attention in 16 bits on processors: written out, where torch's own is several times as slow.

torch computes attention in one piece there. In bfloat16 its way back takes 27 ms for a block of MiniLM with
16 texts of 44 word pieces, the same written out 5 ms; with dropout it goes up to 32 bits and back. What
comes out is the same but for rounding, and as many random numbers are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_MOST_KEYS = 256
"""Up to so many places that are attended to it is faster, with dropout always; the memory grows with their
square."""

_IN_ONE_PIECE = functional.scaled_dot_product_attention


class WrittenOut(TorchFunctionMode):
    """While this is entered, this thread's attention under autocast in 16 bits is computed step by step.

    No model has to be changed for it: masks and heads come as torch's function takes them.
    """

    def __torch_function__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Takes each call of torch's functions; all but attention goes on as it is."""
        given = kwargs or {}
        if func is _IN_ONE_PIECE and _in_16_bits():
            return _faster(*args, **given)
        return func(*args, **given)


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> torch.Tensor:
    """Computes softmax(query · keyᵀ · scale + mask) · value, as torch's function of many names.

    Args:
        query: ``(rows, heads, tokens, width)``.
        key: ``(rows, heads, places, width)``; fewer heads with ``enable_gqa``.
        value: The same.
        attn_mask: ``(rows, 1 or heads, tokens, places)``: true where may be looked, or what is added.
        dropout_p: Share of the weights that is dropped.
        is_causal: Whether nothing that comes later may be looked at.
        scale: By default one over the root of the width.
        enable_gqa: Whether several heads share a key.

    Returns:
        ``(rows, heads, tokens, width)``. A token that may look nowhere gets the mean of all values, which
        nobody reads.
    """
    if enable_gqa:
        share = query.shape[-3] // key.shape[-3]
        key, value = key.repeat_interleave(share, -3), value.repeat_interleave(share, -3)
    if is_causal:
        shape = query.shape[-2], key.shape[-2]
        attn_mask = torch.ones(shape, dtype=torch.bool, device=query.device).tril()
    with torch.autocast(query.device.type, enabled=False):
        scores = (query * (query.shape[-1] ** -0.5 if scale is None else scale)) @ key.transpose(-2, -1)
        if attn_mask is not None:
            scores = scores + _added(attn_mask, scores.dtype)
        weights = torch.softmax(scores, dim=-1)
        if dropout_p:
            weights = functional.dropout(weights, dropout_p)
        return weights @ value


def _faster(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    *others: Any,
    **named: Any,
) -> torch.Tensor:
    """Computes attention in 16 bits in the faster way; rotations may have left queries and keys in 32."""
    if not dropout_p and key.shape[-2] > _MOST_KEYS:
        return _IN_ONE_PIECE(query, key, value, attn_mask, dropout_p, *others, **named)
    query, key, value = query.bfloat16(), key.bfloat16(), value.bfloat16()
    return attention(query, key, value, attn_mask, dropout_p, *others, **named)


def _in_16_bits() -> bool:
    return torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu") is torch.bfloat16


def _added(mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Returns what is added to the scores: never minus infinity, which alone in a row gives no number."""
    lowest = torch.finfo(dtype).min
    if mask.dtype is not torch.bool:
        return mask.to(dtype).clamp(min=lowest)
    return torch.zeros_like(mask, dtype=dtype).masked_fill(~mask, lowest)
