"""How fast this machine may be with a model, from one quick multiplication, before real steps are timed."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from engine.training.calibration import Calibration, of_words
from engine.training.timing import SAVED

_GLANCE = 0.015
"""Seconds that a first guess may take; each multiplication in it takes about one millisecond."""

_PIECES, _WIDEST = 64, 1024
"""Word pieces that are multiplied for a first guess: fewer would not keep a processor busy; and the largest
width, for a first guess must not take long with a large model either."""

_SLOWEST = 0.25
"""Gain below which a multiplication in 16 bits is no longer timed; see :mod:`engine.training.precision`."""

_KEPT, _KEPT_IN_16_BITS = (40.0, 84.0), (24.0, 66.0)
"""Bytes that a frozen block and one that learns keep for the way back, per piece and number of the width."""


_PREPARED = 0.005, 0.025
"""Seconds in which multiplications in 16 bits are prepared for the size of a batch: to run, and to learn."""

_AS_RUN, _AS_THROUGH, _AS_LEARNED = 1.25, 2.3, 3.7
"""What a piece takes in 32 bits in a block that is run, passed by gradients, or learns, in the time of the
multiplications of a run."""


def guess(
    speed: float,
    device: torch.device,
    width: int,
    block: float,
    blocks: int,
    gain: float | None = None,
    words: int = 0,
) -> Calibration:
    """Guesses the figures from the speed of one matrix multiplication, before real steps are timed.

    The factors are those of real steps to bare multiplications, with texts of 24 to 128 pieces: 1.1 without
    gradients, 1.9–2.2 through a frozen block, 3.2–3.9 where it learns (``tests/benchmarks/first_guess.py``);
    and of the first two a little more, because the best of a few multiplications is better than the mean of a
    run. One, two and three of it are multiplications, which 16 bits make faster; the rest they do not.

    Args:
        speed: Additions and multiplications a second, in 32 bits; of :func:`multiplied_per_second`.
        device: Where it will train.
        width: Size of the hidden states.
        block: Numbers in a block.
        blocks: How many blocks.
        gain: How many times as fast a multiplication is in 16 bits, where the run computes in them.
        words: Out of how many words one is said; 0 where none is.
    """
    once = 2.0 * block / speed
    faster = 1.0 if gain is None else max(_SLOWEST, gain)
    start = blocks * 2e-3  # of all the small operations of a batch
    through, learn = _KEPT if gain is None else _KEPT_IN_16_BITS
    as_blocks = words * width / max(1.0, block)  # a word is said by one matrix
    run = (1.0 / faster + _AS_RUN - 1.0) * once
    fresh_run, fresh_learn = (0.0, 0.0) if gain is None or device.type != "cpu" else _PREPARED
    rested, learned = (2.0 / faster + _AS_THROUGH - 2.0) * once, (3.0 / faster + _AS_LEARNED - 3.0) * once
    exact = _AS_RUN * once
    said = of_words(as_blocks, blocks, run=run, through=rested, learn=learned, exact=exact, start=start)
    return Calibration(
        run=run,
        through=rested,
        learn=learned,
        step_run=start / 3,
        step_learn=start,
        parameter=2e-9 if device.type == "cpu" else 1e-10,
        head_step=8e-4,
        insert=0.1 * once,
        fresh_run=fresh_run,
        fresh_learn=fresh_learn,
        **said,
        saved=SAVED,
        hashed=4e-9,
        compared=1e-9,
        exact=exact / run,
        bytes_insert=10.0 * width,
        bytes_through=through * width,
        bytes_learn=learn * width,
    )


def multiplied_per_second(
    device: torch.device, width: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Returns additions and multiplications a second, of the shape that most of a block consists of.

    Args:
        device: Where it will train.
        width: Size of the hidden states.
        clock: Says what time it is, in seconds.
    """
    width = min(max(1, width), _WIDEST)
    pieces = torch.ones(_PIECES, width, device=device)
    weights = torch.ones(width, 4 * width, device=device)
    best, ends = float("inf"), clock() + _GLANCE
    while True:
        started = clock()
        torch.mm(pieces, weights)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        now = clock()
        best = min(best, now - started)
        if now > ends:
            return 2.0 * _PIECES * width * 4 * width / best
