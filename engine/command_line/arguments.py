"""What several commands take, each told once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.protocol.config import Reading

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs, one object a line.")]
RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="ROLE=COLUMN", help="What a column means, such as text=message or label=kind."
    ),
]
Encoding = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="How the file's letters are saved, such as utf-8; found out if left out."
    ),
]
Delimiter = Annotated[
    str,
    typer.Option(
        metavar="SIGN", help="What stands between columns, such as ; or \\t; found out if left out."
    ),
]

Sheet = Annotated[
    str,
    typer.Option(metavar="NAME", help="The sheet of a workbook; the first that holds rows if left out."),
]
HeaderRow = Annotated[
    int,
    typer.Option(
        metavar="N", min=0, help="The row of the sheet with the column names; found out if left out."
    ),
]
RowsDrawn = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        help="Rows drawn by lot from a file too large for memory; as many as fit if left out.",
    ),
]
Repairs = Annotated[
    list[str] | None,
    typer.Option(
        "--repair",
        metavar="CODE",
        help="Mend what the health check found, by its code, such as duplicates; may be given again.",
    ),
]
Layers = Annotated[
    list[str] | None,
    typer.Option("--layer", metavar="LAYER=thaw|freeze", help="A layer by hand, such as block.6=thaw."),
]

Split = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="How rows are divided; may be given again. test=0.2 and validation=0.1 are shares, seed=1 draws "
        "another lot. part_column=split goes by a column that says train and test; one called so is found by "
        "itself, and part_column= (with nothing behind it) divides by lot all the same. group_column=author "
        "keeps rows together, time_column=date puts the last rows into the test. folds=5 and fold=0 are for "
        "small data: five parts, the first of which is the test.",
    ),
]

Data = Annotated[str, typer.Option(metavar="FILE", help="The rows to learn from.")]
MethodId = Annotated[str, typer.Option(metavar="ID", help="How to learn; thaw-engine catalog lists them.")]
Rows = Annotated[int | None, typer.Option(metavar="N", min=1, help="Train on N rows only.")]
Task = Annotated[str, typer.Option(metavar="ID", help="What to learn; guessed from the file.")]
Model = Annotated[
    str,
    typer.Option(metavar="NAME|DIR", help="A model of this computer (thaw-engine models), or a folder."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting, such as epochs=3; may be given again."),
]
Device = Annotated[
    str,
    typer.Option(metavar="ID", help="Where to compute, e.g. cpu or cuda:0. Without: the best there is."),
]


def read_as(
    encoding: str = "", delimiter: str = "", sheet: str = "", header_row: int = 0, rows_drawn: int = 0
) -> Reading:
    """Returns how a file is to be read; what is empty is found out. See :class:`Reading`."""
    return Reading(
        encoding=encoding, delimiter=delimiter, sheet=sheet, header_row=header_row, rows_drawn=rows_drawn
    )
