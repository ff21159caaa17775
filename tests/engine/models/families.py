"""A tiny random network of each architecture family, for tests that must hold for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import torch
from transformers import AutoModel, PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import BaseModel
from engine.models.facts import abilities, is_causal, kind_of
from engine.protocol.stack import ModelFacts

_auto_model: Any = AutoModel  # transformers gives its from_… methods no types

VOCABULARY = 128

_BERT_LIKE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}
_LLAMA_LIKE = {**_BERT_LIKE, "num_key_value_heads": 2, "head_dim": 8}
_BART_LIKE = {
    "vocab_size": VOCABULARY,
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 3,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 2,
    "eos_token_id": 3,
    "decoder_start_token_id": 3,
    "forced_eos_token_id": 3,
}
_T5_LIKE = {
    "vocab_size": VOCABULARY,
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 64,
    "num_layers": 2,
    "num_decoder_layers": 3,
    "num_heads": 4,
    "pad_token_id": 0,
    "eos_token_id": 3,
    "decoder_start_token_id": 0,
}

FAMILIES: dict[str, dict[str, Any]] = {
    "bert": _BERT_LIKE,
    "roberta": {**_BERT_LIKE, "max_position_embeddings": 80},
    "xlm-roberta": {**_BERT_LIKE, "max_position_embeddings": 80},
    "distilbert": {
        "vocab_size": VOCABULARY,
        "dim": 32,
        "n_layers": 3,
        "n_heads": 4,
        "hidden_dim": 64,
        "max_position_embeddings": 64,
        "pad_token_id": 0,
    },
    "electra": {**_BERT_LIKE, "embedding_size": 16},
    "deberta-v2": {
        **_BERT_LIKE,
        "relative_attention": True,
        "pos_att_type": ["p2c", "c2p"],
        "norm_rel_ebd": "layer_norm",
        "conv_kernel_size": 3,
    },
    "modernbert": {**_BERT_LIKE, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3},
    "gpt2": {
        "vocab_size": VOCABULARY,
        "n_embd": 32,
        "n_layer": 3,
        "n_head": 4,
        "n_positions": 64,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 1,
    },
    "llama": _LLAMA_LIKE,
    "qwen2": _LLAMA_LIKE,
    "qwen3": _LLAMA_LIKE,
    "opt": {
        "vocab_size": VOCABULARY,
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

SHARED = {"albert": {**_BERT_LIKE, "embedding_size": 16, "num_hidden_groups": 1, "num_hidden_layers": 12}}
"""Families that use one block again and again."""

ENCODER_DECODERS: dict[str, dict[str, Any]] = {
    "t5": _T5_LIKE,
    "mt5": {**_T5_LIKE, "feed_forward_proj": "gated-gelu"},
    "bart": _BART_LIKE,
    "marian": _BART_LIKE,
}
"""Families with an encoder of two blocks and a decoder of three."""

EVERY: dict[str, dict[str, Any]] = FAMILIES | SHARED | ENCODER_DECODERS


def small_base(family: str, tokenizer: PreTrainedTokenizerBase, seed: int = 0, **changed: int) -> BaseModel:
    """Returns a tiny random network of a family, all trainable, in train mode.

    Args:
        family: A key of :data:`EVERY`.
        tokenizer: Any; it is kept beside the network.
        seed: Of the weights.
        changed: Entries of the configuration that are to be others.
    """
    config = CONFIG_MAPPING[family](**{**EVERY[family], **changed})
    config.use_cache = False
    network = small_network(_auto_model, config, seed).train()
    if getattr(network, "pooler", None) is not None:
        network.pooler = None
    facts = ModelFacts(
        source=family,
        name=family,
        architecture=type(network).__name__,
        family=family,
        blocks=3,
        width=32,
        vocabulary=VOCABULARY,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        max_length=64,
        pooling="last" if is_causal(network, config) else "mean",
        kind=kind_of(network, config),
    )
    return BaseModel(network, tokenizer, msgspec.structs.replace(facts, **abilities(network)), "")


def small_network(auto_class: Any, config: Any, seed: int = 0) -> Any:
    """Returns a random network, made by one of transformers' auto classes.

    Args:
        auto_class: E.g. ``AutoModelForMaskedLM``.
        config: Of a family.
        seed: Of the weights; the caller's random numbers are not touched.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return auto_class.from_config(config)


def save_small(
    folder: Path, family: str, settings: dict[str, Any], tokenizer: PreTrainedTokenizerBase
) -> Path:
    """Saves a tiny random network with a tokenizer, as a person's own folder would hold it.

    Args:
        folder: Where to.
        family: As ``config.json`` calls it.
        settings: What its configuration needs.
        tokenizer: Any with no more word pieces than the network has.

    Returns:
        The folder.
    """
    config = CONFIG_MAPPING[family](**settings)
    config.architectures = []
    network = small_network(_auto_model, config)
    config.architectures = [type(network).__name__]
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def small_batch(rows: int = 4, tokens: int = 7, *, labels: bool = True) -> dict[str, torch.Tensor]:
    """Returns rows of random tokens, the last two of the first row padded, with labels 0 and 1."""
    chance = torch.Generator().manual_seed(1)
    batch = {
        "input_ids": torch.randint(4, 100, (rows, tokens), generator=chance),
        "attention_mask": torch.ones(rows, tokens, dtype=torch.long),
    }
    batch["input_ids"][0, -2:] = 0
    batch["attention_mask"][0, -2:] = 0
    if labels:
        batch["labels"] = torch.arange(rows) % 2
    return batch
