"""Trains every method on the default sample, three seeds each, and prints the table of the README.

    python -m tests.benchmarks.methods_on_posts [--data FILE] [--rows N] [--out DIR] [--seeds 0 1 2]
        [--methods ID …]

Figures are those of the runs' own events: the score on test rows that were looked at once, with its
95 % interval, the trainable parameters as the model had them, and the seconds of this machine. With
``--out`` the runs are kept, and runs that are already there are read instead of trained again; of these
``thaw-engine report`` makes the comparison in docs/.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from engine.protocol import wire
from engine.protocol.catalog import Catalog
from engine.protocol.events import ResultWritten
from engine.protocol.results import RunResult

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "samples" / "posts.csv"


def engine(*arguments: str) -> bytes:
    """Runs the command line and returns what it printed."""
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def train(data: list[str], method: str, seed: int, out: Path) -> RunResult:
    """Trains once, or reads what was trained before.

    Args:
        data: What of the command line names the rows.
        method: Id of the method.
        seed: Seed of weights, order and dropout; the split stays the same.
        out: Folder for what is printed and for the run.

    Returns:
        The run's result.
    """
    record = out / f"{method}-{seed}.jsonl"
    if not record.exists():
        runs = str(out / f"{method}-{seed}")
        choices = ["--method", method, "--seed", str(seed), "--out", runs]
        record.write_bytes(engine("train", *data, *choices, "--json"))
    events = [wire.decode_event(line) for line in record.read_bytes().splitlines()]
    return next(event.result for event in events if isinstance(event, ResultWritten))


def row(name: str, results: list[RunResult]) -> str:
    """Returns a line of the table: means over the seeds, the half-width of the interval beside them."""
    cells = [name, f"{results[0].trainable_parameters:,}"]
    for metric in ("accuracy", "macro_f1"):
        scores = [result.scores[metric] for result in results]
        mean = statistics.mean(score.value for score in scores)
        half = statistics.mean((score.high - score.low) / 2 for score in scores)
        each = ", ".join(f"{score.value:.3f}" for score in scores)
        cells.append(f"{mean:.3f} ± {half:.3f} ({each})")
    cells.append(f"{statistics.mean(result.seconds for result in results):.0f} s")
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Reads the arguments, trains and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=SAMPLE)
    parser.add_argument("--rows", type=int, help="to learn from")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--methods", nargs="+")
    chosen = parser.parse_args()
    out = chosen.out or Path(tempfile.mkdtemp(prefix="thaw-methods-"))
    out.mkdir(parents=True, exist_ok=True)
    catalog = msgspec.json.decode(engine("catalog", "--json"), type=Catalog)
    data = ["--data", str(chosen.data), *(["--rows", str(chosen.rows)] if chosen.rows else [])]
    print("| method | trainable parameters | accuracy (each seed) | macro F1 (each seed) | time |")
    print("|---|---:|---|---|---:|")
    last: list[RunResult] = []
    for method in catalog.methods:
        if not chosen.methods or method.id in chosen.methods:
            last = [train(data, method.id, seed, out) for seed in chosen.seeds]
            print(row(method.name, last), flush=True)
    for baseline in last[0].baselines:
        accuracy, f1 = baseline.scores["accuracy"], baseline.scores["macro_f1"]
        cells = [f"{score.value:.3f} ± {(score.high - score.low) / 2:.3f}" for score in (accuracy, f1)]
        print(f"| *{baseline.label}* | 0 | {cells[0]} | {cells[1]} | |")
    print(f"\n{last[0].rows} test rows; the runs are in {out}")


if __name__ == "__main__":
    main()
