"""Whether ways of training differ that were each tried with several seeds: test rows and seeds vary, both.

Runs on the same test rows that differ in their seed alone are one way of training, of which the mean over the
seeds counts. Other test rows would give another mean: the paired bootstrap tells how far (``paired.py``).
Other seeds would, too: their spread tells how far, by Student's t with the degrees of freedom of Welch
(1947), for a few seeds know their own spread badly. An interval holds both. To count the runs as if each were
a test of its own would be too sure (Dodge et al. 2020; Bouthillier et al. 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.evaluation.paired import Difference, row_ends, settled
from engine.row_measures import Rows

Draws = npt.NDArray[np.float64]


class Tried(NamedTuple):
    """A way of training, by all of its runs.

    Attributes:
        tables: Of each run ``(rows, k)``; the rows are the same.
        values: What each run reaches.
        drawn: The measure of each run in the same draws of rows, ``(runs, resamples)``.
    """

    tables: Sequence[Rows]
    values: Sequence[float]
    drawn: Draws

    @property
    def mean(self) -> float:
        """Returns what it reaches."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """Returns the standard deviation over the seeds; 0 of a single run."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0


class SeedError(NamedTuple):
    """How far means over a few seeds are off.

    Attributes:
        size: Standard error.
        freedom: Degrees of freedom with which it is known.
    """

    size: float
    freedom: float


def seed_error(tried: Sequence[Tried], others: Sequence[Tried]) -> SeedError:
    """Returns by how much other seeds would move the sum, or the difference, of means.

    Args:
        tried: The ways whose means it is of. One of a single run counts as unsteady as the most unsteady.
        others: All ways that are compared.
    """
    parts = []
    for one in tried:
        known = one if len(one.values) > 1 else max(others, key=lambda other: other.spread)
        if len(known.values) > 1:
            parts.append((known.spread**2 / len(one.values), len(known.values) - 1))
    whole = sum(part for part, _ in parts)
    if whole <= 0:
        return SeedError(0.0, math.inf)
    return SeedError(math.sqrt(whole), whole**2 / sum(part**2 / free for part, free in parts))


def mean_interval(one: Tried, others: Sequence[Tried], seed: int = 0) -> tuple[float, float]:
    """Returns the 95 % interval of what a way of training reaches, over other test rows and other seeds.

    Args:
        one: The way.
        others: All ways that are compared.
        seed: Of the draws.
    """
    rows = len(one.tables[0])
    drawn = one.drawn.mean(axis=0) + _seed_noise(seed_error([one], others), one.drawn.shape[1], seed)
    low, high = np.quantile(drawn, row_ends(rows)).tolist()
    return min(low, one.mean), max(high, one.mean)


def seeded_difference(
    first: Tried,
    second: Tried,
    others: Sequence[Tried],
    perfect: float | None = None,
    seed: int = 0,
    pairs: int = 1,
) -> Difference:
    """Returns how much more the first of two ways of training reaches, in the mean over its seeds.

    Args:
        first: One way.
        second: The other; the rows are the same.
        others: All ways that are compared.
        perfect: Its value where every row is right, if it is a share from 0.
        seed: Of the draws.
        pairs: How many pairs are compared, for which all is corrected.
    """
    rows = len(first.tables[0])
    sums = [np.mean(one.tables, axis=0) for one in (first, second)]
    differing = int((sums[0] != sums[1]).any(axis=1).sum())
    value = first.mean - second.mean
    apart = first.drawn.mean(axis=0) - second.drawn.mean(axis=0)
    apart = apart + _seed_noise(seed_error([first, second], others), len(apart), seed)
    exact = 0.0 if differing else 1.0
    low, high, p = settled(value, apart, rows, perfect=perfect, pairs=pairs, exact=exact)
    return Difference(value, low, high, p, differing)


def _seed_noise(error: SeedError, draws: int, seed: int) -> Draws:
    chance = np.random.default_rng([seed, 2])
    if error.size <= 0:
        return np.zeros(draws)
    return error.size * chance.standard_t(error.freedom, draws)
