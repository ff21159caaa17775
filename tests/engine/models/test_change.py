"""How far each layer has moved, and the proof that frozen tensors kept their bytes."""

from __future__ import annotations

import copy

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from engine.models.change import (
    hash_tensors,
    keep_initial,
    layer_change,
    new_layers,
    trainable_names,
)
from engine.models.heads import build_sequence_model
from engine.models.layers import set_layer_trainable
from engine.models.structure import layers_of
from engine.registry import fill_settings, method
from tests.engine.models.families import FAMILIES, SHARED, small_base


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_a_layer_that_was_scaled_has_moved_by_that_much(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 2)
    set_layer_trainable(model, "embeddings", trainable=False)
    initial = keep_initial(model)
    assert set(layer_change(model, initial).values()) == {0.0}
    with torch.no_grad():
        for parameter in layers_of(model)[1].parameters.values():
            parameter.mul_(1.05)
    moved = layer_change(model, initial)
    assert moved["block.1"] == pytest.approx(5.0, rel=1e-4)
    assert {percent for layer, percent in moved.items() if layer != "block.1"} == {0.0}
    assert "head" not in moved


def test_frozen_numbers_in_a_layer_count_in_its_length(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    block = model.backbone.get_submodule("encoder.layer.0")
    block.get_submodule("attention").requires_grad_(False)
    initial = keep_initial(model)
    length = sum(float(part.detach().norm()) ** 2 for part in block.parameters()) ** 0.5
    weight = block.get_parameter("output.dense.weight")
    with torch.no_grad():
        weight.add_(1.0)
    expected = 100 * weight.numel() ** 0.5 / length
    assert layer_change(model, initial)["block.1"] == pytest.approx(expected, rel=1e-4)


def test_only_trainable_tensors_are_copied(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("bert", small_tokenizer)
    chosen = method("lora")
    model = chosen.apply(build_sequence_model(base, 2), fill_settings(chosen, "", {})[0])
    initial = keep_initial(model)
    assert initial.tensors == {}
    assert layer_change(model, initial) == {
        "embeddings": 0.0,
        "block.1": 0.0,
        "block.2": 0.0,
        "block.3": 0.0,
    }
    assert new_layers(model) == ("block.1", "block.2", "block.3", "head")


def test_wrapping_a_model_does_not_change_its_checksums(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("bert", small_tokenizer)
    plain = hash_tensors(build_sequence_model(copy.deepcopy(base), 2))
    for method_id in ("lora", "bottleneck_adapters"):
        chosen = method(method_id)
        model = chosen.apply(build_sequence_model(copy.deepcopy(base), 2), fill_settings(chosen, "", {})[0])
        assert hash_tensors(model) == plain
    assert set(plain) == {name for name, _ in base.network.named_parameters()}


def test_one_changed_bit_is_seen(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("gpt2", small_tokenizer), 2)
    before = hash_tensors(model)
    with torch.no_grad():
        weight = model.backbone.get_parameter("h.1.mlp.c_fc.weight")
        weight[0, 0] = torch.nextafter(weight[0, 0], torch.tensor(9.0))
    after = hash_tensors(model)
    assert [name for name in before if before[name] != after[name]] == ["h.1.mlp.c_fc.weight"]


def test_the_trainable_names_are_the_checkpoints_own(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    for layer_id in ("embeddings", "block.1", "block.2"):
        set_layer_trainable(model, layer_id, trainable=False)
    names = trainable_names(model)
    assert len(names) == 16
    assert all(name.startswith("encoder.layer.2.") for name in names)
