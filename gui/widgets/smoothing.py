"""The smoothed training loss: an exponential moving average without the bias of its start."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Smoother:
    """Smooths a growing series, each value once.

    ``average ← decay × average + (1 − decay) × value``, divided by ``1 − decay^n`` (Kingma and Ba 2015,
    section 3), so that the first values are not pulled towards 0. Values that are not finite leave the
    average where it was.
    """

    def __init__(self, span: float = 14.0) -> None:
        """Starts with nothing.

        Args:
            span: About how many values count, at least 1; ``decay = 1 − 1 / span``.
        """
        self._decay = 1.0 - 1.0 / max(1.0, span)
        self._average = 0.0
        self._weight = 1.0
        self._values: NDArray[np.float64] = np.empty(256)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, values: Iterable[float]) -> None:
        """Smooths further values."""
        added = list(values)
        self._reserve(self._count + len(added))
        decay, average, weight = self._decay, self._average, self._weight
        for value in added:
            if math.isfinite(value):
                average = decay * average + (1.0 - decay) * value
                weight *= decay
            self._values[self._count] = average / (1.0 - weight) if weight < 1.0 else math.nan
            self._count += 1
        self._average, self._weight = average, weight

    def values(self) -> NDArray[np.float64]:
        """Returns the smoothed series, as long as what was put in."""
        return self._values[: self._count]

    def _reserve(self, count: int) -> None:
        """Makes room, twice as much each time, so that a long run does not copy at every step."""
        if count > len(self._values):
            grown = np.empty(max(count, 2 * len(self._values)))
            grown[: self._count] = self._values[: self._count]
            self._values = grown


def span_for(total_steps: int) -> float:
    """Returns how many steps the smoothed curve should look back on: 1/40 of the run, 8 to 1,000."""
    return float(min(1000, max(8, total_steps / 40)))
