"""Whether Thaw can tell a network's layers apart; a network that it would freeze by halves is refused."""

from __future__ import annotations

import copy
import itertools
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedConfig

from engine.errors import EngineError
from engine.models.parts import ATTENTION, CROSS_ATTENTION, FEED_FORWARD, Role, pieces_of
from engine.models.structure import (
    DECODER,
    EMBEDDINGS,
    ENCODER,
    HEAD,
    deal_out_modules,
    stacks_of,
    times_used,
)
from engine.protocol import model_problems

_COUNTS = {
    "": ("num_hidden_groups", "num_hidden_layers"),
    ENCODER: ("encoder_layers", "num_encoder_layers", "num_layers", "num_hidden_layers"),
    DECODER: ("decoder_layers", "num_decoder_layers", "num_hidden_layers"),
}
"""Stack → how configurations call the number of its blocks; the first that is there counts."""

_GOES_BACK_ALONE = "Nothing in its last block learns once those below are frozen."

_PROBE = 8
"""Word pieces that are enough to see in which order things run."""


def check_structure(network: nn.Module, config: PreTrainedConfig, name: str) -> None:
    """Looks whether the blocks that were found are what the model's configuration says.

    Args:
        network: The pretrained network, also on the meta device.
        config: Its configuration.
        name: What the model is called.

    Raises:
        EngineError: When the layers cannot be told apart, with the reason.
    """
    reason = _reason(network, config)
    if reason:
        raise EngineError(model_problems.layers_cannot_be_told_apart(name, config.model_type, reason))


def check_running_order(network: nn.Module, name: str) -> None:
    """Runs a few word pieces through a network and looks whether its layers run as they are said to.

    That is: what counts as embeddings before the blocks, each block as often as it is said, and what
    counts to the last block after it.

    Args:
        network: The pretrained network with its weights; it is not changed.
        name: What the model is called.

    Raises:
        EngineError: When something runs elsewhere, with what and where.
    """
    twin = _twin(network)
    calls: dict[int, list[int]] = {}
    try:
        learns = _run(twin, calls)
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError):
        return  # some networks want more than eight word pieces; a run will say what they want
    reason = _disorder(twin, calls) if learns else _GOES_BACK_ALONE
    if reason:
        raise EngineError(model_problems.layers_cannot_be_told_apart(name, twin.config.model_type, reason))


def _run(twin: Any, calls: dict[int, list[int]]) -> bool:
    """Runs a few word pieces through a frozen network whose uppermost blocks alone may learn.

    Args:
        twin: The network; it is changed.
        calls: Taken down here: id of a module → when it was called, counted from 0.

    Returns:
        Whether what comes out depends on what may learn. It does not where a network (Reformer) goes
        back through its blocks in its own way.
    """
    count = itertools.count()
    for module in twin.modules():
        module.register_forward_pre_hook(
            lambda called, _inputs: calls.setdefault(id(called), []).append(next(count))
        )
    stacks = stacks_of(twin)
    for blocks in stacks.values():
        blocks[-1].requires_grad_(True)
    ids = torch.ones(1, _PROBE, dtype=torch.long, device=next(twin.parameters()).device)
    more = {"decoder_input_ids": ids} if len(stacks) > 1 else {}
    with torch.enable_grad():  # whoever loads a model may have switched gradients off
        output = twin(input_ids=ids, attention_mask=torch.ones_like(ids), **more)
    return bool(output[0].requires_grad)


def _twin(network: nn.Module) -> Any:
    """Returns a frozen copy in eval mode that shares all numbers, and remembers its own runs alone."""
    shared: dict[int, Any] = {id(buffer): buffer for buffer in network.buffers()}
    for parameter in network.parameters():
        shared[id(parameter)] = nn.Parameter(parameter.detach(), requires_grad=False)
    return copy.deepcopy(network, shared).eval()


def _disorder(network: nn.Module, calls: Mapping[int, Sequence[int]]) -> str:
    """Says what runs elsewhere than its layer does; empty when nothing does."""
    # What makes words of numbers is run last, wherever it is declared (XLM-R's before its embeddings).
    find_head = getattr(network, "get_output_embeddings", lambda: None)
    layers, times = deal_out_modules(network, find_head()), times_used(network)
    stacks = stacks_of(network)
    last = list(stacks.values())[-1]
    for stack, blocks in stacks.items():
        runs = [calls.get(id(block), ()) for block in blocks]
        if any(len(one) != times for one in runs):
            return "Its blocks are not run one after another."
        starts = [-1, *(one[-1] for one in runs), sys.maxsize]
        for layer in layers:
            place = {EMBEDDINGS: 0, HEAD: len(blocks)}.get(layer.id, layer.number)
            # A decoder runs behind its encoder, and the head behind both.
            if layer.stack not in ("", stack) or (layer.id == HEAD and blocks is not last):
                continue
            for path, module in layer.modules.items():
                elsewhere = stack and layer.id != HEAD and (stack == DECODER) != (DECODER in path)
                if elsewhere or any(module is block for block in blocks):
                    continue
                own = [call for part in module.modules() for call in calls.get(id(part), ())]
                learns = next(module.parameters(), None) is not None
                if learns and own and not starts[place] <= min(own) <= max(own) <= starts[place + 1]:
                    return f'"{path.removeprefix("backbone.")}" runs elsewhere than its name says.'
    return ""


def matrices_of(network: nn.Module) -> tuple[str, ...]:
    """Returns what is found in every block, e.g. ``"attention.query"``: what inserts can be put beside.

    Args:
        network: The pretrained network, also on the meta device.
    """
    found = [
        {f"{piece.part}.{piece.role.value}" for piece in pieces_of(block)}
        for blocks in stacks_of(network).values()
        for block in blocks
    ]
    common = set.intersection(*found) if found else set()
    return tuple(
        name
        for part in (ATTENTION, CROSS_ATTENTION, FEED_FORWARD)
        for role in Role
        if (name := f"{part}.{role.value}") in common and role not in (Role.NORM, Role.OTHER)
    )


def _reason(network: nn.Module, config: PreTrainedConfig) -> str:
    """Says what does not fit; empty when all does."""
    stacks = stacks_of(network)
    if not stacks:
        return "It has no list of blocks that are alike."
    if getattr(config, "is_encoder_decoder", False) and len(stacks) != 2:
        return "It should have an encoder and a decoder, and only one list of blocks was found."
    for stack, blocks in stacks.items():
        said = _said(config.get_text_config(), stack)
        which = f"{stack} blocks" if stack else "blocks"
        if said != len(blocks):
            return f"Its configuration speaks of {said} {which}, and {len(blocks)} were found."
        without = sum(not _has_queries(block) for block in blocks)
        if without:
            return f"In {without} of its {len(blocks)} {which} no attention can be recognised."
    return ""


def _has_queries(block: nn.Module) -> bool:
    roles = {piece.role for piece in pieces_of(block) if piece.part == ATTENTION}
    return bool(roles & {Role.QUERY, Role.QUERY_KEY_VALUE})


def _said(config: Any, stack: str) -> int:
    counts = (getattr(config, name, None) for name in _COUNTS[stack])
    return next((int(count) for count in counts if isinstance(count, int)), 0)
