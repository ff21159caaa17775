"""Commands that only look: the catalog, a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from engine.command_line.options import option_for
from engine.command_line.terminal import console, print_json, problems_told
from engine.data.encodings import called
from engine.data.read_files import read_table
from engine.protocol.config import DataConfig, Reading, SplitConfig
from engine.protocol.data_facts import TableFacts
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted


def show_catalog(*, as_json: bool) -> None:
    """Prints tasks, methods and models."""
    from engine import registry

    catalog = registry.catalog()
    with problems_told(as_json=as_json):
        if as_json:
            print_json(catalog)
            return
        shown = console()
        for title, entries in (
            ("Tasks", catalog.tasks),
            ("Methods", catalog.methods),
            ("Models", catalog.models),
        ):
            table = Table(title=title, title_justify="left", box=None, show_header=False)
            for entry in entries:
                table.add_row(f"[bold]{escape(entry.id)}[/bold]", escape(entry.name), escape(entry.summary))
            shown.print(table)
            shown.print()


def show_file(file: str, columns: Sequence[str], reading: Reading, *, as_json: bool = False) -> None:
    """Prints what a file holds, what each column seems to mean, and what deserves a look.

    Args:
        file: The file.
        columns: ``role=column``, as chosen.
        reading: How it is to be read.
        as_json: Whether to print one JSON object.
    """
    with problems_told(as_json=as_json):
        table = read_table(file, reading)
        # Only now what takes seconds to load: a file that cannot be read is told of at once.
        from engine import registry
        from engine.command_line.choosing import read_columns
        from engine.data.columns import inspect, with_guesses
        from engine.data.prepare import prepare

        facts = inspect(table, registry.catalog().tasks)
        task = registry.task(facts.task)
        chosen = with_guesses(facts.columns, read_columns(columns, task))
        matched = task.match(table.dataset, chosen, registry.task_settings(task, {}))
        split = SplitConfig(part_column=facts.part_column)
        data = DataConfig(path=file, columns=chosen, split=split, **msgspec.structs.asdict(reading))
        prepared, _ = prepare(matched, data, table.problems, table.dataset)
        if as_json:
            about: dict[str, Any] = msgspec.to_builtins(facts)
            known = msgspec.to_builtins(prepared)
            about |= {
                name: known[name]
                for name in ("usable", "train", "validation", "test", "classes", "lengths", "findings")
            }
            print_json(about)
            return
        _show_columns(facts, task.name)
        for finding in prepared.findings:
            _show_finding(finding)


def _show_columns(facts: TableFacts, task: str) -> None:
    shown = console()
    about = f"{facts.name}: {counted(facts.rows, 'row')}, {called(facts.encoding)}. Task: {task}\n"
    shown.print(escape(about), overflow="ignore")
    lines = Table(box=None)
    for title in ("column", "role", "reason"):
        lines.add_column(title)
    for column in facts.columns:
        lines.add_row(escape(column.name), column.role or "–", escape(column.reason))
    shown.print(lines)


def _show_finding(finding: Problem) -> None:
    """Prints a finding; what is only good to know has no next step."""
    shown = console()
    shown.print(f"\n[bold]{escape(finding.title)}[/bold]", overflow="ignore")
    fix = "" if finding.severity is Severity.NOTE else finding.fix
    option = option_for(finding) if fix else ""
    for text in (finding.reason, fix, option):
        if text:
            shown.print(escape(text), overflow="ignore")
