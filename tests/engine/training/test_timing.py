"""What is timed within a budget: the cost of a row and that of a batch, also where time runs out."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch

from engine.training import timing
from engine.training.timing import Batches, Timer, time_batches

CPU = torch.device("cpu")
SIZES, PIECES = (4, 32), 10


class Clock:
    """A clock that goes on only where something is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def work(self, a_batch: float, a_row: float, cold: float = 0.0) -> Callable[[int], None]:
        """Returns what takes so many seconds, the first time some more."""
        left = [cold]

        def work(rows: int) -> None:
            self.now += a_batch + rows * a_row + (left.pop() if left else 0.0)

        return work


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


def timed(work: Callable[[int], None], timer: Timer, like: Batches | None = None) -> Batches:
    return time_batches(work, SIZES, PIECES, timer, like=like)


def test_what_a_row_takes_and_what_a_batch_takes_are_told_apart(clock: Clock) -> None:
    found = timed(clock.work(0.01, 0.002), Timer(CPU, lambda: False))

    assert (found.piece, found.step) == (pytest.approx(0.0002), pytest.approx(0.01))
    assert found.fresh == pytest.approx(0.0)


def test_where_time_is_over_a_small_batch_tells_how_others_differ(clock: Clock) -> None:
    timer = Timer(CPU, lambda: False)
    running = timed(clock.work(0.01, 0.002), timer)
    clock.now += 100.0
    assert timer.is_over

    learning = timed(clock.work(0.03, 0.006, cold=0.04), timer, running)

    assert learning.piece == pytest.approx(3 * running.piece)  # all of a small batch was put down to its rows
    assert learning.step == pytest.approx(3 * running.step)


def test_what_is_cheap_is_not_judged_by_its_first_time(clock: Clock) -> None:
    timer = Timer(CPU, lambda: False)
    clock.now += 100.0

    assert timer.best_of(lambda: clock.work(0.0, 0.001)(5)) == pytest.approx(0.005)
    first = clock.work(0.0, 0.001, cold=0.05)
    assert timer.best_of(lambda: first(5)) == pytest.approx(0.005)
    dear = clock.work(1.0, 0.0, cold=1.0)
    assert timer.best_of(lambda: dear(1)) == pytest.approx(2.0)  # once more would take too long


def test_one_batch_that_is_disturbed_does_not_count(clock: Clock) -> None:
    plain, disturbed = clock.work(0.01, 0.002), iter([False] * 9 + [True])

    def work(rows: int) -> None:
        plain(rows)
        clock.now += 0.2 if next(disturbed, False) and rows < SIZES[1] else 0.0

    found = time_batches(work, SIZES, PIECES, Timer(CPU, lambda: False))

    assert found.fresh == pytest.approx(0.0)
