"""How many numbers learn, by the papers' own formulas, on every architecture."""

from __future__ import annotations

import copy

import pytest
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, TaskModel
from engine.models.heads import build_sequence_model
from engine.models.layers import read_stack
from engine.models.parts import is_norm
from engine.models.structure import HEAD, layers_of
from engine.protocol.fields import SettingValue
from engine.protocol.stack import InsertKind
from engine.registry import fill_settings, method, task
from tests.engine.models.families import FAMILIES, SHARED, small_base

D, INNER, BLOCKS = 32, 64, 3
"""Width, inner width of feed-forward and number of blocks of the small networks."""


def model_of(method_id: str, base: BaseModel, **settings: SettingValue) -> TaskModel:
    """Returns a model as a method leaves it; the base is not changed."""
    chosen = method(method_id)
    filled, problems = fill_settings(chosen, "", settings, base.facts)
    assert problems == []
    own = BaseModel(copy.deepcopy(base.network), base.tokenizer, base.facts, base.folder)
    return chosen.apply(build_sequence_model(own, 2), filled)


def learning(model: TaskModel) -> tuple[int, int]:
    """Returns how many pretrained numbers learn, and how many new ones below the head."""
    layers = [layer for layer in layers_of(model) if layer.id != HEAD]
    own = [one for layer in layers for one in layer.parameters.values() if one.requires_grad]
    new = [one for layer in layers for one in layer.inserts.values() if one.requires_grad]
    return sum(one.numel() for one in own), sum(one.numel() for one in new)


PER_BLOCK = {  # biases of the matrices, biases of the norms, numbers of the norms
    "bert": (5 * D + INNER, 2 * D, 4 * D),
    "roberta": (5 * D + INNER, 2 * D, 4 * D),
    "xlm-roberta": (5 * D + INNER, 2 * D, 4 * D),
    "distilbert": (5 * D + INNER, 2 * D, 4 * D),
    "electra": (5 * D + INNER, 2 * D, 4 * D),
    "deberta-v2": (7 * D + INNER, 2 * D, 4 * D),  # two more matrices for distances between words
    "gpt2": (5 * D + 4 * D, 2 * D, 4 * D),
    "opt": (5 * D + INNER, 2 * D, 4 * D),
    "albert": (5 * D + INNER, 2 * D, 4 * D),
    "qwen2": (D + 2 * 16, 0, 2 * D),  # keys and values of two heads of 8; RMS norms
    "qwen3": (0, 0, 2 * D + 2 * 8),  # two more, of queries and keys, as wide as a head
    "llama": (0, 0, 2 * D),
    "modernbert": (0, 0, 2 * D),
}
OUTSIDE = {  # the same outside the blocks: norms below and above them, a matrix between
    "electra": (D, 16, 32),  # the matrix from 16 to 32
    "albert": (D, 16, 32),
    "deberta-v2": (D, 3 * D, 6 * D),  # a convolution; norms of words, distances and the convolution
    "modernbert": (0, 0, 2 * D - D),  # the first block has no norm before attention
    "llama": (0, 0, D),
    "qwen2": (0, 0, D),
    "qwen3": (0, 0, D),
}


