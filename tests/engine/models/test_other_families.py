"""Architectures that nobody wrote anything for: each works by the same rules, or is refused with a reason."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from transformers import PreTrainedTokenizerBase

from engine.errors import EngineError
from engine.models.heads import build_sequence_model
from engine.models.layers import set_layer_trainable
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.structure import layers_of
from engine.models.structure_check import check_running_order, check_structure
from engine.registry import all_methods, fill_settings, task
from tests.engine.models.families import EVERY, save_small, small_base, small_batch

_BERT_LIKE = EVERY["bert"]
_LLAMA_LIKE = EVERY["llama"]
_GPT_LIKE = EVERY["gpt2"]

WORK: dict[str, dict[str, Any]] = {
    "opt": {**EVERY["opt"], "word_embed_proj_dim": 16},
    "gpt_neox": _BERT_LIKE,
    "falcon": {**_BERT_LIKE, "new_decoder_architecture": True, "num_kv_heads": 2},
    "bloom": {"vocab_size": 128, "hidden_size": 32, "n_layer": 3, "n_head": 4},
    "codegen": {**_GPT_LIKE, "rotary_dim": 4},
    "big_bird": {**_BERT_LIKE, "attention_type": "original_full"},
    "mpnet": _BERT_LIKE,
    "gemma2": _LLAMA_LIKE,
    "phi": _BERT_LIKE,
    "phi3": _LLAMA_LIKE,
    "olmo2": _LLAMA_LIKE,
    "mixtral": {**_LLAMA_LIKE, "num_local_experts": 2},
    "deberta": {**_BERT_LIKE, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "pegasus": EVERY["bart"],
    "m2m_100": EVERY["bart"],
}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "mamba": (
        {"vocab_size": 128, "hidden_size": 32, "num_hidden_layers": 3, "state_size": 4},
        "In 3 of its 3 blocks no attention can be recognised.",
    ),
    "xlnet": (
        {"vocab_size": 128, "d_model": 32, "n_layer": 3, "n_head": 4, "d_inner": 64},
        "In 3 of its 3 blocks no attention can be recognised.",
    ),
    "funnel": (
        {"vocab_size": 128, "block_sizes": [2, 2, 2], "block_repeats": [1, 1, 1], "d_model": 32, "n_head": 4}
        | {"d_head": 8, "d_inner": 64},
        "Its configuration speaks of 6 blocks, and 3 were found.",
    ),
    "xlm": (
        {"vocab_size": 128, "emb_dim": 32, "n_layers": 3, "n_heads": 4, "max_position_embeddings": 64},
        "In 3 of its 3 blocks no attention can be recognised.",
    ),
    "bigbird_pegasus": (
        {**EVERY["bart"], "attention_type": "original_full"},
        '"encoder.layernorm_embedding" runs elsewhere than its name says.',
    ),
    "reformer": (
        {"vocab_size": 128, "hidden_size": 32, "attention_head_size": 8, "num_attention_heads": 4}
        | {"feed_forward_size": 64, "attn_layers": ["local", "local"], "local_attn_chunk_length": 8}
        | {"axial_pos_embds": False, "max_position_embeddings": 64},
        "Nothing in its last block learns once those below are frozen.",
    ),
}


@pytest.mark.parametrize("family", WORK)
def test_a_family_that_works_is_frozen_where_it_is_said_to_be(
    family: str, tmp_path: Path, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = load_base(str(save_small(tmp_path / family, family, WORK[family], small_tokenizer)))
    if base.facts.kind == "encoder_decoder":
        assert base.facts.blocks == 5
        return
    assert base.facts.blocks == 3
    model = build_sequence_model(base, 2)
    for layer in ("embeddings", "block.1", "block.2"):
        set_layer_trainable(model, layer, trainable=False)
    before = copy.deepcopy(model.state_dict())
    optimizer = torch.optim.SGD([part for part in model.parameters() if part.requires_grad], lr=0.1)
    model(small_batch()).loss.backward()  # type: ignore[union-attr]  # the batch has labels
    optimizer.step()
    for layer in layers_of(model):
        moved = {
            name for name, part in layer.parameters.items() if not torch.equal(part.detach(), before[name])
        }
        assert moved == (set(layer.parameters) if layer.id in ("block.3", "head") else set()), layer.id


@pytest.mark.parametrize("family", ["mixtral", "deberta", "bloom", "phi3"])
def test_every_method_works_with_it_or_says_why_not(
    family: str, tmp_path: Path, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    folder = save_small(tmp_path / family, family, WORK[family], small_tokenizer)
    base = load_base(str(folder), on_meta=True)
    chosen = task("text_classification")
    refused = {}
    for name, method in all_methods().items():
        refused[name] = method.supports(chosen, base.facts)
        if not refused[name]:
            settings, _ = fill_settings(method, chosen.id, {}, base.facts)
            model = build(base, chosen, method, settings, ["a", "b"])
            assert any(part.requires_grad for part in model.parameters()), name
    assert bool(refused["bottleneck_adapters"]) == (family == "mixtral")
    assert not refused["lora"]


@pytest.mark.parametrize("family", REFUSED)
def test_a_family_that_cannot_be_told_apart_is_refused_with_the_reason(
    family: str, tmp_path: Path, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    settings, reason = REFUSED[family]
    folder = save_small(tmp_path / family, family, settings, small_tokenizer)
    with pytest.raises(EngineError) as refused:
        load_base(str(folder))
    problem = refused.value.problem
    assert problem.code == "layers_cannot_be_told_apart"
    assert problem.title == f"Thaw cannot tell the layers of {family} apart"
    assert reason in problem.reason


class _Shuffled(nn.Module):
    """Runs its blocks in another order than they stand in."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.config, self.embeddings, self.encoder = network.config, network.embeddings, network.encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor]:
        """Runs the embeddings last."""
        del attention_mask
        hidden = self.encoder(torch.zeros(*input_ids.shape, 32)).last_hidden_state
        return (hidden + self.embeddings(input_ids),)


def test_a_network_that_runs_its_layers_in_another_order_is_refused(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    network = small_base("bert", small_tokenizer).network
    check_running_order(network, "mine")
    with pytest.raises(EngineError, match="Thaw cannot tell the layers of mine apart") as refused:
        check_running_order(_Shuffled(network), "mine")
    assert '"embeddings" runs elsewhere' in refused.value.problem.reason


def test_looking_at_a_network_leaves_it_as_it_was(small_tokenizer: PreTrainedTokenizerBase) -> None:
    network = small_base("bert", small_tokenizer).network
    network.get_submodule("embeddings").requires_grad_(False)
    states = [(part.data_ptr(), part.requires_grad) for part in network.parameters()]
    torch.manual_seed(0)
    check_running_order(network, "mine")
    drawn = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(drawn, torch.rand(1))
    assert states == [(part.data_ptr(), part.requires_grad) for part in network.parameters()]
    assert network.training
    assert all(not part._forward_pre_hooks for part in network.modules())


def test_fewer_blocks_than_the_configuration_says_are_noticed(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    network: Any = small_base("bert", small_tokenizer).network
    check_structure(network, network.config, "mine")
    network.encoder.layer = network.encoder.layer[:2]
    with pytest.raises(EngineError) as refused:
        check_structure(network, network.config, "mine")
    assert "speaks of 3 blocks, and 2 were found" in refused.value.problem.reason
    network.encoder.layer = nn.Linear(32, 32)
    with pytest.raises(EngineError) as refused:
        check_structure(network, network.config, "mine")
    assert "no list of blocks that are alike" in refused.value.problem.reason
