"""Confident learning: which labels look wrong, from what a model that has not seen them says of their rows.

After Northcutt, Jiang & Chuang (2021), *Confident Learning: Estimating Uncertainty in Dataset Labels*. A row
counts as confidently of a class where the model gives that class at least as much as it gives it on the
average to the rows that bear its label; so a class of which a model is never sure has a low threshold. How
many labels of each kind are wrong is estimated from these counts, and of each kind so many are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]


class Doubt(NamedTuple):
    """A row whose label looks wrong.

    Attributes:
        row: Its number among the rows, from 0.
        given: The class that its label says.
        expected: The class that the model would expect.
    """

    row: int
    given: int
    expected: int


def thresholds(labels: Sequence[int], probabilities: Probabilities) -> Probabilities:
    """Returns how sure a model is of each class on the rows that bear its label, on the average.

    Args:
        labels: Class of each row, from 0.
        probabilities: ``(rows, classes)``, said by a model that has not learned from the row.
    """
    given = np.asarray(labels)
    return np.array(
        [
            probabilities[given == place, place].mean() if (given == place).any() else np.inf
            for place in range(probabilities.shape[1])
        ]
    )


def confident_joint(labels: Sequence[int], probabilities: Probabilities) -> NDArray[np.int64]:
    """Counts rows by their label and the class that they are confidently of; others are not counted.

    Returns:
        ``(classes, classes)``: given label × class. A row that passes several thresholds counts for the
        class that the model gives most.
    """
    passed = np.where(probabilities >= thresholds(labels, probabilities), probabilities, -1.0)
    counted = passed.max(axis=1) >= 0
    counts = np.zeros((probabilities.shape[1],) * 2, dtype=np.int64)
    np.add.at(counts, (np.asarray(labels)[counted], passed.argmax(axis=1)[counted]), 1)
    return counts


def joint(labels: Sequence[int], probabilities: Probabilities) -> Probabilities:
    """Returns the estimated share of the rows that bear a label and are of a class; the sum is 1.

    The counts of :func:`confident_joint`, each label stretched to the rows that bear it.
    """
    counts = confident_joint(labels, probabilities).astype(np.float64)
    sizes = np.bincount(labels, minlength=len(counts)).astype(np.float64)
    counted = counts.sum(axis=1)
    # Where no row is confidently anything, its labels are taken to be right.
    counts[counted == 0] = np.diag((counted == 0).astype(np.float64))[counted == 0]
    stretched = counts * (sizes / np.maximum(counted, 1.0))[:, None]
    shares: Probabilities = stretched / stretched.sum()
    return shares


def doubts(labels: Sequence[int], probabilities: Probabilities) -> list[Doubt]:
    """Returns the rows whose labels look wrong, the clearest first.

    For every label and every other class so many rows are named as the joint says, those whose other class
    is most ahead of the label (*prune by noise rate*), unless the model itself would say the label. First
    stand those whose own label it gives the least (*self-confidence*): with many classes that finds wrong
    ones better than how far another class is ahead.

    Args:
        labels: Class of each row, from 0.
        probabilities: ``(rows, classes)``, said by a model that has not learned from the row.
    """
    given = np.asarray(labels)
    wanted = np.rint(joint(labels, probabilities) * len(given)).astype(int)
    best = probabilities.argmax(axis=1)
    named: set[int] = set()
    for label, other in zip(*np.nonzero(wanted), strict=True):
        if label == other:
            continue
        of_label = np.flatnonzero(given == label)
        ahead = probabilities[of_label, other] - probabilities[of_label, label]
        clearest = of_label[np.argsort(-ahead, kind="stable")[: wanted[label, other]]]
        named |= {int(row) for row in clearest if best[row] != label}
    ranked = sorted(named, key=lambda row: (probabilities[row, given[row]], row))
    return [Doubt(row, int(given[row]), int(best[row])) for row in ranked]