@pytest.mark.parametrize("family", PER_BLOCK)
def test_bias_terms_and_norms_are_found_in_every_architecture(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    assert set(PER_BLOCK) == {*FAMILIES, *SHARED}
    base = small_base(family, small_tokenizer)
    matrices, norm_biases, norms = PER_BLOCK[family]
    matrices_outside, norm_biases_outside, norms_outside = OUTSIDE.get(family, (0, D, 2 * D))
    blocks = 1 if family in SHARED else BLOCKS
    biases = blocks * (matrices + norm_biases) + matrices_outside + norm_biases_outside
    assert base.facts.has_biases == (biases > 0)
    if biases:
        assert learning(model_of("bitfit", base)) == (biases, 0)
    model = model_of("layer_norm_tuning", base)
    assert learning(model) == (blocks * norms + norms_outside, 0)
    assert all(
        parameter.requires_grad == any(parameter is one for norm in _norms(model) for one in norm)
        for parameter in model.backbone.parameters()
    )


def _norms(model: TaskModel) -> list[list[object]]:
    return [list(part.parameters()) for part in model.backbone.modules() if is_norm(part)]


@pytest.mark.parametrize("family", PER_BLOCK)
def test_scaling_vectors_are_as_long_as_what_they_scale(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    """Liu 2022: d for keys, d for values, and the inner width for feed-forward, in each block."""
    keys_and_values = {"gpt2": 3 * D, "modernbert": 3 * D, "llama": 2 * 16, "qwen2": 2 * 16, "qwen3": 2 * 16}
    blocks = 1 if family in SHARED else BLOCKS
    inner = {"gpt2": 4 * D}.get(family, INNER)
    model = model_of("ia3", small_base(family, small_tokenizer))
    assert learning(model) == (0, blocks * (keys_and_values.get(family, 2 * D) + inner))


NO_CACHE = {"distilbert", "deberta-v2", "modernbert", "albert"}
"""Encoders whose attention cannot be given keys and values from outside."""


@pytest.mark.parametrize(
    ("method_id", "families"),
    [
        ("bitfit", {"llama", "qwen3", "modernbert"}),
        ("layer_norm_tuning", set()),
        ("ia3", set()),
        ("lora", set()),
        ("prefix_tuning", NO_CACHE),
        ("prompt_tuning", set()),
    ],
)
def test_what_an_architecture_lacks_is_said(
    method_id: str, families: set[str], small_tokenizer: PreTrainedTokenizerBase
) -> None:
    chosen, asked = method(method_id), task("text_classification")
    reasons = {
        family: chosen.supports(asked, small_base(family, small_tokenizer).facts)
        for family in (*FAMILIES, *SHARED)
    }
    assert {family for family, reason in reasons.items() if reason} == families
    assert all(reason.endswith(".") for reason in reasons.values() if reason)


def lora_count(rank: int, *matrices: tuple[int, int], dora: bool = False) -> int:
    """Hu 2022: rank · (in + out) for each matrix; Liu 2024: out more."""
    return sum(rank * (into + out_of) + (out_of if dora else 0) for into, out_of in matrices)


@pytest.mark.parametrize("dora", [False, True])
@pytest.mark.parametrize("family", ["bert", "gpt2", "llama"])
def test_low_rank_changes_stand_beside_the_chosen_matrices(
    family: str, dora: bool, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    square, key = (D, D), (D, D if family == "bert" else 16)
    attention = {"gpt2": [(D, 3 * D), square]}.get(family, [square, square, key, key])
    feed_forward = {
        "bert": [(D, INNER), (INNER, D)],
        "gpt2": [(D, 4 * D), (4 * D, D)],
        "llama": [(D, INNER), (D, INNER), (INNER, D)],
    }[family]
    first = {"gpt2": [(D, 3 * D)]}.get(family, [square, key])
    base = small_base(family, small_tokenizer)
    for matrices, expected in (
        ("query_value", first),
        ("attention", attention),
        ("all_linear", attention + feed_forward),
    ):
        model = model_of("lora", base, rank=4, matrices=matrices, dora=dora)
        assert learning(model) == (0, BLOCKS * lora_count(4, *expected, dora=dora)), matrices


@pytest.mark.parametrize("method_id", ["lora", "bottleneck_adapters"])
@pytest.mark.parametrize("family", ["bert", "gpt2", "llama", "deberta-v2"])
def test_only_chosen_blocks_get_new_parts(
    family: str, method_id: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    everywhere = read_stack(model_of(method_id, base), base, ["a", "b"])
    chosen = read_stack(model_of(method_id, base, blocks="1, 3"), base, ["a", "b"])
    counts = [layer.new_parameters for layer in everywhere.layers]
    assert min(counts[1:4]) > 0
    assert [layer.new_parameters for layer in chosen.layers] == [0, counts[1], 0, counts[3], 0]


def test_a_rank_stabilised_change_is_scaled_by_the_root_of_its_rank(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    base = small_base("bert", small_tokenizer)
    for stabilised, scaling in ((False, 16 / 4), (True, 16 / 2)):
        model = model_of("lora", base, rank=4, alpha=16, rank_stabilised=stabilised)
        found = {part.scaling["default"] for part in model.backbone.modules() if hasattr(part, "lora_A")}
        assert found == {scaling}


def test_a_prefix_has_two_vectors_for_each_block_and_position(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    for family, keys in (("bert", D), ("gpt2", D), ("llama", 16), ("qwen2", 16)):
        base = small_base(family, small_tokenizer)
        model = model_of("prefix_tuning", base, length=5)
        assert learning(model) == (0, 2 * BLOCKS * 5 * keys), family
        stack = read_stack(model, base, ["a", "b"])
        assert [layer.new_parameters for layer in stack.layers] == [0, *[2 * 5 * keys] * BLOCKS, 0]
        assert [insert.kind for insert in stack.layers[1].inserts] == [InsertKind.PREFIX]
        assert stack.added_pieces == 0


def test_a_prefix_through_a_network_has_its_numbers_too(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("bert", small_tokenizer)
    model = model_of("prefix_tuning", base, length=5, reparametrisation=True)
    shared, in_block = 5 * D + D * 512 + 512, 512 * 2 * D + 2 * D
    assert learning(model) == (0, shared + BLOCKS * in_block)
    stack = read_stack(model, base, ["a", "b"])
    assert [layer.new_parameters for layer in stack.layers] == [shared, *[in_block] * BLOCKS, 0]
    assert stack.new_parameters == shared + BLOCKS * in_block + stack.layers[-1].parameters


def test_a_prompt_has_a_vector_for_each_position(small_tokenizer: PreTrainedTokenizerBase) -> None:
    for family, width in (("bert", D), ("electra", 16), ("albert", 16), ("distilbert", D), ("llama", D)):
        base = small_base(family, small_tokenizer)
        model = model_of("prompt_tuning", base, length=5)
        assert learning(model) == (0, 5 * width), family
        stack = read_stack(model, base, ["a", "b"])
        lowest, *others, _head = stack.layers
        assert (lowest.new_parameters, sum(layer.new_parameters for layer in others)) == (5 * width, 0)
        assert [insert.kind for insert in stack.layers[0].inserts] == [InsertKind.PROMPT]
        assert stack.added_pieces == 5
