"""What a block is made of: attention and feed-forward, and the matrices and norms in them.

Told from names and shapes that the architectures share, not from a list of models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from torch import nn
from transformers.pytorch_utils import Conv1D

from engine.models.structure import is_tuner

ATTENTION = "attention"
CROSS_ATTENTION = "cross_attention"
FEED_FORWARD = "feed_forward"
ATTENTIONS = (ATTENTION, CROSS_ATTENTION)


class Role(StrEnum):
    """What a matrix or norm does in its part."""

    QUERY = "query"
    KEY = "key"
    VALUE = "value"
    QUERY_KEY_VALUE = "query_key_value"
    OUTPUT = "output"
    UP = "up"
    GATE = "gate"
    DOWN = "down"
    NORM = "norm"
    OTHER = "other"


LABELS = {
    Role.QUERY: "Query",
    Role.KEY: "Key",
    Role.VALUE: "Value",
    Role.QUERY_KEY_VALUE: "Query, key and value",
    Role.OUTPUT: "Output",
    Role.UP: "Up",
    Role.GATE: "Gate",
    Role.DOWN: "Down",
    Role.NORM: "Norm",
    Role.OTHER: "Other",
}

_NAMES = {
    Role.QUERY: re.compile(r"(query|query_proj|linear_q|wq|q|q_proj|q_lin|q_linear)$", re.IGNORECASE),
    Role.KEY: re.compile(r"(key|key_proj|linear_k|wk|k|k_proj|k_lin|k_linear)$", re.IGNORECASE),
    Role.VALUE: re.compile(r"(value|value_proj|linear_v|wv|v|v_proj|v_lin|v_linear)$", re.IGNORECASE),
    Role.QUERY_KEY_VALUE: re.compile(
        r"(c_attn|wqkv|query_key_value|qkv|qkv_proj|in_proj|att_proj)$", re.IGNORECASE
    ),
    Role.OUTPUT: re.compile(
        r"(dense|output|out|wo|o|o_proj|out_proj|c_proj|out_lin|attn_out)$", re.IGNORECASE
    ),
}
_OF_HEADS = re.compile(r"(.*\.)?(q|k|query|key)_[a-z]*norm$")
"""Norms of queries and keys (Qwen 3); attention has another one."""
_OF_PLACES = re.compile(r"pos_|relative_")
_DOWN_NAMES = ("2", "down_proj", "c_proj", "wo", "fc_out", "4h_to_h")
_CROSS = re.compile(r"cross|encoder_attn|encdec", re.IGNORECASE)
_ATTENTION = re.compile(r"^(?!post_attention).*(attn|attention)|^sa_", re.IGNORECASE)
_FEED_FORWARD = re.compile(
    r"^(mlp|ffn?|feed_forward|post_attention|p(re|ost)_feedforward|intermediate)", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """A matrix or norm of a block.

    Attributes:
        name: Path below the block, e.g. ``"attention.self.query"``.
        module: The module; where peft put an insert around it, that.
        part: ``"attention"``, ``"cross_attention"`` or ``"feed_forward"``.
        role: What it does there.
        label: The same in words.
    """

    name: str
    module: nn.Module
    part: str
    role: Role
    label: str


def base_module(module: nn.Module) -> nn.Module:
    """Returns the pretrained module under peft's inserts."""
    while is_tuner(module):
        module = module.get_submodule("base_layer")
    return module


def is_norm(module: nn.Module) -> bool:
    """Returns whether a module normalises, by whatever formula (LayerNorm, RMSNorm …)."""
    return "norm" in type(base_module(module)).__name__.lower()


def is_bias(name: str) -> bool:
    """Returns whether a parameter is a bias term, by its name: what is added to every output."""
    return name.rsplit(".", 1)[-1].endswith("bias")


def features(module: nn.Module) -> tuple[int, int]:
    """Returns how many numbers go into a matrix and how many come out.

    ``(0, 0)`` for what is no matrix. GPT-2's ``Conv1D`` keeps its weight the other way round.
    """
    base = base_module(module)
    if isinstance(base, nn.Linear):
        return base.in_features, base.out_features
    if isinstance(base, Conv1D):
        return base.nx, base.nf
    return 0, 0


