"""Same seed, same numbers: everything that random numbers and rounding depend on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from transformers import set_seed

RandomState = dict[str, torch.Tensor]
"""The state of every random number generator, as tensors that safetensors can hold."""


def make_repeatable(seed: int, threads: int) -> None:
    """Sets seeds, threads and algorithms so that two runs give equal numbers, bit for bit.

    Call it on the thread that trains. How many threads add up a sum decides its last bits; that is
    why their number is stored with a run.

    Args:
        seed: Of weights and dropout.
        threads: CPU threads that compute.
    """
    torch.set_num_threads(threads)
    set_seed(seed)
    # A graphics card has no such algorithm for a few operations; the processor has for all.
    torch.use_deterministic_algorithms(True, warn_only=torch.cuda.is_available())
    # Deterministic mode also fills fresh memory with NaN; that finds bugs and costs time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # no type


@contextmanager
def untouched_random_numbers() -> Iterator[None]:
    """Puts torch's random numbers back afterwards: timing steps must not change a run."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        yield


def random_state() -> RandomState:
    """Returns the state of the generators, so that a resumed run draws the same numbers."""
    _version, numbers, _half_used_normal = random.getstate()
    numpy_state = np.random.get_state(legacy=False)["state"]
    state = {
        "torch": torch.get_rng_state(),
        "python": torch.tensor(numbers, dtype=torch.int64),
        "numpy": torch.tensor([*numpy_state["key"].tolist(), numpy_state["pos"]], dtype=torch.int64),
    }
    if torch.cuda.is_available():
        state |= {f"cuda.{index}": value for index, value in enumerate(torch.cuda.get_rng_state_all())}
    if torch.backends.mps.is_available():
        state["mps"] = torch.mps.get_rng_state()
    return state


def drawn_by_steps(device: torch.device) -> RandomState:
    """Returns the state of the generators that a step may draw from, in microseconds.

    Args:
        device: Where the run trains.
    """
    state = {"torch": torch.get_rng_state()}
    if device.type == "cuda":
        index = device.index or 0
        state[f"cuda.{index}"] = torch.cuda.get_rng_state(index)
    elif device.type == "mps":
        state["mps"] = torch.mps.get_rng_state()
    return state


def restore_random_state(state: RandomState) -> None:
    """Puts the generators back to where they were.

    Args:
        state: From :func:`random_state` or :func:`drawn_by_steps`. Parts for devices that are not here are
            left out.
    """
    torch.set_rng_state(state["torch"])
    if "python" in state:
        random.setstate((3, tuple(state["python"].tolist()), None))
    if "numpy" in state:
        *keys, position = state["numpy"].tolist()
        numpy_state = np.random.get_state(legacy=False)
        numpy_state["state"] = {"key": np.array(keys, dtype=np.uint32), "pos": position}
        np.random.set_state(numpy_state)
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        if f"cuda.{index}" in state:
            torch.cuda.set_rng_state(state[f"cuda.{index}"], index)
    if "mps" in state and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])
