"""Blocks that are computed again on the way back: the same is learned, and much less is kept.

That it is the same with every method, family and task the battery shows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import FeatureLayers, HeadOptions, TaskModel
from engine.models.heads import build_sequence_model
from engine.models.prepare import build
from engine.protocol.check_problems import too_large
from engine.protocol.fold_runs import recipe_of
from engine.protocol.stack import Estimate, Fit
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.precision import computing_in
from engine.training.recomputing import compute_again
from engine.training.workbench import Workbench
from tests.engine.models.families import FAMILIES, small_base, small_batch
from tests.engine.models.test_frozen_prefix import (
    freeze_below,
    learned,
    prefix_of,
)
from tests.engine.recorded_session import moods_run, open_session, points, start

CPU = torch.device("cpu")


def kept_bytes(work: Callable[[], Any]) -> int:
    """Returns how many bytes autograd keeps while something is worked out, each once."""
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        work()
    return sum(kept.values())


def assert_learns_the_same(model: TaskModel, batch: dict[str, torch.Tensor], precision: str = "fp32") -> None:
    with computing_in(precision, CPU):
        loss, gradients = learned(model, batch)
        compute_again(model, precision, CPU)
        again, same = learned(model, batch)
    assert torch.equal(loss, again)
    assert len(gradients) == len(same) > 0
    assert all(torch.equal(one, other) for one, other in zip(gradients, same, strict=True))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns_the_same_to_the_last_bit(
    small_tokenizer: PreTrainedTokenizerBase, family: str, precision: str
) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 2)
    assert_learns_the_same(model, small_batch(), precision)


def test_a_head_that_weighs_all_layers_still_gets_them(small_tokenizer: PreTrainedTokenizerBase) -> None:
    options = HeadOptions(layers=FeatureLayers.WEIGHTED_SUM_ALL)
    model = build_sequence_model(small_base("bert", small_tokenizer), 2, options)
    assert_learns_the_same(model, small_batch())


@pytest.mark.parametrize("method", ["full_fine_tuning", "lora"])
def test_much_less_is_kept(small_tokenizer: PreTrainedTokenizerBase, method: str) -> None:
    base, task = small_base("bert", small_tokenizer), registry.task("text_classification")
    settings, _ = registry.fill_settings(registry.method(method), task.id, {}, base.facts)
    model = build(base, task, registry.method(method), settings, ("a", "b"), None)
    plain = kept_bytes(lambda: model(small_batch()))
    compute_again(model, "fp32", CPU)
    assert kept_bytes(lambda: model(small_batch())) < 0.6 * plain


def test_states_of_a_frozen_prefix_are_put_back_all_the_same(
    small_tokenizer: PreTrainedTokenizerBase, computed_again: list[bool]
) -> None:
    """The way back runs when the states are no longer put in place: they have to be known to it."""
    model = build_sequence_model(small_base("bert", small_tokenizer), 2)
    freeze_below(model, "block.2")
    batch = small_batch()
    model.eval()
    prefix = prefix_of(model)
    states = prefix.read(batch)
    loss, gradients = learned(model, batch)
    compute_again(model, "fp32", CPU)
    model.zero_grad()
    torch.manual_seed(3)
    with prefix.given(states):
        again = model(batch).loss
    assert computed_again
    again.backward()
    same = [one.grad for one in model.parameters() if one.requires_grad]
    assert torch.equal(loss, again.detach())
    assert all(torch.equal(one, other) for one, other in zip(gradients, same, strict=True))


@pytest.fixture
def computed_again(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Notes each block that will be computed a second time."""
    noted: list[bool] = []

    def count(*args: Any, **named: Any) -> Any:
        noted.append(True)
        return checkpoint(*args, **named)

    monkeypatch.setattr("engine.training.recomputing.checkpoint", count)
    return noted


def test_a_run_is_the_same_run(
    moods_csv: Path, small_bert: Path, tmp_path: Path, computed_again: list[bool]
) -> None:
    losses = []
    for again in (False, True):
        opened = open_session()
        run = moods_run(moods_csv, small_bert, "full_fine_tuning", epochs=2, gradient_checkpointing=again)
        losses.append([point.loss for point in points(opened.do(start(run, tmp_path / str(again))))])
        opened.session.close()
        assert bool(computed_again) is again
    assert losses[0] == losses[1]
    one, other = (
        moods_run(moods_csv, small_bert, gradient_checkpointing=again, epochs=2) for again in (False, True)
    )
    assert recipe_of(one) == recipe_of(other)


def test_the_estimate_counts_with_less_memory_and_more_time(
    moods_csv: Path, small_bert: Path, tmp_path: Path
) -> None:
    estimator = Estimator(CPU, tmp_path / "none.json", speed=lambda _device, _width: 1e10)
    checked = Checker(Workbench(), estimator).check(moods_run(moods_csv, small_bert))
    assert checked.stack is not None
    assert checked.work is not None
    large = dataclasses.replace(checked.work, largest=200_000)
    plain, thrifty = (
        estimator.estimate(
            checked.run.model, checked.stack, large, {**checked.settings, "gradient_checkpointing": again}
        )
        for again in (False, True)
    )
    assert thrifty.memory < 0.85 * plain.memory  # libraries and two blocks, one of which is at work
    assert plain.seconds_low < thrifty.seconds_low < 1.5 * plain.seconds_low


def test_it_is_offered_where_it_saves_enough() -> None:
    again = Estimate(
        memory=2_000_000_000,
        memory_free=3_000_000_000,
        disk=1,
        seconds=90.0,
        seconds_low=80.0,
        seconds_high=100.0,
        epochs=3,
        measured=True,
        steps=10,
        fit=Fit.FITS,
    )
    offered = too_large(memory=5_000_000_000, free=3_000_000_000, light=None, again=again)
    (action, _) = offered.actions
    assert action.arguments == {"gradient_checkpointing": "yes"}
    assert "2.0 GB" in action.note
    assert "about 2 minutes" in action.note
    tight = msgspec.structs.replace(again, fit=Fit.TOO_LARGE)
    assert (
        "more than is free"
        in too_large(memory=5_000_000_000, free=1, light=None, again=tight).actions[0].note
    )
    for nothing in (None, msgspec.structs.replace(again, memory=4_900_000_000)):
        assert len(too_large(memory=5_000_000_000, free=1, light=None, again=nothing).actions) == 1
