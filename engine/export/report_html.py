"""A report as one HTML file that needs no network: text, tables, and charts as SVG inside of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from engine.export.chart_drawings import svg
from engine.export.comparison_facts import ComparisonReport
from engine.export.report_facts import RunReport


def html_of(reports: Sequence[RunReport], compared: ComparisonReport | None = None) -> str:
    """Returns a page about one run, or several.

    Args:
        reports: What is said of each.
        compared: How they compare.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    text = files("resources").joinpath("report", "report.html").read_text(encoding="utf-8")
    return environment.from_string(text).render(
        runs=reports,
        compared=compared,
        title=compared.title if compared is not None else reports[0].title,
        date=today(),
        svg=svg,
    )


def today() -> str:
    """Returns the date as it is written in a report: ``"27 November 2026"``."""
    now = dt.datetime.now(tz=dt.UTC).astimezone()
    return f"{now.day} {now:%B %Y}"
