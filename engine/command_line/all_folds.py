"""All folds of small data: one run after the other, and what they reach together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import typer
from datasets import disable_progress_bars
from rich.markup import escape
from rich.table import Table

from engine import registry
from engine.command_line.telling import JsonTeller, RunTeller, score_words
from engine.command_line.terminal import JOB, console, print_json, problems_told
from engine.command_line.training import Jobs
from engine.errors import EngineError
from engine.protocol import fold_problems, run_folder_problems
from engine.protocol.commands import StartTraining
from engine.protocol.config import RunConfig
from engine.protocol.fold_runs import run_of_fold
from engine.protocol.pooled_folds import PooledFolds
from engine.protocol.results import RunResult
from engine.protocol.run_files import RUN_FILE
from engine.protocol.wording import counted
from engine.training.pooling import pool_folds, result_of
from engine.training.workbench import Workbench

_ROWS = {"mean": "Mean of the folds", "spread": "Spread of the folds", "pooled": "All rows together"}


def fold_count(run: RunConfig) -> int:
    """Returns into how many folds the rows of a run are divided, where all are trained."""
    return run.data.split.folds or fold_problems.USUAL


def train_folds(run: RunConfig, out: Path | None, *, as_json: bool) -> NoReturn:
    """Trains a run for each fold, tells what they reach together, and ends the process.

    Where one fails or is stopped the others are not begun; those that are finished stay.

    Args:
        run: What was chosen; which fold it says does not matter.
        out: The folder that the runs are put into; ``None`` for ``runs``.
        as_json: Whether to print events, and at the end one object, in the place of words.
    """
    disable_progress_bars()
    shown = console(stderr=as_json)
    count = fold_count(run)
    with problems_told(as_json=as_json):
        folders = _folders(out or Path("runs"), run.method, count)
    jobs = Jobs()
    for fold, folder in enumerate(folders):
        shown.print(escape(f"\nFold {fold + 1} of {count}"))
        command = StartTraining(job_id=JOB, run=_of_fold(run, fold, count), folder=str(folder))
        code = jobs.carry_out(command, JsonTeller() if as_json else RunTeller())
        if code:
            shown.print(escape(f"\n{fold} of {count} folds are trained; the others were not begun."))
            raise typer.Exit(code)
    with problems_told(as_json=as_json):
        pooled = pool_folds(folders, Workbench())
        if as_json:
            print_json(_summary(folders, pooled))
        else:
            _show(run, [result_of(folder) for folder in folders], pooled)
            shown.print(escape(f"\nSaved in {folders[0].parent}"), overflow="ignore")
    raise typer.Exit(0)


def _of_fold(run: RunConfig, fold: int, count: int) -> RunConfig:
    """Returns the run of one fold. A column that would divide the rows is not looked for."""
    split = msgspec.structs.replace(run.data.split, folds=count)
    name = f"{run.name} (fold {fold + 1} of {count})".strip()
    folded = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, split=split), name=name)
    return run_of_fold(folded, fold)


def _folders(parent: Path, method: str, count: int) -> list[Path]:
    """Returns the folders of the runs, in the order of the folds.

    Raises:
        EngineError: When they would stand inside of a run.
    """
    if (parent / RUN_FILE).exists():
        raise EngineError(run_folder_problems.folder_not_empty(folder=str(parent), holds_run=True))
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return [parent / f"{stamp}-{method}-fold-{fold + 1}-of-{count}" for fold in range(count)]


def _summary(folders: Sequence[Path], pooled: PooledFolds) -> dict[str, Any]:
    """Returns what all folds reach, for programs."""
    return {
        "metric": pooled.metric,
        "rows": pooled.rows,
        "wrong": pooled.wrong,
        "folders": [str(folder) for folder in folders],
        "folds": pooled.folds,
        "mean": pooled.mean,
        "spread": pooled.spread,
        "pooled": pooled.pooled,
    }


def _show(run: RunConfig, results: Sequence[RunResult], pooled: PooledFolds) -> None:
    """Prints a line for each fold, their mean and spread, and the score over all rows."""
    metrics = [metric for metric in registry.task(run.task).metrics if metric.id in pooled.pooled]
    table = Table(title=f"\nAll {len(results)} folds", title_justify="left", box=None)
    table.add_column("")
    for metric in metrics:
        table.add_column(metric.short, justify="right")
    for title in ("rows", "wrong"):
        table.add_column(title, justify="right")
    for baseline in pooled.baselines:
        cells = [_plain(baseline.scores.get(metric.id)) for metric in metrics]
        table.add_row(escape(f"{baseline.label}, mean"), *cells)
    for fold, result in enumerate(results):
        cells = [_plain(pooled.folds[metric.id][fold]) for metric in metrics]
        table.add_row(f"Fold {fold + 1}", *cells, f"{result.rows:,}", f"{result.wrong:,}")
    for name, of_folds in (("mean", pooled.mean), ("spread", pooled.spread)):
        table.add_row(_ROWS[name], *(_plain(of_folds[metric.id]) for metric in metrics))
    cells = [f"[bold]{score_words(pooled.pooled[metric.id])}[/bold]" for metric in metrics]
    table.add_row(f"[bold]{_ROWS['pooled']}[/bold]", *cells, f"{pooled.rows:,}", f"{pooled.wrong:,}")
    shown = console()
    shown.print(table)
    first = next(metric.short for metric in metrics if metric.id == pooled.metric)
    shown.print(escape(_what_it_means(len(results), pooled, first)), overflow="ignore")


def _what_it_means(count: int, pooled: PooledFolds, metric: str) -> str:
    score = pooled.pooled[pooled.metric]
    return (
        f"\nEach of the {counted(pooled.rows, 'row')} was judged once, by a model that had not learned "
        f"from it: {metric} {score.value:.3f}, 95 % interval {score.low:.3f} to {score.high:.3f}. The "
        f"interval says how much other rows would move the score. It does not know that the {count} models "
        "share most of the rows that they learned from, so it is rather too narrow. The spread is the "
        "standard deviation over the folds. All of it is about this recipe (model, method, settings), not "
        "about one of the saved models."
    )


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
