"""Runs beside each other while noise comes over what they read: which can be compared, and what that says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.protocol.catalog import Catalog, MetricEntry
from engine.protocol.results import NoisePoint, RunResult, Score
from gui.look.texts import count, percent, score
from gui.state import run_words
from gui.state.run_status import RunStatus


@dataclass(frozen=True)
class Compared:
    """Runs whose curves stand in one chart.

    Attributes:
        runs: The run that is looked at, then those beside it, newest last; none where it has no curve.
        left_out: How many others were tried with other noise.
    """

    runs: tuple[RunStatus, ...]
    left_out: int = 0


def compared(run: RunStatus, finished: Sequence[RunStatus]) -> Compared:
    """Returns the runs that can be compared: of one task, measure, split, columns and noise.

    Args:
        run: The one that is looked at.
        finished: All that have a result, oldest first; those that are unchecked stay out.
    """
    own = run.result
    if own is None or not own.by_noise:
        return Compared(())
    beside = [
        other
        for other in finished
        if other is not run
        and other.notes.checked
        and other.config.task == run.config.task
        and other.config.data.split == run.config.data.split  # another fold has other test rows
        and other.config.data.columns == run.config.data.columns  # other answers are another question
    ]
    tried = [other for other in beside if other.result is not None and other.result.by_noise]
    alike = [other for other in tried if other.result is not None and _alike(own, other.result)]
    return Compared((run, *alike), len(tried) - len(alike))


def _alike(one: RunResult, other: RunResult) -> bool:
    return (one.metric, one.noise, one.noise_rows, [point.share for point in one.by_noise]) == (
        other.metric,
        other.noise,
        other.noise_rows,
        [point.share for point in other.by_noise],
    )


def curves(
    runs: Sequence[RunStatus], names: Mapping[str, str]
) -> list[tuple[str, int, tuple[NoisePoint, ...]]]:
    """Returns of each run its name, the number of its colour and its scores by noise.

    Args:
        runs: The runs.
        names: Folder → what a run is called.
    """
    return [
        (names[str(run.folder)], run.color_number, run.result.by_noise)
        for run in runs
        if run.result is not None
    ]


def finding(
    runs: Sequence[RunStatus], metric: MetricEntry, catalog: Catalog | None, names: Mapping[str, str]
) -> str:
    """Returns how far the first run's score goes down, and which run holds best, in a sentence or two.

    Args:
        runs: The run that is looked at, then those beside it.
        metric: What is compared.
        catalog: Knows what can be chosen.
        names: Folder → what a run is called.
    """
    result = runs[0].result
    if result is None:
        return ""
    first, last = (result.by_noise[place].scores[metric.id] for place in (0, -1))
    rate = percent(result.by_noise[-1].share)
    moved = f"goes from {score(first.value)} without noise to {score(last.value)}"
    if score(first.value) == score(last.value):
        moved = f"stays at {score(first.value)}"
    told = f"{metric.label} {moved} with {result.noise} at {rate}."
    sign = 1 if metric.higher_is_better else -1
    if len(runs) == 1:
        noisy = run_words.learned_from(runs[0].config, catalog)
        if not noisy and sign * (last.value - first.value) >= 0:
            return f"{told} This noise does it no harm."
        other = "clean texts" if noisy else "noisy texts, or on a mix,"
        return (
            f"{told} Train on {other} to see {'what the noise was worth' if noisy else 'whether that helps'}."
        )
    at_last = [(run.result.by_noise[-1].scores[metric.id], run) for run in runs if run.result is not None]
    best, holder = max(at_last, key=lambda one: sign * one[0].value)
    if holder is runs[0]:
        rest = max((one for one in at_last if one[1] is not holder), key=lambda one: sign * one[0].value)[0]
        return f"{told} No other run holds better there{_doubt(best, rest)}."
    name = names[str(holder.folder)]
    return f'{told} "{name}" holds better there: {score(best.value)}{_doubt(best, last)}.'


def _doubt(one: Score, other: Score) -> str:
    """Returns a few words where two intervals have something in common."""
    overlap = one.low <= other.high and other.low <= one.high
    return ", though their intervals overlap" if overlap else ""


def conditions(result: RunResult, left_out: int, unit: str) -> str:
    """Returns what the curves have in common, and what stands for what.

    Args:
        result: Of the run that is looked at.
        left_out: How many runs were tried with other noise.
        unit: What a row of the data is called, plural.
    """
    rows = "all" if result.noise_rows == result.rows else f"{count(unit, result.noise_rows)} of the"
    told = f"Every run reads {rows} {count(unit, result.rows)} of the final test with the same noise. "
    told += "Upright lines: the 95 % interval of this run's score."
    points = [point.scores[result.metric] for point in result.by_noise if not point.share]
    if result.noise_rows == result.rows and points and points[0] != result.scores[result.metric]:
        told += " Only words that noise leaves clean at every rate are judged, so that the score without "
        told += "noise is not that of the final test."
    if left_out:
        other = "run was" if left_out == 1 else "runs were"
        told += f" {left_out} more {other} tried with other noise."
    return told
