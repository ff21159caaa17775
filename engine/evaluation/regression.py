"""Measures of scores: how well said numbers go with the right ones, and what simpler things reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import RESAMPLES, Sums, interval, ratio, resampled_weights
from engine.evaluation.word_counts import word_counts
from engine.protocol.results import Baseline, Score
from engine.row_measures import RowMeasure

Numbers: TypeAlias = npt.NDArray[np.float64]

_CLOSE = 0.1
"""Share of the range of the scores within which an answer counts as right."""
_ROUNDING = 1e-12
"""Share of a variance below which it is rounding, and all numbers are the same."""


def regression_measures(truth: Sequence[float], said: Sequence[float]) -> dict[str, float]:
    """Returns Spearman's and Pearson's correlation and the root mean squared error: metric id → value.

    A correlation of numbers that are all the same is not defined; it is told as 0.

    Args:
        truth: The right score of each row.
        said: The answered one.
    """
    whole = np.ones((1, len(truth)))
    return {metric: float(measure[0]) for metric, measure in _measured(truth, said, whole).items()}


def regression_scores(
    truth: Sequence[float], said: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, Score]:
    """Returns the same with 95 % intervals over the rows; ranks are taken anew in each resample.

    Args:
        truth: The right score of each row.
        said: The answered one.
        seed: Of the draws.
        resamples: How many times to draw.
    """
    drawn = [_measured(truth, said, weights) for weights in resampled_weights(len(truth), resamples, seed)]
    return {
        metric: interval(value, np.concatenate([measured[metric] for measured in drawn]), len(truth))
        for metric, value in regression_measures(truth, said).items()
    }


def regression_baselines(
    train_texts: Sequence[str],
    train_scores: Sequence[float],
    judged_texts: Sequence[str],
    judged_scores: Sequence[float],
) -> tuple[Baseline, ...]:
    """Returns what the mean answer and counting words reach, weakest first.

    Args:
        train_texts: Texts to learn from.
        train_scores: Their scores.
        judged_texts: Texts to be judged on.
        judged_scores: Their scores.
    """
    if not train_scores or not judged_scores:
        return ()
    mean = float(np.mean(train_scores))
    label = f"Always answering the mean ({mean:.3g})"
    baselines = [_judged("mean", label, judged_scores, [mean] * len(judged_scores))]
    counts = word_counts(train_texts, judged_texts)
    if counts is not None:
        from sklearn.linear_model import Ridge  # not at the engine's start: it takes a second

        said = Ridge(alpha=1.0).fit(counts.train, np.asarray(train_scores)).predict(counts.judged)
        baselines.append(_judged("tfidf", "Word counts (TF-IDF)", judged_scores, said.tolist()))
    return tuple(baselines)


def _judged(name: str, label: str, truth: Sequence[float], said: Sequence[float]) -> Baseline:
    distances = np.abs(np.asarray(truth) - np.asarray(said))
    wrong = int((distances > near_enough(np.asarray(truth))).sum())
    return Baseline(id=name, label=label, wrong=wrong, scores=regression_scores(truth, said))


def near_enough(truth: npt.NDArray[np.float64]) -> float:
    """Returns how far an answer may be from the truth to count as right.

    Args:
        truth: Every right score, ``(rows,)``.
    """
    return _CLOSE * float(np.ptp(truth)) if len(truth) else 0.0


def rightness(distance: float, within: float) -> float:
    """Returns how right an answer is: 1 where it is near enough, 0 a whole range of the scores away.

    Args:
        distance: Between the answer and the truth.
        within: Of :func:`near_enough`.
    """
    if distance <= within:
        return 1.0
    return max(0.0, 1.0 - _CLOSE * distance / within) if within else 0.0


def _row_measure(metric: str) -> RowMeasure:
    return lambda rows, weights: _measured(rows[:, 0], rows[:, 1], weights)[metric]


ROW_MEASURES: dict[str, RowMeasure] = {
    metric: _row_measure(metric) for metric in ("spearman", "pearson", "rmse")
}
"""Metric id → measure of rows of two numbers: the right score, the said one."""


def _measured(
    truth: Sequence[float] | Numbers, said: Sequence[float] | Numbers, weights: Sums
) -> dict[str, Sums]:
    """Returns each measure of weighted rows, ``(resamples,)``; weights are ``(resamples, rows)``."""
    right, answer = np.asarray(truth, dtype=np.float64), np.asarray(said, dtype=np.float64)
    squares = ratio(weights @ (right - answer) ** 2, weights.sum(axis=-1))
    ranks = _correlation(_ranks(right, weights), _ranks(answer, weights), weights)
    return {
        "spearman": ranks,
        "pearson": _correlation(right, answer, weights),
        "rmse": np.sqrt(squares),
    }


def _ranks(values: npt.NDArray[np.float64], weights: Sums) -> Sums:
    """Returns the rank of each row among rows that stand as often as their weights say.

    Equal values have the mean of their ranks.
    """
    if not len(values):
        return np.zeros_like(weights)
    _, starts, places = np.unique(np.sort(values), return_index=True, return_inverse=True)
    places = places[np.argsort(np.argsort(values, kind="stable"))]
    held = np.add.reduceat(weights[:, np.argsort(values, kind="stable")], starts, axis=-1)
    below = np.cumsum(held, axis=-1) - held
    return (below + (held + 1.0) / 2.0)[:, places]


def _correlation(one: Sums, other: Sums, weights: Sums) -> Sums:
    """Returns Pearson's correlation of weighted rows; 0 where one of them does not vary."""
    rows = np.maximum(weights.sum(axis=-1, keepdims=True), 1.0)
    apart = one - (weights * one).sum(axis=-1, keepdims=True) / rows
    other_apart = other - (weights * other).sum(axis=-1, keepdims=True) / rows
    spread, other_spread = (weights * apart**2).sum(axis=-1), (weights * other_apart**2).sum(axis=-1)
    together = (weights * apart * other_apart).sum(axis=-1)
    sizes = (weights * one**2).sum(axis=-1), (weights * other**2).sum(axis=-1)
    varies = (spread > _ROUNDING * sizes[0]) & (other_spread > _ROUNDING * sizes[1])
    result = ratio(together, np.sqrt(spread * other_spread))
    return np.where(varies, np.clip(result, -1.0, 1.0), 0.0)
