"""The command that writes the report of finished runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from engine.command_line.terminal import console, print_json, problems_told
from engine.command_line.training import one_run
from engine.export.reading import read_for_export
from engine.export.reports import put_reports


def report(
    runs: Sequence[Path], to: Path | None, quotes: int, metric: str, *, each: bool, as_json: bool
) -> None:
    """Writes one report about some runs; of several it begins with how they compare.

    Args:
        runs: Their folders.
        to: The folder to write into; by default the first run's own.
        quotes: How many wrong answers of each are quoted at most.
        metric: Id of the measure by which several are compared; empty for the task's first.
        each: Whether a report of each run follows, where there are several.
        as_json: Whether to print where the files are as JSON.
    """
    with problems_told(as_json=as_json):
        folders = dict.fromkeys(one_run(run).absolute() for run in runs)
        sources = [read_for_export(folder) for folder in folders]
        place = (to or sources[0].folder).expanduser().absolute()
        html, pdf = put_reports(sources, place, quotes, metric=metric, each=each)
        if as_json:
            print_json({"html": str(html), "pdf": str(pdf)})
        else:
            for path in (html, pdf):
                console().print(escape(str(path)), overflow="ignore")
