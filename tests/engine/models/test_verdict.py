"""The verdict: every row of the table of situations, from the model and the run alone."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
import torch
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, HeadFacts, Task, TaskModel
from engine.models.layers import read_stack, set_layer_trainable
from engine.models.prepare import build
from engine.models.structure import layers_of
from engine.models.verdict import judge
from engine.protocol.fields import SettingValue
from engine.protocol.stack import Answer, ModelFacts, Verdict
from engine.registry import fill_settings, method, task
from tests.engine.models.families import small_base

CLASSES = ["happy", "upset"]


def model_of(base: BaseModel, method_id: str, **settings: SettingValue) -> TaskModel:
    chosen = method(method_id)
    filled, problems = fill_settings(chosen, "text_classification", settings, base.facts)
    assert problems == []
    return build(base, task("text_classification"), chosen, filled, CLASSES)


WITH_NEW_HEAD = "Its own weights stay. Only the inserts and the new head learn."


def verdict(base: BaseModel, model: TaskModel, *, learned: str | None = None, same: bool = False) -> Verdict:
    facts: ModelFacts = base.facts
    chosen: Task = task("text_classification")
    if learned is not None:
        facts = msgspec.structs.replace(facts, learned=learned)
    if same:
        chosen = dataclasses.replace(chosen, is_task_of=lambda _facts: Answer.YES)
    return judge(facts, chosen, model, read_stack(model, base, CLASSES), {})


@pytest.mark.parametrize(
    ("method_id", "settings", "weights_change", "sentence"),
    [
        ("feature_based", {}, Answer.NO, "The model itself stays as it was. Only the new head learns."),
        (
            "lora",
            {},
            Answer.NO,
            WITH_NEW_HEAD,
        ),
        (
            "bottleneck_adapters",
            {},
            Answer.NO,
            WITH_NEW_HEAD,
        ),
        ("freeze_layers", {}, Answer.YES, "Blocks 5–6 of the model will change."),
        ("freeze_layers", {"frozen_layers": 5}, Answer.YES, "Block 6 of the model will change."),
        ("freeze_layers", {"frozen_layers": 0}, Answer.YES, "Blocks 1–6 of the model will change."),
        ("full_fine_tuning", {}, Answer.YES, "All of the model's own weights will change."),
        ("bitfit", {}, Answer.YES, "A few of its own weights change: the biases, 0.11 %."),
        ("layer_norm_tuning", {}, Answer.YES, "A few of its own weights change: the norms, 0.044 %."),
        ("ia3", {}, Answer.NO, WITH_NEW_HEAD),
        (
            "prefix_tuning",
            {},
            Answer.NO,
            WITH_NEW_HEAD,
        ),
        (
            "prompt_tuning",
            {},
            Answer.NO,
            WITH_NEW_HEAD,
        ),
        (
            "bottleneck_adapters",
            {"layer_norms": True},
            Answer.YES,
            "A few of its own weights change: the norms, 0.044 %. The inserts learn too.",
        ),
    ],
)
def test_an_embedder_that_learns_to_classify(
    minilm_on_meta: BaseModel,
    method_id: str,
    settings: dict[str, SettingValue],
    weights_change: Answer,
    sentence: str,
) -> None:
    said = verdict(minilm_on_meta, model_of(minilm_on_meta, method_id, **settings))
    assert said.task_changes is Answer.YES
    assert said.transfer_sentence == (
        "It learned to place sentences of like meaning near each other. "
        "You teach it to sort texts into classes."
    )
    assert (said.weights_change, said.fine_tuning_sentence) == (weights_change, sentence)


def test_a_model_that_does_not_say_what_it_learned(minilm_on_meta: BaseModel) -> None:
    said = verdict(minilm_on_meta, model_of(minilm_on_meta, "lora"), learned="")
    assert said.task_changes is Answer.UNKNOWN
    assert said.transfer_sentence == "The model does not say what it was trained for."


def test_small_parts_on_the_same_task(minilm_on_meta: BaseModel) -> None:
    said = verdict(minilm_on_meta, model_of(minilm_on_meta, "lora"), same=True)
    assert (said.task_changes, said.weights_change) == (Answer.NO, Answer.NO)
    assert said.fine_tuning_sentence == "Same task, same weights: plain adaptation with small parts."


def test_fine_tuning_on_the_same_task(minilm_on_meta: BaseModel) -> None:
    model = model_of(minilm_on_meta, "full_fine_tuning")
    said = verdict(minilm_on_meta, model, learned="to put texts into classes", same=True)
    assert (said.task_changes, said.weights_change) == (Answer.NO, Answer.YES)
    assert said.transfer_sentence == (
        "It already learned to put texts into classes. It goes on with the same task."
    )


def test_only_the_biases(minilm_on_meta: BaseModel) -> None:
    model = model_of(minilm_on_meta, "feature_based")
    for layer in layers_of(model)[:-1]:
        for name, parameter in layer.parameters.items():
            parameter.requires_grad = name.endswith(".bias")
    said = verdict(minilm_on_meta, model)
    assert said.weights_change is Answer.YES
    assert said.fine_tuning_sentence == "A few of its own weights change: the biases, 0.11 %."


def test_layers_set_by_hand_are_named(minilm_on_meta: BaseModel) -> None:
    model = model_of(minilm_on_meta, "freeze_layers")
    for layer_id in ("embeddings", "block.1", "block.3"):
        set_layer_trainable(model, layer_id, trainable=True)
    said = verdict(minilm_on_meta, model)
    assert said.fine_tuning_sentence == (
        "The word embeddings and blocks 1, 3 and 5–6 of the model will change."
    )


def test_the_blocks_of_two_stacks_are_named_apart(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("t5", small_tokenizer)
    model = TaskModel()
    model.backbone, model.head, model.facts = base.network, torch.nn.Linear(32, 2), HeadFacts(outputs=2)
    for layer in ("embeddings", "block.1", "block.3", "block.4"):
        set_layer_trainable(model, layer, trainable=False)
    assert verdict(base, model).fine_tuning_sentence == (
        "Encoder block 2 and decoder block 3 of the model will change."
    )
    set_layer_trainable(model, "embeddings", trainable=True)
    set_layer_trainable(model, "block.4", trainable=True)
    assert verdict(base, model).fine_tuning_sentence == (
        "The word embeddings, encoder block 2 and decoder blocks 2–3 of the model will change."
    )


def test_everything_frozen_by_hand_is_no_fine_tuning(minilm_on_meta: BaseModel) -> None:
    model = model_of(minilm_on_meta, "full_fine_tuning")
    for layer in layers_of(model)[:-1]:
        set_layer_trainable(model, layer.id, trainable=False)
    said = verdict(minilm_on_meta, model)
    assert said.weights_change is Answer.NO
    assert said.changed_share == 0.0


def test_the_shares_that_place_the_dot(minilm_on_meta: BaseModel) -> None:
    full = verdict(minilm_on_meta, model_of(minilm_on_meta, "full_fine_tuning"))
    assert (full.changed_share, full.new_parameters) == (1.0, 770)
    part = verdict(minilm_on_meta, model_of(minilm_on_meta, "freeze_layers"))
    assert part.changed_share == pytest.approx(2 * 1_774_464 / 22_565_376)
    lora = verdict(minilm_on_meta, model_of(minilm_on_meta, "lora"))
    assert (lora.changed_share, lora.new_parameters) == (0.0, 74_498)
