"""Repairs on the command line: chosen by the codes of findings, done, and written to a new file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.markup import escape

from engine import registry
from engine.command_line.choosing import read_columns, read_split
from engine.command_line.reading_bar import reading_told
from engine.command_line.terminal import console, print_json, problems_told
from engine.contracts import Settings
from engine.data.columns import inspect, with_guesses
from engine.data.repairing import repairs_for
from engine.data.write_rows import write_rows
from engine.protocol.config import DataConfig, Reading, RunConfig, SplitConfig
from engine.protocol.data_facts import PreparedFacts, TableFacts
from engine.protocol.wording import counted, file_name
from engine.training.workbench import Workbench


def with_repairs_of(
    data: DataConfig, task: str, codes: Sequence[str], bench: Workbench, settings: Settings
) -> DataConfig:
    """Returns a choice of data with the repairs that mend some findings, one after the other.

    Args:
        data: Which rows.
        task: Id of the task.
        codes: Codes of the findings, in the order in which they are to be mended.
        bench: Reads and keeps.
        settings: Of the run; those of the task matter.

    Raises:
        EngineError: When one of them was not found, or cannot be repaired so.
    """
    for code in codes:
        chosen = bench.with_columns(data, task)
        steps = repairs_for([code], bench.rows(chosen, task, settings).facts.findings)
        data = msgspec.structs.replace(chosen, repairs=(*chosen.repairs, *steps))
    return data


def with_repairs(run: RunConfig, codes: Sequence[str]) -> RunConfig:
    """Returns a run whose data is repaired so.

    Args:
        run: What was chosen.
        codes: Codes of the findings, in the order in which they are to be mended.

    Raises:
        EngineError: When a finding was not found, or cannot be repaired so.
    """
    data = with_repairs_of(run.data, run.task, codes, Workbench(), run.settings)
    return msgspec.structs.replace(run, data=data)


def look(
    file: str,
    columns: Sequence[str],
    split: Sequence[str],
    reading: Reading,
    codes: Sequence[str],
    bench: Workbench,
) -> tuple[DataConfig, TableFacts, PreparedFacts]:
    """Reads a file, repairs it and counts its rows, for the task that it seems to be for.

    Args:
        file: The file.
        columns: ``role=column``, as chosen.
        split: ``name=value``: how rows are to be divided.
        reading: How it is to be read.
        codes: Codes of the findings that are to be mended.
        bench: Reads and keeps.

    Raises:
        EngineError: When it cannot be read, or a column or a finding is not there.
    """
    facts = inspect(bench.table(file, reading), registry.catalog().tasks)
    chosen = with_guesses(facts.columns, read_columns(columns, registry.task(facts.task)))
    how = read_split(split, SplitConfig()).found_in(facts.part_column)
    data = DataConfig(path=file, columns=chosen, split=how, **msgspec.structs.asdict(reading))
    task = facts.task
    settings = facts.settings_for(registry.task(task).roles, chosen)
    data = with_repairs_of(data, task, codes, bench, settings)
    if data.repairs:
        facts = inspect(bench.table(file, reading, data.repairs), registry.catalog().tasks)
        facts = msgspec.structs.replace(facts, task=task)
    return data, facts, bench.rows(data, task, settings).facts


def prepare_file(
    file: str, columns: Sequence[str], reading: Reading, codes: Sequence[str], out: Path, *, as_json: bool
) -> None:
    """Repairs a file and writes the rows to a new one.

    Args:
        file: The file; it stays as it is.
        columns: ``role=column``, as chosen.
        reading: How it is to be read.
        codes: Codes of the findings that are to be mended.
        out: The new file; its ending says the form.
        as_json: Whether to print one JSON object.
    """
    with problems_told(as_json=as_json):
        bench = Workbench()
        with reading_told(as_json=as_json) as follow:
            bench.table(file, reading, follow=follow)
        data, _, prepared = look(file, columns, (), reading, codes, bench)
        table = bench.table(file, reading, data.repairs)
        written = write_rows(table.dataset, out, source=file)
        if as_json:
            print_json(
                {
                    "file": str(out),
                    "rows": written.rows,
                    "made_inert": written.made_inert,
                    "repairs": data.repairs,
                    "findings": prepared.findings,
                }
            )
            return
        shown = console()
        for finding in prepared.findings:
            if finding.code in {"repaired", "rows_drawn"}:
                shown.print(escape(f"{finding.title}. {finding.reason}"), overflow="ignore")
        inert = f" {written.told}" if written.told else ""
        about = f'{counted(written.rows, "row")} written to "{file_name(str(out))}".{inert}'
        shown.print(escape(about), overflow="ignore")
