"""``thaw-engine plan``: what it takes, and what it hands on. Nothing heavy is imported until then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.arguments import (
    AsJson,
    Columns,
    Data,
    Delimiter,
    Device,
    Encoding,
    HeaderRow,
    Layers,
    MethodId,
    Model,
    Repairs,
    Rows,
    RowsDrawn,
    Settings,
    Sheet,
    Split,
    Task,
    read_as,
)
from engine.training_fields import TIME_LIMIT


def plan(
    run_file: Annotated[
        Path | None, typer.Argument(metavar="RUN.toml", help="A saved run: its run.toml or its folder.")
    ] = None,
    minutes: Annotated[
        float,
        typer.Option(metavar="N", min=0.01, max=TIME_LIMIT.maximum, help="How long training may take."),
    ] = 12.0,
    data: Data = "",
    task: Task = "",
    method: MethodId = "",
    model: Model = "",
    setting: Settings = None,
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    rows_drawn: RowsDrawn = 0,
    repair: Repairs = None,
    layer: Layers = None,
    rows: Rows = None,
    split: Split = None,
    device: Device = "",
    as_json: AsJson = False,
) -> None:
    """Say what of a run fits into so many minutes: how many rows, how long texts, how many epochs."""
    from engine.command_line import choosing, planning, terminal

    with terminal.problems_told(as_json=as_json):
        run = choosing.choose_run(
            run_file,
            data=data,
            reading=read_as(encoding, delimiter, sheet, header_row, rows_drawn),
            task=task,
            method=method,
            model=model,
            settings=setting or [],
            columns=column or [],
            layers=layer or [],
            rows=rows,
            split=split or [],
            watch=[],
            seed=None,
            device=device,
            name="",
        )
        if repair:
            from engine.command_line import repairing

            run = repairing.with_repairs(run, repair)
        planning.show_plan(planning.planned(run, minutes), as_json=as_json)
