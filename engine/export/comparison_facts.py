"""What a report says of several runs beside each other: the finding, ways of training, costs, every pair."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from engine import registry
from engine.examining.comparing import compare_runs
from engine.export.charts import Bar, Chart, score_bars
from engine.export.contract import RunToExport
from engine.export.cost_charts import Spot, cost_chart
from engine.export.report_facts import Table
from engine.export.run_words import score_words, split_words
from engine.protocol.catalog import MetricEntry
from engine.protocol.comparison import ComparedRun, RunPair, RunsCompared
from engine.protocol.comparison_words import (
    comparison_finding,
    curve_sentence,
    hardest_to_beat,
    recipe_names,
    rows_sentence,
)
from engine.protocol.energy_words import figure, in_cell
from engine.protocol.events import Event
from engine.protocol.number_words import bytes_number, number_name, score_number, share_number
from engine.protocol.problem_words import time_words
from engine.protocol.results import Score
from engine.protocol.wording import counted, file_name, listed
from engine.training.workbench import Workbench

HOW = (
    "Intervals are 95 % intervals. Two runs are compared row by row on the same test rows: the paired "
    "bootstrap (Efron 1979) gives the interval of their difference; with few rows in which they differ an "
    "exact test (Noreen 1989) has to see it, too, else the interval reaches 0. Intervals and p-values of "
    "differences are corrected for the number of pairs (Bonferroni): a pair is called different exactly "
    "where its interval leaves 0 out."
)
HOW_SEEDS = (
    "Runs that differ in their seed alone are one way of training, of which the mean counts. Its interval, "
    "and that of a difference, hold two things: that other test rows might have been drawn (the paired "
    "bootstrap), and that other seeds might have been (Student's t over the seeds)."
)


class ComparisonReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of runs beside each other.

    Attributes:
        title: How many runs.
        subtitle: Task, data, base models.
        rows: On what they were judged.
        lead: The finding, one sentence.
        rest: What belongs to it.
        scores: Scores with their intervals; ``None`` where no run can be compared.
        costs: Scores against what they cost.
        recipes: The ways of training, head first; none where no run was repeated with another seed.
        pairs: Every two, head first; none of a single run.
        runs: The runs, head first.
        notes: How they were compared, and what else was found.
        left_out: Runs that cannot be compared, and why.
    """

    title: str
    subtitle: str
    rows: str
    lead: str
    rest: str
    scores: Chart | None = None
    costs: tuple[Chart, ...] = ()
    recipes: Table = ()
    pairs: Table = ()
    runs: Table = ()
    notes: tuple[str, ...] = ()
    left_out: Table = ()


def comparison_of(
    sources: Sequence[RunToExport],
    bench: Workbench,
    metric: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
    send: Callable[[Event], None] = lambda _: None,
) -> ComparisonReport:
    """Compares runs and returns what a report says of it.

    Args:
        sources: Two runs or more.
        bench: Reads the rows of runs that have to be judged again.
        metric: Id of the measure; empty for the task's first.
        names: Folder → what a run is called instead of its own name.
        send: Takes stages. May raise to end it.

    Raises:
        EngineError: When no run has the measure.
    """
    compared = compare_runs([source.folder for source in sources], bench, send, metric)
    called = {str(source.folder): names.get(str(source.folder)) or _called(source) for source in sources}
    names = _told_apart(called)
    title = f"{number_name(len(sources)).capitalize()} runs compared"
    left_out = tuple(
        (names[one.folder], f"{one.problem.title}. {one.problem.reason}") for one in compared.left_out
    )
    if not compared.runs:
        finding = comparison_finding(compared, names)
        return ComparisonReport(
            title=title, subtitle="", rows="", lead=finding.lead, rest=finding.rest, left_out=left_out
        )
    known = {str(source.folder): source for source in sources}
    first = known[compared.runs[0].folder]
    entry = next(one for one in first.task.metrics if one.id == compared.metric)
    methods = {folder: registry.method(source.run.method).name for folder, source in known.items()}
    recipes = recipe_names(compared, called, methods)
    finding = comparison_finding(compared, names, recipes)
    shown = _Shown(compared, entry, names, recipes)
    if recipes:
        title = f"{number_name(len(recipes)).capitalize()} ways of training compared"
    return ComparisonReport(
        title=title,
        subtitle=_subtitle([known[run.folder] for run in compared.runs]),
        rows=rows_sentence(compared, first.task.unit),
        lead=finding.lead,
        rest=finding.rest,
        scores=shown.bars(),
        costs=shown.costs(),
        recipes=shown.recipe_table(),
        pairs=shown.pair_table(),
        runs=shown.run_table(),
        notes=(
            *(f"{curve_sentence(one, called[one.folders[0]])}." for one in compared.curves),
            split_words(first),
            HOW,
            *((HOW_SEEDS,) if compared.recipes else ()),
        ),
        left_out=left_out,
    )


