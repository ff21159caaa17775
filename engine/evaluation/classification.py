"""Measures of classification, all computed from one confusion matrix.

They agree with scikit-learn's; here they also take a thousand resampled matrices at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import Sums, ratio
from engine.protocol.results import ClassScore
from engine.row_measures import Measures, RowMeasure, Rows


class Marginals(NamedTuple):
    """What the measures need of a confusion matrix; any leading axes are resamples.

    Attributes:
        hits: ``(…, classes)``: rows of the class that were answered right.
        truths: ``(…, classes)``: rows of the class.
        saids: ``(…, classes)``: rows that were answered with the class.
    """

    hits: Sums
    truths: Sums
    saids: Sums


def confusion_counts(truth: Sequence[int], said: Sequence[int], classes: int) -> npt.NDArray[np.int64]:
    """Returns ``counts[truth][said]``, ``(classes, classes)``.

    Args:
        truth: Right class of each row, from 0.
        said: Answered class of each row.
        classes: How many classes there are.
    """
    cells = np.asarray(truth, dtype=np.int64) * classes + np.asarray(said, dtype=np.int64)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def marginals(confusion: npt.NDArray[np.int64]) -> Marginals:
    """Returns the sums of a confusion matrix."""
    counts = confusion.astype(np.float64)
    return Marginals(np.diagonal(counts).copy(), counts.sum(axis=1), counts.sum(axis=0))


def accuracy(sums: Marginals) -> Sums:
    """Returns the share of right answers; 0 without rows."""
    return ratio(sums.hits.sum(axis=-1), sums.truths.sum(axis=-1))


def macro_f1(sums: Marginals) -> Sums:
    """Returns F1 averaged over the classes, each counting alike.

    A class that neither stands in the rows nor was answered is left out, as scikit-learn does.
    """
    present = sums.truths + sums.saids
    f1 = ratio(2.0 * sums.hits, present)
    return ratio(f1.sum(axis=-1), (present > 0).sum(axis=-1).astype(np.float64))


def matthews(sums: Marginals) -> Sums:
    """Returns the Matthews correlation, -1 to 1 (Gorodkin 2004 for many classes); 0 where undefined."""
    rows = sums.truths.sum(axis=-1)
    agreement = sums.hits.sum(axis=-1) * rows - (sums.truths * sums.saids).sum(axis=-1)
    spread_said = rows**2 - (sums.saids**2).sum(axis=-1)
    spread_truth = rows**2 - (sums.truths**2).sum(axis=-1)
    return ratio(agreement, np.sqrt(spread_said * spread_truth))


MEASURES: dict[str, Callable[[Marginals], Sums]] = {
    "macro_f1": macro_f1,
    "accuracy": accuracy,
    "mcc": matthews,
}
"""Metric id → measure."""


def marginals_of_cells(truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64], held: Sums) -> Marginals:
    """Returns the sums of matrices that are told by the cells that hold something, for there are few.

    Args:
        truth: The right class of each cell, ``(cells,)``, from 0.
        said: The answered class of each cell.
        held: How many rows each cell holds, ``(…, cells)``.
    """
    classes = np.arange(max(truth.max(initial=-1), said.max(initial=-1)) + 1)
    of_truth = (truth[:, None] == classes).astype(np.float64)
    of_said = (said[:, None] == classes).astype(np.float64)
    return Marginals(held @ (of_truth * of_said), held @ of_truth, held @ of_said)


def _row_measure(function: Callable[[Marginals], Sums]) -> RowMeasure:
    def of_rows(rows: Rows, weights: Sums) -> Sums:
        truth, said = rows.astype(np.int64).T
        return function(marginals_of_cells(truth, said, weights))

    return of_rows


ROW_MEASURES = Measures(
    {metric: _row_measure(function) for metric, function in MEASURES.items()},
    {"macro_f1": 1.0, "accuracy": 1.0},
)
"""The measures of rows of two numbers: the right class, the answered one."""


def measure(truth: Sequence[int], said: Sequence[int], classes: int) -> dict[str, float]:
    """Returns every measure of some answers: metric id → value."""
    sums = marginals(confusion_counts(truth, said, classes))
    return {metric: float(function(sums)) for metric, function in MEASURES.items()}


def class_scores(confusion: npt.NDArray[np.int64], names: Sequence[str]) -> tuple[ClassScore, ...]:
    """Returns precision, recall and F1 of each class, 0 where undefined.

    Args:
        confusion: ``counts[truth][said]``.
        names: Class names in its order.
    """
    hits, truths, saids = marginals(confusion)
    precision, recall = ratio(hits, saids), ratio(hits, truths)
    f1 = ratio(2.0 * hits, truths + saids)
    return tuple(
        ClassScore(
            name=name,
            precision=float(precision[index]),
            recall=float(recall[index]),
            f1=float(f1[index]),
            support=int(truths[index]),
        )
        for index, name in enumerate(names)
    )
