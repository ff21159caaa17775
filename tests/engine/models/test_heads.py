"""Heads: pooling, which layers are read, and agreement with transformers' own classes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerBase

from engine.contracts import BaseModel, FeatureLayers, HeadOptions, HeadShape, Pooling
from engine.models.heads import STOCK, build_sequence_model, pool
from tests.engine.models.families import FAMILIES, SHARED, small_base, small_batch

HIDDEN = torch.tensor([[[1.0, 10.0], [3.0, 30.0], [99.0, 99.0]], [[2.0, 2.0], [4.0, 4.0], [9.0, 6.0]]])
RIGHT_PADDED = torch.tensor([[1, 1, 0], [1, 1, 1]])
LEFT_PADDED = torch.tensor([[0, 1, 1], [1, 1, 1]])


def test_mean_pooling_leaves_padding_out() -> None:
    assert pool(HIDDEN, RIGHT_PADDED, Pooling.MEAN).tolist() == [[2.0, 20.0], [5.0, 4.0]]


def test_first_token_pooling() -> None:
    assert pool(HIDDEN, RIGHT_PADDED, Pooling.CLS).tolist() == [[1.0, 10.0], [2.0, 2.0]]


def test_last_token_pooling_finds_the_last_real_token_on_either_side() -> None:
    assert pool(HIDDEN, RIGHT_PADDED, Pooling.LAST).tolist() == [[3.0, 30.0], [9.0, 6.0]]
    assert pool(HIDDEN, LEFT_PADDED, Pooling.LAST).tolist() == [[99.0, 99.0], [9.0, 6.0]]


def stock_base(family: str, tokenizer: PreTrainedTokenizerBase) -> BaseModel:
    """A base whose folder does not say how it pools, as it comes from pretraining."""
    import msgspec

    base = small_base(family, tokenizer)
    pooling = "last" if base.facts.pooling == "last" else "cls"
    facts = msgspec.structs.replace(base.facts, pooling=pooling)
    return BaseModel(base.network, base.tokenizer, facts, base.folder)


@pytest.mark.parametrize(
    "family", ["bert", "roberta", "distilbert", "electra", "gpt2", "llama", "qwen2", "opt"]
)
def test_the_checkpoints_own_head_answers_as_transformers_class_does(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = stock_base(family, small_tokenizer)
    model = build_sequence_model(base, 3).eval()
    assert model.facts.shape == STOCK
    config: Any = base.network.config
    config.num_labels = 3
    stock_class: Any = AutoModelForSequenceClassification
    stock = stock_class.from_config(config).eval()
    own = {
        f"{stock.base_model_prefix}.{name}": tensor for name, tensor in model.backbone.state_dict().items()
    }
    for name, tensor in model.head.state_dict().items():
        own[f"{stock.base_model_prefix}.{name}" if name.startswith("pooler") else name] = tensor
    assert set(own) == set(stock.state_dict())  # a trained model can be handed over as that class
    stock.load_state_dict(own)
    batch = small_batch()
    with torch.no_grad():
        said, expected = model(batch), stock(**batch)
    assert torch.allclose(said.logits, expected.logits, atol=1e-6)
    assert torch.allclose(said.loss, expected.loss, atol=1e-6)


@pytest.mark.parametrize("family", ["deberta-v2", "modernbert", "albert"])
def test_where_transformers_head_is_of_another_make_there_is_one_of_our_own(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = build_sequence_model(stock_base(family, small_tokenizer), 3).eval()
    assert model(small_batch(labels=False)).logits.shape == (4, 3)


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
@pytest.mark.parametrize("layers", list(FeatureLayers))
def test_the_head_reads_the_chosen_layers(
    family: str, layers: FeatureLayers, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    model = build_sequence_model(base, 2, HeadOptions(layers=layers, pooling=Pooling.MEAN)).eval()
    batch = small_batch(labels=False)
    with torch.no_grad():
        features = model.features(batch)
        hidden = base.network(**batch, output_hidden_states=True).hidden_states
    mask = batch["attention_mask"]
    every = [pool(states, mask, Pooling.MEAN) for states in hidden]
    upper = every[1:][-4:]
    expected = {
        FeatureLayers.LAST: upper[-1],
        FeatureLayers.EMBEDDINGS: every[0],
        FeatureLayers.SECOND_TO_LAST: every[-2],
        FeatureLayers.WEIGHTED_SUM_LAST_FOUR: torch.stack(upper, dim=1),
        FeatureLayers.WEIGHTED_SUM_ALL: torch.stack(every, dim=1),
        FeatureLayers.SUM_LAST_FOUR: torch.stack(upper).sum(dim=0),
        FeatureLayers.CONCAT_LAST_FOUR: torch.cat(upper, dim=-1),
    }[layers]
    assert torch.allclose(features, expected, atol=1e-6)
    assert features.dtype == torch.float32
    blocks = len(upper) if family not in SHARED else 1
    counts = {FeatureLayers.LAST: 0, FeatureLayers.EMBEDDINGS: 1, FeatureLayers.SECOND_TO_LAST: 1}
    counts[FeatureLayers.WEIGHTED_SUM_ALL] = blocks + 1
    assert len(model.taps) == counts.get(layers, blocks)
    with torch.no_grad():
        assert model.answer(features, batch).logits.shape == (len(mask), 2)


def test_taps_name_the_four_uppermost_blocks(minilm_on_meta: BaseModel) -> None:
    import copy

    base = BaseModel(
        copy.deepcopy(minilm_on_meta.network), minilm_on_meta.tokenizer, minilm_on_meta.facts, ""
    )
    model = build_sequence_model(base, 2, HeadOptions(layers=FeatureLayers.CONCAT_LAST_FOUR))
    assert model.taps == ("block.3", "block.4", "block.5", "block.6")
    assert sum(parameter.numel() for parameter in model.head.parameters()) == 4 * 384 * 2 + 2


def test_a_hidden_layer_has_the_width_of_the_features(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("bert", small_tokenizer)
    model = build_sequence_model(base, 5, HeadOptions(shape=HeadShape.MLP))
    assert sum(parameter.numel() for parameter in model.head.parameters()) == 32 * 32 + 32 + 32 * 5 + 5


def test_forward_is_answer_of_features(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2).eval()
    batch = small_batch()
    with torch.no_grad():
        whole, halves = model(batch), model.answer(model.features(batch), batch)
    assert torch.equal(whole.logits, halves.logits)
    assert whole.loss is not None
    assert halves.loss is not None
    assert torch.equal(whole.loss, halves.loss)
    assert model(small_batch(labels=False)).loss is None


def test_the_head_starts_from_the_callers_seed(small_tokenizer: PreTrainedTokenizerBase) -> None:
    def weights(seed: int) -> torch.Tensor:
        base = small_base("bert", small_tokenizer)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build_sequence_model(base, 200).head.get_parameter("1.weight").detach()

    assert torch.equal(weights(3), weights(3))
    assert not torch.equal(weights(3), weights(4))
    assert weights(3).std().item() == pytest.approx(0.02, rel=0.05)
