"""How fast this machine may be with a model, from one quick multiplication, before real steps are timed."""

from __future__ import annotations

import time

import torch

from engine.training.calibration import Calibration

_GLANCE = 0.015
"""Seconds that a first guess may take; each multiplication in it takes about one millisecond."""

_PIECES, _WIDEST = 64, 1024
"""Word pieces that are multiplied for a first guess: fewer would not keep a processor busy; and the largest
width, for a first guess must not take long with a large model either."""


def guess(device: torch.device, width: int, block: float, blocks: int) -> Calibration:
    """Guesses the figures from the speed of one matrix multiplication, before real steps are timed.

    The factors are those of real steps to bare multiplications, with texts of 24 to 128 pieces: 0.9–1.3
    without gradients, 2.2–3.4 through a frozen block, 3.6–4.5 where it learns; and a little more, because the
    best of a few multiplications is better than the mean of a run.

    Args:
        device: Where it will train.
        width: Size of the hidden states.
        block: Numbers in a block.
        blocks: How many blocks.
    """
    once = 2.0 * block / _multiplied_per_second(device, min(max(1, width), _WIDEST))
    start = blocks * (5e-4 if device.type == "cpu" else 2e-3)  # of all the small operations of a batch
    return Calibration(
        run=1.25 * once,
        through=3.0 * once,
        learn=4.5 * once,
        step_run=start / 3,
        step_learn=start,
        parameter=4e-9 if device.type == "cpu" else 1e-10,
        head_step=1.5e-3,
        insert=0.1 * once,
        bytes_through=40.0 * width,
        bytes_learn=84.0 * width,
    )


def _multiplied_per_second(device: torch.device, width: int) -> float:
    """Returns additions and multiplications a second, of the shape that most of a block consists of."""
    pieces = torch.ones(_PIECES, width, device=device)
    weights = torch.ones(width, 4 * width, device=device)
    best, ends = float("inf"), time.perf_counter() + _GLANCE
    while True:
        started = time.perf_counter()
        torch.mm(pieces, weights)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        now = time.perf_counter()
        best = min(best, now - started)
        if now > ends:
            return 2.0 * _PIECES * width * 4 * width / best
