"""The layers of an encoder with a decoder: Marian, T5 and BART."""

from __future__ import annotations

import pytest

from engine.contracts import BaseModel
from engine.models.layers import read_stack
from engine.models.prepare import build
from engine.models.structure import HEAD, layers_of
from engine.registry import fill_settings, method, task

TASK = task("sequence_to_sequence")
FAMILIES = ("marian", "t5", "bart")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_head_that_came_with_it_stays_under_small_parts(
    family: str, small_translators: dict[str, BaseModel]
) -> None:
    base = small_translators[family]
    settings, _ = fill_settings(method("lora"), TASK.id, {}, base.facts)
    model = build(base, TASK, method("lora"), settings, ())
    layers = layers_of(model)
    assert not any(layer.trainable for layer in layers)
    assert layers[-1].id == HEAD
    assert sum(parameter.requires_grad for layer in layers for parameter in layer.inserts.values()) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_the_encoder_freezes_before_the_decoder(family: str, small_translators: dict[str, BaseModel]) -> None:
    base = small_translators[family]
    settings, _ = fill_settings(method("freeze_layers"), TASK.id, {"frozen_layers": 3}, base.facts)
    model = build(base, TASK, method("freeze_layers"), settings, ())
    blocks = [layer for layer in read_stack(model, base, ()).layers if layer.kind == "block"]
    assert [(block.stack, block.trainable_parameters > 0) for block in blocks] == [
        ("encoder", False),
        ("encoder", False),
        ("decoder", False),
        ("decoder", True),
    ]


def test_a_model_without_a_decoder_is_refused_with_the_reason(small_base_model: BaseModel) -> None:
    reason = TASK.supports(small_base_model.facts)
    assert reason.endswith("Models such as Marian, T5 and BART have.")
