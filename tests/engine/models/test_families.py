"""Every architecture family, saved to disk and loaded: where its embeddings, blocks, parts and head lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import BaseModel, HeadFacts, HeadKind, Network, TaskModel
from engine.models.facts import AUTO_CLASSES
from engine.models.inserts import matrix_names, without_future_warnings
from engine.models.layers import read_stack, set_layer_trainable, set_modes
from engine.models.load import load_base
from engine.models.parts import ATTENTION, CROSS_ATTENTION, FEED_FORWARD, Role, pieces_of
from engine.models.structure import Layer, layers_of, stacks_of
from engine.models.writing import WritingModel
from engine.protocol.stack import LayerKind
from tests.engine.models.block_names import UPPERMOST
from tests.engine.models.families import (
    ENCODER_DECODERS,
    EVERY,
    SHARED,
    save_small,
    small_base,
    small_network,
)


def _writes(family: str, kind: Network) -> bool:
    """Whether transformers has such a network; a BERT as a decoder, and half a T5, are not meant."""
    config = CONFIG_MAPPING[family]
    if kind is Network.CAUSAL_LM and (
        family in ENCODER_DECODERS or config in AUTO_CLASSES[Network.MASKED_LM]._model_mapping
    ):
        return False
    return kind is not Network.ENCODER and config in AUTO_CLASSES[kind]._model_mapping


WRITING = [(family, kind) for family in EVERY for kind in Network if _writes(family, kind)]


def writes(family: str, kind: Network, *, only_last: bool = False) -> TaskModel:
    """Returns a network that writes words under its own head.

    Args:
        family: Of the network.
        kind: Which one.
        only_last: Whether no more than the last matrix is called its head.
    """
    whole = small_network(AUTO_CLASSES[kind], CONFIG_MAPPING[family](**EVERY[family]))
    model = WritingModel(whole, HeadFacts(outputs=0, kind=HeadKind.WORDS, network=kind), head_is_new=False)
    if only_last:
        model.head = whole.get_output_embeddings()
    return model


class Reads(TaskModel):
    """A bare network under a head of two numbers."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.backbone, self.head, self.facts = network, torch.nn.Linear(32, 2), HeadFacts(outputs=2)


@pytest.fixture(scope="session")
def bases(
    tmp_path_factory: pytest.TempPathFactory, small_tokenizer: PreTrainedTokenizerBase
) -> dict[str, BaseModel]:
    """Every family, saved to disk and loaded."""
    folder: Path = tmp_path_factory.mktemp("families")
    return {
        family: load_base(str(save_small(folder / family, family, settings, small_tokenizer)))
        for family, settings in EVERY.items()
    }


def _sizes(layers: tuple[Layer, ...]) -> dict[str, int]:
    return {layer.id: sum(part.numel() for part in layer.parameters.values()) for layer in layers}


@pytest.mark.parametrize("family", EVERY)
def test_every_parameter_of_a_loaded_model_is_in_exactly_one_layer(
    family: str, bases: dict[str, BaseModel]
) -> None:
    base = bases[family]
    model = Reads(base.network)
    layers = layers_of(model)
    named = [name for layer in layers for name in (*layer.parameters, *layer.inserts)]
    assert sorted(named) == sorted(name for name, _ in model.named_parameters())
    assert sum(_sizes(layers).values()) == base.facts.parameters + 66
    assert all(size > 0 for size in _sizes(layers).values())
    blocks = [layer for layer in layers if layer.id.startswith("block.")]
    expected = 1 if family in SHARED else 5 if family in ENCODER_DECODERS else 3
    assert [layer.id for layer in blocks] == [f"block.{number}" for number in range(1, expected + 1)]
    assert base.facts.blocks == expected


@pytest.mark.parametrize("family", EVERY)
def test_the_matrices_and_norms_of_a_block_are_known_by_what_they_do(
    family: str, bases: dict[str, BaseModel]
) -> None:
    assert set(UPPERMOST) == set(EVERY)
    for stack, blocks in stacks_of(bases[family].network).items():
        found: dict[str, list[str]] = {}
        for piece in pieces_of(blocks[-1]):
            found.setdefault(piece.part, []).append(f"{piece.role.value}={piece.name}")
        expected = {part: words.split() for part, words in UPPERMOST[family].items()}
        if stack == "encoder":
            del expected[CROSS_ATTENTION]
            if family in ("t5", "mt5"):  # without cross-attention, feed-forward is the second of the layers
                expected[FEED_FORWARD] = [
                    name.replace("layer.2", "layer.1") for name in expected[FEED_FORWARD]
                ]
        assert {part: sorted(names) for part, names in found.items()} == {
            part: sorted(names) for part, names in expected.items()
        }


