"""Finished runs compared, row by row: which are the best, how two differ, which cannot be compared."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.evaluation.paired import difference, drawn_together, draws_for
from engine.examining.judged_runs import JudgedRun
from engine.examining.recipes import recipes_compared, run_pairs, too_close
from engine.protocol import comparison_problems
from engine.protocol.comparison import (
    ComparableRuns,
    ComparedRun,
    LearningCurve,
    LeftOut,
    RunPair,
    RunsCompared,
    SeedSpread,
)
from engine.protocol.comparison_words import smallest_of
from engine.protocol.events import Event, StageReached
from engine.protocol.fold_runs import recipe_of
from engine.protocol.problems import Problem
from engine.protocol.wording import quoted
from engine.training.workbench import Workbench


def _unheard(_event: Event) -> None:
    pass


def compare_runs(
    folders: Sequence[Path],
    bench: Workbench,
    send: Callable[[Event], None] = _unheard,
    metric: str = "",
    with_run: Path | None = None,
) -> RunsCompared:
    """Returns how runs compare that were judged on the same rows.

    Args:
        folders: Of runs.
        bench: Reads the rows of runs that have to be judged again.
        send: Takes stages. May raise to end it.
        metric: Id of the measure; empty for the first of the task.
        with_run: Of several groups with the same rows the one that holds this run; ``None`` for the largest.

    Raises:
        EngineError: When no run has the measure, or the run of ``with_run`` cannot be compared.
    """
    left_out: list[LeftOut] = []
    groups: defaultdict[tuple[str, str, str], list[JudgedRun]] = defaultdict(list)
    for number, folder in enumerate(folders):
        label = f"Reading run {number + 1} of {len(folders)}"
        send(StageReached(stage="reading", label=label, done=number, total=len(folders)))
        try:
            judged = JudgedRun.read(folder, bench, send)
        except EngineError as error:
            left_out.append(LeftOut(folder=str(folder), problem=error.problem))
        else:
            groups[judged.task.id, judged.result.metric, judged.asked].append(judged)
    if not groups:
        return RunsCompared(metric=metric, higher_is_better=True, rows=0, left_out=tuple(left_out))
    ordered = sorted(groups.values(), key=len)[::-1]
    chosen = ordered[0] if with_run is None else _group_of(with_run, ordered, left_out)
    others = [group for group in ordered if group is not chosen]
    left_out += [
        LeftOut(folder=str(one.folder), problem=_why_not(one, chosen[0])) for group in others for one in group
    ]
    wanted = metric or chosen[0].result.metric
    measured = [name for name in chosen[0].measures.of if all(name in one.result.scores for one in chosen)]
    if wanted not in measured:
        raise EngineError(comparison_problems.not_measured(metric=wanted, measured=measured))
    send(StageReached(stage="comparing", label=f"Comparing {len(chosen)} runs row by row"))
    compared = _compared(chosen, wanted)
    return msgspec.structs.replace(
        compared,
        metrics=tuple(measured),
        left_out=tuple(left_out),
        groups=tuple(
            ComparableRuns(folders=tuple(str(one.folder) for one in group), rows=len(group[0].evidence))
            for group in ordered
        ),
    )


def _group_of(
    folder: Path, groups: Sequence[list[JudgedRun]], left_out: Sequence[LeftOut]
) -> list[JudgedRun]:
    """Returns the group that a run is in.

    Raises:
        EngineError: With the reason why it is in none.
    """
    for group in groups:
        if any(one.folder == folder for one in group):
            return group
    why = next((one.problem for one in left_out if Path(one.folder) == folder), None)
    raise EngineError(why or comparison_problems.not_among_them(folder=str(folder)))


def _compared(runs: Sequence[JudgedRun], metric: str) -> RunsCompared:
    """Returns how runs compare that were judged on the same rows."""
    higher = next(one.higher_is_better for one in runs[0].task.metrics if one.id == metric)
    sign = 1 if higher else -1
    ranked = sorted(
        runs, key=lambda one: (-sign * one.result.scores[metric].value, one.result.trainable_parameters)
    )
    facts = {one.folder: _facts(one, metric) for one in ranked}
    tables = [one.evidence for one in _of_one_width(ranked)]
    drawn = drawn_together(tables, ranked[0].measures.of[metric], draws_for(len(tables[0]), len(ranked)))
    pairs = _pairs(ranked, metric, sign, drawn)
    close = too_close(pairs, str(ranked[0].folder))
    best = [run for run in facts.values() if run.folder in close]
    smallest = smallest_of(best)
    most = max(ranked, key=lambda one: one.training_rows)
    return RunsCompared(
        metric=metric,
        higher_is_better=higher,
        rows=len(ranked[0].evidence),
        runs=tuple(facts.values()),
        pairs=tuple(pairs),
        best=tuple(run.folder for run in best),
        smallest=smallest.folder if smallest is not None else "",
        baselines=most.result.baselines,
        seeds=_seeds(ranked, metric),
        curves=_curves(ranked, metric),
        **recipes_compared(_each_seed_once(ranked), ranked, metric, sign, drawn),
    )


def _pairs(
    ranked: Sequence[JudgedRun], metric: str, sign: int, drawn: npt.NDArray[np.float64]
) -> list[RunPair]:
    """Returns how every two runs differ, the better of both first."""
    measures = ranked[0].measures
    measure, perfect = measures.of[metric], measures.perfect.get(metric)
    numbers = list(combinations(range(len(ranked)), 2))
    found = [
        difference(
            (ranked[one].evidence, ranked[other].evidence),
            measure,
            (drawn[one], drawn[other]),
            perfect,
            pairs=len(numbers),
        )
        for one, other in numbers
    ]
    names = [(str(ranked[one].folder), str(ranked[other].folder)) for one, other in numbers]
    return run_pairs(names, found, sign)


def _of_one_width(runs: Sequence[JudgedRun]) -> Sequence[JudgedRun]:
    """Returns runs whose tables have the same columns.

    Raises:
        ValueError: When they do not, which runs on the same rows cannot.
    """
    if len({one.evidence.shape for one in runs}) > 1:
        raise ValueError("Runs on the same rows must have the same evidence.")
    return runs


def _facts(judged: JudgedRun, metric: str) -> ComparedRun:
    result = judged.result
    return ComparedRun(
        folder=str(judged.folder),
        method=judged.run.method,
        model=judged.run.model,
        seed=judged.run.seed,
        name=judged.run.name,
        score=result.scores[metric],
        wrong=result.wrong,
        training_rows=judged.training_rows,
        trainable_parameters=result.trainable_parameters,
        total_parameters=result.total_parameters,
        seconds=result.seconds,
        energy=result.energy,
        peak_memory=result.peak_memory,
        size=result.size,
        missing=judged.missing,
    )


# Runs that belong together


def _alike(runs: Sequence[JudgedRun], *, rows_differ: bool) -> list[list[JudgedRun]]:
    """Returns groups of runs that differ in nothing but their seed, or in their number of rows, too."""
    groups: defaultdict[bytes, list[JudgedRun]] = defaultdict(list)
    for one in runs:
        recipe = msgspec.structs.replace(recipe_of(one.run), seed=0)
        if rows_differ:
            data = msgspec.structs.replace(recipe.data, row_limit=None)
            recipe = msgspec.structs.replace(recipe, data=data)
        groups[msgspec.json.encode(recipe, order="deterministic")].append(one)
    return list(groups.values())


def _each_seed_once(runs: Sequence[JudgedRun]) -> list[list[JudgedRun]]:
    """Returns groups of runs that differ in nothing but their seed; a repeated run says nothing."""
    return [
        list({one.run.seed: one for one in reversed(alike)}.values())[::-1]
        for alike in _alike(runs, rows_differ=False)
    ]


def _seeds(runs: Sequence[JudgedRun], metric: str) -> tuple[SeedSpread, ...]:
    spreads = []
    for group in _each_seed_once(runs):
        scores = [one.result.scores[metric].value for one in group]
        if len(group) > 1:
            folders = tuple(str(one.folder) for one in group)
            mean, spread = statistics.fmean(scores), statistics.stdev(scores)
            spreads.append(SeedSpread(folders=folders, mean=mean, spread=spread))
    return tuple(spreads)


def _curves(runs: Sequence[JudgedRun], metric: str) -> tuple[LearningCurve, ...]:
    curves = []
    for group in _alike(runs, rows_differ=True):
        known = sorted((one for one in group if one.training_rows), key=lambda one: one.training_rows)
        if len({one.training_rows for one in known}) > 1:
            curves.append(
                LearningCurve(
                    folders=tuple(str(one.folder) for one in known),
                    rows=tuple(one.training_rows for one in known),
                    scores=tuple(one.result.scores[metric].value for one in known),
                )
            )
    return tuple(curves)


# Runs that cannot be compared


def _why_not(one: JudgedRun, other: JudgedRun) -> Problem:
    """Returns why a run is not compared with those that are."""
    if one.task.id != other.task.id:
        return comparison_problems.other_task(task=one.task.name, others=other.task.name)
    if one.result.metric != other.result.metric:
        return comparison_problems.other_task(task=one.result.metric, others=other.result.metric)
    rows, of_others = len(one.evidence), len(other.evidence)
    return comparison_problems.other_test_rows(rows=rows, of_others=of_others, why=_what_differs(one, other))


def _other_columns(own: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Returns which columns mean something else, inside a sentence; only those that differ are named."""
    roles = [role for role in {**own, **theirs} if own.get(role) != theirs.get(role)]
    pairs = [[columns[role] for role in roles if columns.get(role)] for columns in (own, theirs)]
    ours, others = (quoted(names) if names else "no such column" for names in pairs)
    return f"its columns mean something else, {ours} where theirs have {others}"


def _what_differs(one: JudgedRun, other: JudgedRun) -> list[str]:
    """Returns what lets two runs have other test rows, each inside a sentence."""
    data, others = one.run.data, other.run.data
    names = [re.split(r"[/\\]", path)[-1] for path in (data.path, others.path)]
    told = []
    if names[0] != names[1]:
        told.append(f'its rows come from "{names[0]}", theirs from "{names[1]}"')
    if data.split.folds != others.split.folds or data.split.fold != others.split.fold:
        fold = f"fold {data.split.fold + 1} of {data.split.folds}"
        told.append(f"it is {fold}" if data.split.folds else "they are folds, and it is none")
    elif data.split != others.split:
        told.append("its rows were divided otherwise")
    if data.columns != others.columns:
        told.append(_other_columns(data.columns, others.columns))
    if data.repairs != others.repairs:
        told.append("its rows were mended otherwise")
    if one.run.task == other.run.task and one.measures.asked is not None and not told:
        cut = one.run.model != other.run.model or one.run.settings != other.run.settings
        told += ["its model or its settings cut the texts into other word pieces"] if cut else []
    return told
