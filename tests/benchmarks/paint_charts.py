"""Measures how long the loss chart takes to draw a long run: ``python -m tests.benchmarks.paint_charts``.

The chart gets 60,000 steps, and more with every drawing, as it does while a run trains. Printed are the
median and the longest time to hand the steps over and to paint. The limit is 15 ms for a painting, so
that ten a second leave the window free.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.look.theme import Theme
from gui.widgets.plots import LossPlot

LIMIT = 0.015
_REPEATS = 25


def timed(work: Callable[[], None]) -> float:
    """Returns the seconds of this thread that a piece of work takes; other programs do not count."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def measure(steps: int, size: tuple[int, int] = (640, 330)) -> tuple[list[float], list[float]]:
    """Draws a growing run; returns the seconds of every update and of every painting.

    Args:
        steps: How long the run is.
        size: Of the chart in pixels.
    """
    plot = LossPlot(Theme())
    plot.resize(*size)
    plot.show()
    QTest.qWaitForWindowExposed(plot)  # before that nothing is painted
    numbers = np.arange(1, steps + 1, dtype=np.float64)
    epochs = numbers / steps * 5
    losses = np.abs(0.6 * np.exp(-epochs) + 0.05 + np.random.default_rng(0).normal(0, 0.05, steps))
    plot.set_run(1, 5)
    checks = np.arange(0, 5, 0.1)
    plot.set_points(checks, 0.6 * np.exp(-checks) + 0.06)
    updates, paints = [], []
    for turn in range(_REPEATS):
        shown = steps - 10 * (_REPEATS - turn)
        updates.append(
            timed(lambda: plot.set_training(numbers[:shown], epochs[:shown], losses[:shown], steps))  # noqa: B023 - called at once
        )
        paints.append(timed(plot.viewport().repaint))
    plot.deleteLater()
    # The first update smooths the whole run; it happens once, when a run is opened from its file.
    return updates[1:], paints[1:]


def pan(steps: int, frames: int = 60, size: tuple[int, int] = (640, 330)) -> list[float]:
    """Draws a whole run and goes through it as with the mouse; returns the seconds of every frame.

    Args:
        steps: How long the run is.
        frames: How many are drawn; each shows a tenth of the run.
        size: Of the chart in pixels.
    """
    plot = LossPlot(Theme())
    plot.resize(*size)
    plot.show()
    QTest.qWaitForWindowExposed(plot)
    numbers = np.arange(1, steps + 1, dtype=np.float64)
    epochs = numbers / steps * 5
    losses = np.abs(0.6 * np.exp(-epochs) + 0.05 + np.random.default_rng(0).normal(0, 0.05, steps))
    plot.set_run(1, 5)
    plot.set_training(numbers, epochs, losses, steps)
    taken = []
    for frame in range(frames):
        low = 4.5 * frame / frames
        began = time.perf_counter()
        plot.show_epochs(low, low + 0.5)
        plot.viewport().repaint()
        taken.append(time.perf_counter() - began)
    plot.deleteLater()
    return taken


def main() -> int:
    """Prints the times; returns 1 when a painting takes too long."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=60_000)
    steps = arguments.parse_args().steps
    application = QApplication.instance() or QApplication(sys.argv[:1])
    updates, paints = measure(steps)
    for name, times in (("update", updates), ("paint", paints)):
        print(f"{name:7} median {median(times) * 1e3:5.1f} ms, longest {max(times) * 1e3:5.1f} ms")
    frames = pan(1_000_000)
    print(f"pan     median {median(frames) * 1e3:5.1f} ms a frame of a run of 1,000,000 steps")
    within = median(paints) < LIMIT
    print(f"{steps:,} steps: {'within' if within else 'over'} {LIMIT * 1e3:.0f} ms a painting")
    del application
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