def test_a_matrix_that_is_two_at_once_says_so(bases: dict[str, BaseModel]) -> None:
    def labels(family: str) -> list[str]:
        return [piece.label for piece in pieces_of(stacks_of(bases[family].network)[""][-1])]

    assert labels("modernbert") == ["Norm", "Query, key and value", "Output", "Norm", "Gate and up", "Down"]
    assert labels("gpt2") == ["Norm", "Query, key and value", "Output", "Norm", "Up", "Down"]
    assert labels("llama")[4:7] == ["Gate", "Up", "Down"]
    assert labels("deberta-v2")[3:5] == ["Positions", "Positions"]


@pytest.mark.parametrize("family", EVERY)
def test_facts_say_which_kind_a_model_is_and_what_can_be_put_beside(
    family: str, bases: dict[str, BaseModel]
) -> None:
    facts = bases[family].facts
    decoders = ("gpt2", "llama", "qwen2", "qwen3", "opt")
    kind = "encoder_decoder" if family in ENCODER_DECODERS else "decoder" if family in decoders else "encoder"
    assert facts.kind == kind
    fused = ["query_key_value"] if family in ("gpt2", "modernbert") else ["query", "key", "value"]
    gated = ["gate"] if family in ("llama", "qwen2", "qwen3", "mt5") else []
    assert list(facts.matrices) == [
        *(f"attention.{role}" for role in (*fused, "output")),
        *(f"feed_forward.{role}" for role in ("up", *gated, "down")),
    ]


@pytest.mark.parametrize("family", ENCODER_DECODERS)
def test_an_encoder_with_a_decoder_is_two_stacks(family: str, bases: dict[str, BaseModel]) -> None:
    base = bases[family]
    stack = read_stack(Reads(base.network), base, ["glad", "sad"])
    assert [(layer.id, layer.label, layer.stack) for layer in stack.layers] == [
        ("embeddings", "Word embeddings", ""),
        ("block.1", "Encoder block 1", "encoder"),
        ("block.2", "Encoder block 2", "encoder"),
        ("block.3", "Decoder block 1", "decoder"),
        ("block.4", "Decoder block 2", "decoder"),
        ("block.5", "Decoder block 3", "decoder"),
        ("head", "Task head", ""),
    ]
    parts = [[part.label for part in layer.parts] for layer in stack.layers]
    assert parts[1] == parts[2] == ["Attention", "Feed-forward"]
    assert parts[3] == parts[4] == parts[5] == ["Attention", "Cross-attention", "Feed-forward"]
    for layer in stack.layers[1:-1]:
        assert sum(part.parameters for part in layer.parts) == layer.parameters
    last_norm, distances = (32, 32 * 4) if family in ("t5", "mt5") else (0, 0)  # 32 buckets, 4 heads
    encoder, decoder = stack.layers[1:3], stack.layers[3:6]
    assert encoder[1].parameters - encoder[0].parameters == last_norm - distances
    assert decoder[1].parameters - decoder[0].parameters == -distances
    assert decoder[2].parameters - decoder[1].parameters == last_norm


def test_shared_layers_are_one_block_used_twelve_times(bases: dict[str, BaseModel]) -> None:
    stack = read_stack(Reads(bases["albert"].network), bases["albert"], ["glad", "sad"])
    assert [(layer.label, layer.times) for layer in stack.layers] == [
        ("Word embeddings", 1),
        ("Block 1", 12),
        ("Task head", 1),
    ]


@pytest.mark.parametrize(
    ("family", "layer", "module"),
    [
        ("deberta-v2", "embeddings", "encoder.rel_embeddings"),
        ("deberta-v2", "embeddings", "encoder.LayerNorm"),
        ("deberta-v2", "block.1", "encoder.conv"),
        ("electra", "embeddings", "embeddings_project"),
        ("albert", "embeddings", "encoder.embedding_hidden_mapping_in"),
        ("modernbert", "block.3", "final_norm"),
        ("gpt2", "embeddings", "wpe"),
        ("gpt2", "block.3", "ln_f"),
        ("llama", "block.3", "norm"),
        ("opt", "block.3", "decoder.final_layer_norm"),
        ("t5", "embeddings", "decoder.embed_tokens"),
        ("t5", "block.2", "encoder.final_layer_norm"),
        ("t5", "block.5", "decoder.final_layer_norm"),
        ("bart", "embeddings", "decoder.layernorm_embedding"),
        ("marian", "embeddings", "encoder.embed_positions"),
    ],
)
def test_what_stands_outside_the_blocks_has_a_home(
    family: str, layer: str, module: str, bases: dict[str, BaseModel]
) -> None:
    layers = {one.id: one for one in layers_of(Reads(bases[family].network))}
    assert f"backbone.{module}" in layers[layer].modules


