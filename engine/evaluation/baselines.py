"""What simpler things reach on the same rows: a model that does not beat them has learned nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.evaluation.classification import confusion_counts
from engine.evaluation.intervals import scores_with_intervals
from engine.evaluation.word_counts import word_counts
from engine.protocol.results import Baseline
from engine.protocol.wording import shortened

_STRENGTH = 10.0
"""Inverse regularisation of the logistic regression; 10 suits short texts better than the default 1."""


def classification_baselines(
    train_texts: Sequence[str],
    train_labels: Sequence[int],
    judged_texts: Sequence[str],
    judged_labels: Sequence[int],
    classes: Sequence[str],
) -> tuple[Baseline, ...]:
    """Returns what the majority answer and counting words reach, weakest first.

    Args:
        train_texts: Texts to learn from.
        train_labels: Their classes, from 0.
        judged_texts: Texts to be judged on.
        judged_labels: Their classes.
        classes: Class names.
    """
    if not train_labels or not judged_labels:
        return ()
    most = majority_class(train_labels)
    said = [most] * len(judged_labels)
    label = f'Always answering "{shortened(classes[most])}"'
    baselines = [_judged("majority", label, judged_labels, said, len(classes))]
    counted = word_count_answers(train_texts, train_labels, judged_texts)
    if counted is not None:
        baselines.append(_judged("tfidf", "Word counts (TF-IDF)", judged_labels, counted, len(classes)))
    return tuple(baselines)


def majority_class(labels: Sequence[int]) -> int:
    """Returns the most frequent class; of equals the first."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def word_count_answers(
    train_texts: Sequence[str], train_labels: Sequence[int], judged_texts: Sequence[str]
) -> list[int] | None:
    """Returns the answers of logistic regression on weighted counts of words and word pairs.

    Returns:
        A class for each judged text; ``None`` when there is nothing to count or one class only.
    """
    if len(set(train_labels)) < 2:
        return None
    counts = word_counts(train_texts, judged_texts)
    if counts is None:
        return None
    model = logistic_regression().fit(counts.train, np.asarray(train_labels))
    return [int(label) for label in model.predict(counts.judged)]


def logistic_regression() -> Any:
    """Returns the model that learns a class from word counts, not yet fitted."""
    from sklearn.linear_model import LogisticRegression  # not at the engine's start: it takes a second

    # Newton's method reaches the optimum that L-BFGS only comes near, in a tenth of the time here.
    return LogisticRegression(C=_STRENGTH, max_iter=200, solver="newton-cg")


def _judged(name: str, label: str, truth: Sequence[int], said: Sequence[int], classes: int) -> Baseline:
    confusion = confusion_counts(truth, said, classes)
    return Baseline(
        id=name,
        label=label,
        wrong=int(confusion.sum() - np.trace(confusion)),
        scores=scores_with_intervals(confusion),
    )
