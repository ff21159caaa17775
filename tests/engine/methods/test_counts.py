"""How many numbers learn, by the papers' own formulas, on every architecture."""

from __future__ import annotations

import copy

import pytest
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, TaskModel
from engine.models.heads import build_sequence_model
from engine.models.parts import is_norm
from engine.models.structure import HEAD, layers_of
from engine.protocol.fields import SettingValue
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
    "distilbert": (5 * D + INNER, 2 * D, 4 * D),
    "electra": (5 * D + INNER, 2 * D, 4 * D),
    "deberta-v2": (7 * D + INNER, 2 * D, 4 * D),  # two more matrices for distances between words
    "gpt2": (5 * D + 4 * D, 2 * D, 4 * D),
    "opt": (5 * D + INNER, 2 * D, 4 * D),
    "albert": (5 * D + INNER, 2 * D, 4 * D),
    "qwen2": (D + 2 * 16, 0, 2 * D),  # keys and values of two heads of 8; RMS norms
    "llama": (0, 0, 2 * D),
    "modernbert": (0, 0, 2 * D),
}
OUTSIDE = {  # the same outside the blocks: norms below and above them, a matrix between
    "electra": (D, 16, 32),  # the matrix from 16 to 32
    "albert": (D, 16, 32),
    "modernbert": (0, 0, 2 * D - D),  # the first block has no norm before attention
    "llama": (0, 0, D),
    "qwen2": (0, 0, D),
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
    keys_and_values = {"gpt2": 3 * D, "modernbert": 3 * D, "llama": 2 * 16, "qwen2": 2 * 16}
    blocks = 1 if family in SHARED else BLOCKS
    inner = {"gpt2": 4 * D}.get(family, INNER)
    model = model_of("ia3", small_base(family, small_tokenizer))
    assert learning(model) == (0, blocks * (keys_and_values.get(family, 2 * D) + inner))


@pytest.mark.parametrize(("method_id", "families"), [("bitfit", {"llama", "modernbert"}), ("ia3", set())])
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