def pieces_of(block: nn.Module) -> list[Piece]:
    """Returns what a block is made of, in the order of its declaration.

    Args:
        block: A transformer block, or a single module that follows the last one (a norm, mostly).
    """
    leaves = list(_leaves("", block))
    if not leaves and next(block.parameters(), None) is not None:
        role = Role.NORM if is_norm(block) else Role.OTHER
        return [Piece("after_the_blocks", block, FEED_FORWARD, role, LABELS[role])]
    parts = _parts(leaves)
    roles = {name: _role(name, module, parts[name]) for name, module in leaves}
    return [
        Piece(name, module, parts[name], roles[name], _label(name, roles[name], roles, dict(leaves)))
        for name, module in leaves
    ]


def _parts(leaves: Sequence[tuple[str, nn.Module]]) -> dict[str, str]:
    """Returns for each matrix and norm of a block which part it belongs to."""
    parts = {name: part for name, _ in leaves if (part := _part_by_name(name))}
    if any(name.startswith(("pre_feedforward", "post_feedforward")) for name in parts):
        # Where feed-forward has norms by its own name, the one behind attention is attention's (Gemma 2).
        parts |= {name: ATTENTION for name in parts if name.startswith("post_attention")}
    for name, _ in leaves:
        beside = {part for other, part in parts.items() if _is_beside(name, other)}
        if name not in parts and len(beside) == 1:
            parts[name] = beside.pop()
    norms = [name for name, module in leaves if is_norm(module)]
    with_norm = {parts[name] for name in norms if name in parts and not _OF_HEADS.match(name)}
    for name, _ in leaves:
        if name in parts:
            continue
        # An unnamed norm: the first belongs to attention (ln_1), unless that has one of its own.
        first_norm = name in norms and ATTENTION not in with_norm
        parts[name] = ATTENTION if first_norm else FEED_FORWARD
        if name in norms:
            with_norm.add(parts[name])
    return parts


def _is_beside(name: str, other: str) -> bool:
    """Returns whether a matrix or norm stands inside the same module of a block as another."""
    around, dot, _ = name.rpartition(".")
    return bool(dot) and other.startswith(f"{around}.")


def _leaves(prefix: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yields the modules that hold parameters themselves; a tuner layer counts as one."""
    if prefix and (is_tuner(module) or next(module.parameters(recurse=False), None) is not None):
        yield prefix, module
        if is_tuner(module):
            return
    for name, child in module.named_children():
        yield from _leaves(f"{prefix}.{name}".lstrip("."), child)


def _part_by_name(name: str) -> str:
    steps = name.split(".")
    if any(_CROSS.search(step) for step in steps):
        return CROSS_ATTENTION
    if any(_ATTENTION.search(step) for step in steps):
        return ATTENTION
    return FEED_FORWARD if any(_FEED_FORWARD.search(step) for step in steps) else ""


def _role(name: str, module: nn.Module, part: str) -> Role:
    if is_norm(module):
        return Role.NORM
    into, out_of = features(module)
    if not into:
        return Role.OTHER
    last = name.rsplit(".", 1)[-1]
    if part != FEED_FORWARD:
        return next((role for role, pattern in _NAMES.items() if pattern.match(last)), Role.OTHER)
    if ("gate" in last.lower() and "up" not in last.lower()) or last == "wi_0":
        return Role.GATE
    if into == out_of:
        return Role.DOWN if "output" in name or last.lower().endswith(_DOWN_NAMES) else Role.UP
    return Role.UP if out_of > into else Role.DOWN


def _label(name: str, role: Role, roles: Mapping[str, Role], modules: Mapping[str, nn.Module]) -> str:
    """Returns a role in words; a matrix that is gate and up at once is twice as wide as down (ModernBERT)."""
    if role is Role.OTHER and _OF_PLACES.match(name.rsplit(".", 1)[-1]):
        return "Positions"
    if role is Role.UP and Role.GATE not in roles.values():
        down = [features(modules[name])[0] for name, other in roles.items() if other is Role.DOWN]
        if down and features(modules[name])[1] == 2 * down[0]:
            return "Gate and up"
    return LABELS[role]
