"""What is said of a result alike in the terminal, in a report and on a model card."""

from __future__ import annotations

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import RunResult


def wrong_head(result: RunResult, metric: MetricEntry | None) -> str:
    """Returns what the column of wrong answers is called; empty where no answer is right or wrong.

    Args:
        result: What a run reached.
        metric: What it is judged by.
    """
    if metric is not None and not metric.higher_is_better:
        return ""
    return "not wholly right" if result.outcomes else "wrong"
