"""Writes the report of a run, or of several, as HTML and PDF."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.export.comparison_facts import comparison_of
from engine.export.contract import RunToExport
from engine.export.report_facts import report_of
from engine.export.report_html import html_of
from engine.export.report_pdf import write_pdf
from engine.protocol import taking_away_problems
from engine.protocol.events import Event
from engine.training.workbench import Workbench

HTML_FILE, PDF_FILE = "report.html", "report.pdf"


def _unheard(_event: Event) -> None:
    pass


def write_reports(
    sources: Sequence[RunToExport],
    place: Path,
    quotes: int,
    *,
    bench: Workbench | None = None,
    metric: str = "",
    each: bool = True,
    names: Mapping[str, str] | None = None,
    send: Callable[[Event], None] = _unheard,
) -> None:
    """Writes one report; of several runs it begins with how they compare.

    Args:
        sources: The runs that it is about, at least one.
        place: The folder to write into.
        quotes: How many wrong answers of each are quoted at most.
        bench: Reads the rows of runs that have to be judged again to be compared.
        metric: Id of the measure by which several are compared; empty for the task's first.
        each: Whether a report of each run follows, where there are several.
        names: Folder → what a run is called instead of its own name.
        send: Takes stages of the comparison. May raise to end it.

    Raises:
        OSError: When it cannot be written.
        EngineError: When no run has the measure.
    """
    several = len(sources) > 1
    compared = comparison_of(sources, bench or Workbench(), metric, names or {}, send) if several else None
    reports = [report_of(source, quotes) for source in sources] if each or not several else []
    (place / HTML_FILE).write_text(html_of(reports, compared), encoding="utf-8")
    write_pdf(place / PDF_FILE, reports, compared)


def put_reports(
    sources: Sequence[RunToExport],
    place: Path,
    quotes: int,
    *,
    bench: Workbench | None = None,
    metric: str = "",
    each: bool = True,
    names: Mapping[str, str] | None = None,
    send: Callable[[Event], None] = _unheard,
) -> tuple[Path, Path]:
    """Writes one report beside its place and moves it there when it is whole; see :func:`write_reports`.

    Returns:
        The page and the document.

    Raises:
        EngineError: When a report is there already, or it cannot be written.
    """
    html, pdf = place / HTML_FILE, place / PDF_FILE
    if taken := [path.name for path in (html, pdf) if path.exists()]:
        raise EngineError(taking_away_problems.export_in_the_way(str(place), taken))
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place, prefix=".report.") as half:
            written = Path(half)
            write_reports(
                sources, written, quotes, bench=bench, metric=metric, each=each, names=names, send=send
            )
            for path in (html, pdf):
                shutil.move(written / path.name, path)
    except OSError as error:
        reason = error.strerror or ""
        raise EngineError(taking_away_problems.cannot_export_to(str(place), reason, str(error))) from error
    return html, pdf
