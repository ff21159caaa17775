"""The commands about finished runs: what they take, and what they hand to the session.

Nothing heavy is imported until a command needs it, so that ``--help`` is there at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.application import app
from engine.command_line.arguments import AsJson, RunPath
from engine.command_line.predicting import predict


@app.command()
def evaluate(run: RunPath, as_json: AsJson = False) -> None:
    """Judge a finished run on its test rows again."""
    from engine.command_line import training

    training.evaluate(run, as_json=as_json)


app.command()(predict)


@app.command()
def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of runs.")] = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder with their scores."""
    from engine.command_line import run_list

    run_list.show_runs(folder, as_json=as_json)


@app.command()
def probe(
    run: RunPath,
    base_only: Annotated[
        bool, typer.Option("--base", help="Only the pretrained model, not what the run made of it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find out what each layer knows of a run's task, before training and after it."""
    from engine.command_line import probing

    probing.probe(run, base_only=base_only, as_json=as_json)