def test_the_distances_of_t5_belong_to_the_first_block_of_each_stack(bases: dict[str, BaseModel]) -> None:
    layers = layers_of(Reads(bases["t5"].network))
    homes = [layer.id for layer in layers for name in layer.parameters if "relative_attention_bias" in name]
    assert homes == ["block.1", "block.3"]


def test_sine_waves_are_no_parameters(bases: dict[str, BaseModel]) -> None:
    network: Any = bases["marian"].network
    assert not any("embed_positions" in name for name, _ in network.named_parameters())
    positions = network.encoder.embed_positions.weight
    assert positions.shape == (64, 32)
    assert positions[0].tolist() == [0.0] * 16 + [1.0] * 16
    assert "encoder.embed_positions.weight" in network.state_dict()  # a saved model has them as before


@pytest.mark.parametrize(("family", "kind"), WRITING)
def test_the_head_of_a_network_that_writes_words_is_apart_and_all_else_lies_where_it_lay(
    family: str, kind: Network, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    below = _sizes(layers_of(Reads(small_base(family, small_tokenizer).network)))
    for only_last in (False, True):
        model = writes(family, kind, only_last=only_last)
        whole: Any = model.backbone
        layers = layers_of(model)
        named = [name for layer in layers for name in layer.parameters]
        assert sorted(named) == sorted(name for name, _ in model.named_parameters())
        sizes = _sizes(layers)
        assert {**sizes, "head": 0} == {**below, "head": 0}
        assert sum(sizes.values()) == sum(parameter.numel() for parameter in whole.parameters())
        words = whole.get_input_embeddings().weight
        tied = whole.get_output_embeddings().weight is words
        assert tied == (family not in ("llama", "qwen2", "qwen3"))
        assert words is next(iter(layers[0].parameters.values()))
        assert layers[-1].modules
        assert not any(name.startswith("head") for name in layers[-1].modules)


def test_every_network_that_writes_words_is_tried() -> None:
    kinds = [kind for _, kind in WRITING]
    assert [kinds.count(kind) for kind in Network] == [0, 9, 5, 4]


@pytest.mark.parametrize(
    ("family", "kind"),
    [("bert", Network.MASKED_LM), ("gpt2", Network.CAUSAL_LM), ("t5", Network.SEQUENCE_TO_SEQUENCE)],
)
def test_inserts_in_a_network_that_writes_words_stand_in_its_blocks(family: str, kind: Network) -> None:
    from peft import LoraConfig, get_peft_model

    model = writes(family, kind)
    before = _sizes(layers_of(model))
    targets = matrix_names(model.backbone, (ATTENTION,), (Role.QUERY, Role.VALUE, Role.QUERY_KEY_VALUE))
    with without_future_warnings():
        model.backbone = get_peft_model(
            model.backbone,  # type: ignore[arg-type]  # peft asks for a class of transformers
            LoraConfig(r=2, target_modules=targets, fan_in_fan_out=family == "gpt2"),
        )
    layers = layers_of(model)
    assert _sizes(layers) == before
    own = {"gpt2": 2 * (32 + 96)}.get(family, 2 * 2 * (32 + 32))
    assert {layer.id: sum(part.numel() for part in layer.inserts.values()) for layer in layers} == {
        layer.id: own if layer.id.startswith("block.") else 0 for layer in layers
    }


@pytest.mark.parametrize("family", ENCODER_DECODERS)
def test_a_block_of_a_decoder_can_be_frozen_by_hand_and_rests(
    family: str, bases: dict[str, BaseModel]
) -> None:
    import copy

    base = bases[family]
    model = Reads(copy.deepcopy(base.network)).requires_grad_(True)
    set_layer_trainable(model, "block.4", trainable=False)
    stack = read_stack(model, base, ["glad", "sad"], by_hand=True)
    frozen = [layer.label for layer in stack.layers if layer.trainable_parameters == 0]
    assert frozen == ["Decoder block 2"]
    model.eval()
    set_modes(model)
    modes = {
        layer.id: {part.training for module in layer.modules.values() for part in module.modules()}
        for layer in layers_of(model)
    }
    assert modes == {name: {name != "block.4"} for name in modes}


def test_stack_kinds_stay_in_order(bases: dict[str, BaseModel]) -> None:
    for family, base in bases.items():
        kinds = [layer.kind for layer in read_stack(Reads(base.network), base, ["a"]).layers]
        assert kinds == sorted(kinds, key=list(LayerKind).index), family
