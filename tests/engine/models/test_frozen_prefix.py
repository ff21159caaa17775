"""What never changes is computed once: with what was kept a model says and learns what it says without."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    PreTrainedTokenizerBase,
)
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import FeatureLayers, HeadFacts, HeadKind, HeadOptions, Network, TaskModel
from engine.models.frozen_prefix import FrozenPrefix, find_prefix
from engine.models.heads import build_sequence_model
from engine.models.layers import set_layer_trainable, set_modes
from engine.models.structure import HEAD, layers_of
from engine.models.token_heads import build_token_model
from engine.models.writing import WritingModel
from tests.engine.models.families import EVERY, FAMILIES, small_base, small_batch, small_network

WRITERS: dict[str, tuple[Any, Network]] = {
    "bert": (AutoModelForMaskedLM, Network.MASKED_LM),
    "albert": (AutoModelForMaskedLM, Network.MASKED_LM),
    "gpt2": (AutoModelForCausalLM, Network.CAUSAL_LM),
    "llama": (AutoModelForCausalLM, Network.CAUSAL_LM),
    "t5": (AutoModelForSeq2SeqLM, Network.SEQUENCE_TO_SEQUENCE),
    "mt5": (AutoModelForSeq2SeqLM, Network.SEQUENCE_TO_SEQUENCE),
    "bart": (AutoModelForSeq2SeqLM, Network.SEQUENCE_TO_SEQUENCE),
    "marian": (AutoModelForSeq2SeqLM, Network.SEQUENCE_TO_SEQUENCE),
}


def writer(family: str) -> WritingModel:
    auto_class, network = WRITERS[family]
    whole = small_network(
        auto_class, CONFIG_MAPPING[family](**EVERY[family], use_cache=False)
    )  # as it is loaded
    facts = HeadFacts(outputs=0, kind=HeadKind.WORDS, network=network)
    return WritingModel(whole, facts, head_is_new=False)


def freeze_below(model: TaskModel, layer: str) -> list[str]:
    """Freezes the layers below one; returns their ids."""
    ids = [one.id for one in layers_of(model)]
    below = ids[: ids.index(layer)]
    for one in below:
        set_layer_trainable(model, one, trainable=False)
    return below


def prefix_of(model: TaskModel) -> FrozenPrefix:
    prefix = find_prefix(model)
    assert prefix is not None
    return prefix


def learned(model: TaskModel, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Returns the loss and what it asks of every number that learns, dropout and all."""
    model.zero_grad()
    set_modes(model)
    torch.manual_seed(3)
    loss = model(batch).loss
    loss.backward()
    gradients = [one.grad.clone() for one in model.parameters() if one.requires_grad and one.grad is not None]
    return loss.detach(), gradients


def assert_equal_either_way(model: TaskModel, batch: dict[str, torch.Tensor]) -> FrozenPrefix:
    prefix = prefix_of(model)
    model.eval()
    assert prefix.holds(batch)
    set_modes(model)
    states = prefix.read(batch)
    loss, gradients = learned(model, batch)
    with prefix.given(states):
        again, same = learned(model, batch)
    assert torch.equal(loss, again)
    assert len(gradients) == len(same) > 0
    assert all(torch.equal(one, other) for one, other in zip(gradients, same, strict=True))
    return prefix


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("layer", ["block.2", "block.3"])
def test_every_family_learns_the_same_to_the_last_bit(
    small_tokenizer: PreTrainedTokenizerBase, family: str, layer: str
) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 2)
    below = freeze_below(model, layer)

    prefix = assert_equal_either_way(model, small_batch())
    assert prefix.layers == tuple(below)
    assert prefix.blocks == len(below) - 1


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_may_be_read_one_by_one_and_padded_later(
    small_tokenizer: PreTrainedTokenizerBase, family: str
) -> None:
    model = build_token_model(small_base(family, small_tokenizer), 3, HeadOptions())
    freeze_below(model, "block.3")
    batch = small_batch(labels=False)
    model.eval()
    expected = model(batch).logits[batch["attention_mask"].bool()]
    prefix, states = prefix_of(model), torch.zeros(4, 7, 32)
    for row, mask in enumerate(batch["attention_mask"].bool()):
        own = {name: tensor[row : row + 1, mask] for name, tensor in batch.items()}
        (states[row, mask],) = prefix.read(own)[0]

    with torch.no_grad(), prefix.given([states]):
        said = model(batch).logits[batch["attention_mask"].bool()]
    assert torch.allclose(said, expected, atol=1e-5)


