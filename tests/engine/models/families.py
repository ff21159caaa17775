"""A tiny random network of each architecture family, for tests that must hold for all of them."""

from __future__ import annotations

from typing import Any

import msgspec
import torch
from transformers import AutoModel, PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import BaseModel
from engine.models.facts import abilities, is_causal
from engine.protocol.stack import ModelFacts

_auto_model: Any = AutoModel  # transformers gives its from_… methods no types

_BERT_LIKE = {
    "vocab_size": 100,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}
_LLAMA_LIKE = {**_BERT_LIKE, "num_key_value_heads": 2, "head_dim": 8}

FAMILIES: dict[str, dict[str, Any]] = {
    "bert": _BERT_LIKE,
    "roberta": {**_BERT_LIKE, "max_position_embeddings": 80},
    "distilbert": {
        "vocab_size": 100,
        "dim": 32,
        "n_layers": 3,
        "n_heads": 4,
        "hidden_dim": 64,
        "max_position_embeddings": 64,
        "pad_token_id": 0,
    },
    "electra": {**_BERT_LIKE, "embedding_size": 16},
    "deberta-v2": {**_BERT_LIKE, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "modernbert": {**_BERT_LIKE, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2},
    "gpt2": {
        "vocab_size": 100,
        "n_embd": 32,
        "n_layer": 3,
        "n_head": 4,
        "n_positions": 64,
        "pad_token_id": 0,
    },
    "llama": _LLAMA_LIKE,
    "qwen2": _LLAMA_LIKE,
    "opt": {
        "vocab_size": 100,
        "hidden_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "ffn_dim": 64,
        "max_position_embeddings": 64,
        "word_embed_proj_dim": 32,
        "pad_token_id": 0,
    },
}
"""Family → what its configuration needs: three blocks of width 32."""

SHARED = {"albert": {**_BERT_LIKE, "embedding_size": 16, "num_hidden_groups": 1}}
"""Families that use one block again and again."""


def small_base(family: str, tokenizer: PreTrainedTokenizerBase, seed: int = 0, **changed: int) -> BaseModel:
    """Returns a tiny random network of a family, all trainable, in train mode.

    Args:
        family: A key of :data:`FAMILIES` or :data:`SHARED`.
        tokenizer: Any; it is kept beside the network.
        seed: Of the weights.
        changed: Entries of the configuration that are to be others.
    """
    config = CONFIG_MAPPING[family](**{**(FAMILIES | SHARED)[family], **changed})
    config.use_cache = False
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: Any = _auto_model.from_config(config).train()
    if getattr(network, "pooler", None) is not None:
        network.pooler = None
    facts = ModelFacts(
        source=family,
        name=family,
        architecture=type(network).__name__,
        family=family,
        blocks=3,
        width=32,
        vocabulary=100,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        max_length=64,
        pooling="last" if is_causal(network, config) else "mean",
    )
    return BaseModel(network, tokenizer, msgspec.structs.replace(facts, **abilities(network)), "")


def small_batch(rows: int = 4, tokens: int = 7, *, labels: bool = True) -> dict[str, torch.Tensor]:
    """Returns rows of random tokens, the last two of the first row padded, with labels 0 and 1."""
    chance = torch.Generator().manual_seed(1)
    batch = {
        "input_ids": torch.randint(3, 100, (rows, tokens), generator=chance),
        "attention_mask": torch.ones(rows, tokens, dtype=torch.long),
    }
    batch["input_ids"][0, -2:] = 0
    batch["attention_mask"][0, -2:] = 0
    if labels:
        batch["labels"] = torch.arange(rows) % 2
    return batch
