"""What a report says of a run: everything that its folder tells, in the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine import registry
from engine.contracts import Task
from engine.export.answer_charts import confusion_chart, most_confused, reliability_chart, score_chart
from engine.export.charts import Bar, Chart, score_bars
from engine.export.contract import RunToExport
from engine.export.report_curves import learning_curves
from engine.export.run_words import (
    finding,
    frozen_words,
    how_measured,
    score_words,
    setting_words,
    split_words,
    time_words_of,
)
from engine.protocol.catalog import MetricEntry
from engine.protocol.events import LayersChanged, TrainingStarted
from engine.protocol.number_words import score_number
from engine.protocol.problem_words import size_words
from engine.protocol.result_words import wrong_head
from engine.protocol.results import Prediction, RunResult
from engine.protocol.run_files import (
    EVENTS_FILE,
    RUN_FILE,
    TEST_PREDICTIONS_FILE,
    read_events,
    read_predictions,
    unread_events,
)
from engine.protocol.scores_said import ScoreSaid, scores_said
from engine.protocol.stack import Answer
from engine.protocol.tensor_hashes import TENSORS_FILE, TensorHashes, read_tensor_hashes
from engine.protocol.wording import counted, file_name, percent, shortened
from engine.run_folder import last_batches

_SHOWN_CLASSES = 12
_QUOTED = 500
"""Letters of a text that is quoted."""
_WORDS = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}

Table = tuple[tuple[str, ...], ...]


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong answer of the final test."""

    row: str
    texts: tuple[str, ...]
    said: str
    truth: str
    probability: str


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of one run.

    Attributes:
        title: What the run is called.
        subtitle: Task, method, base model.
        finding: The main sentence.
        scores: Chart of the first measure; ``None`` where there is no result.
        score_table: All measures, head first.
        corners: Question, answer and reason of the four corners.
        curves: Charts of losses and of the first measure.
        confusion: Which class was said for which, where there are not too many; of scores, what was said
            against the truth; else ``None``.
        confused: Where there are too many classes to draw, those that were said for others most often.
        class_table: Each class's scores, head first.
        outcomes: In how many ways answers came out, where they are no single classes, head first.
        certainty: How often it is right, by how sure it was; ``None`` where that was not measured.
        noise: The first measure by how much noise is in the test rows, head first; may be empty.
        notes: How it was measured.
        quotes: Wrong answers.
        quotes_title: What they are called.
        quoted_of: How many wrong answers there are, and their order; empty where none are quoted.
        data: What it learned from: label and value.
        settings: Label and value.
        layers: Each layer, head first.
        frozen: What became of what was frozen.
        tensors: Each pretrained tensor.
        facts: Time, size, base model and its fingerprint: label and value.
        missing: Parts of the run's folder that could not be read.
    """

    title: str
    subtitle: str
    finding: str
    scores: Chart | None = None
    score_table: Table = ()
    corners: Table = ()
    curves: tuple[Chart, ...] = ()
    confusion: Chart | None = None
    confused: Table = ()
    class_table: Table = ()
    outcomes: Table = ()
    certainty: Chart | None = None
    noise: Table = ()
    notes: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    quotes_title: str = "Wrong answers"
    quoted_of: str = ""
    data: Table = ()
    settings: Table = ()
    layers: Table = ()
    frozen: str = ""
    tensors: tuple[TensorHashes, ...] = ()
    facts: Table = ()
    missing: tuple[str, ...] = ()


def report_of(source: RunToExport, quotes: int) -> RunReport:
    """Returns what a report says of a run; a part that is missing or damaged is named, and the rest is shown.

    Args:
        source: The run.
        quotes: How many wrong answers are quoted at most; 0 for none.
    """
    result, started = source.result, source.started
    missing = [name for name, there in (("the result", result), ("the start", started)) if there is None]
    if not source.has_run_file:
        missing.insert(0, RUN_FILE)
    missing += _of_events(source)
    predictions: tuple[Prediction, ...] = ()
    try:
        predictions = read_predictions(source.folder)
    except (OSError, msgspec.MsgspecError):
        missing.append(TEST_PREDICTIONS_FILE)
    if not predictions and result is not None and result.rows and TEST_PREDICTIONS_FILE not in missing:
        missing.append(TEST_PREDICTIONS_FILE)
    if source.missing:
        missing.append(source.missing)
    tensors = read_tensor_hashes(source.folder)
    if not tensors:
        missing.append(f"{TENSORS_FILE} (runs of earlier versions have none)")
    method = registry.method(source.run.method)
    wrong = [one for one in predictions if one.truth and not one.is_right]
    wrong.sort(key=lambda one: one.sureness, reverse=True)  # among equals, in the order of the file
    order = "the surest" if any(one.probability for one in wrong) else "the most wrong"
    metric = _first_metric(source.task, result)
    parts: dict[str, Any] = {}
    if result is not None and metric is not None:
        parts = _of_result(source.task, result, metric, scores_said(predictions))
    if started is not None:
        parts |= _of_start(source.folder, started)
    return RunReport(
        title=source.title,
        subtitle=f"{source.task.name} with {method.name} on {source.saved.base.name}",
        finding=finding(result, metric),
        curves=learning_curves(source, metric, result),
        quotes=tuple(_quote(one, source.task) for one in wrong[:quotes]),
        quotes_title="Not wholly right" if result is not None and result.outcomes else "Wrong answers",
        quoted_of=f"{len(wrong):,} such answers of the final test, {order} first" if quotes and wrong else "",
        settings=(*setting_words(source), ("Seed", f"{source.run.seed}")),
        frozen=frozen_words(result),
        tensors=tensors,
        data=_data(source),
        facts=_facts(source),
        missing=tuple(missing),
        **parts,
    )


def _of_events(source: RunToExport) -> list[str]:
    """Names what of a run's events cannot be read; what is lost with it is not known, so it is not hidden."""
    newer, damaged = unread_events(source.folder)
    found = [f"{counted(damaged, 'damaged line')} of {EVENTS_FILE}"] if damaged else []
    if newer:
        found.append(f"{counted(newer, 'line')} of {EVENTS_FILE} that a newer version of Thaw has written")
    return found


