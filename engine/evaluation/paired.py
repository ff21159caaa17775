"""Whether runs that were judged on the same rows differ: the paired bootstrap, and a test that is exact.

The interval of a difference is the paired bootstrap's (Efron 1979): both runs get the same draws. With few
rows in which they differ it is too sure of itself, so a difference only counts where approximate
randomisation (Noreen 1989) sees it, too: were the runs alike, it would not matter which of them gave which
of two answers. Of many pairs some would differ by chance; Bonferroni's correction holds for intervals and
p-values alike, so that two runs are called different exactly where their interval leaves 0 out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from engine.evaluation.resampling import drawn_counts
from engine.row_measures import RowMeasure, Rows

DRAWS = 10_000
"""Enough to tell p-values that many pairs need."""
_MOST_COUNTS = 400_000_000
"""Counts that are drawn at most; of more rows fewer resamples."""
_FEWEST_DRAWS = 2000
LEVEL = 0.05
"""How often some pair of runs that are all alike may be called different."""
_CELLS = 4_000_000
_MANY = 200
"""Rows in which two runs differ from which on the bootstrap alone is right."""


class Difference(NamedTuple):
    """How much larger a measure is in one run than in another.

    Attributes:
        value: Of the rows as they are.
        low: Lower end of the 95 % interval, corrected for how many pairs are compared.
        high: Upper end.
        p: How often runs that are alike would differ as much, corrected likewise: below 0.05 where the
            interval leaves 0 out, and only there.
        rows: In how many rows they differ.
    """

    value: float
    low: float
    high: float
    p: float
    rows: int

    @property
    def is_clear(self) -> bool:
        """Returns whether the difference is one; else it is too close to call."""
        return not self.low <= 0.0 <= self.high


def draws_for(rows: int, runs: int) -> int:
    """Returns how often to draw: more for many pairs, for their intervals end further out."""
    pairs = runs * (runs - 1) // 2
    return max(_FEWEST_DRAWS, 150 * pairs, min(DRAWS, _MOST_COUNTS // max(1, rows)))


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
    pairs: int = 1,
) -> Difference:
    """Returns how much larger a measure is in the first of two runs.

    Args:
        tables: ``(rows, k)`` of each; the rows are the same.
        measure: What is measured.
        drawn: The measure of each in the same draws, ``(resamples,)``, of :func:`drawn_together`.
        perfect: Its value where every row is right, if it is a share from 0.
        seed: Of the randomisation.
        pairs: How many pairs are compared, for which all is corrected.
    """
    rows = len(tables[0])
    whole = np.ones((1, rows))
    value = float(measure(tables[0], whole)[0] - measure(tables[1], whole)[0])
    differing = int((tables[0] != tables[1]).any(axis=1).sum())
    apart = drawn[0] - drawn[1]
    exact = _randomised(tables, measure, value, len(apart), seed) if differing < _MANY else 0.0
    low, high, p = settled(value, apart, rows, perfect=perfect, pairs=pairs, exact=exact)
    return Difference(value, low, high, p, differing)


def settled(
    value: float,
    apart: npt.NDArray[np.float64],
    rows: int,
    *,
    perfect: float | None,
    pairs: int,
    exact: float = 0.0,
) -> tuple[float, float, float]:
    """Returns the ends of a difference's interval and its p-value, which agree: corrected for many pairs.

    Args:
        value: The difference.
        apart: The difference in each draw.
        rows: How many were drawn from.
        perfect: Value of the measure where every row is right, if it is a share from 0.
        pairs: How many pairs are compared.
        exact: p-value of a further test, which has to see the difference, too.
    """
    level = LEVEL / pairs
    beyond = min(int((apart <= 0).sum()), int((apart >= 0).sum()))
    drawn = _p_of_draws((beyond + 1) / (len(apart) + 1), rows)
    p = min(1.0, pairs * max(drawn, _p_of_none(value, rows, perfect), exact))
    unsure = _unsure_by(rows, perfect, level)
    low, high = np.quantile(apart, row_ends(rows, level)).tolist()
    low, high = min(low, value - unsure), max(high, value + unsure)
    if p >= LEVEL:
        low, high = min(low, 0.0), max(high, 0.0)
    return min(low, value), max(high, value), p


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


def _unsure_by(rows: int, perfect: float | None, level: float) -> float:
    """Returns how far from a difference an end of its interval lies at least.

    Where hardly a row tells two runs apart the bootstrap is too sure; Wilson's end for none of n rows is not.

    Args:
        rows: How many were drawn from.
        perfect: The value of the measure where every row is right, if it is a share from 0.
        level: How often an interval may miss.
    """
    squared = float(ndtri(level / 2)) ** 2
    return perfect * squared / (rows + squared) if perfect is not None and rows else 0.0


def _p_of_none(value: float, rows: int, perfect: float | None) -> float:
    """Returns at which level :func:`_unsure_by` reaches a difference."""
    if perfect is None or not rows:
        return 0.0
    size = abs(value)
    return 0.0 if size >= perfect else 2 * float(ndtr(-math.sqrt(rows * size / (perfect - size))))


def row_ends(rows: int, level: float = LEVEL) -> list[float]:
    """Returns which quantiles end an interval: a little further out for few rows.

    The bootstrap draws from the rows that there are and so varies less than rows would (Hesterberg 2015,
    "What teachers should know about the bootstrap": expanded percentiles with Student's t).

    Args:
        rows: How many were drawn from.
        level: How often the interval may miss; 0.05 for one of 95 %.
    """
    if rows < 2:
        return [0.0, 1.0]
    end = float(ndtr(math.sqrt(rows / (rows - 1)) * stdtrit(rows - 1, level / 2)))
    return [end, 1.0 - end]


def _p_of_draws(share: float, rows: int) -> float:
    """Returns at which level an interval of :func:`row_ends` ends at the quantile of a share."""
    if rows < 2:
        return 1.0
    return min(1.0, 2 * float(stdtr(rows - 1, math.sqrt((rows - 1) / rows) * ndtri(share))))
