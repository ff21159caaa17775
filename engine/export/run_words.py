"""What is said about a run in words, alike in its model card, its report and its script."""

from __future__ import annotations

from collections.abc import Iterator

from engine import registry
from engine.data.noise_settings import noise_fields
from engine.export.contract import RunToExport
from engine.protocol import certainty_words, energy_words, forgetting_words
from engine.protocol.catalog import MetricEntry
from engine.protocol.fields import ChoiceField, Field, SettingValue, SwitchField
from engine.protocol.number_words import score_number
from engine.protocol.problem_words import time_words
from engine.protocol.results import RunResult, Score
from engine.protocol.wording import counted, in_quotes, percent
from engine.training.noisy_parts import has_noise

SPLIT_BY_LOT = "Its rows were divided by lot."


def score_words(score: Score | None) -> str:
    """Returns a score with its interval: ``"0.951 (0.930 to 0.968)"``."""
    if score is None:
        return "–"
    return f"{score_number(score.value)} ({score_number(score.low)} to {score_number(score.high)})"


def finding(result: RunResult | None, metric: MetricEntry | None) -> str:
    """Says how good a run is beside what is simpler; better only where the intervals lie apart.

    Args:
        result: What it reached; ``None`` where that is not known.
        metric: What it is judged by.
    """
    if result is None or metric is None:
        return "What this run reached cannot be read."
    own = result.scores[result.metric]
    said = f"{metric.label} {score_words(own)} on {counted(result.rows, 'test row')}."
    sign = 1 if metric.higher_is_better else -1
    others = [one for one in result.baselines if result.metric in one.scores]
    strongest = max(others, key=lambda one: sign * one.scores[result.metric].value, default=None)
    if strongest is None:
        return f"{said} There was nothing simpler to compare with."
    other = strongest.scores[result.metric]
    against = f"{in_quotes(strongest.label)} ({score_number(other.value)})"
    if sign * (own.value - other.value) <= 0:
        return f"{said} That does not beat {against}."
    if own.low > other.high or own.high < other.low:
        return f"{said} Better than {against}; the intervals lie apart."
    return f"{said} Too close to call against {against}: the intervals overlap."


def split_words(source: RunToExport) -> str:
    """Says how many rows stand in which part, and what divided them; empty where it is not known."""
    if source.started is None:
        return ""
    rows, split = source.started.prepared, source.run.data.split
    said = f"{rows.train:,} rows to learn from, {rows.validation:,} to choose the best state"
    said = f"{said}, {rows.test:,} for the final test"
    if split.folds:
        return f"{said}: fold {split.fold + 1} of {split.folds}, seed {split.seed}."
    if split.part_column:
        return f'{said}, as the column "{split.part_column}" says.'
    if split.time_column:
        return f'{said}: the last ones by "{split.time_column}" are the test.'
    grouped = f', rows of one "{split.group_column}" kept together' if split.group_column else ""
    return f"{said}; divided by lot with seed {split.seed}, equal texts on one side{grouped}."


def trained_words(source: RunToExport) -> Iterator[str]:
    """Says what learned, and with which settings; a line each."""
    method = registry.method(source.run.method)
    result = source.result
    share = ""
    if result is not None and result.total_parameters:
        part = result.trainable_parameters / result.total_parameters
        numbers = f"{result.trainable_parameters:,} of {result.total_parameters:,} parameters"
        share = f" {numbers} learned ({percent(part)})."
    yield f"{method.name}: {method.summary[:1].lower()}{method.summary[1:]}{share}"
    yield f"Reference: {method.reference}."
    yield ""
    for label, value in setting_words(source):
        yield f"- {label}: {value}"
    yield f"- Seed: {source.run.seed}"
    yield ""


def setting_words(source: RunToExport) -> list[tuple[str, str]]:
    """Returns label and value of every setting of a run."""
    method = registry.method(source.run.method)
    fields = registry.fields(method, source.saved.base, source.task, source.run.settings)
    quiet = set() if has_noise(source.task, source.run.settings) else {one.name for one in noise_fields()}
    return [
        (field.label, _value(field, source.run.settings[field.name]))
        for field in fields
        if field.name in source.run.settings and field.name not in quiet
    ]


def beyond_scores(result: RunResult) -> tuple[str, ...]:
    """Says how sure the model was, and what it forgot; nothing where that was not measured."""
    said = []
    if result.calibration is not None:
        said.append(certainty_words.in_full(result.calibration))
    if result.forgotten is not None:
        said.append(forgetting_words.in_full(result.forgotten))
    return tuple(said)


def how_measured(result: RunResult) -> tuple[str, ...]:
    """Says how a result was measured, with the exact settings of its measures at the end, a sentence each."""
    exact = (f"{result.exact_settings}.",) if result.exact_settings else ()
    return (*beyond_scores(result), *result.notes, *exact)


def time_words_of(source: RunToExport) -> tuple[str, str]:
    """Returns how long training took and on what, and what is known of its energy; empty without a result."""
    result = source.result
    if result is None:
        return "", ""
    took = _time(result.seconds)
    device = source.started.device if source.started else "this computer"
    threads = source.run.threads
    work = f", at most {_time(threads * result.seconds)} of one core" if threads > 1 else ""
    energy = energy_words.in_full(result.energy, result.seconds)
    return f"{took} on {device}{work if device.startswith('CPU') else ''}", energy


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else time_words(seconds)


def frozen_words(result: RunResult | None) -> str:
    """Says whether everything that was frozen kept its bytes; empty where nothing was frozen."""
    if result is None or not result.frozen_tensors:
        return ""
    if result.frozen_intact:
        return (
            f"All {counted(result.frozen_tensors, 'frozen tensor')} have the same bytes as before training."
        )
    changed = counted(len(result.frozen_changed), "frozen tensor")
    return f"{changed} changed, which must not be: {', '.join(result.frozen_changed)}."


def _value(field: Field, value: SettingValue) -> str:
    if isinstance(field, SwitchField):
        return "yes" if value else "no"
    if isinstance(field, ChoiceField):
        return next((choice.label for choice in field.choices if choice.value == value), str(value))
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
