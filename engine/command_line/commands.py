"""The commands: what they take, and what they hand to the session.

Nothing heavy is imported until a command needs it, so that ``--help`` is there at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from engine.command_line import run_commands
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
    RunPath,
    Settings,
    Sheet,
    Split,
    Task,
    read_as,
)
from engine.command_line.export_commands import add_export_commands
from engine.command_line.plan_command import plan
from engine.command_line.predicting import predict
from engine.command_line.process import STOPPED
from engine.training_fields import TIME_LIMIT

_NAME = "thaw-engine"

app = typer.Typer(
    name=_NAME,
    help="Fine-tune language models: the engine of Thaw without its window.",
    epilog="Begin with: thaw-engine inspect FILE, then: thaw-engine train --data FILE",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def run(words: Sequence[str]) -> int:
    """Runs a command.

    Args:
        words: The command and what it takes; none to read what there is.

    Returns:
        The exit code: 0 done, 2 a problem, 130 stopped.
    """
    try:
        return int(app(list(words) or ["--help"], prog_name=_NAME, standalone_mode=False) or 0)
    except TyperException as error:
        return _tell_usage(error, as_json="--json" in words)
    except SystemExit:  # typer's answer to a reader that is gone, while it shows its help
        return STOPPED


def _tell_usage(error: TyperException, *, as_json: bool) -> int:
    """Tells what is wrong with the words of a command line."""
    from engine.command_line import terminal
    from engine.protocol import command_line_problems

    command = getattr(getattr(error, "ctx", None), "command_path", _NAME)
    problem = command_line_problems.usage(said=error.format_message(), command=command)
    try:
        terminal.end_with(problem, as_json=as_json)
    except typer.Exit as end:
        return end.exit_code


@app.command()
def catalog(as_json: AsJson = False) -> None:
    """List the tasks, methods, models and exports."""
    from engine.command_line import looking

    looking.show_catalog(as_json=as_json)


@app.command()
def models(
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Search the Hugging Face hub instead of this computer.")
    ] = "",
    download: Annotated[
        str,
        typer.Option(metavar="_NAME", help="Fetch a model of the hub, or go on with that; Ctrl-C stops it."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the base models of this computer, search the hub, or download a model."""
    from engine.command_line import base_models

    base_models.models(search=search, download=download, as_json=as_json)


@app.command()
def data(
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Search the Hugging Face hub for data sets.")
    ] = "",
    download: Annotated[
        str, typer.Option(metavar="_NAME", help="Fetch one, or go on with that; Ctrl-C stops it.")
    ] = "",
    config: Annotated[str, typer.Option(metavar="C", help="What of it, where it holds several.")] = "",
    as_json: AsJson = False,
) -> None:
    """Search the hub for data sets, or download one into a folder that inspect and train read."""
    from engine.command_line import hub_data_sets

    hub_data_sets.data_sets(search=search, download=download, config=config, as_json=as_json)


@app.command(name="inspect")
def inspect_file(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A table (CSV, Excel, JSON …), CoNLL, SQuAD or text file."),
    ],
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    rows_drawn: RowsDrawn = 0,
    repair: Repairs = None,
    split: Split = None,
    as_json: AsJson = False,
) -> None:
    """Look at a file before training: what its columns mean, what is odd."""
    from engine.command_line import looking

    reading = read_as(encoding, delimiter, sheet, header_row, rows_drawn)
    looking.show_file(file, column or [], split or [], reading, repair or [], as_json=as_json)


@app.command()
def prepare(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The rows; the file stays as it is.")],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The new file: .csv, .jsonl or .parquet.", show_default=False)
    ],
    repair: Repairs = None,
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    rows_drawn: RowsDrawn = 0,
    as_json: AsJson = False,
) -> None:
    """Mend what the health check found, and write the rows to a new file."""
    from engine.command_line import repairing

    reading = read_as(encoding, delimiter, sheet, header_row, rows_drawn)
    repairing.prepare_file(file, column or [], reading, repair or [], out, as_json=as_json)


@app.command()
def doubts(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file as for inspect.")],
    task: Task = "",
    model: Model = "",
    setting: Settings = None,
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    rows_drawn: RowsDrawn = 0,
    device: Device = "",
    as_json: AsJson = False,
) -> None:
    """List the rows whose labels look wrong, with the labels that are expected."""
    from engine.command_line import doubting

    doubting.doubts(
        file,
        reading=read_as(encoding, delimiter, sheet, header_row, rows_drawn),
        task=task,
        model=model,
        settings=setting or [],
        columns=column or [],
        device=device,
        as_json=as_json,
    )


@app.command()
def train(
    run_file: Annotated[
        Path | None,
        typer.Argument(metavar="RUN.toml", help="Repeat a saved run: its run.toml or its folder."),
    ] = None,
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
    watch: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A text whose answer is followed.")
    ] = None,
    all_folds: Annotated[
        bool,
        typer.Option(
            "--all-folds",
            help="Train one run after the other, each fold the test once, and tell what they reach together: "
            "--split folds=10 for another number than five.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The new run's folder, or a folder of runs to put it in. Without: runs/."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=2**32 - 1, help="The same seed gives the same run; 0 if left out."
        ),
    ] = None,
    device: Device = "",
    name: Annotated[str, typer.Option(metavar="TEXT", help="What to call the run.")] = "",
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=0.01,
            max=TIME_LIMIT.maximum,
            help="Cut rows, long texts and epochs so that it ends in N minutes; all folds together.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model. Ctrl-C stops it and keeps the best so far."""
    from engine.command_line import choosing, reading_bar, terminal, training

    with terminal.problems_told(as_json=as_json):
        with reading_bar.reading_told(as_json=as_json) as follow:
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
                watch=watch or [],
                seed=seed,
                device=device,
                name=name,
                follow=follow,
            )
        if repair:
            from engine.command_line import repairing

            run = repairing.with_repairs(run, repair)
        if minutes is not None:
            from engine.command_line import all_folds as folds
            from engine.command_line import planning

            runs = folds.fold_count(run) if all_folds else 1
            made = planning.planned(run, minutes, runs)
            planning.tell_plan(made, as_json=as_json)
            run = made.run
        if all_folds:
            from engine.command_line.all_folds import train_folds

            train_folds(run, out, as_json=as_json)
        training.train(run, choosing.choose_folder(out, run), as_json=as_json)


@app.command()
def resume(
    run: RunPath,
    smaller_batches: Annotated[
        bool,
        typer.Option(
            "--smaller-batches",
            help="After memory has run out: read the rows of each step in batches half as large.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Go on with an interrupted run, from its last checkpoint."""
    from engine.command_line import training

    training.resume(run, smaller_batches=smaller_batches, as_json=as_json)


for about_runs in (
    run_commands.evaluate,
    predict,
    run_commands.compare,
    run_commands.probe,
    run_commands.runs,
):
    app.command()(about_runs)
app.command()(plan)
add_export_commands(app)


@app.command()
def serve() -> None:
    """Serve a window: it asks on stdin and hears on stdout. Not for people."""
    from engine import server

    server.serve()
