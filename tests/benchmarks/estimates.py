"""What the estimate says and what then happens, on ten setups; the table of docs.

    python -m tests.benchmarks.estimates [--markdown FILE] [--json FILE] [--only N …] [--processor]

Each setup is a process of its own that times real steps, says what the run will need, and trains it. So that
nothing is known before, its figures and what it keeps go to a new folder; with ``--calibration`` they go to
one file, and each finished run corrects those of the next. On a machine that others use meanwhile
``--processor`` is the better witness: one thread, and all times are those for which it computed. The bounds
are 15 % for time and 10 % for memory; the exit status is 1 where one is missed. Files are written after each
setup, and one that fails stands there with its reason. It takes about five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TIME, MEMORY = 0.15, 0.10
"""How far an estimate may be off."""

PATIENCE = 900.0
"""Seconds that a setup may take on a slow machine."""

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@dataclass(frozen=True)
class Setup:
    """One run.

    Attributes:
        file: The sample; or a whole path.
        task: Id of the task.
        method: Id of the method.
        model: Id of the model.
        rows: Rows to learn from.
        settings: Those that differ from the recommended ones.
        columns: Role → column, where they are not guessed.
    """

    file: str
    task: str
    method: str
    model: str = "minilm"
    rows: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Returns what it is called in the table."""
        changed = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        rows = f"{self.rows:,} rows" if self.rows else "all rows"
        words = [self.task, self.method, Path(self.file).name, rows, *([changed] if changed else [])]
        return ", ".join(words)


ONCE = {"evaluations_per_epoch": 1}
"""One look at the validation rows in an epoch: with few rows to learn from they take most of the time."""

SETUPS = (
    Setup("posts.csv", "text_classification", "feature_based"),
    Setup("posts.csv", "text_classification", "freeze_layers", settings={"epochs": 3, "frozen_layers": 4}),
    Setup("posts.csv", "text_classification", "full_fine_tuning", rows=1000, settings={"epochs": 2, **ONCE}),
    Setup("posts.csv", "text_classification", "lora", rows=1000, settings={"epochs": 3, **ONCE}),
    Setup("definitions.csv", "text_classification", "bottleneck_adapters", rows=800, settings={"epochs": 3}),
    Setup(
        "definitions.csv",
        "text_classification",
        "gradual_unfreezing",
        rows=800,
        settings={"epochs": 4, **ONCE},
    ),
    Setup("addresses.conll", "token_classification", "freeze_layers", rows=800, settings={"epochs": 4}),
    Setup(
        "people.squad.json",
        "question_answering",
        "full_fine_tuning",
        rows=150,
        settings={"epochs": 1, **ONCE},
    ),
    Setup(
        "pride_and_prejudice.txt",
        "masked_language_modelling",
        "bitfit",
        rows=500,
        settings={"epochs": 1, **ONCE},
    ),
    Setup(
        "interface.en-fr.tsv",
        "sequence_to_sequence",
        "full_fine_tuning",
        model="small_translator",
        rows=800,
        settings={"epochs": 2, **ONCE},
    ),
)


class ProcessorClock:
    """Takes the place of the wall clock: how long this process has computed."""

    perf_counter = staticmethod(time.process_time)


def measure(setup: Setup, calibration: Path, *, processor: bool = False) -> dict[str, Any]:
    """Estimates a setup and trains it; best in a process that did nothing before.

    Args:
        setup: Which.
        calibration: File with what was measured.
        processor: Whether times are those for which one thread computed.
    """
    from engine.protocol.commands import CheckRun, Command, StartTraining, StopTraining
    from engine.protocol.config import DataConfig, RunConfig
    from engine.protocol.events import (
        Event,
        JobFailed,
        JobStopped,
        JobSucceeded,
        ResultWritten,
        RunChecked,
        StageReached,
        TrainingStarted,
    )
    from engine.server import dispatch
    from engine.session import Session
    from tests.benchmarks.estimate_phases import watched

    if processor:
        import torch

        from engine.training import loop, timing

        torch.set_num_threads(1)
        for module in (timing, loop):
            module.time = ProcessorClock  # type: ignore[attr-defined]  # the clock of the wall before
    arrived: queue.SimpleQueue[Event] = queue.SimpleQueue()
    session = Session(arrived.put, calibration_file=calibration)
    run = RunConfig(
        data=DataConfig(path=str(SAMPLES / setup.file), columns=setup.columns, row_limit=setup.rows),
        task=setup.task,
        method=setup.method,
        model=setup.model,
        settings=setup.settings,
        threads=1 if processor else 0,
    )

    def do(command: Command) -> list[Event]:
        dispatch(session, command)
        told = [arrived.get()]
        while not (
            isinstance(told[-1], JobSucceeded | JobFailed | JobStopped) and told[-1].job_id == command.job_id
        ):
            told.append(arrived.get())
            if isinstance(told[-1], StageReached) and told[-1].can_be_left_out:  # after what is measured
                dispatch(session, StopTraining(job_id=command.job_id))
        if not isinstance(told[-1], JobSucceeded):
            raise SystemExit(f"{setup.title}: {told[-1]}")
        return told

    do(CheckRun(job_id="time", run=run, calibrate=True))
    checked = [event for event in do(CheckRun(job_id="check", run=run)) if isinstance(event, RunChecked)]
    estimate = checked[-1].estimate
    if estimate is None or estimate.seconds is None:
        raise SystemExit(f"{setup.title}: no estimate")
    found = session._checker.check(run)
    if found.stack is None or found.work is None:
        raise SystemExit(f"{setup.title}: nothing to train")
    estimator = session._estimator.on(found.device, found.precision)
    phases = estimator.phases(setup.model, found.stack, found.work, found.settings)
    clock = time.process_time if processor else time.perf_counter
    with tempfile.TemporaryDirectory() as folder, watched(clock) as taken:
        events = do(StartTraining(job_id="train", run=run, folder=str(Path(folder) / "run")))
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    started = next(event for event in events if isinstance(event, TrainingStarted))
    session.close()
    return {
        "setup": setup.title,
        "estimated": estimate.seconds,
        "seconds": result.seconds,
        "memory_estimated": estimate.memory,
        "memory": result.peak_memory,
        "kept": estimate.kept.size,
        "precision": started.run.precision,
        "phases": {name: (said, taken.get(name, 0.0)) for name, said in phases.items()},
    }


