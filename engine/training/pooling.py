"""What the runs of all folds reach together: every row judged once, by a model that never learned it."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from datasets import concatenate_datasets

from engine.contracts import EncodedRow, Said
from engine.errors import EngineError
from engine.protocol import fold_problems, run_folder_problems
from engine.protocol.events import Event, ResultWritten, StageReached
from engine.protocol.fold_runs import recipe_of
from engine.protocol.pooled_folds import BaselineMean, PooledFolds
from engine.protocol.results import RunResult
from engine.protocol.run_files import read_events
from engine.run_folder import kept_run
from engine.training.answering import FinishedRun
from engine.training.workbench import Workbench


def _unheard(_event: Event) -> None:
    pass


def pool_folds(
    folders: Sequence[Path], bench: Workbench, send: Callable[[Event], None] = _unheard
) -> PooledFolds:
    """Returns each fold's scores, their mean and spread, and the score of all rows together.

    Args:
        folders: Of finished runs, one for each fold, in their order.
        bench: Reads the rows.
        send: Takes stages. May raise to end it.

    Raises:
        EngineError: When they do not belong together, one is no finished run, or its rows have changed.
    """
    runs = [kept_run(folder)[0] for folder in folders]
    wanted = list(range(runs[0].data.split.folds)) if runs else [0]
    if [run.data.split.fold for run in runs] != wanted or any(
        recipe_of(run) != recipe_of(runs[0]) for run in runs
    ):
        raise EngineError(fold_problems.folds_of_other_runs([folder.name for folder in folders]))
    results = [result_of(folder) for folder in folders]
    pooled = _pooled_result(folders, bench, send)
    values = {
        metric: tuple(result.scores[metric].value for result in results) for metric in results[0].scores
    }
    return PooledFolds(
        metric=pooled.metric,
        rows=pooled.rows,
        wrong=pooled.wrong,
        folds=values,
        mean={metric: statistics.fmean(of_folds) for metric, of_folds in values.items()},
        spread={metric: statistics.stdev(of_folds) for metric, of_folds in values.items()},
        pooled=pooled.scores,
        baselines=_baseline_means(results),
    )


def result_of(folder: Path) -> RunResult:
    """Returns what a run has written down as its result.

    Raises:
        EngineError: When it has none.
    """
    results = [event.result for event in read_events(folder) if isinstance(event, ResultWritten)]
    if not results:
        raise EngineError(run_folder_problems.run_not_finished(folder=str(folder)))
    return results[-1]


def _pooled_result(folders: Sequence[Path], bench: Workbench, send: Callable[[Event], None]) -> RunResult:
    """Scores the answers of several runs, each on its own test rows, as those of one large test.

    Measures such as F1 are no means over folds, so the answers are put together and measured once.
    """
    encoded: list[EncodedRow] = []
    said: list[Said] = []
    rows = []
    before = 0
    for number, folder in enumerate(folders):
        label = f"Judging fold {number + 1} of {len(folders)}"
        send(StageReached(stage="testing", label=label, done=number, total=len(folders)))
        finished = FinishedRun.load(folder)
        test, judged = finished.judged(finished.split(bench))
        encoded += [_moved(row, before) for row in test.asked.encoded]
        said += judged.said
        rows.append(test.asked.rows)
        before += len(test.asked.rows)
    asked = dataclasses.replace(test.asked, rows=concatenate_datasets(rows), encoded=encoded)
    return finished.task.result(asked, said, ())


def _moved(row: EncodedRow, before: int) -> EncodedRow:
    """Returns a window whose text stands behind others."""
    return {**row, "example": row["example"] + before} if "example" in row else row


def _baseline_means(results: Sequence[RunResult]) -> tuple[BaselineMean, ...]:
    """Returns what simpler things reach, as means; one that a fold does not have is left out."""
    means = []
    for first in results[0].baselines:
        alike = [one.scores for result in results for one in result.baselines if one.id == first.id]
        if len(alike) == len(results):
            scores = {
                metric: statistics.fmean(scores[metric].value for scores in alike) for metric in first.scores
            }
            means.append(BaselineMean(id=first.id, label=first.label, scores=scores))
    return tuple(means)
