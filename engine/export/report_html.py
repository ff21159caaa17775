"""A report as one HTML file that needs no network: text, tables, and charts as SVG inside of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from engine.export.chart_drawings import svg
from engine.export.charts import Chart
from engine.export.report_facts import RunReport


def html_of(reports: Sequence[RunReport], together: Chart | None = None) -> str:
    """Returns a page about one run, or several.

    Args:
        reports: What is said of each.
        together: Their scores side by side.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    text = files("resources").joinpath("report", "report.html").read_text(encoding="utf-8")
    return environment.from_string(text).render(
        runs=reports,
        title=reports[0].title if len(reports) == 1 else f"{len(reports)} runs",
        date=today(),
        svg=svg,
        together=svg(together) if together else "",
    )


def today() -> str:
    """Returns the date as it is written in a report: ``"27 November 2026"``."""
    now = dt.datetime.now(tz=dt.UTC).astimezone()
    return f"{now.day} {now:%B %Y}"