def words(family: str) -> dict[str, torch.Tensor]:
    batch = small_batch(labels=False)
    target = batch["input_ids"].clone()
    if family in {"t5", "mt5", "bart", "marian"}:
        target = target[:, :5].contiguous()
    target[target == 0] = -100
    return {**batch, "labels": target}


@pytest.mark.parametrize(
    ("family", "layer", "reached"),
    [
        ("bert", "block.3", (2,)),
        ("gpt2", "block.2", (1,)),
        ("llama", "block.3", (2,)),
        *((family, "block.2", (1,)) for family in ("t5", "mt5", "bart", "marian")),
        *((family, "block.3", (2,)) for family in ("t5", "mt5", "bart", "marian")),
        *((family, "block.5", (2, 2)) for family in ("t5", "mt5", "bart", "marian")),
    ],
)
def test_networks_that_write_learn_the_same_to_the_last_bit(
    family: str, layer: str, reached: tuple[int, ...]
) -> None:
    model = writer(family)
    freeze_below(model, layer)

    prefix = assert_equal_either_way(model, words(family))
    assert tuple(len(border.blocks) for border in prefix.borders) == reached


def test_a_shared_block_is_skipped_as_often_as_it_is_used() -> None:
    model = writer("albert")
    freeze_below(model, HEAD)
    for parameter in model.head.parameters():
        parameter.requires_grad = True
    tied = model.backbone.get_input_embeddings()
    assert not isinstance(tied, torch.Tensor)
    tied.weight.requires_grad = False

    prefix = assert_equal_either_way(model, words("albert"))
    assert prefix.blocks == 1


def test_embeddings_and_blocks_do_not_run(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    freeze_below(model, "block.3")
    batch, ran = small_batch(), []
    prefix = assert_equal_either_way(model, batch)
    states = prefix.read(batch)
    for name, module in model.backbone.named_modules():
        if not list(module.children()):
            module.register_forward_hook(lambda *_, name=name: ran.append(name))
    with prefix.given(states):
        model(batch)

    assert {name.split(".")[2] for name in ran if name.startswith("encoder.layer")} == {"2"}
    assert not any(name.startswith("embeddings") for name in ran)


def test_what_learns_or_was_put_in_ends_it(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    assert find_prefix(model) is None
    freeze_below(model, "block.1")
    assert find_prefix(model) is None  # embeddings alone are not worth it
    freeze_below(model, "block.3")
    assert prefix_of(model).blocks == 2
    set_layer_trainable(model, "block.2", trainable=True)
    assert prefix_of(model).layers == ("embeddings", "block.1")
    set_layer_trainable(model, "embeddings", trainable=True)
    assert find_prefix(model) is None


@pytest.mark.parametrize(
    ("features", "blocks"), [("second_to_last", 1), ("weighted_sum_all", None), ("last", 2)]
)
def test_what_the_head_reads_is_not_skipped(
    small_tokenizer: PreTrainedTokenizerBase, features: str, blocks: int | None
) -> None:
    options = HeadOptions(layers=FeatureLayers(features))
    model = build_sequence_model(small_base("bert", small_tokenizer), 2, options)
    freeze_below(model, "block.3")

    prefix = find_prefix(model)
    if blocks is None:
        assert prefix is None
        return
    assert assert_equal_either_way(model, small_batch()).blocks == blocks


def hidden_in(said: Any) -> torch.Tensor:
    return said[0] if isinstance(said, tuple) else said


def test_a_network_that_does_something_unheard_of_is_found_out(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    freeze_below(model, "block.3")
    lowest, _, last = model.backbone.encoder.layer
    noted: list[torch.Tensor] = []
    lowest.register_forward_hook(lambda _block, _given, said: noted.append(hidden_in(said)))
    last.register_forward_hook(lambda _block, _given, said: hidden_in(said) + noted[-1])
    model.eval()

    assert not prefix_of(model).holds(small_batch())
