"""Memory that runs out is told from other errors, and said with what needs less."""

from __future__ import annotations

import pytest
import torch

from engine.protocol.run_problems import out_of_memory
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


def test_it_is_said_with_smaller_batches_first():
    problem = out_of_memory(
        step=120,
        batch_size=32,
        accumulation=1,
        max_length=128,
        free=8_000_000_000,
        saved_epoch=2.0,
        light=("lora", "LoRA"),
    )

    assert problem.title == "Training stopped: this computer ran out of memory"
    assert "step 120" in problem.reason
    assert "8.0 GB" in problem.reason
    assert [action.arguments for action in problem.actions] == [
        {"batch_size": "8", "gradient_accumulation_steps": "4"},
        {"max_length": "64"},
        {"method": "lora"},
    ]


def test_a_batch_of_one_can_only_be_shorter():
    problem = out_of_memory(step=0, batch_size=1, accumulation=1, max_length=16, free=1, saved_epoch=None)

    assert problem.actions == ()
    assert "before the first step" in problem.reason


def test_peak_is_at_least_what_is_held_now():
    held = torch.ones(50_000_000)  # 200 MB

    assert peak_memory(torch.device("cpu")) > held.nbytes
    Tidier().step_ended()
