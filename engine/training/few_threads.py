"""Where little is computed at once, one thread does it sooner than several that wait for each other.

Several threads meet after each operation. While another program has one of the cores, the others wait there
for a thread that does not run: steps of a head alone took 10 to 40 instead of 0.5 ms on two busy cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.contracts import HeadKind, TaskModel

_LITTLE = 16_000_000
"""Multiplications of a head at once, at most: a fraction of a millisecond on one core."""


def is_little(model: TaskModel, rows: int, length: int) -> bool:
    """Returns whether a head has little to compute for so many rows at once.

    Args:
        model: Its head.
        rows: How many.
        length: Word pieces of the longest.
    """
    things = rows * length if model.facts.kind is HeadKind.WORD_PIECES else rows
    return things * sum(parameter.numel() for parameter in model.head.parameters()) <= _LITTLE


@contextmanager
def one_thread(alone: bool = True) -> Iterator[None]:
    """Lets one thread compute on this processor, and as many as before in the end.

    A thread of the program that first uses torch meanwhile has one for good.

    Args:
        alone: Whether to; else nothing changes.
    """
    before = torch.get_num_threads()
    if not alone or before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
