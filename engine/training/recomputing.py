"""Blocks that are computed again on the way back instead of being kept (gradient checkpointing, Chen 2016).

Only what goes into a block is kept, so a batch needs far less memory, for about a third more time. Nothing
that is learned changes: the same numbers are dropped again, and the same operations run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint
from transformers.cache_utils import Cache, CacheLayerMixin

from engine.contracts import TaskModel
from engine.models.structure import stacks_of
from engine.training.precision import attention_in


def compute_again(model: TaskModel, precision: str, device: torch.device) -> None:
    """Lets a model's blocks be computed again on the way back, as long as it is there.

    What stands around a block (states that are put in its place, inserted vectors) stays around it.

    Args:
        model: The model that trains.
        precision: In which numbers: ``"fp32"`` or ``"bf16"``.
        device: Where it is.
    """
    for blocks in stacks_of(model.backbone).values():
        for block in blocks:
            block.forward = _again(block.forward, precision, device)


def _again(forward: Callable[..., Any], precision: str, device: torch.device) -> Callable[..., Any]:
    """Returns what a block does, computed a second time on the way back."""

    def contexts() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
        """Returns what the first and the second time run in; torch knows of autocast itself."""
        return nullcontext(), attention_in(precision, device)

    def run(*args: Any, **kwargs: Any) -> Any:
        if not torch.is_grad_enabled():
            return forward(*args, **kwargs)
        return checkpoint(once, *args, use_reentrant=False, context_fn=contexts, **kwargs)

    def once(*args: Any, **kwargs: Any) -> Any:
        return forward(*map(_own, args), **_own(kwargs))

    return run


def _own(held: Any) -> Any:
    """Returns what a block may add its keys and values to (a learned prefix, say), as it was before.

    Both times the block begins with the same; no other block looks at what it adds.
    """
    if isinstance(held, list):
        return [_own(one) for one in held]
    if isinstance(held, dict):
        return {name: _own(one) for name, one in held.items()}
    if isinstance(held, Cache | CacheLayerMixin):
        own = copy.copy(held)
        vars(own).update({name: _own(value) for name, value in vars(held).items()})
        return own
    return held
