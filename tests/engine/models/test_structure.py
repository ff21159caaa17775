"""Every architecture is taken apart into the same kind of stack, and no parameter is lost."""

from __future__ import annotations

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import BaseModel
from engine.models.heads import build_sequence_model
from engine.models.inserts import matrix_names
from engine.models.layers import example_pieces, read_stack, set_layer_trainable, set_modes
from engine.models.load import load_base
from engine.models.parts import ATTENTION, FEED_FORWARD, Role
from engine.models.prepare import build
from engine.models.structure import layers_of
from engine.protocol.stack import LayerKind
from tests.engine.models.families import FAMILIES, SHARED, small_base


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_every_parameter_belongs_to_exactly_one_layer(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    model = build_sequence_model(base, 2)
    layers = layers_of(model)
    named = [name for layer in layers for name in (*layer.parameters, *layer.inserts)]
    assert sorted(named) == sorted(name for name, _ in model.named_parameters())
    stack = read_stack(model, base, ["glad", "sad"])
    total = sum(parameter.numel() for parameter in model.parameters())
    assert stack.total_parameters == stack.trainable_parameters == total
    assert sum(layer.parameters for layer in stack.layers) == total


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_a_blocks_parts_and_pieces_add_up(family: str, small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base(family, small_tokenizer)
    stack = read_stack(build_sequence_model(base, 2), base, ["glad", "sad"])
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    assert len(blocks) == (1 if family in SHARED else 3)
    for block in blocks:
        assert [part.id for part in block.parts] == [ATTENTION, FEED_FORWARD]
        assert sum(part.parameters for part in block.parts) == block.parameters
        for part in block.parts:
            assert sum(piece.parameters for piece in part.pieces) == part.parameters
            assert part.trainable_parameters == part.parameters


def test_a_shared_block_says_how_often_it_is_used(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("albert", small_tokenizer)
    stack = read_stack(build_sequence_model(base, 2), base, ["glad", "sad"])
    assert [layer.times for layer in stack.layers] == [1, 12, 1]


@pytest.mark.parametrize("family", FAMILIES)
def test_query_and_value_are_found_as_peft_knows_them(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    from peft.utils.constants import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as KNOWN

    base = small_base(family, small_tokenizer)
    found = matrix_names(base.network, (ATTENTION,), (Role.QUERY, Role.VALUE, Role.QUERY_KEY_VALUE))
    expected = {
        "deberta-v2": ["query_proj", "value_proj"],
        "modernbert": ["Wqkv"],
        "electra": ["query", "value"],
        "distilbert": ["q_lin", "v_lin"],
    }
    assert found == expected.get(family, sorted(KNOWN.get(family, ())))


def test_minilm_is_counted_exactly(minilm_on_meta: BaseModel) -> None:
    stack = read_stack(build_sequence_model(_copy(minilm_on_meta), 2), minilm_on_meta, ["ham", "spam"])
    assert [layer.parameters for layer in stack.layers] == [11_918_592, *[1_774_464] * 6, 770]
    assert stack.total_parameters == 22_566_146
    assert [layer.label for layer in stack.layers] == [
        "Word embeddings",
        *[f"Block {number}" for number in range(1, 7)],
        "Task head",
    ]
    assert stack.layers[0].detail == "30,522 word pieces"
    assert stack.layers[-1].detail == "384 numbers → 2 labels"
    assert [piece.label for piece in stack.layers[3].parts[0].pieces] == [
        "Query",
        "Key",
        "Value",
        "Output",
        "Norm",
    ]


def test_the_head_says_what_comes_out_of_it(minilm_on_meta: BaseModel) -> None:
    for task_id, settings, classes, said in (
        ("token_classification", {}, ["O", "B-X", "I-X"], "384 numbers → 3 tags"),
        ("text_classification", {"answers": "score"}, [], "384 numbers → a score"),
        ("text_classification", {}, ["ham", "spam"], "384 numbers → 2 labels"),
    ):
        task, chosen = registry.task(task_id), registry.method("feature_based")
        filled, problems = registry.fill_settings(chosen, task_id, settings, minilm_on_meta.facts)
        assert problems == []
        model = build(minilm_on_meta, task, chosen, filled, classes)
        assert read_stack(model, minilm_on_meta, classes).layers[-1].detail == said


def _copy(base: BaseModel) -> BaseModel:
    import copy

    return BaseModel(copy.deepcopy(base.network), base.tokenizer, base.facts, base.folder)


def test_an_example_is_cut_into_word_pieces(minilm_on_meta: BaseModel) -> None:
    assert example_pieces(minilm_on_meta, "Free entry in 2 a wkly comp to win") == (
        "free", "entry", "in", "2", "a", "w", "k", "…",
    )  # fmt: skip
    assert example_pieces(minilm_on_meta, "Hello") == ("hello",)
    assert example_pieces(minilm_on_meta, "") == ()


@pytest.mark.parametrize("family", ["bert", "gpt2", "distilbert", "opt"])
def test_a_layer_can_be_frozen_by_hand(family: str, small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base(family, small_tokenizer)
    model = build_sequence_model(base, 2)
    set_layer_trainable(model, "block.2", trainable=False)
    stack = read_stack(model, base, ["glad", "sad"], by_hand=True)
    by_id = {layer.id: layer for layer in stack.layers}
    assert by_id["block.2"].trainable_parameters == 0
    assert stack.trainable_parameters == stack.total_parameters - by_id["block.2"].parameters
    assert [layer.can_change for layer in stack.layers] == [True, True, True, True, False]
    with pytest.raises(KeyError):
        set_layer_trainable(model, "block.9", trainable=False)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_frozen_layer_does_no_dropout(family: str, small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 2)
    for layer_id in ("embeddings", "block.1"):
        set_layer_trainable(model, layer_id, trainable=False)
    model.eval()
    set_modes(model)
    for layer in layers_of(model):
        frozen = layer.id in {"embeddings", "block.1"}
        modes = {part.training for module in layer.modules.values() for part in module.modules()}
        assert modes == {not frozen}, layer.id


def test_inside_a_layer_that_learns_in_part_the_frozen_parts_rest(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    block = model.backbone.get_submodule("encoder.layer.1")
    block.get_submodule("attention").requires_grad_(False)
    set_modes(model)
    assert not any(part.training for part in block.get_submodule("attention").modules())
    assert all(part.training for part in block.get_submodule("output").modules())
    assert block.training


def test_modes_come_back_when_a_layer_is_thawed(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    set_layer_trainable(model, "block.1", trainable=False)
    set_modes(model)
    set_layer_trainable(model, "block.1", trainable=True)
    set_modes(model)
    assert all(part.training for part in model.modules())


def test_on_meta_the_same_is_read_as_with_numbers(small_bert: object) -> None:
    with_numbers, empty = load_base(str(small_bert)), load_base(str(small_bert), on_meta=True)
    assert next(empty.network.parameters()).device == torch.device("meta")
    stacks = [
        read_stack(build_sequence_model(_copy(base), 2), base, ["glad", "sad"], "a happy day")
        for base in (with_numbers, empty)
    ]
    assert stacks[0] == stacks[1]


def test_embeddings_and_norms_outside_the_blocks_find_their_layer(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    def layer_modules(family: str, layer_id: str) -> set[str]:
        layers = layers_of(build_sequence_model(small_base(family, small_tokenizer), 2))
        return set({layer.id: layer for layer in layers}[layer_id].modules)

    assert "backbone.encoder.rel_embeddings" in layer_modules("deberta-v2", "embeddings")
    assert "backbone.embeddings_project" in layer_modules("electra", "embeddings")
    assert "backbone.drop" in layer_modules("gpt2", "embeddings")
    assert "backbone.ln_f" in layer_modules("gpt2", "block.3")
    assert "backbone.norm" in layer_modules("llama", "block.3")
    assert "backbone.decoder.final_layer_norm" in layer_modules("opt", "block.3")
