"""The command that lists runs; it reads their files only, so it is quick."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.command_line.options import ways_on
from engine.command_line.terminal import console, print_json, problems_told
from engine.errors import EngineError
from engine.protocol import command_line_problems
from engine.protocol.events import (
    Event,
    JobFailed,
    JobStopped,
    JobSucceeded,
    ResultWritten,
    TrainingStarted,
)
from engine.protocol.interrupted_runs import LastWords, run_interrupted
from engine.protocol.problems import Problem
from engine.protocol.run_files import EVENTS_FILE, RUN_FILE, read_events
from engine.run_folder import is_in_use, kept_run

_NAMES = (EVENTS_FILE, RUN_FILE)
"""Either makes a folder a run; the second says when it was begun, where it is there."""


def show_runs(folder: Path, *, as_json: bool) -> None:
    """Prints the runs in a folder, oldest first; as JSON one object a line."""
    with problems_told(as_json=as_json):
        lines = [_run_line(path) for path in runs_in(folder)]
        if as_json:
            for line in lines:
                print_json(line)
        else:
            _show_table(lines)


def runs_in(folder: Path) -> list[Path]:
    """Returns the folders of runs, oldest first.

    Raises:
        EngineError: When there are none.
    """
    if any((folder / name).is_file() for name in _NAMES):
        return [folder.absolute()]
    paths = {path.parent: path.stat().st_mtime for name in _NAMES for path in folder.glob(f"*/{name}")}
    if not paths:
        raise EngineError(
            command_line_problems.no_runs(folder=str(folder.absolute()))
            if folder.is_dir()
            else command_line_problems.no_such_folder(folder=str(folder.absolute()), is_file=folder.exists())
        )
    return sorted(paths, key=paths.__getitem__)


def _show_table(lines: Sequence[dict[str, Any]]) -> None:
    table = Table(box=None)
    table.add_column("run", no_wrap=True, overflow="fold")
    for title in ("method", "data", "state", "score"):
        table.add_column(title)
    for title in ("trainable", "time"):
        table.add_column(title, justify="right")
    for line in lines:
        cells = [line["run"], line["method"], Path(line["data"]).name, line["state"], "–", "–", "–"]
        if line["metric"]:
            cells[4] = f"{line['metric']} {line['score']:.3f}"
            cells[5] = f"{line['trainable_parameters']:,}"
            cells[6] = f"{line['seconds']:.0f} s"
        if line.get("name"):
            cells[0] += f"\n{line['name']}"
        table.add_row(*(escape(cell) for cell in cells))
    shown = console()
    shown.print(table)
    for line in lines:
        for name in line.get("missing", ()):
            shown.print(escape(f'\n{line["run"]}: "{name}" is missing or damaged.'), overflow="ignore")
        problem = line.get("problem")
        if isinstance(problem, Problem):
            shown.print(escape(f"\n{line['run']}: {problem.title}. {problem.safe}"), overflow="ignore")
            ways = " or ".join(ways_on(problem))
            shown.print(escape(f"{problem.fix} On the command line: {ways}"), overflow="ignore")


def _run_line(folder: Path) -> dict[str, Any]:
    """Returns what a list of runs says about one, from its files."""
    line: dict[str, Any] = {"run": folder.name, "folder": str(folder), "state": "interrupted", "metric": ""}
    try:
        run, has_file = kept_run(folder)
    except EngineError as error:
        return line | {"method": "", "data": "", "state": error.problem.title}
    line |= {
        "method": run.method,
        "task": run.task,
        "data": run.data.path,
        "seed": run.seed,
        "name": run.name,
        "missing": [] if has_file else [RUN_FILE],
    }
    words = LastWords()
    states = {JobSucceeded: "finished", JobStopped: "stopped", JobFailed: "failed"}
    last: Event | None = None
    for event in read_events(folder):
        words.take(event)
        last = event
        if type(event) in states:
            has_none = isinstance(event, JobStopped) and not line["metric"]
            line["state"] = "interrupted" if has_none else states[type(event)]
        elif isinstance(event, TrainingStarted):
            line |= {"state": "interrupted", "metric": ""}
        elif isinstance(event, ResultWritten):
            result = event.result
            line |= {
                "metric": result.metric,
                "score": result.scores[result.metric].value,
                "seconds": result.seconds,
                "energy": result.energy,
                "trainable_parameters": result.trainable_parameters,
            }
    if line["state"] == "interrupted" and is_in_use(folder):
        line["state"] = "training"
    elif line["state"] == "interrupted" and type(last) not in states:
        line["problem"] = run_interrupted(str(folder), words)
    return line
