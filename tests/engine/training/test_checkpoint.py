"""Checkpoints are whole or not there, hold no pickle, and are refused when they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.contracts import TaskModel
from engine.errors import EngineError
from engine.protocol.run_files import BEST_FOLDER, LAST_FOLDER
from engine.training import checkpoint
from engine.training.checkpoint import BestSoFar, TrainingState, load_checkpoint, save_checkpoint
from engine.training.keeping import CheckpointKeeper
from engine.training.repeatable import random_state, restore_random_state

PLENTY = 10**12


class Line(TaskModel):
    """A model of two layers, the lower one frozen."""

    def __init__(self, width=3):
        super().__init__()
        self.backbone = nn.Linear(width, width).requires_grad_(False)
        self.head = nn.Linear(width, 2)


def _state(step=1):
    return TrainingState(step=step, epoch=step / 10, best=BestSoFar(value=0.5), hashes={"a": "b"})


def _save(folder, model, step=1, free=PLENTY, **more):
    save_checkpoint(
        folder, _state(step), checkpoint.trainable_tensors(model), free_space=lambda _: free, **more
    )


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    model = Line()
    optimizer = torch.optim.AdamW(model.head.parameters(), fused=True)
    model.head(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    _save(
        tmp_path / "last",
        model,
        optimizer=checkpoint.optimizer_tensors(model, optimizer),
        random=random_state(),
    )

    read = load_checkpoint(tmp_path / "last")
    fresh = Line()
    fresh_optimizer = torch.optim.AdamW(fresh.head.parameters(), fused=True)
    checkpoint.restore_tensors(fresh, read.model, tmp_path)
    checkpoint.restore_optimizer(fresh, fresh_optimizer, read.optimizer)

    assert read.state == _state()
    assert set(read.model) == {"head.weight", "head.bias"}  # what is frozen is the base model's
    assert torch.equal(fresh.head.weight, model.head.weight)
    for name in ("weight", "bias"):
        old = optimizer.state[getattr(model.head, name)]
        new = fresh_optimizer.state[getattr(fresh.head, name)]
        assert set(old) == set(new) == {"step", "exp_avg", "exp_avg_sq"}
        assert all(torch.equal(old[key], new[key]) for key in old)


def test_a_checkpoint_is_safetensors_and_json(tmp_path):
    model = Line()
    _save(tmp_path / "last", model, optimizer={"a|b": torch.ones(1)}, random=random_state())

    assert {path.name for path in (tmp_path / "last").iterdir()} == {
        "model.safetensors",
        "optimizer.safetensors",
        "random.safetensors",
        "state.json",
    }
    assert (tmp_path / "last" / "state.json").read_bytes().startswith(b"{")


def test_random_numbers_go_on_where_they_were():
    state = random_state()
    expected = torch.rand(3)

    restore_random_state(state)

    assert torch.equal(torch.rand(3), expected)


def test_without_room_the_old_checkpoint_stays_whole(tmp_path):
    model = Line()
    _save(tmp_path / "last", model, step=1)

    with pytest.raises(EngineError) as raised:
        _save(tmp_path / "last", model, step=2, free=1000)

    assert raised.value.problem.code == "no_disk_space"
    assert load_checkpoint(tmp_path / "last").state.step == 1
    assert [path.name for path in tmp_path.iterdir()] == ["last"]


def test_a_disk_that_fills_while_writing_leaves_the_old_checkpoint(tmp_path):
    folder = tmp_path / "last"
    _save(folder, Line(), step=1)
    (tmp_path / "last.part").write_text("in the way")  # no folder can be made here

    with pytest.raises(EngineError) as raised:
        _save(folder, Line(), step=2)

    assert raised.value.problem.code == "cannot_write"
    assert load_checkpoint(folder).state.step == 1


def test_a_crash_between_the_renames_loses_nothing(tmp_path):
    _save(tmp_path / "last", Line(), step=3)
    (tmp_path / "last").rename(tmp_path / "last.old")
    (tmp_path / "last.part").mkdir()

    assert load_checkpoint(tmp_path / "last").state.step == 3


def test_nothing_saved_is_no_checkpoint(tmp_path):
    assert load_checkpoint(tmp_path / "last") is None


@pytest.mark.parametrize("name", ["model.safetensors", "state.json"])
def test_a_damaged_checkpoint_is_a_problem(tmp_path, name):
    _save(tmp_path / "last", Line())
    path = tmp_path / "last" / name
    path.write_bytes(path.read_bytes()[:20])

    with pytest.raises(EngineError) as raised:
        load_checkpoint(tmp_path / "last")

    assert raised.value.problem.code == "checkpoint_unreadable"


def test_a_checkpoint_of_another_model_is_a_problem(tmp_path):
    _save(tmp_path / "last", Line(width=3))

    with pytest.raises(EngineError) as raised:
        checkpoint.restore_tensors(Line(width=4), load_checkpoint(tmp_path / "last").model, Path("here"))

    assert raised.value.problem.code == "checkpoint_unreadable"
    assert "head.weight" in raised.value.problem.details


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self):
        return self.now


def _keeper(tmp_path, model, clock, told):
    optimizer = torch.optim.AdamW(model.head.parameters())
    return CheckpointKeeper(tmp_path, model, optimizer, told.append, lambda _: PLENTY, clock)


def test_a_fast_run_saves_now_and_then_and_still_knows_its_best(tmp_path):
    model, clock, told = Line(), Clock(), []
    keeper = _keeper(tmp_path, model, clock, told)
    best = model.head.weight.detach().clone()
    clock.now = 0.5
    keeper.after_validation(_state(1), is_best=True)
    with torch.no_grad():
        model.head.weight += 1
    assert told == []

    clock.now = 2.5
    keeper.after_validation(_state(2), is_best=False)

    assert [(event.step, event.path, event.is_best) for event in told] == [
        (1, BEST_FOLDER, True),
        (2, LAST_FOLDER, False),
    ]
    assert keeper.saved_epoch == 0.2
    with torch.no_grad():
        model.head.weight += 1
    keeper.restore_best()
    assert torch.equal(model.head.weight, best)


def test_what_takes_long_to_save_is_saved_less_often(tmp_path):
    model, clock, told = Line(), Clock(), []
    keeper = _keeper(tmp_path, model, clock, told)
    written = keeper._send

    def slow(event):
        clock.now += 4.0  # a large model on a slow disk
        written(event)

    keeper._send = slow
    for step, now in enumerate((2.0, 10.0, 44.0, 51.0), start=1):
        clock.now = now
        keeper.after_validation(_state(step), is_best=step == 2)
    assert [(event.step, event.path) for event in told] == [
        (1, LAST_FOLDER),
        (2, BEST_FOLDER),
        (4, LAST_FOLDER),
    ]


def test_the_best_is_known_before_it_is_saved(tmp_path):
    model, clock = Line(), Clock()
    keeper = _keeper(tmp_path, model, clock, [])
    best = model.head.weight.detach().clone()
    keeper.after_validation(_state(1), is_best=True)
    with torch.no_grad():
        model.head.weight += 1

    keeper.restore_best()

    assert torch.equal(model.head.weight, best)


def test_a_long_epoch_is_saved_every_minute(tmp_path):
    model, clock, told = Line(), Clock(), []
    keeper = _keeper(tmp_path, model, clock, told)

    clock.now = 59.0
    keeper.after_step(lambda: _state(5))
    assert told == []
    clock.now = 60.0
    keeper.after_step(lambda: _state(6))
    clock.now = 61.0
    keeper.after_step(lambda: _state(7))

    assert [(event.step, event.path) for event in told] == [(6, LAST_FOLDER)]
