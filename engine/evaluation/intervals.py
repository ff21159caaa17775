"""How sure a score is: 95 % intervals by the bootstrap (Efron 1979) over the judged rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.evaluation.classification import MEASURES, Marginals, marginals
from engine.protocol.results import Score

RESAMPLES = 1000
_SQUARED = 1.96**2  # of the normal distribution's 97.5 % quantile


def scores_with_intervals(
    confusion: npt.NDArray[np.int64], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Score]:
    """Returns every measure with its 95 % interval: metric id → score.

    Drawing rows with replacement is drawing cells of the confusion matrix with replacement: so the
    resampled matrices come from one multinomial draw, and no row is looked at again.

    Where no answer is wrong every resample is perfect, too, and the bootstrap knows no doubt: 10 right
    of 10 would look as sure as 10,000 of 10,000. There every measure's lower end is that of the share
    of right answers by Wilson (1927), ``n / (n + 1.96²)``; where none is right, macro-F1's and
    accuracy's upper end likewise.

    Args:
        confusion: ``counts[truth][said]``, ``(classes, classes)``.
        resamples: How many matrices to draw.
        seed: Of the draws.
    """
    sums = marginals(confusion)
    rows, right = int(confusion.sum()), int(confusion.trace())
    surest = rows / (rows + _SQUARED)
    drawn = _resampled(confusion, resamples, seed)
    scores = {}
    for metric, function in MEASURES.items():
        value = float(function(sums))
        low, high = np.quantile(function(drawn), [0.025, 0.975]).tolist()
        if rows and right == rows and value == 1.0:
            low = min(low, surest)
        elif rows and right == 0 and value == 0.0:
            high = max(high, 1 - surest)
        scores[metric] = Score(value=value, low=min(low, value), high=max(high, value))
    return scores


def _resampled(confusion: npt.NDArray[np.int64], resamples: int, seed: int) -> Marginals:
    """Returns the sums of resampled matrices, ``(resamples, classes)`` each."""
    classes = confusion.shape[0]
    truth, said = np.nonzero(confusion)  # only cells that hold rows can be drawn: few, of many classes
    held = confusion[truth, said]
    rows = int(held.sum())
    if rows == 0:
        nothing = np.zeros((1, classes))
        return Marginals(nothing, nothing, nothing)
    drawn = np.random.default_rng(seed).multinomial(rows, held / rows, size=resamples).astype(np.float64)
    of_truth = (truth[:, None] == np.arange(classes)).astype(np.float64)
    of_said = (said[:, None] == np.arange(classes)).astype(np.float64)
    return Marginals(drawn @ (of_truth * of_said), drawn @ of_truth, drawn @ of_said)
