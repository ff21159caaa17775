"""Learning rates: who gets which, and how they go over a run."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine import registry
from engine.models.load import load_base
from engine.models.prepare import build
from engine.training.optimizer import make_optimizer, rate_factor, set_rates

TASK = "text_classification"


def _groups(small_bert, method_id, **changed):
    base, method = load_base(str(small_bert)), registry.method(method_id)
    settings, problems = registry.fill_settings(method, TASK, changed, base.facts)
    assert not problems
    model = build(base, registry.task(TASK), method, settings, ("a", "b"))
    return model, make_optimizer(model, settings)


def test_backbone_and_head_have_their_own_rates(small_bert):
    model, optimizer = _groups(small_bert, "full_fine_tuning", learning_rate=3e-5, head_learning_rate=5e-3)

    rates = {
        name: group["lr"]
        for group in optimizer.param_groups
        for name, parameter in model.named_parameters()
        if any(parameter is one for one in group["params"])
    }
    assert {rate for name, rate in rates.items() if name.startswith("head.")} == {5e-3}
    assert {rate for name, rate in rates.items() if name.startswith("backbone.")} == {3e-5}
    assert set(rates) == {name for name, _ in model.named_parameters()}


def test_a_head_that_came_with_the_model_is_no_beginner(small_filler, small_bert):
    method, task = registry.method("full_fine_tuning"), registry.task("masked_language_modelling")
    rates = []
    for folder in (small_filler, small_bert):
        base = load_base(str(folder), kind=task.network)
        chosen = {"learning_rate": 3e-5, "head_learning_rate": 5e-3}
        settings, _ = registry.fill_settings(method, task.id, chosen, base.facts)
        optimizer = make_optimizer(build(base, task, method, settings, ()), settings)
        rates.append({group["lr"] for group in optimizer.param_groups})
    assert rates == [{3e-5}, {3e-5, 5e-3}]


def test_biases_and_norms_do_not_decay(small_bert):
    model, optimizer = _groups(small_bert, "full_fine_tuning", weight_decay=0.1)

    decays = {id(one) for group in optimizer.param_groups if group["weight_decay"] for one in group["params"]}
    for name, parameter in model.named_parameters():
        plain = name.endswith("bias") or "LayerNorm" in name
        assert (id(parameter) not in decays) == plain, name


def test_vectors_that_scale_do_not_decay(small_bert):
    model, optimizer = _groups(small_bert, "ia3", weight_decay=0.1)

    decays = {id(one) for group in optimizer.param_groups if group["weight_decay"] for one in group["params"]}
    inserts = [one for name, one in model.named_parameters() if "ia3_l" in name]
    assert len(inserts) == 6  # keys, values and feed-forward of two blocks
    assert not [one for one in inserts if id(one) in decays]  # zero would silence what they scale
    head = dict(model.named_parameters())["head.1.weight"]
    assert id(head) in decays


@pytest.mark.parametrize("method", ["freeze_layers", "feature_based", "lora"])
def test_only_what_is_trainable_is_optimized(small_bert, method):
    model, optimizer = _groups(small_bert, method)

    optimized = {id(one) for group in optimizer.param_groups for one in group["params"]}
    assert optimized == {id(one) for one in model.parameters() if one.requires_grad}


def _factors(**choices):
    given = {"total_steps": 20, "warmup_share": 0.1, "schedule": "linear"} | choices
    return [rate_factor(step, **given) for step in range(1, 21)]


def test_warm_up_rises_in_a_line_and_never_wastes_a_step():
    assert _factors(warmup_share=0.2)[:5] == pytest.approx([1 / 5, 2 / 5, 3 / 5, 4 / 5, 1.0])
    assert _factors(warmup_share=0.0)[0] == 1.0


def test_linear_falls_evenly_to_almost_zero():
    factors = _factors()

    assert factors[2] == 1.0
    assert factors[-1] == pytest.approx(1 / 18)
    falls = [earlier - later for earlier, later in pairwise(factors[2:])]
    assert falls == pytest.approx([1 / 18] * 17)


def test_cosine_is_at_a_half_in_the_middle_and_constant_stays():
    assert _factors(schedule="cosine", warmup_share=0.0)[10] == pytest.approx(0.5)
    assert _factors(schedule="constant")[2:] == [1.0] * 18


def test_rates_are_shares_of_the_highest(small_bert):
    _, optimizer = _groups(small_bert, "full_fine_tuning", learning_rate=1e-4)

    assert set_rates(optimizer, 0.5) == 5e-5
    assert set_rates(optimizer, 0.25) == 2.5e-5


def test_the_first_rate_is_the_backbones_whatever_groups_a_method_makes(small_bert):
    for changed in ({}, {"layer_wise_learning_rate_decay": 0.5}):
        model, optimizer = _groups(
            small_bert, "full_fine_tuning", learning_rate=3e-5, head_learning_rate=5e-3, **changed
        )
        assert set_rates(optimizer, 0.5) == pytest.approx(1.5e-5)
        optimized = [id(one) for group in optimizer.param_groups for one in group["params"]]
        assert sorted(optimized) == sorted(id(one) for one in model.parameters())
