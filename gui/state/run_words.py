"""What a run is called and what it is measured by, in the words of the catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from engine.protocol.catalog import Catalog, MetricEntry, TaskEntry
from engine.protocol.config import RunConfig
from engine.protocol.fields import ChoiceField
from gui.look.texts import count, inside_a_sentence
from gui.state.run_status import RunStatus

_NO_HELP = ""


def task_entry(config: RunConfig, catalog: Catalog | None) -> TaskEntry | None:
    """Returns the task of a run; ``None`` before the catalog is there, or for a task of another version."""
    entries = catalog.tasks if catalog else ()
    return next((entry for entry in entries if entry.id == config.task), None)


def method_name(config: RunConfig, catalog: Catalog | None) -> str:
    """Returns the name of a run's method; its id in words where no catalog knows it."""
    entries = catalog.methods if catalog else ()
    return next((entry.name for entry in entries if entry.id == config.method), _in_words(config.method))


def _in_words(name: str) -> str:
    """Returns an id as a person reads it: the catalog comes some seconds after the window."""
    return name.replace("_", " ").capitalize()


def run_name(run: RunStatus, catalog: Catalog | None) -> str:
    """Returns the person's name for a run, else its method, whether it learned from noise, and its fold."""
    fold = fold_words(run.config)
    return run.name or (f"{recipe_name(run, catalog)}, {fold}" if fold else recipe_name(run, catalog))


def unique_names(runs: Sequence[RunStatus], catalog: Catalog | None) -> dict[str, str]:
    """Returns folder → name; runs of one name are told apart by seed, rows or a number.

    Args:
        runs: Oldest first.
        catalog: Knows what methods are called.
    """
    alike: defaultdict[str, list[RunStatus]] = defaultdict(list)
    for run in runs:
        alike[run_name(run, catalog)].append(run)
    names = {}
    for name, group in alike.items():
        for run, ending in zip(group, _endings(group), strict=True):
            names[str(run.folder)] = f"{name}{ending}"
    return names


def _endings(group: Sequence[RunStatus]) -> list[str]:
    """Returns what tells runs of one name apart: seed and rows where these differ, a number where not."""
    endings: list[str] = []
    for run in group:
        seed, rows = run.config.seed, run.config.data.row_limit
        told = f", seed {seed}" if seed != group[0].config.seed else ""
        told += f", {count('rows', rows)}" if rows and rows != group[0].config.data.row_limit else ""
        number = 1 + sum(ending == told or ending.startswith(f"{told} (") for ending in endings)
        endings.append(f"{told} ({number})" if number > 1 else told)
    return endings


def recipe_name(run: RunStatus, catalog: Catalog | None) -> str:
    """Returns the name of a run without its fold, for places that tell the fold apart."""
    return run.name or f"{method_name(run.config, catalog)}{learned_from(run.config, catalog)}"


def fold_words(config: RunConfig) -> str:
    """Returns e.g. ``"fold 2 of 5"``; empty where the rows are not divided into folds."""
    split = config.data.split
    return f"fold {split.fold + 1} of {split.folds}" if split.folds else ""


def learned_from(config: RunConfig, catalog: Catalog | None) -> str:
    """Returns e.g. ``", noisy texts"`` for a run whose texts had noise; empty for one with clean texts.

    Args:
        config: The run.
        catalog: Knows what the choices are called.
    """
    entry, chosen = task_entry(config, catalog), config.settings.get("train_on")
    field = next((one for one in entry.fields if one.name == "train_on"), None) if entry is not None else None
    if not isinstance(field, ChoiceField) or chosen in (None, field.default):
        return ""
    words = next((choice.label for choice in field.choices if choice.value == chosen), str(chosen))
    return f", {inside_a_sentence(words)}"


def run_title(run: RunStatus, name: str) -> str:
    """Returns e.g. ``"Freeze lower layers (2) on MiniLM, 6 blocks"``.

    Args:
        run: Which.
        name: What it is called.
    """
    if run.started is None:
        return name
    model = run.started.model
    return f"{name} on {model.name}, {model.blocks} blocks"


def unit_of(config: RunConfig, catalog: Catalog | None) -> str:
    """Returns what a row of the data is called, plural."""
    entry = task_entry(config, catalog)
    return entry.unit if entry else "texts"


def second_first(run: RunStatus, catalog: Catalog | None) -> bool:
    """Returns whether the second text is read before the first, as a question is before its passage."""
    entry = task_entry(run.config, catalog)
    return entry is not None and entry.second_first


def main_metric(run: RunStatus, catalog: Catalog | None) -> MetricEntry:
    """Returns the metric that chooses the best checkpoint of a run."""
    entry = task_entry(run.config, catalog)
    if entry is not None and entry.metrics:
        chooses = run.started.metrics[0] if run.started and run.started.metrics else entry.metrics[0].id
        wanted = run.result.metric if run.result is not None else chooses
        return next((metric for metric in entry.metrics if metric.id == wanted), entry.metrics[0])
    known = run.result.metric if run.result is not None else ""
    if not known and run.validations:
        known = next(iter(run.validations[-1].metrics), "")
    words = _in_words(known) or "Score"
    return MetricEntry(id=known, label=words, short=words, help=_NO_HELP)


def metric_note(metric: MetricEntry) -> str:
    """Returns e.g. ``"higher is better, every label counts as much"``."""
    direction = "higher is better" if metric.higher_is_better else "lower is better"
    return f"{direction}, {metric.note}" if metric.note else direction
