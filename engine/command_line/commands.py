"""The commands: what they take, and what they hand to the session.

Nothing heavy is imported until a command needs it, so that ``--help`` is there at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="thaw-engine",
    help="Transfer learning with language models: the engine of Thaw without its window.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print events as JSON, one object a line.")]
RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


@app.command()
def serve() -> None:
    """Serve a window: commands on stdin, events on stdout, one JSON object a line."""
    from engine import server

    server.serve()


@app.command()
def catalog(as_json: AsJson = False) -> None:
    """Say which tasks, methods and models there are."""
    from engine.command_line import looking

    looking.show_catalog(as_json=as_json)


@app.command(name="inspect")
def inspect_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV, TSV or JSON lines file.")],
    column: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=COLUMN", help="E.g. text=message.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a file: its columns, what each seems to mean, and what is wrong before training."""
    from engine.command_line import looking

    looking.show_file(file, column or [], as_json=as_json)


@app.command()
def train(
    run_file: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN.toml]", help="Repeat a saved run: its run.toml or its folder."),
    ] = None,
    data: Annotated[str, typer.Option(metavar="FILE", help="The rows to learn from.")] = "",
    task: Annotated[str, typer.Option(help="Id of the task; guessed from the file if left out.")] = "",
    method: Annotated[str, typer.Option(help="Id of the method; see catalog.")] = "",
    model: Annotated[
        str, typer.Option(metavar="NAME|DIR", help="A built-in model, or a model's folder.")
    ] = "",
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="E.g. epochs=3, learning_rate=2e-5."),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=COLUMN", help="E.g. text=message.")
    ] = None,
    layer: Annotated[
        list[str] | None, typer.Option(metavar="LAYER=thaw|freeze", help="By hand, e.g. block.6=thaw.")
    ] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Train on so many rows only.")] = None,
    watch: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A text to follow.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The run's folder; a folder of runs gets a new one inside it."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of weights, order and dropout.")] = None,
    name: Annotated[str, typer.Option(help="What to call the run.")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a model. Ctrl-C stops it and keeps the best checkpoint."""
    from engine.command_line import choosing, training

    with training.problems_told(as_json=as_json):
        run = choosing.choose_run(
            run_file,
            data=data,
            task=task,
            method=method,
            model=model,
            settings=setting or [],
            columns=column or [],
            layers=layer or [],
            rows=rows,
            watch=watch or [],
            seed=seed,
            name=name,
        )
        training.train(run, choosing.choose_folder(out, run), as_json=as_json)


@app.command()
def resume(run: RunPath, as_json: AsJson = False) -> None:
    """Go on with a run that was interrupted, from its last checkpoint."""
    from engine.command_line import training

    training.resume(run, as_json=as_json)


@app.command()
def evaluate(run: RunPath, as_json: AsJson = False) -> None:
    """Judge a finished run on its test rows again."""
    from engine.command_line import training

    training.evaluate(run, as_json=as_json)


@app.command()
def predict(
    run: RunPath,
    text: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A text; may be given again.")
    ] = None,
    file: Annotated[
        str, typer.Option(metavar="FILE", help="A table with the run's text column, or a text on each line.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Let a finished run answer texts."""
    from engine.command_line import training

    training.predict(run, text or [], file, as_json=as_json)


@app.command()
def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of runs.")] = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder, with their scores."""
    from engine.command_line import looking

    looking.show_runs(folder, as_json=as_json)
