"""What is said about a run in words, alike in its model card, its report and its script."""

from __future__ import annotations

from collections.abc import Iterator

from engine import registry
from engine.export.contract import RunToExport
from engine.protocol.fields import ChoiceField, Field, SettingValue, SwitchField
from engine.protocol.results import RunResult, Score
from engine.protocol.wording import counted, percent

SPLIT_BY_LOT = "Its rows were divided by lot."


def score_words(score: Score | None) -> str:
    """Returns a score with its interval: ``"0.951 (0.930 to 0.968)"``."""
    return "–" if score is None else f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"


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
    return [
        (field.label, _value(field, source.run.settings[field.name]))
        for field in fields
        if field.name in source.run.settings
    ]


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
