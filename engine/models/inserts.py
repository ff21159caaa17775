"""Putting small new parts into a network with peft: which matrices, and the wrapper around it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Iterator
from typing import Any

from torch import nn

from engine.contracts import TaskModel
from engine.models.parts import Role, is_norm, pieces_of
from engine.models.structure import block_lists, free_new_head
from engine.protocol.fields import numbers_in


def matrix_names(
    backbone: nn.Module, parts: Collection[str], roles: Collection[Role], blocks: Collection[int] = ()
) -> list[str]:
    """Returns which matrices of a network play given roles, for ``target_modules``.

    Args:
        backbone: A pretrained network of any architecture.
        parts: ``"attention"``, ``"cross_attention"`` or ``"feed_forward"``.
        roles: Which matrices, e.g. query and value.
        blocks: Numbers of the blocks, the lowest is 1; empty for all.

    Returns:
        Short names such as ``["query", "value"]`` where those mean exactly these matrices, else their
        full paths.
    """
    chosen = set(piece_paths(backbone, parts, roles, blocks))
    short = {path.rsplit(".", 1)[-1] for path in chosen}
    meant = {name for name, _ in backbone.named_modules() if name.rsplit(".", 1)[-1] in short}
    return sorted(short) if meant == chosen else sorted(chosen)


def piece_paths(
    backbone: nn.Module, parts: Collection[str], roles: Collection[Role], blocks: Collection[int] = ()
) -> list[str]:
    """Returns the full paths of matrices with given roles, lowest block first; as :func:`matrix_names`."""
    lists = block_lists(backbone)
    in_order = [block for found in lists for block in found]
    numbers = {id(block): number for number, block in enumerate(in_order, start=1)}
    return [
        f"{name}.{piece.name}"
        for name, module in backbone.named_modules()
        if id(module) in numbers and (not blocks or numbers[id(module)] in blocks)
        for piece in pieces_of(module)
        if piece.part in parts and piece.role in roles
    ]


def chosen_blocks(backbone: nn.Module, text: str) -> tuple[int, ...]:
    """Returns the numbers of the blocks that a setting such as ``"4-6"`` means; the lowest is 1."""
    return numbers_in(text, sum(len(blocks) for blocks in block_lists(backbone)))


def wrap(model: TaskModel, config: Any) -> TaskModel:
    """Wraps a model's backbone with peft; the head stays outside and learns as a whole.

    Args:
        model: The model to change.
        config: A peft configuration.

    Returns:
        The same model. Of its backbone only the new parts are trainable.
    """
    from peft import get_peft_model  # a quarter of a second, and most runs need none of it

    with without_future_warnings():
        model.backbone = get_peft_model(model.backbone, config)
    free_new_head(model)
    return model


@contextlib.contextmanager
def without_future_warnings() -> Iterator[None]:
    """Keeps peft from warning that it asks transformers for an attribute under its old name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def thaw_norms(model: TaskModel) -> None:
    """Lets the model's own norms learn, beside what does already: in the blocks, below and above them."""
    for module in model.backbone.modules():
        if is_norm(module):
            module.requires_grad_(True)


def keeps_weights_transposed(backbone: nn.Module) -> bool:
    """Returns whether a network's matrices are GPT-2's ``Conv1D``: rows in, columns out."""
    return any(type(module).__name__ == "Conv1D" for module in backbone.modules())
