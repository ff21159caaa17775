"""Whether runs that were judged on the same rows differ: the paired bootstrap, and a test that is exact.

The interval of a difference is the paired bootstrap's (Efron 1979): both runs get the same draws. With few
rows in which they differ it is too sure of itself, so a difference only counts where approximate
randomisation (Noreen 1989) sees it, too: were the runs alike, it would not matter which of them gave which
of two answers. Of many pairs some would differ by chance; Holm (1979) corrects for that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import drawn_counts
from engine.row_measures import RowMeasure, Rows

DRAWS = 10_000
"""Enough to tell p-values that many pairs need."""
_MOST_COUNTS = 400_000_000
"""Counts that are drawn at most; of more rows fewer resamples."""
_FEWEST_DRAWS = 2000
_LEVEL = 0.05
_SQUARED = 1.96**2
_CELLS = 4_000_000
_MANY = 200
"""Rows in which two runs differ from which on the bootstrap alone is right."""


class Difference(NamedTuple):
    """How much larger a measure is in one run than in another.

    Attributes:
        value: Of the rows as they are.
        low: Lower end of the 95 % interval.
        high: Upper end.
        p: How often runs that are alike would differ as much; not yet corrected for many pairs.
        rows: In how many rows they differ.
    """

    value: float
    low: float
    high: float
    p: float
    rows: int


def draws_for(rows: int, runs: int) -> int:
    """Returns how often to draw: more for many pairs, for their p-values have to be smaller."""
    pairs = runs * (runs - 1) // 2
    return max(_FEWEST_DRAWS, 60 * pairs, min(DRAWS, _MOST_COUNTS // max(1, rows)))


def drawn_together(
    tables: Sequence[Rows], measure: RowMeasure, resamples: int, seed: int = 0
) -> npt.NDArray[np.float64]:
    """Returns a measure of each run in the same draws of rows, ``(runs, resamples)``.

    Args:
        tables: ``(rows, k)`` of each run; the rows are the same.
        measure: What is measured.
        resamples: How many times to draw.
        seed: Of the draws.
    """
    kinds, held = _kinds(np.concatenate(tables, axis=1))
    starts = np.cumsum([0, *(table.shape[1] for table in tables)])
    parts = [kinds[:, start:end] for start, end in pairwise(starts)]
    drawn = [[measure(part, weights) for part in parts] for weights in drawn_counts(held, resamples, seed)]
    return np.concatenate([np.stack(some) for some in drawn], axis=1)


def difference(
    tables: tuple[Rows, Rows],
    measure: RowMeasure,
    drawn: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    perfect: float | None = None,
    seed: int = 0,
) -> Difference:
    """Returns how much larger a measure is in the first of two runs.

    Args:
        tables: ``(rows, k)`` of each; the rows are the same.
        measure: What is measured.
        drawn: The measure of each in the same draws, ``(resamples,)``, of :func:`drawn_together`.
        perfect: Its value where every row is right, if it is a share from 0.
        seed: Of the randomisation.
    """
    rows = len(tables[0])
    whole = np.ones((1, rows))
    value = float(measure(tables[0], whole)[0] - measure(tables[1], whole)[0])
    differing = int((tables[0] != tables[1]).any(axis=1).sum())
    apart = drawn[0] - drawn[1]
    low, high = np.quantile(apart, row_ends(rows)).tolist()
    unsure = unsure_by(rows, perfect)
    low, high = min(low, value - unsure), max(high, value + unsure)
    beyond = min(int((apart <= 0).sum()), int((apart >= 0).sum()))
    p = min(1.0, 2.0 * (beyond + 1) / (len(apart) + 1))
    if differing < _MANY:
        p = max(p, _randomised(tables, measure, value, len(apart), seed))
    return Difference(value, min(low, value), max(high, value), p, differing)


def is_clear(found: Difference, corrected: float) -> bool:
    """Returns whether a difference is one: by its corrected p-value and by its interval.

    Args:
        found: The difference.
        corrected: Its p-value of :func:`holm`.
    """
    return corrected < _LEVEL and not found.low <= 0.0 <= found.high


def holm(p_values: Sequence[float]) -> list[float]:
    """Returns p-values corrected for how many there are (Holm 1979), in their order."""
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for place, number in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[number]))
        corrected[number] = largest
    return corrected


def _randomised(
    tables: tuple[Rows, Rows], measure: RowMeasure, value: float, resamples: int, seed: int
) -> float:
    """Returns how often answers that change hands by lot make a difference as large, ``(0, 1]``."""
    differ = (tables[0] != tables[1]).any(axis=1)
    if not differ.any():
        return 1.0
    same, kept = _kinds(tables[0][~differ])
    width = tables[0].shape[1]
    pairs, held = _kinds(np.concatenate(tables, axis=1)[differ])
    rows = np.concatenate([same, pairs[:, :width], pairs[:, width:]])
    chance = np.random.default_rng([seed, 1])
    at_once = max(1, _CELLS // len(rows))
    beyond = 0
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        given = chance.binomial(held, 0.5, size=(size, len(held))).astype(np.float64)
        fixed = np.broadcast_to(kept.astype(np.float64), (size, len(kept)))
        first = measure(rows, np.concatenate([fixed, held - given, given], axis=1))
        second = measure(rows, np.concatenate([fixed, given, held - given], axis=1))
        beyond += int((np.abs(first - second) >= abs(value) * (1 - 1e-9) - 1e-12).sum())
    return (beyond + 1) / (resamples + 1)


def _kinds(rows: Rows) -> tuple[Rows, npt.NDArray[np.int64]]:
    """Returns the different rows, and how many of each there are."""
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    return kinds, counts


def unsure_by(rows: int, perfect: float | None) -> float:
    """Returns how far from a difference an end of its interval lies at least.

    Where hardly a row tells two runs apart the bootstrap is too sure; Wilson's end for none of n rows is not.

    Args:
        rows: How many were drawn from.
        perfect: The value of the measure where every row is right, if it is a share from 0.
    """
    return perfect * _SQUARED / (rows + _SQUARED) if perfect is not None and rows else 0.0


def row_ends(rows: int) -> list[float]:
    """Returns which quantiles end a 95 % interval: a little further out for few rows.

    The bootstrap draws from the rows that there are and so varies less than rows would (Hesterberg 2015,
    "What teachers should know about the bootstrap": expanded percentiles with Student's t).
    """
    if rows < 2:
        return [0.0, 1.0]
    z, free = NormalDist().inv_cdf(0.975), rows - 1
    student = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    end = NormalDist().cdf(-math.sqrt(rows / free) * student)
    return [end, 1.0 - end]
