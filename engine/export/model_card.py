"""The model card: what a model is for, what it learned from, how good it is and where it fails, as Markdown.

The top is what the Hugging Face hub reads; everything below is for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.contracts import HeadKind, Network, Objective
from engine.export.contract import RunToExport
from engine.export.run_words import (
    SPLIT_BY_LOT,
    frozen_words,
    how_measured,
    score_words,
    split_words,
    time_words_of,
    trained_words,
)
from engine.export.whole_model import stock_class
from engine.models.verdict import taught
from engine.protocol.result_words import wrong_head
from engine.protocol.results import Baseline
from engine.protocol.wording import counted, file_name

CARD_FILE = "README.md"

_PIPELINES = {
    Network.MASKED_LM: "fill-mask",
    Network.CAUSAL_LM: "text-generation",
    Network.SEQUENCE_TO_SEQUENCE: "text2text-generation",
}


def model_card(source: RunToExport) -> str:
    """Returns the card that Thaw writes for a run.

    Args:
        source: The run.
    """
    return "\n".join([*_top(source), *_text(source)]) + "\n"


def pipeline_of(source: RunToExport) -> str:
    """Returns the hub's name of what the model does."""
    head = source.saved.head
    if head.kind is HeadKind.WORDS:
        return _PIPELINES[head.network]
    if head.kind is HeadKind.TEXT:
        return "text-classification"
    return "question-answering" if head.objective is Objective.SPAN else "token-classification"


def _top(source: RunToExport) -> Iterator[str]:
    licence = source.saved.base.licence
    yield "---"
    if re.fullmatch(r"[A-Za-z0-9.+-]+", licence):
        yield f"license: {licence.lower()}"
    if (
        "/" in source.base_name
        and not source.base_name.startswith(("/", "\\"))
        and ":" not in source.base_name
    ):
        yield f"base_model: {source.base_name}"
    if not source.missing:
        yield f"library_name: {'transformers' if stock_class(source) else 'pytorch'}"
        yield f"pipeline_tag: {pipeline_of(source)}"
    yield "tags:"
    yield "- thaw"
    yield f"- {source.run.method.replace('_', '-')}"
    yield "---"
    yield ""


def _text(source: RunToExport) -> Iterator[str]:
    base, result = source.saved.base, source.result
    yield f"# {source.title}"
    yield ""
    yield f"A model that has learned {taught(source.task, source.run.settings)}"
    yield f"from the rows of `{file_name(source.run.data.path)}`. It stands on {base.name}."
    yield ""
    yield "## What it is for"
    yield ""
    yield f"{source.task.name}: {source.task.summary}."
    if source.saved.classes:
        yield f"What it can answer: {', '.join(_answers(source))}."
    yield "It was judged on rows of the same file only. For texts of another kind (another time, place, form"
    yield "or language) nothing is known about it; try it on some of them before you trust it."
    yield ""
    yield "## How good it is"
    yield ""
    yield from _scores(source)
    yield "## What it learned from"
    yield ""
    yield from _data(source)
    yield "## How it was trained"
    yield ""
    yield from trained_words(source)
    took, energy = time_words_of(source)
    if took:
        yield f"Training took {took}. The energy that it took was {energy}."
    yield ""
    frozen = frozen_words(result)
    if frozen:
        yield frozen
        yield ""
    yield "## What it stands on"
    yield ""
    licence = f" Its licence is {base.licence}." if base.licence else " Its licence is not known here."
    yield f"{source.base_in_full}, {counted(base.parameters, 'number')}.{licence}"
    if source.base_fingerprint:
        yield f"Fingerprint of its weights (BLAKE2b): `{source.base_fingerprint}`."
    yield "What the base model was taught, and what prejudices it took from its texts, this model has, too."


def _scores(source: RunToExport) -> Iterator[str]:
    result = source.result
    if result is None:
        yield "The run's result cannot be read."
        yield ""
        return
    yield f"On {counted(result.rows, 'test row')} that it never learned from, with 95 % intervals"
    yield "(bootstrap over the rows):"
    yield ""
    metrics = [metric for metric in source.task.metrics if metric.id in result.scores]
    judged_by = next((metric for metric in metrics if metric.id == result.metric), None)
    wrong = wrong_head(result, judged_by)
    heads = [metric.label for metric in metrics] + ([wrong] if wrong else [])
    yield "| | " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * len(heads)

    def line(label: str, one: Baseline | None) -> str:
        scores = result.scores if one is None else one.scores
        cells = [score_words(scores.get(metric.id)) for metric in metrics]
        cells += [f"{(result if one is None else one).wrong:,}"] if wrong else []
        return f"| {_cell(label)} | {' | '.join(cells)} |"

    yield line("**This model**", None)
    for baseline in result.baselines:
        yield line(baseline.label, baseline)
    yield ""
    yield from how_measured(result)
    if result.outcomes:
        became = ", ".join(f"{one.label.lower()} {one.count:,}" for one in result.outcomes)
        yield ""
        yield f"Of the {result.outcomes_of}: {became}."
    if result.class_scores:
        yield ""
        yield f"| | precision | recall | F1 | {result.outcomes_of or 'test rows'} |"
        yield "|---|---:|---:|---:|---:|"
        for one in result.class_scores:
            scores = f"{one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} | {one.support:,}"
            yield f"| {_cell(one.name)} | {scores} |"
    yield ""


def _cell(words: str) -> str:
    """Returns words as they may stand in a cell of a table: of one line, and without its border."""
    return " ".join(words.split()).replace("|", "\\|")


def _answers(source: RunToExport) -> tuple[str, ...]:
    """Returns what it answers with as people call it: of tags the kinds, without what begins or goes on."""
    result = source.result
    counted_ones = [one.name for one in result.class_scores] if result is not None else []
    prepared = source.started.prepared.classes if source.started is not None else ()
    known = [one.name for one in prepared] or counted_ones
    return tuple(known) or source.saved.classes


def _data(source: RunToExport) -> Iterator[str]:
    yield f"`{file_name(source.run.data.path)}`. {split_words(source) or SPLIT_BY_LOT}"
    if source.run.data.repairs:
        yield f"{counted(len(source.run.data.repairs), 'repair')} mended the rows as they were read."
    if source.started and source.started.prepared.classes:
        names = ", ".join(f"{one.name} {one.count:,}" for one in source.started.prepared.classes)
        whole_texts = source.saved.head.kind is HeadKind.TEXT
        yield f"{'Rows with each label' if whole_texts else 'Parts of each kind'}: {names}."
    yield ""
