"""Does learning from typos help against typos? The same translator, fine-tuned without and with them.

    python -m tests.benchmarks.noise_lab [--out DIR] [--method ID] [--share 0.1] [--epochs N]

Both runs start from the small translator, learn from the same pairs with the same settings and are judged
on the same test pairs with more and more typos in them. The task is the one that the model already knew, so
the verdict must call it fine-tuning, not transfer learning.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from engine.protocol import wire
from engine.protocol.events import ResultWritten, TrainingStarted
from engine.protocol.results import RunResult
from engine.protocol.stack import Verdict
from tests.benchmarks.every_task import TRIALS, Trial, shown, train

METRICS = ("chrf", "bleu")


def run(trial: Trial, method: str, settings: tuple[str, ...], out: Path) -> tuple[Verdict, RunResult]:
    """Trains once; returns what was said before and after.

    Raises:
        RuntimeError: When the run did not come to an end.
    """
    verdict = result = None
    for line in train(trial, method, settings, 0, out).read_bytes().splitlines():
        event = wire.decode_event(line)
        if isinstance(event, TrainingStarted):
            verdict = event.verdict
        elif isinstance(event, ResultWritten):
            result = event.result
    if verdict is None or result is None:
        raise RuntimeError(f"The run with {settings} did not come to an end.")
    return verdict, result


def table(runs: dict[str, RunResult], metric: str) -> list[str]:
    """Returns a table in Markdown: a line for each run, a column for each share of typos."""
    shares = [point.share for point in next(iter(runs.values())).by_noise]
    lines = [
        f"| {metric} | "
        + " | ".join(f"{share:.0%} typos" for share in shares)
        + " | lost from first to last |"
    ]
    lines.append("|---|" + "---|" * (len(shares) + 1))
    for name, result in runs.items():
        scores = [point.scores[metric] for point in result.by_noise]
        lost = scores[0].value - scores[-1].value
        lines.append(f"| {name} | " + " | ".join(map(shown, scores)) + f" | {lost:.1f} |")
    return lines


def main() -> None:
    """Reads the arguments, trains twice and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--method", default="full_fine_tuning")
    parser.add_argument("--share", type=float, default=0.1, help="Of the letters, in the run with typos.")
    parser.add_argument("--epochs", type=int, default=3)
    chosen = parser.parse_args()
    out = chosen.out or Path(tempfile.mkdtemp(prefix="thaw-noise-"))
    out.mkdir(parents=True, exist_ok=True)
    (trial,) = [replace(trial, settings=()) for trial in TRIALS if trial.task == "sequence_to_sequence"]
    runs = {}
    for name, train_on in (("without typos", "clean"), (f"with {chosen.share:.0%} typos", "noisy")):
        settings = (f"train_on={train_on}", f"noise_share={chosen.share}", f"epochs={chosen.epochs}")
        verdict, runs[f"fine-tuned {name}"] = run(trial, chosen.method, settings, out)
        print(f"{name}: the task changes: {verdict.task_changes}. {verdict.transfer_sentence}")
        print(f"  the weights change: {verdict.weights_change}. {verdict.fine_tuning_sentence}")
    for metric in METRICS:
        print("\n".join(["", *table(runs, metric)]))
    first = next(iter(runs.values()))
    print(f"\n{first.rows:,} test pairs. Beside them, without typos:")
    for baseline in first.baselines:
        print(f"- {baseline.label}: " + ", ".join(f"{one} {shown(baseline.scores[one])}" for one in METRICS))


if __name__ == "__main__":
    main()
