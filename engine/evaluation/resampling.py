"""How sure a measure is: 95 % intervals by the bootstrap (Efron 1979) over the judged rows.

A measure that is made of sums over rows needs no row twice: what each row adds to the sums is
counted once, and a thousand resamples are a thousand weighted sums of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from engine.protocol.results import Score
from engine.row_measures import Measure as Measure
from engine.row_measures import Sums as Sums

RESAMPLES = 1000
_SQUARED = 1.96**2  # of the normal distribution's 97.5 % quantile
_CELLS = 4_000_000
"""Numbers that are held at once while rows are drawn; 32 MB."""


def scores_from(
    statistics: npt.NDArray[np.float64] | npt.NDArray[np.int64],
    measures: Mapping[str, Measure],
    perfect: Mapping[str, float] | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, Score]:
    """Returns measures with their 95 % intervals: metric id → score.

    Args:
        statistics: ``(rows, k)``: what each row adds to the sums.
        measures: Metric id → measure of the sums.
        perfect: Metric id → the value that it has when every row is right, for measures that are
            shares from 0 (1.0, or 100.0 for per cent); see :func:`interval`. Others (a perplexity, an
            error) are left out of it.
        seed: Of the draws.
        resamples: How many times to draw.
    """
    rows = len(statistics)
    added = statistics.astype(np.float64)
    sums = added.sum(axis=0)
    drawn = np.concatenate([weights @ added for weights in resampled_weights(rows, resamples, seed)])
    scores = {}
    for metric, measure in measures.items():
        value, highest = float(measure(sums)), (perfect or {}).get(metric)
        scores[metric] = interval(
            value,
            measure(drawn),
            rows,
            all_right=value == highest,
            none_right=highest is not None and value == 0.0,
            perfect=highest or 1.0,
        )
    return scores


def interval(
    value: float,
    drawn: npt.NDArray[np.float64],
    rows: int,
    *,
    all_right: bool = False,
    none_right: bool = False,
    perfect: float = 1.0,
) -> Score:
    """Returns a value with the middle 95 % of what resamples gave for it.

    Where no answer is wrong every resample is perfect, too, and the bootstrap knows no doubt: 10 right
    of 10 would look as sure as 10,000 of 10,000. There the lower end is that of the share of right
    answers by Wilson (1927), ``n / (n + 1.96²)``; where none is right, the upper end likewise.

    Args:
        value: Of the rows as they are.
        drawn: ``(resamples,)``.
        rows: How many rows were judged.
        all_right: Whether the value is a share and every row is right.
        none_right: Whether the value is a share and no row is right.
        perfect: The share's value when all is right.
    """
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    surest = rows / (rows + _SQUARED)
    if rows and all_right:
        low = min(low, perfect * surest)
    elif rows and none_right:
        high = max(high, perfect * (1 - surest))
    return Score(value=value, low=min(low, value), high=max(high, value))


def resampled_weights(rows: int, resamples: int = RESAMPLES, seed: int = 0) -> Iterator[Sums]:
    """Yields how many times each row was drawn, ``(some resamples, rows)``, until there are enough.

    Args:
        rows: How many rows to draw from, and how many to draw.
        resamples: How many times to draw.
        seed: Of the draws.
    """
    yield from drawn_counts(np.ones(rows), resamples, seed)


def drawn_counts(
    held: npt.NDArray[np.float64] | npt.NDArray[np.int64], resamples: int, seed: int
) -> Iterator[Sums]:
    """Yields how many rows of each kind were drawn, ``(some resamples, kinds)``; drawing nothing is one draw.

    Args:
        held: How many rows of each kind there are; as many as there are in all are drawn.
        resamples: How many times to draw.
        seed: Of the draws.
    """
    rows = int(held.sum())
    if rows == 0:
        yield np.zeros((1, len(held)))
        return
    chance, shares = np.random.default_rng(seed), held / rows
    at_once = max(1, _CELLS // len(held))
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        yield chance.multinomial(rows, shares, size=size).astype(np.float64)


def ratio(above: Sums, below: Sums) -> Sums:
    """Divides; 0 where the divisor is 0."""
    result: Sums = np.divide(above, below, out=np.zeros_like(above, dtype=np.float64), where=below > 0)
    return result
