"""Where a run computes, and what is free there."""

from __future__ import annotations

import os

import psutil
import pytest
import torch

from engine import device


def test_the_processor_is_always_there_with_its_memory() -> None:
    cpu = device.devices()[-1]
    assert cpu.id == "cpu"
    assert cpu.memory == psutil.virtual_memory().total
    assert 0 < cpu.memory_free <= cpu.memory
    threads = device.thread_count()
    assert 1 <= threads <= (os.cpu_count() or 1)
    assert cpu.label == f"CPU · {threads} {'thread' if threads == 1 else 'threads'}"


def test_only_the_processors_that_this_process_may_use_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 3}, raising=False)
    assert device.thread_count() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert device.devices()[-1].label == "CPU · 8 threads"


def test_a_device_that_is_not_there_is_replaced_by_the_fastest() -> None:
    assert device.choose("cuda:99") == torch.device(device.devices()[0].id)
    assert device.choose() == torch.device(device.devices()[0].id)
    assert device.choose("cpu") == torch.device("cpu")
    assert device.facts(torch.device("cpu")).id == "cpu"


def test_memory_used_grows_with_what_is_held() -> None:
    before = device.memory_used()
    held = torch.ones(30_000_000)
    assert device.memory_used() - before > 0.8 * held.numel() * 4
