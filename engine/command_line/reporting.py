"""The command that writes the report of finished runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from engine.command_line.terminal import console, print_json, problems_told
from engine.command_line.training import one_run
from engine.errors import EngineError
from engine.export.reading import read_for_export
from engine.export.reports import HTML_FILE, PDF_FILE, write_reports
from engine.protocol import taking_away_problems


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
        taken = [name for name in (HTML_FILE, PDF_FILE) if (place / name).exists()]
        if taken:
            raise EngineError(taking_away_problems.export_in_the_way(str(place), taken))
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place, prefix=".report.") as half:
                write_reports(sources, Path(half), quotes, metric=metric, each=each)
                for name in (HTML_FILE, PDF_FILE):
                    shutil.move(Path(half) / name, place / name)
        except OSError as error:
            reason = error.strerror or ""
            raise EngineError(
                taking_away_problems.cannot_export_to(str(place), reason, str(error))
            ) from error
        if as_json:
            print_json({"html": str(place / HTML_FILE), "pdf": str(place / PDF_FILE)})
        else:
            for name in (HTML_FILE, PDF_FILE):
                console().print(escape(str(place / name)), overflow="ignore")
