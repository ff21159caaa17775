"""The command with which a finished run answers: what it takes, and what it hands on.

Nothing heavy is imported until it is carried out.
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
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="NEW",
            help="Write the rows of the file with their answers to a new .csv, .jsonl or .parquet.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell which words moved each answer, by hiding one at a time.")
    ] = False,
    gradients: Annotated[
        bool, typer.Option("--gradients", help="Explain by integrated gradients; labels and scores only.")
    ] = False,
    before: Annotated[
        bool,
        typer.Option("--before", help="Ask the model as it was before training, where it could do that."),
    ] = False,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 0,
    as_json: AsJson = False,
) -> None:
    """Let a finished run answer texts. A workbook is read as the run's own was, where nothing is said."""
    from engine.command_line import asking
    from engine.protocol.explanations import INTEGRATED_GRADIENTS, OCCLUSION
    from engine.protocol.run_versions import Version

    reading = read_as(encoding, delimiter, sheet, header_row)
    if out is not None:
        asking.answer_file(run, text or [], given or [], file, out, reading, as_json=as_json)
    asking.predict(
        run,
        text or [],
        given or [],
        file,
        reading,
        Version.BEFORE if before else Version.TRAINED,
        INTEGRATED_GRADIENTS if gradients else OCCLUSION if explain else "",
        as_json=as_json,
    )
