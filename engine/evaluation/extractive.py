"""Measures of finding answers in a passage, by the rules of SQuAD 1.1 and 2.0 (Rajpurkar 2016, 2018).

They agree with the official scripts: articles, punctuation and capitals are left aside, several right
answers are alternatives of which the best counts, and a question without an answer is answered right
by saying nothing.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import Measure, Sums, ratio, scores_from
from engine.protocol.results import Score
from engine.row_measures import Measures, of_sums

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_PERFECT = {"f1": 1.0, "exact_match": 1.0, "answered_f1": 1.0, "no_answer_accuracy": 1.0}


class AnswerOutcome(StrEnum):
    """What became of a question."""

    EXACT = "exact"
    PARTLY = "partly"
    WRONG = "wrong"
    WRONGLY_UNANSWERED = "wrongly_unanswered"
    WRONGLY_ANSWERED = "wrongly_answered"


def normalised(text: str) -> str:
    """Returns a text in small letters, without punctuation and articles, with single spaces."""
    plain = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(said: str, references: Sequence[str]) -> float:
    """Returns 1 when an answer is one of the right ones, else 0.

    Args:
        said: The answer; empty for "there is none".
        references: The right answers; none where the question has no answer.
    """
    return max(float(normalised(said) == normalised(reference)) for reference in _alternatives(references))


def token_f1(said: str, references: Sequence[str]) -> float:
    """Returns how well the words of an answer fit the right one that they fit best, 0 to 1.

    Args:
        said: The answer; empty for "there is none".
        references: The right answers; none where the question has no answer.
    """
    return max(_overlap_f1(said, reference) for reference in _alternatives(references))


def answer_outcome(said: str, references: Sequence[str]) -> AnswerOutcome:
    """Returns what became of a question.

    *Exact* is also silence where there is no answer; *partly* has some right words.

    Args:
        said: The answer; empty for "there is none".
        references: The right answers; none where the question has no answer.
    """
    if exact_match(said, references):
        return AnswerOutcome.EXACT
    if not normalised(said):
        return AnswerOutcome.WRONGLY_UNANSWERED
    if not has_answers(references):
        return AnswerOutcome.WRONGLY_ANSWERED
    return AnswerOutcome.PARTLY if token_f1(said, references) > 0 else AnswerOutcome.WRONG


def answer_statistics(said: Sequence[str], references: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
    """Returns what each question adds to the measures.

    Args:
        said: The answers; empty for "there is none".
        references: The right answers of each question; none where it has no answer.

    Returns:
        ``(questions, 5)``: exact match, F1, 1, whether it has an answer, F1 if it has one.
    """
    rows = []
    for answer, right in zip(said, references, strict=True):
        f1, has_answer = token_f1(answer, right), float(has_answers(right))
        rows.append((exact_match(answer, right), f1, 1.0, has_answer, f1 * has_answer))
    return np.asarray(rows, dtype=np.float64).reshape(-1, 5)


def has_answers(references: Sequence[str]) -> bool:
    """Whether a question has an answer: any of its right answers has a word."""
    return any(normalised(reference) for reference in references)


def _f1(sums: Sums) -> Sums:
    return ratio(sums[..., 1], sums[..., 2])


def _exact_match(sums: Sums) -> Sums:
    return ratio(sums[..., 0], sums[..., 2])


def _answered_f1(sums: Sums) -> Sums:
    return ratio(sums[..., 4], sums[..., 3])


def _no_answer_accuracy(sums: Sums) -> Sums:
    return ratio(sums[..., 1] - sums[..., 4], sums[..., 2] - sums[..., 3])


MEASURES: dict[str, Measure] = {"f1": _f1, "exact_match": _exact_match}
"""Metric id → measure of :func:`answer_statistics`; shares from 0 to 1, where SQuAD's script has per cent."""

UNANSWERABLE_MEASURES: dict[str, Measure] = {
    "answered_f1": _answered_f1,
    "no_answer_accuracy": _no_answer_accuracy,
}
"""The same for the questions that have an answer and those that have none, each by themselves."""

ROW_MEASURES = Measures(of_sums(MEASURES | UNANSWERABLE_MEASURES), _PERFECT)
"""All of them, of rows."""


def answer_measures(said: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """Returns the measures of some answers: metric id → value.

    Args:
        said: The answers; empty for "there is none".
        references: The right answers of each question; where one has none, two more measures are told.
    """
    sums = answer_statistics(said, references).sum(axis=0)
    return {metric: float(measure(sums)) for metric, measure in _measures_for(references).items()}


def answer_scores(said: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, Score]:
    """Returns the measures with 95 % intervals over the questions: metric id → score.

    Args:
        said: The answers; empty for "there is none".
        references: The right answers of each question; where one has none, two more measures are told.
    """
    return scores_from(answer_statistics(said, references), _measures_for(references), _PERFECT)


def best_null_threshold(
    differences: Sequence[float], said: Sequence[str], references: Sequence[Sequence[str]]
) -> float:
    """Returns from which difference on "there is no answer" should be said, for the best F1.

    As SQuAD 2.0's script finds it; take it from validation rows, never from the test.

    Args:
        differences: For each question how much surer the model is of "no answer" than of its best
            answer.
        said: That best answer; empty when it has none.
        references: The right answers of each question; none where it has no answer.

    Returns:
        The threshold: an answer is given where the difference is not above it.
    """
    gains = [
        token_f1(answer, right) - float(not has_answers(right))
        for answer, right in zip(said, references, strict=True)
    ]
    best, total = 0.0, 0.0
    threshold = min(differences, default=0.0) - 1.0  # below all: nothing is answered
    order = sorted(range(len(gains)), key=differences.__getitem__)
    for place, row in enumerate(order):
        total += gains[row]
        ties = place + 1 < len(order) and differences[order[place + 1]] == differences[row]
        if total > best and not ties:
            best, threshold = total, differences[row]
    return threshold


def _measures_for(references: Sequence[Sequence[str]]) -> dict[str, Measure]:
    unanswerable = any(not has_answers(right) for right in references)
    return MEASURES | UNANSWERABLE_MEASURES if unanswerable else MEASURES


def _alternatives(references: Sequence[str]) -> Sequence[str]:
    """Returns the right answers that have a word; the empty one where none has."""
    return [reference for reference in references if normalised(reference)] or [""]


def _overlap_f1(said: str, reference: str) -> float:
    words, right = normalised(said).split(), normalised(reference).split()
    if not words or not right:
        return float(words == right)
    common = (Counter(words) & Counter(right)).total()
    return 2.0 * common / (len(words) + len(right))


def rules_told(threshold: float) -> tuple[str, ...]:
    """Returns how answers were judged, and when none is said.

    Args:
        threshold: How much surer "no answer" must be than the best answer; infinite for never.
    """
    rules = "Judged by SQuAD's rules: articles, punctuation and capitals are left aside."
    if threshold == math.inf:
        return (rules, "Every question to learn from has an answer, so one is always given.")
    return (
        'How readily it says "no answer" was set after training, to what was best on the validation rows; '
        "while it trained it may have answered otherwise.",
        rules,
        f'"No answer" is said where the model is surer of it than of its best answer by more than '
        f"{threshold:.2f} (start and end together, before the softmax).",
    )
