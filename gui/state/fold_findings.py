"""What the folds of a recipe reach, in sentences that keep one fold, all rows and the spread apart."""

from __future__ import annotations

from engine.protocol.catalog import MetricEntry
from engine.protocol.pooled_folds import PooledFolds
from engine.protocol.results import Score
from gui.look import texts
from gui.state.fold_set import FoldSet, why_missing
from gui.state.run_findings import Finding
from gui.state.run_status import RunStatus


def lines(
    folds: FoldSet, shown: RunStatus, metric: MetricEntry, unit: str
) -> list[tuple[Score | None, str, int, bool]]:
    """Returns for each fold its score, its counts, the number of its run, and whether that is shown.

    Args:
        folds: The folds.
        shown: The run that the page shows.
        metric: What they are judged by.
        unit: What a row is called, plural.
    """
    told: list[tuple[Score | None, str, int, bool]] = []
    for fold, run in enumerate(folds.runs):
        if run is None or run.result is None or fold not in folds.trained:
            told.append((None, why_missing(run), 0, False))
            continue
        result = run.result
        counts = texts.count(unit, result.rows)
        if metric.higher_is_better:
            counts = f"{texts.thousands(result.wrong)} of {counts} wrong"
        told.append((result.scores[metric.id], counts, run.color_number, run is shown))
    return told


def spread_and_meaning(
    folds: FoldSet, pooled: PooledFolds | None, metric: MetricEntry, unit: str
) -> tuple[str, str]:
    """Returns mean and spread of the folds, once they are known, and what all the numbers mean.

    Args:
        folds: The folds.
        pooled: What they reach together.
        metric: What they are judged by.
        unit: What a row is called, plural.
    """
    rows = [run.result.rows for run in folds.runs if run is not None and run.result is not None]
    spread = spread_sentence(pooled, metric) if pooled is not None else ""
    return spread, explanation(len(folds.runs), unit, min(rows, default=0))


def spread_sentence(pooled: PooledFolds, metric: MetricEntry) -> str:
    """Returns the mean of the folds and their spread, e.g. ``"Mean of the 5 folds 0.842 ± 0.031"``."""
    mean, spread = pooled.mean[metric.id], pooled.spread[metric.id]
    folds = len(pooled.folds[metric.id])
    return f"Mean of the {folds} folds {texts.score(mean)} ± {texts.score(spread)}"


def explanation(folds: int, unit: str, fewest: int) -> str:
    """Returns what one fold, the spread and the score over all rows mean.

    Args:
        folds: How many there are.
        unit: What a row is called, plural.
        fewest: Rows of the smallest fold.
    """
    few = texts.count(unit, fewest)
    return (
        f"**One fold** is judged on few rows ({few} or a few more), so that its score moves with luck. "
        f"**±** is the standard deviation over the folds, and no interval: the {folds} models share most of "
        "the rows that they learned from. **All rows together** is the score to report; for the same reason "
        "its interval is rather too narrow. All of it is about these choices (model, method, settings), not "
        "about one of the saved models."
    )


def comparison(pooled: PooledFolds, metric: MetricEntry) -> Finding:
    """Says whether the score over all rows is better than the strongest simple way, as mean of the folds.

    Args:
        pooled: What the folds reach.
        metric: What they are judged by.
    """
    sign = 1 if metric.higher_is_better else -1
    measured = [one for one in pooled.baselines if metric.id in one.scores]
    if not measured:
        return Finding("", "info", "There was nothing simpler to compare with.")
    best = max(measured, key=lambda one: sign * one.scores[metric.id])
    other, own = best.scores[metric.id], pooled.pooled[metric.id]
    name = f"{texts.inside_a_sentence(best.label.split(' (')[0])} ({texts.score(other)}, mean of the folds)"
    if own.low <= other <= own.high:
        return Finding("", "info", f"Too close to call against {name}: it lies inside of the interval.")
    if sign * (own.value - other) < 0:
        return Finding("warn", "alert", f"Does not beat {name}.")
    return Finding("ok", "check", f"Better than {name}; it lies outside of the interval.")
