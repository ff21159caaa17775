"""Writes the report of a run, or of several, as HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.export.charts import Bar, Chart, score_bars
from engine.export.contract import RunToExport
from engine.export.report_facts import report_of
from engine.export.report_html import html_of
from engine.export.report_pdf import write_pdf

HTML_FILE, PDF_FILE = "report.html", "report.pdf"


def write_reports(sources: Sequence[RunToExport], place: Path, quotes: int) -> None:
    """Writes one report.

    Args:
        sources: The runs that it is about, at least one.
        place: The folder to write into.
        quotes: How many wrong answers of each are quoted at most.

    Raises:
        OSError: When it cannot be written.
    """
    reports = [report_of(source, quotes) for source in sources]
    together = _together(sources)
    (place / HTML_FILE).write_text(html_of(reports, together), encoding="utf-8")
    write_pdf(place / PDF_FILE, reports, together)


def _together(sources: Sequence[RunToExport]) -> Chart | None:
    """Returns the runs' scores on one scale, where they are measured alike."""
    results = [(source.title, source.result) for source in sources if source.result is not None]
    metrics = {result.metric for _, result in results}
    if len(results) < 2 or len(metrics) != 1:
        return None
    (metric,) = metrics
    bars = [
        Bar(name=title, value=result.scores[metric].value, low=result.scores[metric].low,
            high=result.scores[metric].high, is_model=True)
        for title, result in results
    ]  # fmt: skip
    label = next((one.label for one in sources[0].task.metrics if one.id == metric), metric)
    return score_bars(bars, label)
