"""Measures of texts with several labels each, and what simpler things reach.

Answers are tables of 0 and 1, ``(rows, classes)``. The measures agree with scikit-learn's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.baselines import logistic_regression
from engine.evaluation.resampling import Measure, Sums, ratio, scores_from
from engine.evaluation.word_counts import word_counts
from engine.protocol.results import Baseline, ClassScore, Score
from engine.protocol.wording import quoted

PERFECT = {"macro_f1": 1.0, "micro_f1": 1.0, "exact_match": 1.0}
"""Metric id → the value where every row is right."""


def label_table(sets: Sequence[Collection[str]], classes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Returns sets of labels as a table of 0 and 1, ``(rows, classes)``.

    Args:
        sets: The labels of each row; one that is no class is left out.
        classes: Class names, in the order of the columns.
    """
    return np.asarray([[int(name in held) for name in classes] for held in sets], dtype=np.int64).reshape(
        len(sets), len(classes)
    )


def multilabel_statistics(
    truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Returns what each row adds to the measures, ``(rows, 3 · classes + 2)``.

    The columns are: labels right, labels there and labels said, of each class; whether the whole set
    is right; 1.

    Args:
        truth: ``(rows, classes)`` of 0 and 1.
        said: The answers likewise.
    """
    whole = (truth == said).all(axis=1, keepdims=True)
    parts = (truth * said, truth, said, whole, np.ones_like(whole))
    return np.concatenate([part.astype(np.float64) for part in parts], axis=1)


def _macro_f1(sums: Sums) -> Sums:
    right, there, said = _by_class(sums)
    present = there + said
    return ratio(ratio(2.0 * right, present).sum(axis=-1), (present > 0).sum(axis=-1).astype(np.float64))


def _micro_f1(sums: Sums) -> Sums:
    right, there, said = _by_class(sums)
    return ratio(2.0 * right.sum(axis=-1), (there + said).sum(axis=-1))


def _exact_match(sums: Sums) -> Sums:
    return ratio(sums[..., -2], sums[..., -1])


MEASURES: dict[str, Measure] = {"macro_f1": _macro_f1, "micro_f1": _micro_f1, "exact_match": _exact_match}
"""Metric id → measure of :func:`multilabel_statistics`. A class that neither stands in the rows nor was
answered is left out of macro-F1."""


def multilabel_measures(truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64]) -> dict[str, float]:
    """Returns macro-F1, micro-F1 and the share of whole sets that are right: metric id → value.

    Args:
        truth: ``(rows, classes)`` of 0 and 1.
        said: The answers likewise.
    """
    sums = multilabel_statistics(truth, said).sum(axis=0)
    return {metric: float(measure(sums)) for metric, measure in MEASURES.items()}


def multilabel_scores(truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64]) -> dict[str, Score]:
    """Returns the same with 95 % intervals over the rows: metric id → score."""
    return scores_from(multilabel_statistics(truth, said), MEASURES, PERFECT)


def label_scores(
    truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64], names: Sequence[str]
) -> tuple[ClassScore, ...]:
    """Returns precision, recall and F1 of each label, 0 where undefined.

    Args:
        truth: ``(rows, classes)`` of 0 and 1.
        said: The answers likewise.
        names: Class names in the order of the columns.
    """
    right, there, answered = _by_class(multilabel_statistics(truth, said).sum(axis=0))
    precision, recall = ratio(right, answered), ratio(right, there)
    f1 = ratio(2.0 * right, there + answered)
    return tuple(
        ClassScore(
            name=name,
            precision=float(precision[place]),
            recall=float(recall[place]),
            f1=float(f1[place]),
            support=int(there[place]),
        )
        for place, name in enumerate(names)
    )


def multilabel_baselines(
    train_texts: Sequence[str],
    train: npt.NDArray[np.int64],
    judged_texts: Sequence[str],
    judged: npt.NDArray[np.int64],
    names: Sequence[str],
) -> tuple[Baseline, ...]:
    """Returns what always giving the most frequent set and counting words reach, weakest first.

    Args:
        train_texts: Texts to learn from.
        train: Their labels, ``(rows, classes)`` of 0 and 1.
        judged_texts: Texts to be judged on.
        judged: Their labels.
        names: Class names in the order of the columns.
    """
    if not len(train) or not len(judged):
        return ()
    counts = Counter(map(tuple, train.tolist()))
    most = min(counts, key=lambda held: (-counts[held], held))
    held = [name for name, there in zip(names, most, strict=True) if there]
    label = f"Always answering {quoted(held)}" if held else "Always answering without a label"
    said = np.tile(np.asarray(most, dtype=np.int64), (len(judged), 1))
    baselines = [_judged("majority", label, judged, said)]
    counted = _word_count_answers(train_texts, train, judged_texts)
    if counted is not None:
        baselines.append(_judged("tfidf", "Word counts (TF-IDF)", judged, counted))
    return tuple(baselines)


def _word_count_answers(
    train_texts: Sequence[str], train: npt.NDArray[np.int64], judged_texts: Sequence[str]
) -> npt.NDArray[np.int64] | None:
    """Returns the answers of a logistic regression for each label by itself; ``None`` without words."""
    counts = word_counts(train_texts, judged_texts)
    if counts is None:
        return None
    said = np.zeros((len(judged_texts), train.shape[1]), dtype=np.int64)
    for place, column in enumerate(train.T):
        if column.min() == column.max():  # all rows have it, or none: nothing to tell apart
            said[:, place] = column[0]
        else:
            said[:, place] = logistic_regression().fit(counts.train, column).predict(counts.judged)
    return said


def _judged(name: str, label: str, truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64]) -> Baseline:
    wrong = int((truth != said).any(axis=1).sum())
    return Baseline(id=name, label=label, wrong=wrong, scores=multilabel_scores(truth, said))


def _by_class(sums: Sums) -> tuple[Sums, Sums, Sums]:
    """Returns labels right, there and said of each class, ``(…, classes)`` each."""
    classes = (sums.shape[-1] - 2) // 3
    right, there, said = (sums[..., part * classes : (part + 1) * classes] for part in range(3))
    return right, there, said
