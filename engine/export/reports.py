"""Writes the report of a run, or of several, as HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.export.comparison_facts import comparison_of
from engine.export.contract import RunToExport
from engine.export.report_facts import report_of
from engine.export.report_html import html_of
from engine.export.report_pdf import write_pdf
from engine.training.workbench import Workbench

HTML_FILE, PDF_FILE = "report.html", "report.pdf"


def write_reports(
    sources: Sequence[RunToExport],
    place: Path,
    quotes: int,
    *,
    bench: Workbench | None = None,
    metric: str = "",
    each: bool = True,
) -> None:
    """Writes one report; of several runs it begins with how they compare.

    Args:
        sources: The runs that it is about, at least one.
        place: The folder to write into.
        quotes: How many wrong answers of each are quoted at most.
        bench: Reads the rows of runs that have to be judged again to be compared.
        metric: Id of the measure by which several are compared; empty for the task's first.
        each: Whether a report of each run follows, where there are several.

    Raises:
        OSError: When it cannot be written.
        EngineError: When no run has the measure.
    """
    several = len(sources) > 1
    compared = comparison_of(sources, bench or Workbench(), metric) if several else None
    reports = [report_of(source, quotes) for source in sources] if each or not several else []
    (place / HTML_FILE).write_text(html_of(reports, compared), encoding="utf-8")
    write_pdf(place / PDF_FILE, reports, compared)
