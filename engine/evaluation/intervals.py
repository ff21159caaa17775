"""How sure the measures of classification are: the bootstrap on a confusion matrix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.evaluation.classification import MEASURES, Marginals, marginals, marginals_of_cells
from engine.evaluation.resampling import RESAMPLES, drawn_counts, interval
from engine.protocol.results import Score


def scores_with_intervals(
    confusion: npt.NDArray[np.int64], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Score]:
    """Returns every measure with its 95 % interval: metric id → score.

    Drawing rows with replacement is drawing cells of the confusion matrix with replacement: so the
    resampled matrices come from one multinomial draw, and no row is looked at again.

    Where all answers are right, or none, :func:`engine.evaluation.resampling.interval` says how sure
    that is; a correlation of 0 is no share of right answers and keeps its own interval.

    Args:
        confusion: ``counts[truth][said]``, ``(classes, classes)``.
        resamples: How many matrices to draw.
        seed: Of the draws.
    """
    sums = marginals(confusion)
    rows, right = int(confusion.sum()), int(confusion.trace())
    drawn = _resampled(confusion, resamples, seed)
    scores = {}
    for metric, function in MEASURES.items():
        value = float(function(sums))
        scores[metric] = interval(
            value,
            function(drawn),
            rows,
            all_right=right == rows and value == 1.0,
            none_right=right == 0 and value == 0.0,
        )
    return scores


def _resampled(confusion: npt.NDArray[np.int64], resamples: int, seed: int) -> Marginals:
    """Returns the sums of resampled matrices, ``(resamples, classes)`` each."""
    truth, said = np.nonzero(confusion)  # only cells that hold rows can be drawn: few, of many classes
    drawn = np.concatenate(list(drawn_counts(confusion[truth, said], resamples, seed)))
    return marginals_of_cells(truth, said, drawn)
