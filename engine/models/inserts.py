"""Putting small new parts into a network with peft: which matrices, and the wrapper around it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Iterator
from typing import Any

from torch import nn

from engine.contracts import TaskModel
from engine.models.parts import Role, pieces_of
from engine.models.structure import block_lists


def matrix_names(backbone: nn.Module, part: str, roles: Collection[Role]) -> list[str]:
    """Returns which matrices of a network play given roles, for ``target_modules``.

    Args:
        backbone: A pretrained network of any architecture.
        part: ``"attention"`` or ``"feed_forward"``.
        roles: Which matrices, e.g. query and value.

    Returns:
        Short names such as ``["query", "value"]`` where those mean exactly these matrices, else their
        full paths.
    """
    chosen = set(piece_paths(backbone, part, roles))
    short = {path.rsplit(".", 1)[-1] for path in chosen}
    meant = {name for name, _ in backbone.named_modules() if name.rsplit(".", 1)[-1] in short}
    return sorted(short) if meant == chosen else sorted(chosen)


def piece_paths(backbone: nn.Module, part: str, roles: Collection[Role]) -> list[str]:
    """Returns the full paths in the backbone of matrices with given roles, lowest block first."""
    lists = block_lists(backbone)
    return [
        f"{name}.{number}.{piece.name}"
        for name, module in backbone.named_modules()
        if any(module is blocks for blocks in lists)
        for number, block in enumerate(module.children())
        for piece in pieces_of(block)
        if piece.part == part and piece.role in roles
    ]


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
    model.head.requires_grad_(True)
    return model


@contextlib.contextmanager
def without_future_warnings() -> Iterator[None]:
    """Keeps peft from warning that it asks transformers for an attribute under its old name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def thaw_norms(model: TaskModel) -> None:
    """Lets the blocks' own norms learn, beside what does already."""
    for blocks in block_lists(model.backbone):
        for block in blocks:
            for piece in pieces_of(block):
                if piece.role is Role.NORM:
                    piece.module.requires_grad_(True)


def keeps_weights_transposed(backbone: nn.Module) -> bool:
    """Returns whether a network's matrices are GPT-2's ``Conv1D``: rows in, columns out."""
    return any(type(module).__name__ == "Conv1D" for module in backbone.modules())