def table(found: list[dict[str, Any]]) -> str:
    """Returns the table of docs."""
    lines = [
        "| setup | numbers | time: estimated | taken | off | memory: estimated | taken | off |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        if "note" in one:
            lines.append(f"| {one['setup']} | | | not measured | | | | |")
            continue
        mega = [one[name] / 1e6 for name in ("memory_estimated", "memory")]
        time_off, memory_off = offs(one)
        lines.append(
            f"| {one['setup']} | {one['precision']} | {one['estimated']:.1f} s | {one['seconds']:.1f} s "
            f"| {_marked(time_off, TIME)} "
            f"| {mega[0]:,.0f} MB | {mega[1]:,.0f} MB | {_marked(memory_off, MEMORY)} |"
        )
    return "\n".join(lines)


def phases(one: dict[str, Any]) -> str:
    """Returns what was estimated of each phase and what it took, in seconds; most of what is off is there."""
    known = one.get("phases", {})
    return ", ".join(f"{name} {said:.1f}/{taken:.1f}" for name, (said, taken) in known.items())


def offs(one: dict[str, Any]) -> tuple[float, float]:
    """Returns how far time and memory were off: 0.1 where a tenth too much was said."""
    return one["estimated"] / one["seconds"] - 1, one["memory_estimated"] / one["memory"] - 1


def is_missed(one: dict[str, Any]) -> bool:
    """Returns whether an estimate was further off than it may be, or nothing is known of it."""
    if "note" in one:
        return True
    time_off, memory_off = offs(one)
    return abs(time_off) > TIME or abs(memory_off) > MEMORY


def page(facts: dict[str, str], found: list[dict[str, Any]]) -> str:
    """Returns everything as a page.

    Args:
        facts: What it was measured on.
        found: What was measured.
    """
    measured = [one for one in found if "note" not in one]
    time_offs, memory_offs = ([abs(offs(one)[which]) for one in measured] for which in (0, 1))
    times, memories = sum(off <= TIME for off in time_offs), sum(off <= MEMORY for off in memory_offs)
    notes = [f"- {one['setup']}: {one['note']}" for one in found if "note" in one]
    lines = [
        "# How near estimates come",
        "",
        "Written by `python -m tests.benchmarks.estimates --markdown docs/estimates.md`. Each line is a run",
        "in a process of its own that knew nothing of this machine: it timed real steps, said what the run",
        "will need, and trained it. Bold is what is further off than 15 % of the time or 10 % of the memory.",
        "",
        f"Measured on: {', '.join(f'{name} {value}' for name, value in facts.items())}.",
        "",
        table(found),
        "",
        f"Time is near enough in {times} of {len(found)}, memory in {memories}.",
        "",
        "Phase by phase, seconds as estimated / as taken:",
        "",
        *(f"- {one['setup']}: {phases(one)}" for one in measured),
    ]
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def _marked(off: float, most: float) -> str:
    return f"**{off:+.0%}**" if abs(off) > most else f"{off:+.0%}"


def _measured_alone(number: int, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Measures a setup in a process of its own; where that fails, returns why."""
    known = asked.calibration or folder / f"calibration-{number}.json"
    more = ["--processor"] if asked.processor else []
    words = ["--one", str(number), "--calibration", str(known), *more]
    try:
        told = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.estimates", *words],
            env={**os.environ, "THAW_CACHE": str(folder / f"cache-{number}")},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return {"setup": SETUPS[number].title, "note": f"not done after {PATIENCE:g} s"}
    if told.returncode:
        last = (told.stderr.strip().splitlines() or [f"exit status {told.returncode}"])[-1]
        return {"setup": SETUPS[number].title, "note": last[-400:]}
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Measures all setups; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--markdown", type=Path, help="also write the table to a page")
    parser.add_argument("--json", type=Path, help="also write the rows to a file")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of setups, from 0")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--calibration", type=Path, help="one file with figures that are known already")
    parser.add_argument("--processor", action="store_true", help="one thread, in processor time")
    asked = parser.parse_args()
    if asked.one is not None:
        found_one = measure(SETUPS[asked.one], asked.calibration, processor=asked.processor)
        sys.stdout.write(json.dumps(found_one) + "\n")
        return 0
    from tests.benchmarks.speed.tables import machine  # not where memory is measured

    facts = machine() | ({"clock": "processor time of one thread"} if asked.processor else {})
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in asked.only or range(len(SETUPS)):
            found.append(_measured_alone(number, Path(folder), asked))
            sys.stderr.write(f"{table(found[-1:]).splitlines()[-1]} {found[-1].get('note', '')}\n")
            sys.stderr.write(f"    {phases(found[-1])}\n")
            if asked.json is not None:
                asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
            if asked.markdown is not None:
                asked.markdown.write_text(page(facts, found), encoding="utf-8")
    sys.stdout.write(table(found) + "\n")
    return int(any(map(is_missed, found)))


if __name__ == "__main__":
    raise SystemExit(main())
