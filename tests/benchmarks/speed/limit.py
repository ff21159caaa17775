"""What the machine could do at most: matrices multiplied without anything else, and what a run needs of it.

The count is that of the rows at their own lengths, without padding, forward and backward, attention among
it; validations count forward. So padding, the optimizer, the head's softmax and all waiting lower the share
that is reached.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.contracts import TaskModel
from engine.training.setup import TrainingSetup
from tests.benchmarks.speed.lesson import read_setup

_LENGTHS = (8, 24, 64)
"""Word pieces of the texts whose work is counted; a text's work is a constant, a part that grows with its
length and one that grows with its square."""

_AT_ONCE = 50
"""Multiplications that a graphics card is given before it is waited for."""

_CPU = torch.device("cpu")

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


class Limit(msgspec.Struct, kw_only=True):
    """What was measured and counted, in 10⁹ operations.

    Attributes:
        peaks: Precision → operations a second in matrices of the model's own shapes, one after the other.
        best_shape: Precision → the same for the shape that does best.
        step: Operations of a usual training step, forward and backward.
        run: Of the whole run: training steps and validations.
        steps: How many steps the run has.
        threads: That multiplied.
    """

    peaks: dict[str, float]
    best_shape: dict[str, float]
    step: float
    run: float
    steps: int
    threads: int


def wait_for(device: torch.device) -> None:
    """Waits until a graphics card has done all that it was given; a processor has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def shapes_of(model: nn.Module) -> Counter[tuple[int, int]]:
    """Returns (inputs, outputs) → how many matrices of that shape a network multiplies with."""
    return Counter(
        (part.in_features, part.out_features)
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and not name.startswith("head")
    )


def matrix_peak(
    shapes: Counter[tuple[int, int]],
    rows: int,
    precision: torch.dtype,
    seconds: float,
    device: torch.device = _CPU,
) -> tuple[float, float]:
    """Multiplies again and again, as the model's layers would follow one another.

    Args:
        shapes: From :func:`shapes_of`.
        rows: Word pieces in a batch.
        precision: Of the numbers.
        seconds: How long, about.
        device: Where.

    Returns:
        10⁹ operations a second, over all shapes as often as the model has them, and in the best shape.
    """
    spent: dict[tuple[int, int], float] = {}
    with torch.no_grad():
        for into, out in shapes:
            given = torch.randn(rows, into, dtype=precision, device=device)
            weight = torch.randn(out, into, dtype=precision, device=device)
            at_once = 1 if device.type == "cpu" else _AT_ONCE
            nn.functional.linear(given, weight)
            wait_for(device)
            turns, began = 0, time.perf_counter()
            while time.perf_counter() - began < seconds / len(shapes) or turns < 3:
                for _ in range(at_once):
                    nn.functional.linear(given, weight)
                wait_for(device)
                turns += at_once
            spent[into, out] = (time.perf_counter() - began) / turns
    work = {shape: 2 * rows * shape[0] * shape[1] for shape in shapes}
    whole = sum(work[shape] * count for shape, count in shapes.items())
    in_all = sum(spent[shape] * count for shape, count in shapes.items())
    return whole / in_all / 1e9, max(work[shape] / spent[shape] for shape in shapes) / 1e9


def work_by_length(model: TaskModel, *, learns: bool) -> np.poly1d:
    """Returns how many operations a text of so many word pieces needs.

    Args:
        model: Any model for whole texts.
        learns: Whether the way back counts, too.
    """
    network: Any = model.backbone
    device = next(network.parameters()).device
    network.set_attn_implementation("eager")  # whose two multiplications the counter sees on every machine
    counted = []
    for length in _LENGTHS:
        batch = {
            "input_ids": torch.ones(1, length, dtype=torch.long, device=device),
            "attention_mask": torch.ones(1, length, dtype=torch.long, device=device),
            "labels": torch.zeros(1, dtype=torch.long, device=device),
        }
        counter = FlopCounterMode(display=False)
        with counter, torch.set_grad_enabled(learns):
            loss = model(batch).loss
            if learns and loss is not None:
                loss.backward()
        model.zero_grad()
        counted.append(counter.get_total_flops())
    return np.poly1d(np.polyfit(_LENGTHS, counted, 2))


def count(setup: TrainingSetup, model: TaskModel) -> tuple[float, float]:
    """Returns the 10⁹ operations of a usual step and of a whole run.

    Args:
        setup: The run.
        model: Its model.
    """
    forward, both = (work_by_length(model, learns=learns) for learns in (False, True))
    lengths = {
        name: np.array([len(row["input_ids"]) for row in part.encoded]) for name, part in setup.asked.items()
    }
    epoch = float(both(lengths["train"]).sum())
    judged = float(forward(lengths["validation"]).sum())
    epochs = setup.whole("epochs")
    return epoch / setup.steps_per_epoch / 1e9, (epochs * epoch + (epochs + 1) * judged) / 1e9


def measure(setup: TrainingSetup, seconds: float) -> Limit:
    """Measures the machine and counts a run.

    Args:
        setup: The run.
        seconds: How long each precision is measured.
    """
    model = setup.build_model().to(setup.device)
    step, run = count(setup, model)
    lengths = sorted(len(row["input_ids"]) for row in setup.asked["train"].encoded)
    rows = setup.whole("batch_size") * lengths[len(lengths) // 2]
    shapes = shapes_of(model)
    found = {
        name: matrix_peak(shapes, rows, kind, seconds, setup.device) for name, kind in PRECISIONS.items()
    }
    return Limit(
        peaks={name: peak for name, (peak, _) in found.items()},
        best_shape={name: best for name, (_, best) in found.items()},
        step=step,
        run=run,
        steps=setup.steps_per_epoch * setup.whole("epochs"),
        threads=torch.get_num_threads(),
    )


def main() -> None:
    """Measures and prints it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("asked", type=Path, help="JSON with data, method, model, settings, device")
    parser.add_argument("--seconds", type=float, default=4.0)
    chosen = parser.parse_args()
    asked = json.loads(chosen.asked.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(sys.stderr):
        setup = read_setup(asked)
        limit = measure(setup, chosen.seconds)
    print(msgspec.json.encode(limit).decode())


if __name__ == "__main__":
    main()
