"""Commands that only look: the catalog, a file, a folder of runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine import registry
from engine.command_line.choosing import read_columns
from engine.command_line.training import problems_told
from engine.data.columns import inspect, roles_of
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.errors import EngineError
from engine.protocol import command_line_problems
from engine.protocol.config import DataConfig
from engine.protocol.events import JobFailed, JobStopped, JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.run_files import RUN_FILE, read_events
from engine.run_folder import run_of


def show_catalog(*, as_json: bool) -> None:
    """Prints tasks, methods and models."""
    catalog = registry.catalog()
    if as_json:
        _print_json(catalog)
        return
    console = Console(highlight=False)
    for title, entries in (
        ("Tasks", catalog.tasks),
        ("Methods", catalog.methods),
        ("Models", catalog.models),
    ):
        table = Table(title=title, title_justify="left", box=None, show_header=False)
        for entry in entries:
            table.add_row(f"[bold]{escape(entry.id)}[/bold]", escape(entry.name), escape(entry.summary))
        console.print(table)
        console.print()


def show_file(file: str, columns: list[str], *, as_json: bool) -> None:
    """Prints what a file holds, what each column seems to mean, and what deserves a look."""
    with problems_told(as_json=as_json):
        chosen = read_columns(columns)
        table = read_table(file)
        facts = inspect(table, registry.catalog().tasks)
        task = registry.task(facts.task)
        matched = task.match(table.dataset, roles_of(facts.columns, chosen))
        prepared, _ = prepare(matched, DataConfig(path=file, columns=chosen), table.problems)
    if as_json:
        about: dict[str, Any] = msgspec.to_builtins(facts)
        about |= {"usable": prepared.usable, "classes": prepared.classes, "findings": prepared.findings}
        _print_json(about)
    else:
        console = Console(highlight=False)
        console.print(f"{escape(facts.name)}: {facts.rows:,} rows, {facts.encoding}, task {facts.task}\n")
        lines = Table(box=None)
        for title in ("column", "role", "reason"):
            lines.add_column(title)
        for column in facts.columns:
            lines.add_row(escape(column.name), column.role or "–", escape(column.reason))
        console.print(lines)
        for finding in prepared.findings:
            console.print(f"\n[bold]{escape(finding.title)}[/bold]\n{escape(finding.reason)}")


def show_runs(folder: Path, *, as_json: bool) -> None:
    """Prints the runs in a folder, oldest first; as JSON one object a line."""
    with problems_told(as_json=as_json):
        paths = (
            [folder]
            if (folder / RUN_FILE).is_file()
            else [path.parent for path in folder.glob(f"*/{RUN_FILE}")]
        )
        if not paths:
            raise EngineError(command_line_problems.no_runs(folder=str(folder)))
    lines = [_run_line(path) for path in sorted(paths, key=lambda path: (path / RUN_FILE).stat().st_mtime)]
    if as_json:
        for line in lines:
            _print_json(line)
        return
    table = Table(box=None)
    for title in ("run", "method", "data", "state", "score", "trainable", "time"):
        table.add_column(title)
    for line in lines:
        score = f"{line['metric']} {line['score']:.3f}" if line["metric"] else "–"
        time = f"{line['seconds']:.0f} s" if line["metric"] else "–"
        trainable = f"{line['trainable_parameters']:,}" if line["metric"] else "–"
        names = (line["run"], line["method"], Path(line["data"]).name, line["state"])
        table.add_row(*(escape(str(name)) for name in names), score, trainable, time)
    Console(highlight=False).print(table)


def _run_line(folder: Path) -> dict[str, Any]:
    """Returns what a list of runs says about one, from its files."""
    line: dict[str, Any] = {"run": folder.name, "folder": str(folder), "state": "interrupted", "metric": ""}
    try:
        run = run_of(folder)
    except EngineError as error:
        return line | {"method": "", "data": "", "state": error.problem.title}
    line |= {
        "method": run.method,
        "task": run.task,
        "data": run.data.path,
        "seed": run.seed,
        "name": run.name,
    }
    states = {JobSucceeded: "finished", JobStopped: "stopped", JobFailed: "failed"}
    for event in read_events(folder):
        if type(event) in states:
            line["state"] = states[type(event)]
        elif isinstance(event, TrainingStarted):
            line["state"] = "interrupted"
        elif isinstance(event, ResultWritten):
            result = event.result
            line |= {
                "metric": result.metric,
                "score": result.scores[result.metric].value,
                "seconds": result.seconds,
                "trainable_parameters": result.trainable_parameters,
            }
    return line


def _print_json(value: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()
