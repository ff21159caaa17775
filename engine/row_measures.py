"""How a task's measures follow from what each judged row adds to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Sums: TypeAlias = npt.NDArray[np.float64]
"""Sums of what rows add, ``(…, k)``; leading axes are resamples. Floats, so that no count overflows."""

Measure: TypeAlias = Callable[[Sums], Sums]
"""``(…, k)`` sums → ``(…)`` values."""

Evidence: TypeAlias = npt.NDArray[np.float64] | npt.NDArray[np.int64]
"""``(rows, k)``: what each row adds, as a task counts it."""

Rows: TypeAlias = npt.NDArray[np.float64]
"""The same as floats; what the columns are the measures know."""

RowMeasure: TypeAlias = Callable[[Rows, Sums], Sums]
"""``(rows, k)`` and how often each row counts, ``(resamples, rows)`` → values, ``(resamples,)``."""


@dataclass(frozen=True)
class Measures:
    """How a task's measures follow from what rows add.

    Attributes:
        of: Metric id → measure.
        perfect: Metric id → the value where every row is right, for measures that are shares from 0.
        asked: The column that says how much was asked for in a row, such as word pieces, where that can
            differ between models: runs are only compared where it is the same. ``None`` where it cannot.
    """

    of: Mapping[str, RowMeasure]
    perfect: Mapping[str, float] = field(default_factory=dict)
    asked: int | None = None


def of_sums(measures: Mapping[str, Measure]) -> dict[str, RowMeasure]:
    """Returns measures of sums as measures of rows that count as often as weights say."""

    def weighted(measure: Measure) -> RowMeasure:
        return lambda rows, weights: measure(weights @ rows)

    return {metric: weighted(measure) for metric, measure in measures.items()}
