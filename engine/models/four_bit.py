"""Frozen weights in four bits each (Dettmers 2023, QLoRA), where the computer can compute with them."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import torch
from torch import nn

from engine import device as devices
from engine.models.parts import features
from engine.models.structure import block_lists

_BITS = 4
_LEFT_WHOLE = ContextVar("left_whole", default=False)


def why_not_four_bit() -> str:
    """Returns why weights cannot be kept in four bits here, a sentence; empty when they can."""
    if not torch.cuda.is_available():
        return "Weights in 4 bits need an NVIDIA graphics card, and this computer has none."
    if importlib.util.find_spec("bitsandbytes") is None:
        return 'Weights in 4 bits need the package "bitsandbytes", which is not installed here.'
    return ""


def to_four_bit(network: Any, device: torch.device | None = None) -> None:
    """Keeps the matrices of a network's blocks in four bits each; they are frozen by that.

    The paper's form: 4-bit NormalFloat, with the scales of its groups of 64 quantised once more. What is
    said of a network on the meta device is how much it would hold; its numbers are not there to change.

    Args:
        network: A pretrained network without inserts; it is changed.
        device: Where it will compute; by default where runs do.
    """
    if _LEFT_WHOLE.get():
        return
    device = device or devices.choose()
    on_meta = next(network.parameters()).is_meta
    whole = frozenset(getattr(network, "_keep_in_fp32_modules", None) or ())  # the network needs them so
    for block in (block for blocks in block_lists(network) for block in blocks):
        for name, module in [*block.named_modules()]:
            if not features(module)[0] or whole.intersection(name.split(".")):
                continue
            if on_meta:
                module.weight.bits = _BITS
            else:
                block.set_submodule(name, _quantised(module, device))
    network.is_loaded_in_4bit = not on_meta  # peft asks for it


@contextlib.contextmanager
def left_whole() -> Iterator[None]:
    """Within it matrices stay as they are: for a model that is built to be described, on any computer."""
    token = _LEFT_WHOLE.set(True)
    try:
        yield
    finally:
        _LEFT_WHOLE.reset(token)


def is_four_bit(network: nn.Module) -> bool:
    """Returns whether any of a network's weights are kept in four bits, or would be on the meta device."""
    return any(
        getattr(parameter, "quant_state", None) is not None or getattr(parameter, "bits", 0) == _BITS
        for parameter in network.parameters()
    )


def count(parameter: nn.Parameter) -> int:
    """Returns how many numbers a parameter stands for, however they are kept."""
    state = getattr(parameter, "quant_state", None)
    return parameter.numel() if state is None else int(torch.Size(state.shape).numel())


def held_bytes(parameter: nn.Parameter) -> int:
    """Returns how many bytes a parameter takes in memory, the scales of its groups left out."""
    if hasattr(parameter, "bits"):
        return parameter.numel() * int(parameter.bits) // 8
    return parameter.numel() * parameter.element_size()


def _quantised(matrix: Any, device: torch.device) -> nn.Module:
    """Returns a matrix in four bits, on its device; GPT-2's is turned round, as torch keeps all others."""
    import bitsandbytes  # a second or more, and only here

    parts: Any = bitsandbytes.nn
    into, out_of = features(matrix)
    weight = matrix.weight.data if isinstance(matrix, nn.Linear) else matrix.weight.data.T.contiguous()
    with torch.device("meta"):
        # Told nothing, it goes by what it is first given, and turns the bias into that kind for good: in 16
        # bits a frozen bias would lose its last digits.
        small = parts.Linear4bit(into, out_of, bias=False, quant_type="nf4", compute_dtype=torch.float32)
    small.weight = parts.Params4bit(weight, requires_grad=False, quant_type="nf4", module=small)
    small.bias = matrix.bias
    return small.to(device)  # type: ignore[no-any-return]  # bitsandbytes gives it no types
