"""Memory that runs out is told from other errors, and said with what needs less."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.memory_problems import out_of_memory
from engine.protocol.smaller_batches import Batches, halved
from engine.training.memory import Tidier, is_out_of_memory, peak_memory


def test_torch_that_cannot_allocate_is_out_of_memory():
    with pytest.raises(RuntimeError) as raised:
        torch.empty(10**15)

    assert is_out_of_memory(raised.value)
    assert is_out_of_memory(MemoryError())


def test_other_errors_are_not():
    with pytest.raises(RuntimeError) as raised:
        torch.ones(2, 3) @ torch.ones(2, 3)

    assert not is_out_of_memory(raised.value)
    assert not is_out_of_memory(ValueError("out of memory"))


def test_it_is_said_with_half_the_batches_first():
    problem = out_of_memory(
        step=120,
        batches=Batches(size=32, rows=32),
        max_length=128,
        free=8_000_000_000,
        folder="/runs/one",
        epoch=2.38,
        saved_epoch=2.38,
        light=("lora", "LoRA"),
    )

    assert problem.title == "Training stopped: this computer ran out of memory"
    assert "step 120" in problem.reason
    assert "8.0 GB" in problem.reason
    assert problem.safe == "Nothing is lost: step 119 is saved."
    assert problem.actions[0].label == "Continue with 2 batches of 16"
    assert [action.arguments for action in problem.actions] == [
        {"folder": "/runs/one", "smaller_batches": "yes"},
        {"max_length": "64"},
        {"method": "lora"},
    ]


def test_a_batch_of_one_can_only_be_shorter():
    problem = out_of_memory(
        step=1,
        batches=Batches(size=1, rows=32),
        max_length=16,
        free=1,
        folder="/runs/one",
        saved_epoch=None,
    )

    assert problem.actions == ()
    assert "before the first step" in problem.reason
    assert "it cannot be smaller" in problem.reason


@given(st.integers(1, 1024), st.integers(1, 64))
def test_halves_hold_the_rows_of_a_step_down_to_one(size, per_step):
    rows = size * per_step
    batches = Batches(size=size, rows=rows)
    while (smaller := halved(batches)) is not None:
        assert smaller.size == (batches.size + 1) // 2
        assert (smaller.per_step - 1) * smaller.size < rows <= smaller.per_step * smaller.size
        batches = smaller

    assert (batches.size, batches.per_step) == (1, rows)


def test_peak_is_at_least_what_is_held_now():
    held = torch.ones(50_000_000)  # 200 MB

    assert peak_memory(torch.device("cpu")) > held.nbytes


def test_memory_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bool] = []
    monkeypatch.setattr("engine.training.memory.give_memory_back", lambda: given.append(True))
    tidier = Tidier()
    for _ in range(3):  # within one interval
        tidier.step_ended()
    assert len(given) == 1
