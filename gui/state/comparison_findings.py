"""What a comparison has found, as a person sees it: names that tell runs apart, points, rows, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.protocol.catalog import Catalog, MetricEntry
from engine.protocol.comparison import ComparedRun, RunsCompared
from engine.protocol.comparison_words import curve_sentence, hardest_to_beat, recipe_names, seed_sentence
from engine.protocol.results import Score
from gui.look import texts
from gui.state import run_words
from gui.state.run_status import RunStatus

SMALLEST, BEST = "Smallest among the best", "The best"


@dataclass(frozen=True)
class RunLine:
    """A compared run with the window's own knowledge of it.

    Attributes:
        run: The run of the project.
        found: What the comparison says of it.
        name: A name that tells it apart from the others.
        chip: ``"Smallest among the best"``, ``"The best"`` or nothing.
        missing: What is missing of it, a sentence each.
    """

    run: RunStatus
    found: ComparedRun
    name: str
    chip: str = ""
    missing: str = ""

    @property
    def score(self) -> Score:
        """Returns what it reaches."""
        return self.found.score

    @property
    def trainable(self) -> float:
        """Returns the share of the parameters that it trains, 0 to 1."""
        found = self.found
        return found.trainable_parameters / found.total_parameters if found.total_parameters else 0.0

    @property
    def places(self) -> dict[str, float]:
        """Returns where it lies on each axis; only what is known."""
        found = self.found
        numbers = {
            "trainable": self.trainable,
            "time": found.seconds,
            "memory": float(found.peak_memory),
            "size": float(found.size),
            "rows": float(found.training_rows),
        }
        return {axis: number for axis, number in numbers.items() if number > 0}


def recipes_of(compared: RunsCompared, runs: Sequence[RunStatus], catalog: Catalog | None) -> dict[str, str]:
    """Returns first folder → what a way of training is called; none where a run of them is gone.

    Args:
        compared: What was found.
        runs: The runs of the project.
        catalog: Knows what methods are called.
    """
    called = {str(run.folder): run_words.run_name(run, catalog) for run in runs}
    methods = {str(run.folder): run_words.method_name(run.config, catalog) for run in runs}
    if not {run.folder for run in compared.runs} <= set(called):
        return {}
    return recipe_names(compared, called, methods)


def run_lines(
    compared: RunsCompared, runs: Sequence[RunStatus], catalog: Catalog | None
) -> tuple[RunLine, ...]:
    """Returns the compared runs that the project still has, best first."""
    known = {str(run.folder): run for run in runs}
    names = run_words.unique_names(runs, catalog)
    winner = compared.best[0] if len(compared.best) == 1 and len(compared.runs) > 1 else ""
    chips = {winner: BEST, compared.smallest: SMALLEST}
    return tuple(
        RunLine(
            run=known[found.folder],
            found=found,
            name=names[found.folder],
            chip=chips.get(found.folder, ""),
            missing=" ".join(f"{problem.title}. {problem.reason}" for problem in found.missing),
        )
        for found in compared.runs
        if found.folder in known
    )


def metric_of(compared: RunsCompared, line: RunLine, catalog: Catalog | None) -> MetricEntry:
    """Returns the measure by which runs are compared."""
    entry = run_words.task_entry(line.run.config, catalog)
    known = entry.metrics if entry is not None else ()
    plain = run_words.main_metric(line.run, catalog)
    return next((metric for metric in known if metric.id == compared.metric), plain)


def metric_names(compared: RunsCompared, line: RunLine, catalog: Catalog | None) -> list[tuple[str, str]]:
    """Returns id and name of each measure by which the runs can be compared.

    Args:
        compared: What was found.
        line: One of the runs.
        catalog: Knows what measures are called.
    """
    entry = run_words.task_entry(line.run.config, catalog)
    known = {metric.id: metric.label for metric in (entry.metrics if entry is not None else ())}
    return [(name, known[name]) for name in compared.metrics if name in known]


def group_names(
    compared: RunsCompared, runs: Sequence[RunStatus], catalog: Catalog | None
) -> list[tuple[str, str]]:
    """Returns of each group with the same test rows the folder of a run, and words for all of them.

    Args:
        compared: What was found.
        runs: Those that the project still has.
        catalog: Knows what runs are called.
    """
    names, known = run_words.unique_names(runs, catalog), {str(run.folder): run for run in runs}
    found = []
    for group in compared.groups:
        folders = [folder for folder in group.folders if folder in known]
        if folders:
            unit = run_words.unit_of(known[folders[0]].config, catalog)
            more = f" and {len(folders) - 1} more" if len(folders) > 1 else ""
            found.append((group.folders[0], f"{names[folders[0]]}{more}, on {texts.count(unit, group.rows)}"))
    return found


def baseline_of(compared: RunsCompared) -> tuple[str, float] | None:
    """Returns name and score of what is hardest to beat; ``None`` without any."""
    found = hardest_to_beat(compared)
    return None if found is None else (found.label, found.scores[compared.metric].value)


def more_sentences(compared: RunsCompared, runs: Sequence[RunStatus], catalog: Catalog | None) -> list[str]:
    """Returns what is said of seeds and of numbers of training rows, a sentence each."""
    names = {str(run.folder): run_words.run_name(run, catalog) for run in runs}
    told = [
        seed_sentence(seeds, names[seeds.folders[0]])
        for seeds in compared.seeds
        if set(seeds.folders) <= set(names)
    ]
    told += [
        curve_sentence(curve, names[curve.folders[0]])
        for curve in compared.curves
        if set(curve.folders) <= set(names)
    ]
    return [f"{sentence}." for sentence in told]
