"""Measures of tagging: whole entities, counted right only with the right borders and the right type.

The definitions are those of CoNLL-2003 on IOB2 tags, strict: an entity begins with ``B-``; an ``I-``
that continues none is no entity. They agree with seqeval (``mode="strict", scheme=IOB2``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import Measure, Sums, ratio, scores_from
from engine.protocol.results import ClassScore, Score
from engine.row_measures import Measures, of_sums

OUTSIDE = "O"
_PERFECT = {"entity_f1": 1.0, "entity_precision": 1.0, "entity_recall": 1.0, "token_accuracy": 1.0}


class Span(NamedTuple):
    """An entity.

    Attributes:
        start: Its first word.
        end: The word after its last.
        type: What it is, e.g. ``"PER"``.
    """

    start: int
    end: int
    type: str


class Outcome(StrEnum):
    """What became of an entity."""

    RIGHT = "right"
    WRONG_TYPE = "wrong_type"
    WRONG_BORDER = "wrong_border"
    MISSED = "missed"
    INVENTED = "invented"


class Judged(NamedTuple):
    """An entity, true or said, and what became of it.

    Attributes:
        outcome: E.g. ``Outcome.MISSED``.
        truth: The entity that is there; ``None`` when it was invented.
        said: The entity that was answered; ``None`` when it was missed.
    """

    outcome: Outcome
    truth: Span | None
    said: Span | None


def spans(tags: Sequence[str]) -> list[Span]:
    """Returns the entities of a sentence's IOB2 tags, in their order.

    Args:
        tags: ``"O"``, ``"B-PER"``, ``"I-PER"`` …, one for each word.
    """
    found: list[Span] = []
    start, kind = 0, ""
    is_open = False
    for place, tag in enumerate([*tags, OUTSIDE]):
        if is_open and tag == f"I-{kind}":
            continue
        if is_open:
            found.append(Span(start, place, kind))
        is_open = tag.startswith("B-")
        if is_open:
            start, kind = place, tag[2:]
    return found


def begun(tags: Sequence[str]) -> list[str]:
    """Returns tags in which each part has a beginning: an ``I-`` that continues none becomes a ``B-``.

    Args:
        tags: ``"O"``, ``"B-PER"``, ``"I-PER"`` …, as they were answered word by word.
    """
    mended: list[str] = []
    before = OUTSIDE
    for tag in tags:
        before = f"B-{tag[2:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag
        mended.append(before)
    return mended


def judge(truth: Sequence[Span], said: Sequence[Span]) -> list[Judged]:
    """Returns what became of each entity of a sentence, in the order of the words.

    Each entity is counted once. Same borders and type are *right*, same borders alone *wrong type*.
    What is left and overlaps is paired, most words in common first: *wrong border*, whatever its type.
    The rest is *missed* or *invented*.

    Args:
        truth: The entities that are there; none overlaps another.
        said: The entities that were answered; none overlaps another.
    """
    answered = {(span.start, span.end): span for span in said}
    judged: list[Judged] = []
    open_truth: list[Span] = []
    for span in truth:
        same = answered.pop((span.start, span.end), None)
        if same is None:
            open_truth.append(span)
        else:
            outcome = Outcome.RIGHT if same.type == span.type else Outcome.WRONG_TYPE
            judged.append(Judged(outcome, span, same))
    open_said = list(answered.values())
    overlaps = [(_common(one, other), one, other) for one in open_truth for other in open_said]
    for common, one, other in sorted(overlaps, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if common > 0 and one in open_truth and other in open_said:
            judged.append(Judged(Outcome.WRONG_BORDER, one, other))
            open_truth.remove(one)
            open_said.remove(other)
    judged += [Judged(Outcome.MISSED, span, None) for span in open_truth]
    judged += [Judged(Outcome.INVENTED, None, span) for span in open_said]
    return sorted(judged, key=lambda entry: entry.truth or entry.said or Span(0, 0, ""))


def outcome_counts(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> dict[Outcome, int]:
    """Returns how many entities of all sentences were right, of a wrong type, and so on.

    Right, wrong type, wrong border and missed together are the entities that are there; with invented
    in the place of missed they are those that were answered.

    Args:
        truth: IOB2 tags of each sentence.
        said: The answered ones.
    """
    counts = Counter(
        entry.outcome
        for right, answer in zip(truth, said, strict=True)
        for entry in judge(spans(right), spans(answer))
    )
    return {outcome: counts[outcome] for outcome in Outcome}


def entity_statistics(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
    """Returns what each sentence adds to the measures.

    Args:
        truth: IOB2 tags of each sentence.
        said: The answered ones, as many in each sentence.

    Returns:
        ``(sentences, 5)``: entities right, answered, there; words with the right tag, words.
    """
    rows = []
    for right, answer in zip(truth, said, strict=True):
        there, answered = set(spans(right)), set(spans(answer))
        words = sum(1 for one, other in zip(right, answer, strict=True) if one == other)
        rows.append((len(there & answered), len(answered), len(there), words, len(right)))
    return np.asarray(rows, dtype=np.int64).reshape(-1, 5)


def _f1(sums: Sums) -> Sums:
    return ratio(2.0 * sums[..., 0], sums[..., 1] + sums[..., 2])


def _precision(sums: Sums) -> Sums:
    return ratio(sums[..., 0], sums[..., 1])


def _recall(sums: Sums) -> Sums:
    return ratio(sums[..., 0], sums[..., 2])


def _token_accuracy(sums: Sums) -> Sums:
    return ratio(sums[..., 3], sums[..., 4])


MEASURES: dict[str, Measure] = {
    "entity_f1": _f1,
    "entity_precision": _precision,
    "entity_recall": _recall,
    "token_accuracy": _token_accuracy,
}
"""Metric id → measure of :func:`entity_statistics`, over the entities of all types together (micro)."""

ROW_MEASURES = Measures(of_sums(MEASURES), _PERFECT)
"""The same, of rows."""


def entity_measures(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> dict[str, float]:
    """Returns the measures of all sentences together: metric id → value, 0 where undefined."""
    sums = entity_statistics(truth, said).sum(axis=0).astype(np.float64)
    return {metric: float(measure(sums)) for metric, measure in MEASURES.items()}


def entity_scores(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> dict[str, Score]:
    """Returns the measures with 95 % intervals over the sentences: metric id → score."""
    return scores_from(entity_statistics(truth, said), MEASURES, _PERFECT)


def type_scores(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> tuple[ClassScore, ...]:
    """Returns precision, recall and F1 of each type, 0 where undefined; most frequent type first.

    Args:
        truth: IOB2 tags of each sentence.
        said: The answered ones.
    """
    right: Counter[str] = Counter()
    there: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for true_tags, said_tags in zip(truth, said, strict=True):
        true_spans, said_spans = set(spans(true_tags)), set(spans(said_tags))
        right.update(span.type for span in true_spans & said_spans)
        there.update(span.type for span in true_spans)
        answered.update(span.type for span in said_spans)
    names = sorted({*there, *answered}, key=lambda name: (-there[name], name))
    return tuple(
        ClassScore(
            name=name,
            precision=right[name] / max(1, answered[name]),
            recall=right[name] / max(1, there[name]),
            f1=2 * right[name] / max(1, there[name] + answered[name]),
            support=there[name],
        )
        for name in names
    )


def _common(one: Span, other: Span) -> int:
    """Returns how many words two entities have in common; 0 or less for none."""
    return min(one.end, other.end) - max(one.start, other.start)
