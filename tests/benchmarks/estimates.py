"""What the estimate says and what then happens, on ten setups; the table of docs.

    python -m tests.benchmarks.estimates [--json FILE] [--only N …] [--processor]

Each setup is a process of its own that times real steps, says what the run will need, and trains it. So that
nothing is known before, figures and kept states go to a new folder. On a machine that others use meanwhile
``--processor`` is the better witness: one thread, and all times are those for which it computed. The bounds
are 15 % for time and 10 % for memory; the exit status is 1 where one is missed.
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

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@dataclass(frozen=True)
class Setup:
    """One run.

    Attributes:
        file: The sample.
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
        return f"{self.task}, {self.method}, {self.file}, {rows}{', ' if changed else ''}{changed}"


SETUPS = (
    Setup("posts.csv", "text_classification", "feature_based"),
    Setup("posts.csv", "text_classification", "freeze_layers", settings={"epochs": 3, "frozen_layers": 4}),
    Setup("posts.csv", "text_classification", "full_fine_tuning", rows=1000, settings={"epochs": 2}),
    Setup("posts.csv", "text_classification", "lora", rows=1000, settings={"epochs": 3}),
    Setup("definitions.csv", "text_classification", "bottleneck_adapters", rows=800, settings={"epochs": 2}),
    Setup("definitions.csv", "text_classification", "gradual_unfreezing", rows=800, settings={"epochs": 3}),
    Setup("addresses.conll", "token_classification", "freeze_layers", rows=800, settings={"epochs": 3}),
    Setup("people.squad.json", "question_answering", "full_fine_tuning", rows=150, settings={"epochs": 1}),
    Setup("pride_and_prejudice.txt", "masked_language_modelling", "bitfit", rows=500, settings={"epochs": 1}),
    Setup(
        "interface.en-fr.tsv",
        "sequence_to_sequence",
        "full_fine_tuning",
        model="small_translator",
        rows=800,
        settings={"epochs": 2, "evaluations_per_epoch": 1},
    ),
)


class ProcessorClock:
    """Takes the place of the wall clock: how long this process has computed."""

    perf_counter = staticmethod(time.process_time)


def measure(number: int, calibration: Path, *, processor: bool) -> dict[str, Any]:
    """Estimates a setup and trains it; in a process that did nothing before.

    Args:
        number: Which, from 0.
        calibration: File with what was measured.
        processor: Whether times are those for which one thread computed.
    """
    from engine.protocol.commands import CheckRun, Command, StartTraining
    from engine.protocol.config import DataConfig, RunConfig
    from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded, ResultWritten, RunChecked
    from engine.server import dispatch
    from engine.session import Session

    if processor:
        import torch

        from engine.training import calibration as timing
        from engine.training import loop

        torch.set_num_threads(1)
        for module in (timing, loop):
            module.time = ProcessorClock  # type: ignore[attr-defined]  # the clock of the wall before
    setup = SETUPS[number]
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
        if not isinstance(told[-1], JobSucceeded):
            raise SystemExit(f"{setup.title}: {told[-1]}")
        return told

    do(CheckRun(job_id="time", run=run, calibrate=True))
    checked = [event for event in do(CheckRun(job_id="check", run=run)) if isinstance(event, RunChecked)]
    estimate = checked[-1].estimate
    if estimate is None or estimate.seconds is None:
        raise SystemExit(f"{setup.title}: no estimate")
    with tempfile.TemporaryDirectory() as folder:
        events = do(StartTraining(job_id="train", run=run, folder=str(Path(folder) / "run")))
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    session.close()
    return {
        "setup": setup.title,
        "estimated": estimate.seconds,
        "seconds": result.seconds,
        "memory_estimated": estimate.memory,
        "memory": result.peak_memory,
        "kept": estimate.kept.size,
    }


def table(found: list[dict[str, Any]]) -> str:
    """Returns the table of docs."""
    lines = [
        "| setup | time: estimated | taken | off | memory: estimated | taken | off |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        mega = [one[name] / 1e6 for name in ("memory_estimated", "memory")]
        lines.append(
            f"| {one['setup']} | {one['estimated']:.1f} s | {one['seconds']:.1f} s "
            f"| {one['estimated'] / one['seconds'] - 1:+.0%} "
            f"| {mega[0]:,.0f} MB | {mega[1]:,.0f} MB | {mega[0] / mega[1] - 1:+.0%} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measures all setups; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the rows to a file")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of setups, from 0")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--calibration", type=Path, help="file with figures that are known already")
    parser.add_argument("--processor", action="store_true", help="one thread, in processor time")
    asked = parser.parse_args()
    if asked.one is not None:
        sys.stdout.write(json.dumps(measure(asked.one, asked.calibration, processor=asked.processor)) + "\n")
        return 0
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        known = asked.calibration or Path(folder) / "calibration.json"
        more = ["--processor"] if asked.processor else []
        for number in asked.only or range(len(SETUPS)):
            words = ["--one", str(number), "--calibration", str(known), *more]
            told = subprocess.run(
                [sys.executable, "-m", __spec__.name, *words],
                env={**os.environ, "THAW_CACHE": str(Path(folder) / f"cache-{number}")},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            found.append(json.loads(told.stdout.splitlines()[-1]))
            sys.stderr.write(f"{table(found[-1:]).splitlines()[-1]}\n")
    sys.stdout.write(table(found) + "\n")
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=1))
    return int(any(map(_is_missed, found)))


def _is_missed(one: dict[str, Any]) -> bool:
    time_off = abs(one["estimated"] / one["seconds"] - 1)
    memory_off = abs(one["memory_estimated"] / one["memory"] - 1)
    return time_off > TIME or memory_off > MEMORY


if __name__ == "__main__":
    raise SystemExit(main())
