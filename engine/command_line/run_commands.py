"""The commands about finished runs: what they take, and what they hand on.

As in :mod:`engine.command_line.commands` nothing heavy is imported until a command needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.arguments import (
    AsJson,
    Delimiter,
    Encoding,
    HeaderRow,
    RunPath,
    Sheet,
    read_as,
)


def evaluate(run: RunPath, as_json: AsJson = False) -> None:
    """Judge a finished run on its test rows again."""
    from engine.command_line import training

    training.evaluate(run, as_json=as_json)


def predict(
    run: RunPath,
    text: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A text; may be given again.")
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="ROLE=TEXT",
            help="One of several texts that belong together, such as question=… and context=…; "
            "a role that is said again begins the next ones.",
        ),
    ] = None,
    file: Annotated[
        str, typer.Option(metavar="FILE", help="A table like the one of the run, or one text a line.")
    ] = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    as_json: AsJson = False,
) -> None:
    """Let a finished run answer texts. A workbook is read as the run's own was, where nothing is said."""
    from engine.command_line import training

    reading = read_as(encoding, delimiter, sheet, header_row)
    training.predict(run, text or [], given or [], file, reading, as_json=as_json)


def compare(
    run: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of finished runs, or a folder that holds runs."),
    ],
    metric: Annotated[
        str, typer.Option(metavar="ID", help="The measure, such as accuracy; the task's first if left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Compare finished runs row by row: which are best, which too close to call, what one gets right."""
    from engine.command_line import comparing

    comparing.compare(run, metric, as_json=as_json)


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of runs.")] = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder with their scores."""
    from engine.command_line import run_list

    run_list.show_runs(folder, as_json=as_json)
