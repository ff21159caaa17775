"""Building the model of a run: quickly, repeatably, and without touching the base."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch

from engine.contracts import BaseModel, TaskModel
from engine.errors import EngineError
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.verdict import judge
from engine.registry import all_methods, fill_settings, method, task

TASK = "text_classification"
CLASSES = ["ham", "spam"]


def build_with(
    base: BaseModel, method_id: str, *, layers: dict[str, bool] | None = None, seed: int = 0
) -> TaskModel:
    chosen = method(method_id)
    filled, _ = fill_settings(chosen, TASK, {}, base.facts)
    return build(base, task(TASK), chosen, filled, CLASSES, layers, seed)


@pytest.mark.parametrize("method_id", all_methods())
def test_the_base_model_stays_as_it_is(method_id: str, small_bert: Path) -> None:
    base = load_base(str(small_bert))
    before = {name: tensor.clone() for name, tensor in base.network.state_dict().items()}
    model = build_with(base, method_id)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1.0)
    after = base.network.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert all(parameter.requires_grad for parameter in base.network.parameters())


@pytest.mark.parametrize("method_id", all_methods())
def test_the_same_seed_gives_the_same_model_and_takes_no_random_numbers(
    method_id: str, small_bert: Path
) -> None:
    base = load_base(str(small_bert))
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    first, again, other = (build_with(base, method_id, seed=seed) for seed in (4, 4, 5))
    assert torch.equal(torch.rand(3), expected)
    pairs = list(zip(first.parameters(), again.parameters(), other.parameters(), strict=True))
    assert all(torch.equal(one, two) for one, two, _ in pairs)
    assert any(not torch.equal(one, three) for one, _, three in pairs)


@pytest.mark.parametrize("method_id", all_methods())
def test_on_meta_the_counts_are_those_of_the_real_model(method_id: str, small_bert: Path) -> None:
    bases = load_base(str(small_bert)), load_base(str(small_bert), on_meta=True)
    stacks = [read_stack(build_with(base, method_id), base, CLASSES, "a happy day") for base in bases]
    assert stacks[0] == stacks[1]


@pytest.mark.parametrize(
    ("method_id", "trainable"),
    [
        ("full_fine_tuning", 22_566_146),
        ("freeze_layers", 3_549_698),
        ("feature_based", 770),
        ("lora", 74_498),
        ("bottleneck_adapters", 12 * (2 * 24 * 384 + 24 + 384) + 770),
    ],
)
def test_trainable_parameters_on_minilm(minilm_on_meta: BaseModel, method_id: str, trainable: int) -> None:
    stack = read_stack(build_with(minilm_on_meta, method_id), minilm_on_meta, CLASSES)
    assert stack.trainable_parameters == trainable


def test_layers_set_by_hand_come_after_the_method(small_bert: Path) -> None:
    base = load_base(str(small_bert), on_meta=True)
    model = build_with(base, "freeze_layers", layers={"embeddings": True, "block.2": False, "head": False})
    trainable = {
        layer.id: layer.trainable_parameters > 0 for layer in read_stack(model, base, CLASSES).layers
    }
    assert trainable == {"embeddings": True, "block.1": False, "block.2": False, "head": True}


def test_methods_that_set_their_own_layers_are_left_alone(small_bert: Path) -> None:
    base = load_base(str(small_bert), on_meta=True)
    stack = read_stack(build_with(base, "lora", layers={"block.2": True}), base, CLASSES)
    assert stack.layers[2].trainable_parameters == 0


def test_a_layer_that_is_not_there_is_a_problem(small_bert: Path) -> None:
    with pytest.raises(EngineError) as caught:
        build_with(load_base(str(small_bert), on_meta=True), "freeze_layers", layers={"block.7": True})
    assert caught.value.problem.code == "no_such_layer"
    assert "embeddings, block.1, block.2" in caught.value.problem.reason


def test_all_methods_are_previewed_within_the_time_of_a_blink(minilm_on_meta: BaseModel) -> None:
    def preview() -> float:
        start = time.perf_counter()
        for chosen in all_methods().values():
            filled, _ = fill_settings(chosen, TASK, {}, minilm_on_meta.facts)
            model = build(minilm_on_meta, task(TASK), chosen, filled, CLASSES)
            stack = read_stack(model, minilm_on_meta, CLASSES, "Free entry in 2 a wkly comp")
            judge(minilm_on_meta.facts, task(TASK), model, stack)
        return time.perf_counter() - start

    preview()  # the first one loads peft
    assert min(preview() for _ in range(3)) < 0.08 * len(all_methods())


@pytest.mark.parametrize("method_id", all_methods())
def test_on_meta_the_process_random_numbers_are_left_alone(
    method_id: str, small_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = load_base(str(small_bert), on_meta=True)
    build_with(base, method_id)
    seeds: list[int] = []
    monkeypatch.setattr(torch, "manual_seed", seeds.append)  # another thread may be training
    before = torch.random.get_rng_state()
    model = build_with(base, method_id)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert seeds == []
    assert all(parameter.is_meta for parameter in model.parameters())


@pytest.mark.parametrize("method_id", all_methods())
def test_a_base_that_may_be_used_up_is_not_copied(method_id: str, small_bert: Path) -> None:
    base, chosen = load_base(str(small_bert)), method(method_id)
    filled, _ = fill_settings(chosen, TASK, {}, base.facts)
    own = {parameter.data_ptr() for parameter in base.network.parameters()}
    expected = build(base, task(TASK), chosen, filled, CLASSES, seed=3)
    model = build(base, task(TASK), chosen, filled, CLASSES, seed=3, use_up=True)
    assert own <= {parameter.data_ptr() for parameter in model.parameters()}
    for ours, theirs in zip(model.parameters(), expected.parameters(), strict=True):
        assert torch.equal(ours, theirs)
        assert ours.requires_grad == theirs.requires_grad
