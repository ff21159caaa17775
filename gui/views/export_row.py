"""A finished run as the Export page lists it."""

from __future__ import annotations

from engine.protocol.catalog import Catalog
from gui.look import texts
from gui.state import run_words
from gui.state.run_status import RunStatus
from gui.widgets.export_runs import ExportRun
from gui.widgets.layer_map_view import StackView


def export_row(run: RunStatus, name: str, catalog: Catalog | None) -> ExportRun:
    """Returns a run's name, its score and size, and what of it was trained.

    Args:
        run: A finished run.
        name: What it is called.
        catalog: Knows methods and metrics.
    """
    result, metric = run.result, run_words.main_metric(run, catalog)
    detail = ""
    if result is not None:
        measure = texts.at_the_start(metric.short)
        detail = f"{measure} {texts.score(result.scores[result.metric].value)}, {texts.size(result.size)}"
    stack = run.started.stack if run.started is not None else None
    view = StackView.from_facts(stack) if stack is not None else None
    return ExportRun(run.run_id, name, detail, run.color_number, view)
