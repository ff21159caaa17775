"""What a block is made of: attention and feed-forward, and the matrices and norms in them.

Told from names and shapes that the architectures share, not from a list of models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from torch import nn

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
}
_CROSS = re.compile(r"cross|encoder_attn|encdec", re.IGNORECASE)
_ATTENTION = re.compile(r"^(?!post_attention).*(attn|attention)|^sa_", re.IGNORECASE)
_FEED_FORWARD = re.compile(
    r"^(mlp|ffn?|feed_forward|post_attention|pre_feedforward|intermediate)", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """A matrix or norm of a block.

    Attributes:
        name: Path below the block, e.g. ``"attention.self.query"``.
        module: The module; where peft put an insert around it, that.
        part: ``"attention"``, ``"cross_attention"`` or ``"feed_forward"``.
        role: What it does there.
    """

    name: str
    module: nn.Module
    part: str
    role: Role


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
    weight = getattr(base, "weight", None)
    if weight is None or weight.dim() != 2 or isinstance(base, nn.Embedding):
        return 0, 0
    if isinstance(base, nn.Linear):
        return base.in_features, base.out_features
    return int(weight.shape[0]), int(weight.shape[1])


def pieces_of(block: nn.Module) -> list[Piece]:
    """Returns what a block is made of, in the order of its declaration.

    Args:
        block: A transformer block.
    """
    leaves = list(_leaves("", block))
    with_norm: set[str] = set()
    parts: dict[str, str] = {}
    for name, module in leaves:
        part = _part_by_name(name)
        if part:
            parts[name] = part
            if is_norm(module):
                with_norm.add(part)
    for name, module in leaves:
        if name in parts:
            continue
        # An unnamed norm: the first belongs to attention (ln_1), unless that has one of its own.
        first_norm = is_norm(module) and ATTENTION not in with_norm
        parts[name] = ATTENTION if first_norm else FEED_FORWARD
        if is_norm(module):
            with_norm.add(parts[name])
    return [Piece(name, module, parts[name], _role(name, module, parts[name])) for name, module in leaves]


def _leaves(prefix: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yields the modules that hold parameters themselves; a tuner layer counts as one."""
    if prefix and (is_tuner(module) or next(module.parameters(recurse=False), None) is not None):
        yield prefix, module
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
        if last.startswith("pos"):  # DeBERTa's matrices for distances between words
            return Role.OTHER
        return next((role for role, pattern in _NAMES.items() if pattern.match(last)), Role.OUTPUT)
    if "gate" in last.lower() or last == "wi_0":
        return Role.GATE
    if into == out_of:
        return Role.DOWN if "output" in name or last.endswith(("2", "down_proj", "c_proj")) else Role.UP
    return Role.UP if out_of > into else Role.DOWN
