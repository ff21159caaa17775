"""Trains every method on every task with the built-in models, and prints the tables of docs/results.md.

    python -m tests.benchmarks.every_task [--out DIR] [--jobs N] [--tasks ID …] [--seeds 0 1 2]

Each run is a ``thaw-engine train`` of its own with recommended settings. What a run said is kept in
``--out``, and runs that are already there are read instead of trained again. A method that cannot be
combined with a task stands in the table with its reason.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from engine import registry
from engine.protocol import wire
from engine.protocol.catalog import MetricEntry
from engine.protocol.events import JobFailed, ResultWritten, TrainingStarted
from engine.protocol.results import Baseline, RunResult, Score

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"


@dataclass(frozen=True)
class Trial:
    """One table: a task on a sample with a model.

    Attributes:
        task: Id of the task.
        title: Heading of the table.
        file: The sample.
        model: Id of the model.
        columns: ``role=column``, where they are not guessed.
        settings: ``name=value``, the same for every method.
    """

    task: str
    title: str
    file: str
    model: str = "minilm"
    columns: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


TRIALS = (
    Trial("text_classification", "Ten kinds of definitions, MiniLM", "definitions.csv"),
    Trial("token_classification", "Parts of an address, MiniLM", "addresses.conll"),
    Trial("question_answering", "Who was it?, MiniLM", "people.squad.json"),
    Trial(
        "masked_language_modelling",
        "Austen's words, MiniLM with a new head for words",
        "pride_and_prejudice.txt",
    ),
    Trial(
        "causal_language_modelling",
        "Definitions, the small writer that knows Austen only",
        "definitions.csv",
        "small_writer",
        ("text=definition",),
    ),
    Trial(
        "sequence_to_sequence",
        "Interface French with 10 % typos, the small translator",
        "interface.en-fr.tsv",
        "small_translator",
        settings=("train_on=noisy",),
    ),
)
_FEATURES = (
    "embeddings",
    "second_to_last",
    "last",
    "weighted_sum_last_four",
    "concat_last_four",
    "weighted_sum_all",
)


@dataclass(frozen=True)
class Row:
    """A line of a table: a method, or a variant of one, with what its seeds gave."""

    name: str
    results: list[RunResult] = field(default_factory=list)
    total: int = 0
    reason: str = ""


def train(trial: Trial, method: str, settings: tuple[str, ...], seed: int, out: Path) -> Path:
    """Trains once; returns the file of what was said. What is there already is not trained again."""
    variant = "-".join(setting.replace("=", "_") for setting in settings)
    record = out / f"{trial.task}-{method}{'-' if variant else ''}{variant}-{seed}.jsonl"
    if not record.exists():
        command = [sys.executable, "-m", "engine", "train", "--data", str(SAMPLES / trial.file)]
        command += ["--task", trial.task, "--method", method, "--model", trial.model, "--seed", str(seed)]
        command += ["--out", str(record.with_suffix("")), "--json"]
        for option, values in (("--column", trial.columns), ("--set", (*trial.settings, *settings))):
            command += [part for value in values for part in (option, value)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
        record.write_bytes(done.stdout)
    return record


def read(name: str, records: list[Path]) -> Row:
    """Returns the line that some runs make."""
    results, total, reason = [], 0, ""
    for record in records:
        for line in record.read_bytes().splitlines():
            event = wire.decode_event(line)
            if isinstance(event, ResultWritten):
                results.append(event.result)
            elif isinstance(event, TrainingStarted):
                total = event.stack.total_parameters
            elif isinstance(event, JobFailed):
                reason = event.problem.reason
    return Row(name, results, total, reason)


def shown(score: Score) -> str:
    """Returns a score with its interval: ``"0.951 (0.932–0.968)"``."""
    digits = 3 if abs(score.value) < 10 else 1
    return f"{score.value:.{digits}f} ({score.low:.{digits}f}–{score.high:.{digits}f})"


def mean(scores: list[Score]) -> Score:
    """Returns the mean of several seeds' scores and of the ends of their intervals."""
    return Score(
        value=statistics.mean(score.value for score in scores),
        low=statistics.mean(score.low for score in scores),
        high=statistics.mean(score.high for score in scores),
    )


def table(rows: list[Row], baselines: tuple[Baseline, ...], metrics: tuple[MetricEntry, ...]) -> list[str]:
    """Returns a table in Markdown."""
    results = [result for row in rows for result in row.results]
    used = [metric for metric in metrics if any(metric.id in result.scores for result in results)]
    labels = " | ".join(metric.label for metric in used)
    lines = [f"| method | trainable parameters | share | {labels} | time |"]
    lines.append("|---|---:|---:|" + "---|" * len(used) + "---:|")
    for row in rows:
        if not row.results:
            lines.append(f"| {row.name} | | | " + " | ".join([row.reason, *[""] * (len(used) - 1)]) + " | |")
            continue
        first = row.results[0]
        cells = [row.name, f"{first.trainable_parameters:,}"]
        cells.append(f"{100 * first.trainable_parameters / max(1, row.total):.3g} %")
        cells += [shown(mean([result.scores[metric.id] for result in row.results])) for metric in used]
        cells.append(f"{statistics.mean(result.seconds for result in row.results):.0f} s")
        lines.append("| " + " | ".join(cells) + " |")
    for baseline in baselines:
        scores = [shown(baseline.scores[one.id]) if one.id in baseline.scores else "" for one in used]
        lines.append(f"| *{baseline.label}* | 0 | 0 % | " + " | ".join(scores) + " | |")
    return lines


def main() -> None:
    """Reads the arguments, trains and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int, default=1, help="Runs at a time.")
    parser.add_argument("--tasks", nargs="+", default=[trial.task for trial in TRIALS])
    parser.add_argument("--methods", nargs="+", default=list(registry.all_methods()))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = parser.parse_args()
    out = chosen.out or Path(tempfile.mkdtemp(prefix="thaw-tasks-"))
    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(chosen.jobs) as pool:
        tables = []
        for trial in TRIALS:
            if trial.task in chosen.tasks:
                for heading, variants in _variants(trial, chosen.methods):
                    lines = [
                        (name, [pool.submit(train, trial, method, own, seed, out) for seed in chosen.seeds])
                        for name, method, own in variants
                    ]
                    tables.append((trial, heading, lines))
        for trial, heading, lines in tables:
            rows = [read(name, [job.result() for job in jobs]) for name, jobs in lines]
            _print(trial, heading, rows)


def _variants(trial: Trial, methods: list[str]) -> list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]]:
    """Returns the tables of a task: heading, and its lines as name, method and settings."""
    tables: list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]] = [
        ("", [(registry.method(name).name, name, ()) for name in methods])
    ]
    if trial.task == "token_classification" and "feature_based" in methods:
        lines: list[tuple[str, str, tuple[str, ...]]] = [
            (f"{features}, {head}", "feature_based", (f"features={features}", f"head={head}"))
            for head in ("linear", "bilstm")
            for features in _FEATURES
        ]
        tables.append((", features as in Devlin 2019, table 7", lines))
    return tables


def _print(trial: Trial, heading: str, rows: list[Row]) -> None:
    known = [row.results[0] for row in rows if row.results]
    print(f"\n### {trial.title}{heading}\n")
    if not known:
        print("\n".join(f"- {row.name}: {row.reason}" for row in rows))
        return
    print("\n".join(table(rows, known[0].baselines, registry.task(trial.task).metrics)))
    print(f"\n{known[0].rows:,} test rows. {' '.join(known[0].notes)}", flush=True)


if __name__ == "__main__":
    main()
