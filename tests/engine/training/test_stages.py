"""Gradual unfreezing: what learns when, and that what rests is as frozen as if it never learned."""

from __future__ import annotations

import pytest
import torch

from engine import registry
from engine.contracts import Stage
from engine.models.change import hash_tensors
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.structure import layers_of
from engine.models.verdict import judge
from engine.protocol.events import LayersChanged, TrainingStarted
from engine.protocol.stack import Answer
from engine.training.optimizer import make_optimizer, rate_factor
from engine.training.stages import Stages
from tests.engine.recorded_session import moods_run, open_session, points, start

TASK, METHOD = "text_classification", "gradual_unfreezing"


def _model(model, **changed):
    base = load_base(str(model), on_meta=str(model) == "minilm")
    settings, problems = registry.fill_settings(registry.method(METHOD), TASK, changed, base.facts)
    assert problems == []
    made = build(base, registry.task(TASK), registry.method(METHOD), settings, ("glad", "sad"))
    return base, made, settings


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"epochs": 6},
            {1.0: ["block.6", "block.5"], 2.0: ["block.4", "block.3"], 3.0: ["block.2"], 4.0: ["block.1"]},
        ),
        ({"epochs": 3}, {1.0: ["block.6", "block.5", "block.4", "block.3"], 2.0: ["block.2", "block.1"]}),
        ({"epochs": 9, "stage_epochs": 3}, {3.0: ["block.6", "block.5", "block.4", "block.3"]}),
        ({"epochs": 1}, {2 / 3: ["block.6", "block.5", "block.4", "block.3", "block.2", "block.1"]}),
    ],
)
def test_layers_thaw_top_first_in_groups_until_two_thirds_of_the_run(settings, expected):
    _, model, filled = _model("minilm", **settings)

    blocks = {
        stage.epoch: [layer for layer in stage.layers if layer != "embeddings"] for stage in model.stages
    }
    assert {epoch: blocks[epoch] for epoch in expected} == expected
    thawed = [layer for stage in model.stages for layer in stage.layers]
    assert thawed == [*(f"block.{number}" for number in range(6, 0, -1)), "embeddings"]
    assert model.stages[-1].epoch <= filled["epochs"] * 2 / 3 + 1e-9
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_one_layer_thaws_in_each_epoch_where_there_is_time_as_in_the_paper():
    _, model, _ = _model("minilm", epochs=12)

    assert [stage.epoch for stage in model.stages] == [1, 2, 3, 4, 5, 6, 7]
    assert all(len(stage.layers) == 1 for stage in model.stages)


def test_the_stack_says_when_a_layer_thaws_and_counts_it():
    base, model, _ = _model("minilm", epochs=3)
    stack = read_stack(model, base, ("glad", "sad"))
    verdict = judge(base.facts, registry.task(TASK), model, stack, {})

    assert [layer.thaws_at for layer in stack.layers] == [2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, None]
    assert stack.trainable_parameters == stack.total_parameters
    assert verdict.weights_change is Answer.YES
    assert verdict.fine_tuning_sentence == ("From epoch 2 on the model's own weights change, top first.")


def test_only_while_a_step_is_worked_out_are_resting_layers_taken_out(small_bert):
    _, model, _ = _model(small_bert, epochs=3)
    model.stages = (Stage(1.0, ("block.2",)), Stage(2.0, ("block.1", "embeddings")))
    stages = Stages(model, steps_per_epoch=4)

    def learning(step):
        with stages.at(step):
            return [layer.id for layer in layers_of(model) if layer.trainable]

    every = [layer.id for layer in layers_of(model)]
    assert learning(1) == learning(4) == ["head"]
    assert learning(5) == learning(8) == ["block.2", "head"]
    assert learning(9) == every
    assert [step for step in range(1, 13) if stages.begins_at(step)] == [5, 9]
    assert all(parameter.requires_grad for parameter in model.parameters())
    stages.set_modes(5)
    lower, upper = model.backbone.encoder.layer
    assert (lower.training, upper.training, model.head.training) == (False, True, True)
    # four layers through; back from the lowest that learns, which costs twice as much
    assert [stages.cost(step) for step in (1, 5, 9)] == [(4 + 2) / 12, (4 + 4) / 12, 1.0]


def test_lower_layers_learn_at_a_2_6th_of_the_rate_of_those_above(small_bert):
    _, model, settings = _model(small_bert)
    rates = {
        id(parameter): group["lr"]
        for group in make_optimizer(model, settings).param_groups
        for parameter in group["params"]
    }
    *below, head = layers_of(model)
    found = [{rates[id(one)] for one in layer.parameters.values()} for layer in reversed(below)]
    assert [len(rate) for rate in found] == [1, 1, 1]
    top, *others = (rate.pop() for rate in found)
    assert top == settings["learning_rate"]
    assert others == pytest.approx([top / 2.6, top / 2.6**2], rel=5e-3)
    assert {rates[id(one)] for one in head.parameters.values()} == {settings["head_learning_rate"]}


def test_the_slanted_triangle_is_the_papers():
    """Howard & Ruder 2018, equation 3, with T steps, cut_frac 0.1 and ratio 32."""
    total, cut = 200, 20

    def expected(t):
        p = t / cut if t < cut else 1 - (t - cut) / (cut * (1 / 0.1 - 1))
        return (1 + p * (32 - 1)) / 32

    found = [
        rate_factor(step, total_steps=total, warmup_share=0.1, schedule="slanted_triangle")
        for step in range(1, total + 1)
    ]
    assert found == pytest.approx([expected(t) for t in range(total)])
    assert (found[0], max(found), found.index(max(found))) == (1 / 32, 1.0, 20)


def test_what_rests_keeps_its_bytes_until_it_thaws_and_then_moves(small_bert, moods_csv, tmp_path):
    session = open_session(calibration_file=tmp_path / "calibration.json")
    run = moods_run(moods_csv, small_bert, METHOD, epochs=6, learning_rate=1e-2, weight_decay=0.5)
    events = session.do(start(run, tmp_path / "run"))
    session.session.close()

    changes = [event for event in events if isinstance(event, LayersChanged)]
    first, last = changes[0], changes[-1]
    assert set(first.percent.values()) == {0.0}
    assert min(last.percent.values()) > 0
    started = next(event for event in events if isinstance(event, TrainingStarted))
    thaws = {layer.id: layer.thaws_at for layer in started.stack.layers if layer.thaws_at}
    assert thaws == {"block.2": 1.0, "block.1": 2.0, "embeddings": 3.0}
    for change in changes:
        for layer, percent in change.percent.items():
            assert (percent > 0) == (change.epoch > thaws[layer]), (layer, change.epoch)
    assert len(points(events)) == 36


def test_what_rests_gets_no_gradient_and_no_weight_decay(small_bert):
    base, model, settings = _model(small_bert, weight_decay=0.5, learning_rate=1e-2)
    stages, optimizer = Stages(model, steps_per_epoch=2), make_optimizer(model, settings)
    batch = dict(base.tokenizer(["a happy day", "a cruel day"], return_tensors="pt"))
    before = hash_tensors(model)
    for step in (1, 2):
        stages.set_modes(step)
        optimizer.zero_grad()
        with stages.at(step):
            model({**batch, "labels": torch.tensor([0, 1])}).loss.backward()
        optimizer.step()
    assert hash_tensors(model) == before
    assert {type(one.grad) for one in model.backbone.parameters()} == {type(None)}
    assert optimizer.state.keys() == set(model.head.parameters())
