"""What the time of a training step goes into: by torch's profiler, in a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from engine.training.parts import Parts
from engine.training.repeatable import make_repeatable
from engine.training.setup import TrainingSetup
from engine.training.steps import StepTaker
from tests.benchmarks.speed.lesson import read_setup
from tests.benchmarks.speed.limit import wait_for

MATRICES, BETWEEN = "matrices", "between"

KINDS: Mapping[str, tuple[str, ...]] = {
    MATRICES: ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"),
    "casts": ("aten::copy_",),
    "optimizer": ("aten::_fused_adamw_", "aten::linalg_vector_norm"),
    "embeddings": ("aten::embedding_dense_backward", "aten::fill_", "aten::zero_"),
}
"""Kind → torch's operations; ``"others"`` is what remains of them, ``"between"`` what no operation takes."""


def parts_of_a_step(setup: TrainingSetup, steps: int) -> dict[str, float]:
    """Returns kind → seconds a step, and how long a step is without the profiler as ``"step"``.

    On a graphics card they are its own seconds, and ``"between"`` is how long it waits for work.

    Args:
        setup: The run.
        steps: How many are taken each way.
    """
    make_repeatable(setup.run.seed, setup.run.threads)
    parts = Parts(setup)
    model = setup.build_model().to(setup.device)
    setup.task.begin(model, parts["train"].asked)
    taker = StepTaker(model, setup, setup.steps_per_epoch)
    taker.stages.set_modes(1)
    order = setup.order(parts["train"].lengths, 0)

    def take(first: int) -> float:
        began = time.perf_counter()
        for step in range(first, first + steps):
            taker.read(1, parts["train"], order[step % len(order)])
            taker.change()
        wait_for(setup.device)
        return (time.perf_counter() - began) / steps

    take(0)
    whole = take(steps)
    on_card = setup.device.type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_card else [])]
    with profile(activities=activities) as seen:
        watched = take(steps)  # the very rows: they are as long
    own = "self_device_time_total" if on_card else "self_cpu_time_total"
    spent = {event.key: getattr(event, own) / 1e6 / steps for event in seen.key_averages()}
    found = {kind: sum(spent.get(name, 0.0) for name in names) for kind, names in KINDS.items()}
    in_torch = sum(seconds for name, seconds in spent.items() if name.startswith("aten::"))
    found["others"] = in_torch - sum(found.values())
    # To watch a graphics card takes a processor's time, so there the step that was not watched counts.
    found[BETWEEN] = max(0.0, (whole if on_card else watched) - in_torch)
    return {**found, "step": whole}


def main() -> None:
    """Measures and prints it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("asked", type=Path, help="JSON with data, method, model, settings, device")
    parser.add_argument("--steps", type=int, default=20)
    chosen = parser.parse_args()
    asked = json.loads(chosen.asked.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(sys.stderr):
        setup = read_setup(asked)
        found = {**parts_of_a_step(setup, chosen.steps), "threads": torch.get_num_threads()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
