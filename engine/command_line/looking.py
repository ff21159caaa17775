"""Commands that only look: the catalog, a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from engine.command_line.options import option_for
from engine.command_line.reading_bar import reading_told
from engine.command_line.terminal import console, print_json, problems_told
from engine.data.encodings import called
from engine.data.read_files import read_table
from engine.protocol.config import Reading, SplitConfig
from engine.protocol.data_facts import PreparedFacts, TableFacts
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted


def show_catalog(*, as_json: bool) -> None:
    """Prints tasks, methods, models, and what a run can be written as."""
    from engine.export import finding

    catalog = finding.catalog()
    with problems_told(as_json=as_json):
        if as_json:
            print_json(catalog)
            return
        shown = console()
        for title, entries in (
            ("Tasks", catalog.tasks),
            ("Methods", catalog.methods),
            ("Models", catalog.models),
            ("Exports", catalog.exports),
        ):
            table = Table(title=title, title_justify="left", box=None, show_header=False)
            for entry in entries:
                table.add_row(f"[bold]{escape(entry.id)}[/bold]", escape(entry.name), escape(entry.summary))
            shown.print(table)
            shown.print()


def show_file(
    file: str,
    columns: Sequence[str],
    split: Sequence[str],
    reading: Reading,
    repairs: Sequence[str],
    *,
    as_json: bool = False,
) -> None:
    """Prints what a file holds, what each column seems to mean, and what deserves a look.

    Args:
        file: The file.
        columns: ``role=column``, as chosen.
        split: ``name=value``: how rows are to be divided.
        reading: How it is to be read.
        repairs: Codes of findings that are mended first.
        as_json: Whether to print one JSON object.
    """
    with problems_told(as_json=as_json):
        with reading_told(as_json=as_json) as follow:
            read_table(file, reading, follow)
        # Only now what takes seconds to load: a file that cannot be read is told of at once.
        from engine import registry
        from engine.command_line.repairing import look
        from engine.training.workbench import Workbench

        data, facts, prepared = look(file, columns, split, reading, repairs, Workbench())
        if as_json:
            about: dict[str, Any] = msgspec.to_builtins(facts)
            known = msgspec.to_builtins(prepared)
            told = ("usable", "train", "validation", "test", "classes", "lengths", "findings")
            about |= {name: known[name] for name in told}
            about["repairs"] = msgspec.to_builtins(data.repairs)
            print_json(about)
            return
        _show_columns(facts, registry.task(facts.task).name)
        _show_parts(prepared, data.split)
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


def _show_parts(prepared: PreparedFacts, split: SplitConfig) -> None:
    """Prints how many rows are in each part; nothing where they cannot be divided."""
    if not prepared.test:
        return
    how = {
        "part_column": f'as "{split.part_column}" says',
        "time_column": f'by the time in "{split.time_column}"',
        "folds": f"fold {split.fold + 1} of {split.folds}",
    }
    way = next((how[name] for name in split.ways), "by lot")
    console().print(
        escape(
            f"\nDivided {way}: {prepared.train:,} rows to learn from, {prepared.validation:,} to check with, "
            f"{prepared.test:,} for the final test"
        ),
        overflow="ignore",
    )


def _show_finding(finding: Problem) -> None:
    """Prints a finding; what is only good to know has no next step, unless it can be mended."""
    shown = console()
    shown.print(f"\n[bold]{escape(finding.title)}[/bold]", overflow="ignore")
    fix = "" if finding.severity is Severity.NOTE else finding.fix
    can_mend = any(action.repair is not None for action in finding.actions)
    option = option_for(finding) if fix or can_mend else ""
    for text in (finding.reason, fix, option):
        if text:
            shown.print(escape(text), overflow="ignore")