def _first_metric(task: Task, result: RunResult | None) -> MetricEntry | None:
    known = {metric.id: metric for metric in task.metrics}
    return known.get(result.metric) if result is not None else None


def _of_result(
    task: Task, result: RunResult, metric: MetricEntry, scores: Sequence[ScoreSaid]
) -> dict[str, Any]:
    own = result.scores[result.metric]
    bars = [Bar(name="This model", value=own.value, low=own.low, high=own.high, is_model=True)]
    bars += [
        Bar(name=one.label, value=score.value, low=score.low, high=score.high)
        for one in reversed(result.baselines)
        if (score := one.scores.get(result.metric)) is not None
    ]
    metrics = [one for one in task.metrics if one.id in result.scores]
    rows = [("This model", result.wrong, result.scores)]
    rows += [(one.label, one.wrong, one.scores) for one in reversed(result.baselines)]
    head = wrong_head(result, metric)
    table = [("", *(one.label for one in metrics), *([head] if head else []))]
    table += [
        (label, *(score_words(scores.get(one.id)) for one in metrics), *([f"{wrong:,}"] if head else []))
        for label, wrong, scores in rows
    ]
    confusion: Chart | None = None
    confused: Table = ()
    if result.confusion and len(result.classes) <= _SHOWN_CLASSES:
        confusion = confusion_chart(result.classes, result.confusion)
    elif result.confusion:
        confused = most_confused(result.classes, result.confusion)
    elif scores:
        confusion = score_chart(scores)
    classes: list[tuple[str, ...]] = [
        (one.name, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", f"{one.support:,}")
        for one in result.class_scores
    ]
    if classes:
        classes.insert(0, ("", "precision", "recall", "F1", result.outcomes_of or "test rows"))
    outcomes: Table = ()
    if result.outcomes:
        outcomes = (("", result.outcomes_of), *((one.label, f"{one.count:,}") for one in result.outcomes))
    return {
        "scores": score_bars(bars, metric.label),
        "score_table": tuple(table),
        "confusion": confusion,
        "confused": confused,
        "certainty": None if result.calibration is None else reliability_chart(result.calibration),
        "class_table": tuple(classes),
        "outcomes": outcomes,
        "noise": _noise(result, metric),
        "notes": how_measured(result),
    }


def _noise(result: RunResult, metric: MetricEntry) -> Table:
    if not result.by_noise:
        return ()
    head = (f"share of {result.noise}", *(percent(point.share) for point in result.by_noise))
    scores = [point.scores.get(metric.id) for point in result.by_noise]
    return head, (metric.label, *("–" if score is None else score_number(score.value) for score in scores))


def _of_start(folder: Path, started: TrainingStarted) -> dict[str, Any]:
    changes = [event for event in read_events(folder) if isinstance(event, LayersChanged)]
    moved = changes[-1].percent if changes else {}
    new = changes[-1].new_layers if changes else ()
    layers: list[tuple[str, ...]] = [("layer", "parameters", "learned", "new", "change")]
    for layer in reversed(started.stack.layers):
        change = "new" if layer.is_new or (layer.id in new and not layer.trainable_parameters) else "–"
        if layer.id in moved and layer.is_pretrained:
            change = f"{moved[layer.id]:.2g} %" if moved[layer.id] else "0 %"
        layers.append(
            (
                layer.label,
                f"{layer.parameters:,}",
                f"{layer.trainable_parameters:,}",
                f"{layer.new_parameters:,}" if layer.new_parameters else "",
                change,
            )
        )
    verdict = started.verdict
    return {
        "layers": tuple(layers),
        "corners": (
            (
                "Transfer learning: does the task change?",
                _WORDS[verdict.task_changes],
                verdict.transfer_sentence,
            ),
            (
                "Fine-tuning: do its weights change?",
                _WORDS[verdict.weights_change],
                verdict.fine_tuning_sentence,
            ),
        ),
    }


def _quote(one: Prediction, task: Task) -> Quote:
    texts = (one.second, one.text) if task.second_first else (one.text, one.second)
    return Quote(
        row=f"{one.row:,}" if one.row else "",
        texts=tuple(shortened(text, _QUOTED) for text in texts if text),
        said=shortened(one.said, _QUOTED),
        truth=shortened(one.truth, _QUOTED),
        probability=percent(one.probability) if one.probability else "",
    )


def _data(source: RunToExport) -> Table:
    data = source.run.data
    found = [("File", file_name(data.path)), ("Split", split_words(source) or "not known")]
    found += [(f"Column: {role}", column) for role, column in data.columns.items() if column]
    if data.repairs:
        found.append(("Repairs", ", ".join(repair.kind.replace("_", " ") for repair in data.repairs)))
    if data.row_limit is not None:
        found.append(("Rows to learn from", f"only {data.row_limit:,}"))
    if source.started is not None and source.started.prepared.classes:
        found.append(
            ("Labels", ", ".join(f"{one.name} {one.count:,}" for one in source.started.prepared.classes))
        )
    return tuple(found)


def _facts(source: RunToExport) -> Table:
    base, result = source.saved.base, source.result
    found = [
        ("Base model", source.base_in_full),
        ("Its licence", base.licence or "not known"),
    ]
    if source.base_fingerprint:
        found.append(("Its fingerprint (BLAKE2b)", source.base_fingerprint))
    if result is not None:
        share = result.trainable_parameters / max(1, result.total_parameters)
        took, energy = time_words_of(source)
        learned = f"{result.trainable_parameters:,} of {result.total_parameters:,} ({percent(share)})"
        found += [
            ("Parameters that learned", learned),
            ("Best checkpoint", f"epoch {result.best_epoch:.2f}"),
            ("Training took", took),
            ("Energy", energy),
        ]
        if result.peak_memory:
            found.append(("Memory, at most", size_words(result.peak_memory)))
        found.append(("Saved model", size_words(result.size)))
    if (last := last_batches(source.folder)) is not None:
        found.append((f"Read from step {last.step + 1:,} on in", f"{last.batches.words}: memory had run out"))
    found.append(("Run", source.folder.name))
    return tuple(found)
