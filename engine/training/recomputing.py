"""Blocks that are computed again on the way back instead of being kept (gradient checkpointing, Chen 2016).

Only what goes into a block is kept, so a batch needs far less memory, for about a third more time. Nothing
that is learned changes: the same numbers are dropped again, and the same operations run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

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
            block.forward = _again(block, block.forward, precision, device)


def _again(
    block: nn.Module, forward: Callable[..., Any], precision: str, device: torch.device
) -> Callable[..., Any]:
    """Returns what a block does, computed a second time where something is learned from it."""

    def contexts() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
        """Returns what the first and the second time run in; torch knows of autocast itself."""
        return nullcontext(), attention_in(precision, device)

    def run(*args: Any, **kwargs: Any) -> Any:
        if not torch.is_grad_enabled() or not _is_learned_from(block, args, kwargs):
            return forward(*args, **kwargs)
        return checkpoint(forward, *args, use_reentrant=False, context_fn=contexts, **kwargs)

    return run


def _is_learned_from(block: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    return any(one.requires_grad for one in _tensors(args, kwargs)) or any(
        parameter.requires_grad for parameter in block.parameters()
    )


def _tensors(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[torch.Tensor]:
    yield from (one for one in (*args, *kwargs.values()) if isinstance(one, torch.Tensor))
