"""Attention and dropout in 16 bits on processors: written out, where torch's own are slow there.

torch computes attention in one piece. In bfloat16 its way back takes 27 ms for a block of MiniLM with 16
texts of 44 word pieces, the same written out 5 ms; with dropout it goes up to 32 bits and back. What comes
out is the same but for rounding. And what dropout leaves out torch draws number by number, on most processors
on one core alone: 14 % of a step of full fine-tuning on two. Here one number is drawn, and a fast generator
(SFC64, Doty-Humphrey 2010) goes on from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_MOST_KEYS = 256
"""Up to so many places that are attended to it is faster, with dropout always; the memory grows with their
square."""

_SHARES = 2**16
"""In so many parts a share that is left out is counted."""

_IN_ONE_PIECE = functional.scaled_dot_product_attention
_BY_TORCH = functional.dropout


class WrittenOut(TorchFunctionMode):
    """While this is entered, attention and dropout of this thread are written out under autocast in 16 bits.

    No model has to be changed for it: what is given and what comes out is what torch's functions take and
    give.
    """

    def __torch_function__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Takes each call of torch's functions; all but two go on as they are."""
        given = kwargs or {}
        if func is _IN_ONE_PIECE and _in_16_bits():
            return _faster(*args, **given)
        if func is _BY_TORCH and _in_16_bits():
            return dropout(*args, **given)
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
            weights = dropout(weights, dropout_p)
        return weights @ value


def dropout(
    input: torch.Tensor,  # noqa: A002  # as torch's own function calls it
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
) -> torch.Tensor:
    """Leaves numbers out at random and makes the others larger, so that the mean stays (Srivastava 2014).

    Args:
        input: On a processor; any shape.
        p: Which share is left out, to one part in 65,536.
        training: Whether anything is.
        inplace: Left to torch.
    """
    cut = round(p * _SHARES)
    if not training or inplace or not 0 < cut < _SHARES:
        return _BY_TORCH(input, p, training, inplace)
    return _LeftOut.apply(input, cut)  # type: ignore[no-untyped-call, no-any-return]  # torch has no type here


class _LeftOut(torch.autograd.Function):
    """Numbers some of which are left out; the way back leaves out the same."""

    @staticmethod
    def forward(ctx: Any, whole: torch.Tensor, cut: int) -> torch.Tensor:
        seed = int(torch.randint(2**62, ()))  # so that what is drawn follows from torch's own state
        raw = np.random.SFC64(seed).random_raw(-(-whole.numel() // 4)).view(np.int16)
        stays = torch.from_numpy(raw[: whole.numel()]).view(whole.shape) >= cut - _SHARES // 2
        ctx.save_for_backward(stays)
        ctx.larger = _SHARES / (_SHARES - cut)
        return whole * stays.to(whole.dtype).mul_(ctx.larger)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (gradient,), (stays,) = gradients, ctx.saved_tensors
        return gradient * stays.to(gradient.dtype).mul_(ctx.larger), None


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
