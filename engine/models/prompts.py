"""Learned vectors before the text: what a network needs for them, and what they change in it.

A prompt (Lester 2021) is read like words, so that all that comes after the embeddings is longer by it.
A prefix (Li & Liang 2021) gives each block keys and values to attend to; it is read as a cache of words
that were before the text. Both are peft's, and wrap the network rather than going into it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from torch import nn

from engine.contracts import TaskModel
from engine.models.parts import ATTENTION, Role, features, pieces_of
from engine.models.structure import block_lists, network_in
from engine.protocol.stack import InsertKind


def takes_prefix(network: nn.Module) -> bool:
    """Returns whether a network accepts keys and values of words before the text.

    Args:
        network: A pretrained network, also on the meta device.
    """
    return "past_key_values" in inspect.signature(network.forward).parameters and _keys(network) is not None


def takes_prompt(network: Any) -> bool:
    """Returns whether a network reads given vectors in place of words just as it reads words.

    Some multiply the vectors of words on the way in (Marian), and given ones not.

    Args:
        network: A pretrained network, also on the meta device.
    """
    if "inputs_embeds" not in inspect.signature(network.forward).parameters:
        return False
    scales = [
        getattr(module, "embed_scale", 1.0)
        for module in network.modules()
        if not isinstance(module, nn.Embedding)
    ]
    return all(float(scale) == 1.0 for scale in scales)


def prefix_shape(network: Any) -> dict[str, Any]:
    """Returns what peft must know of a network to put a prefix before the text.

    Its own guesses fit neither a decoder that has another number of blocks than its encoder, nor heads
    that are together wider or narrower than the model.

    Args:
        network: A network that :func:`takes_prefix`.
    """
    found = _keys(network)
    if found is None:
        raise ValueError(f"A {type(network).__name__} takes no prefix.")
    width, heads = found
    return {
        "task_type": _task_type(network),
        "num_layers": len(_reading_blocks(network)),
        "token_dim": width,
        "num_attention_heads": heads,
        "num_transformer_submodules": 2 if network.config.is_encoder_decoder else 1,
    }


def prompt_shape(network: Any) -> dict[str, Any]:
    """Returns what peft must know of a network to put a prompt before the text.

    Args:
        network: A network that :func:`takes_prompt`.
    """
    return {
        "task_type": _task_type(network),
        "num_layers": len(_reading_blocks(network)),
        "token_dim": network.get_input_embeddings().embedding_dim,
        "num_attention_heads": 1,  # of no use to a prompt, but asked for
        "num_transformer_submodules": 1,
    }


@dataclass(frozen=True)
class BeforeText:
    """Learned vectors before the text, as the layer map counts them.

    Attributes:
        kind: A prefix or a prompt.
        in_block: Numbers that each block has to itself: its keys and values.
        shared: All others.
        blocks: Numbers of the blocks that have some, the lowest is 1.
        pieces: How much longer all texts are in the network.
    """

    kind: InsertKind
    in_block: int
    shared: int
    blocks: range
    pieces: int


def before_text(model: TaskModel) -> BeforeText | None:
    """Returns what stands before the text in a model; ``None`` where nothing does."""
    encoders = getattr(model.backbone, "prompt_encoder", None)
    if not isinstance(encoders, nn.ModuleDict):
        return None
    encoder: Any = next(iter(encoders.values()))
    total = sum(parameter.numel() for parameter in encoder.parameters())
    if not hasattr(encoder, "prefix_projection"):
        return BeforeText(InsertKind.PROMPT, 0, total, range(0), encoder.embedding.num_embeddings)
    _, network = network_in(model.backbone)
    every = sum(len(blocks) for blocks in block_lists(network))
    own = len(_reading_blocks(network))
    last = encoder.transform[-1] if hasattr(encoder, "transform") else encoder.embedding
    in_blocks = sum(parameter.numel() for parameter in last.parameters())
    blocks = range(every - own + 1, every + 1)
    return BeforeText(InsertKind.PREFIX, in_blocks // own, total - in_blocks, blocks, 0)


def _task_type(network: Any) -> str:
    """Returns which of peft's wrappers knows what such a network is called with."""
    if network.config.is_encoder_decoder:
        return "SEQ_2_SEQ_LM"
    if network.can_generate():
        return "CAUSAL_LM"
    return "SEQ_CLS" if network.base_model is network else "FEATURE_EXTRACTION"


def _reading_blocks(network: nn.Module) -> nn.ModuleList:
    """Returns the blocks that a prefix is given to: those of the decoder, where there is one."""
    return block_lists(network)[-1]


def _keys(network: Any) -> tuple[int, int] | None:
    """Returns how many numbers the keys of all heads have, and how many heads; ``None`` where unknown."""
    config = network.config.get_text_config()
    heads = getattr(config, "decoder_attention_heads", None) or getattr(config, "num_attention_heads", 0)
    if not block_lists(network) or not heads:
        return None
    pieces = pieces_of(_reading_blocks(network)[0])
    out_of = {piece.role: features(piece.module)[1] for piece in pieces if piece.part == ATTENTION}
    if Role.QUERY_KEY_VALUE in out_of:  # one matrix: queries are as wide as the model
        query = int(config.hidden_size)
        key = (out_of[Role.QUERY_KEY_VALUE] - query) // 2
    elif Role.QUERY in out_of and Role.KEY in out_of:
        query, key = out_of[Role.QUERY], out_of[Role.KEY]
    else:
        return None
    return key, key // (query // heads)