class _Shown:
    """Draws and tabulates what was found."""

    def __init__(
        self, compared: RunsCompared, metric: MetricEntry, names: dict[str, str], recipes: dict[str, str]
    ) -> None:
        self._compared, self._metric = compared, metric
        self._names, self._recipes = names, recipes
        self._runs = {run.folder: run for run in compared.runs}

    def _ways(self) -> list[tuple[str, Score, list[ComparedRun]]]:
        """Returns what is drawn: the ways of training, else the runs."""
        if self._recipes:
            return [
                (self._recipes[one.folders[0]], one.score, [self._runs[folder] for folder in one.folders])
                for one in self._compared.recipes
            ]
        return [(self._names[run.folder], run.score, [run]) for run in self._compared.runs]

    def bars(self) -> Chart:
        """Returns the scores with their intervals, and what simpler things reach."""
        bars = [
            Bar(name=name, value=score.value, low=score.low, high=score.high, is_model=True)
            for name, score, _ in self._ways()
        ]
        bars += [
            Bar(name=one.label, value=score.value, low=score.low, high=score.high)
            for one in reversed(self._compared.baselines)
            if (score := one.scores.get(self._metric.id)) is not None
        ]
        return score_bars(bars, self._metric.label)

    def costs(self) -> tuple[Chart, ...]:
        """Returns the scores against what they cost; only costs that are known of all, and that differ."""
        kinds: tuple[tuple[str, Callable[[ComparedRun], float], Callable[[float], str]], ...] = (
            ("share of the parameters that learned", _trained_share, share_number),
            ("time the training took", lambda run: run.seconds, _seconds),
            ("size of what was saved", lambda run: float(run.size), bytes_number),
        )
        strongest = hardest_to_beat(self._compared)
        line = None
        if strongest is not None:
            line = (strongest.label, strongest.scores[self._metric.id].value)
        charts = []
        for title, cost, words in kinds:
            spots = [
                Spot(name=name, cost=statistics.fmean(map(cost, runs)), value=score.value, low=score.low,
                     high=score.high)
                for name, score, runs in self._ways()
            ]  # fmt: skip
            if min(spot.cost for spot in spots) > 0 and len({spot.cost for spot in spots}) > 1:
                charts.append(cost_chart(spots, self._metric.label, title, words, line))
        return tuple(charts)

    def recipe_table(self) -> Table:
        """Returns the ways of training, best first."""
        if not self._recipes:
            return ()
        best = self._compared.best_recipes
        chips = dict.fromkeys(best[1:], "too close to the best to call") | {best[0]: "the best"}
        if len(best) > 1:
            chips[best[0]] = "highest mean"
        table = [("", "mean", "each seed", "spread", "learned", "time", "saved", "")]
        for one in self._compared.recipes:
            runs = [self._runs[folder] for folder in one.folders]
            by_seed = sorted(runs, key=lambda run: run.seed)
            table.append(
                (
                    self._recipes[one.folders[0]],
                    score_words(one.score),
                    ", ".join(score_number(run.score.value) for run in by_seed),
                    score_number(one.spread) if len(runs) > 1 else "–",
                    share_number(_trained_share(runs[0])),
                    _seconds(statistics.fmean(run.seconds for run in runs)),
                    bytes_number(statistics.fmean(run.size for run in runs)),
                    chips.get(one.folders[0], "clearly behind"),
                )
            )
        return tuple(table)

    def pair_table(self) -> Table:
        """Returns every two ways of training, or runs."""
        pairs: Sequence[RunPair] = self._compared.recipe_pairs or self._compared.pairs
        names = self._recipes or self._names
        if not pairs:
            return ()
        table = [("better", "than", "by (corrected interval)", "p (corrected)", "finding")]
        for pair in pairs:
            p = f"{pair.p:.3f}" if pair.p >= 0.001 else "below 0.001"
            told = "clear" if pair.is_clear else "too close to call"
            table.append((names[pair.better], names[pair.worse], score_words(pair.gain), p, told))
        return tuple(table)

    def run_table(self) -> Table:
        """Returns the runs, best first, and what simpler things reach; their energy where any was read."""
        is_known = any(figure(run.energy, run.seconds) for run in self._compared.runs)
        energy = ("energy",) if is_known else ()
        table: list[tuple[str, ...]] = [
            ("", "seed", self._metric.short, "wrong", "rows", "learned", "time", *energy, "memory", "saved")
        ]
        table += [
            (
                self._names[run.folder],
                f"{run.seed}",
                score_words(run.score),
                f"{run.wrong:,}",
                f"{run.training_rows:,}" if run.training_rows else "–",
                share_number(_trained_share(run)),
                _seconds(run.seconds),
                *((in_cell(run.energy, run.seconds),) if energy else ()),
                bytes_number(run.peak_memory) if run.peak_memory else "–",
                bytes_number(run.size) if run.size else "–",
            )
            for run in self._compared.runs
        ]
        for one in reversed(self._compared.baselines):
            score = one.scores.get(self._metric.id)
            if score is not None:
                cells = (one.label, "", score_words(score), f"{one.wrong:,}")
                table.append((*cells, *[""] * (len(table[0]) - len(cells))))
        return tuple(table)


def _called(source: RunToExport) -> str:
    return source.run.name or registry.method(source.run.method).name


def _told_apart(called: dict[str, str]) -> dict[str, str]:
    """Returns names that tell runs apart: by their folders where they are called alike."""
    times = Counter(called.values())
    return {
        folder: name if times[name] == 1 else f"{name} ({Path(folder).name})"
        for folder, name in called.items()
    }


def _subtitle(sources: Sequence[RunToExport]) -> str:
    first = sources[0]
    models = list(dict.fromkeys(source.saved.base.name for source in sources))
    runs = counted(len(sources), "run")
    return f"{first.task.name} on {listed(models)}, {file_name(first.run.data.path)}, {runs}"


def _trained_share(run: ComparedRun) -> float:
    return run.trainable_parameters / run.total_parameters if run.total_parameters else 0.0


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else time_words(seconds)
