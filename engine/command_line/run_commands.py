"""The commands about finished runs: what they take, and what they hand on.

As in :mod:`engine.command_line.commands` nothing heavy is imported until a command needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.arguments import AsJson, RunPath


def evaluate(run: RunPath, as_json: AsJson = False) -> None:
    """Judge a finished run on its test rows again."""
    from engine.command_line import training

    training.evaluate(run, as_json=as_json)


def compare(
    run: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of finished runs, or a folder that holds runs."),
    ],
    metric: Annotated[
        str, typer.Option(metavar="ID", help="The measure, such as accuracy; the task's first if left out.")
    ] = "",
    with_run: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="RUN",
            help="Where the runs have several final tests: compare those that share this run's. "
            "The largest group if left out.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare finished runs row by row: which are best, which too close to call, what one gets right."""
    from engine.command_line import comparing

    comparing.compare(run, metric, with_run, as_json=as_json)


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of runs.")] = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder with their scores."""
    from engine.command_line import run_list

    run_list.show_runs(folder, as_json=as_json)


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
