"""Times what has to be there at once while a person moves settings, and prints it.

    python -m tests.benchmarks.answers_at_once

Allowed: 150 ms for an answer after a change on the layer map, 3 s for timing this machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import msgspec
import torch

from engine import registry
from engine.data.read_files import read_table
from engine.models.load import load_base
from engine.protocol.config import DataConfig, RunConfig
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.workbench import Workbench

SAMPLE = str(files("resources") / "samples" / "posts.csv")


def timed(what: str, work: Callable[[], object], times: int = 5) -> None:
    """Prints the shortest and the longest time that something took, in milliseconds."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - started))
    print(f"{what:60} {min(took):8.0f} {max(took):8.0f} ms")


def main() -> None:
    """Times and prints."""
    run = RunConfig(data=DataConfig(path=SAMPLE), task="text_classification", method="freeze_layers")
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench()
        estimator = Estimator(torch.device("cpu"), Path(folder) / "calibration.json")
        checker = Checker(bench, estimator)
        print(f"{'':60} {'shortest':>8} {'longest':>8}")
        timed("reading the sample and dividing it", lambda: Workbench().rows(run.data, run.task), 3)
        timed("first answer: rows, word pieces, model without numbers", lambda: checker.check(run), 1)
        changes = iter([{"block.3": True}, {"block.6": False}, {"embeddings": True}, {}, {"block.1": True}])
        timed(
            "answer after a change on the map (150 ms allowed)",
            lambda: checker.check(msgspec.structs.replace(run, layers=next(changes))),
        )
        checker.preview(run)  # the first one loads peft
        timed(f"preview of {len(registry.all_methods())} methods", lambda: checker.preview(run))
        base = load_base(run.model)
        timed(
            "timing this machine (3000 ms allowed)", lambda: estimator.calibrate(base, 24, lambda: False), 1
        )
        table = read_table(SAMPLE)
        timed("word counts, to compare with", lambda: _baselines(bench, run), 1)
        print(f"{table.rows:,} rows, {torch.get_num_threads()} threads")
    help_command = [sys.executable, "-m", "engine", "--help"]
    timed("thaw-engine --help", lambda: subprocess.run(help_command, capture_output=True, check=True), 3)


def _baselines(bench: Workbench, run: RunConfig) -> None:
    settings, _ = registry.fill_settings(registry.method(run.method), run.task, {})
    asked = bench.asked(run.data, run.task, run.model, settings)
    bench.baselines(run.data, run.task, run.model, asked)


if __name__ == "__main__":
    main()
