"""Every step's loss, kept in arrays that grow, so that a plot costs no copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.protocol.events import StepPoint

Column = npt.NDArray[np.float64]


class Losses(NamedTuple):
    """Columns of equal length, one entry a step; views, valid until the next step is added.

    Attributes:
        step: First is 1.
        epoch: Position in epochs after the step.
        loss: Mean loss of the batch.
        learning_rate: Of the largest group.
        gradient_norm: Before clipping.
    """

    step: Column
    epoch: Column
    loss: Column
    learning_rate: Column
    gradient_norm: Column


class LossCurve:
    """The steps of a run."""

    def __init__(self) -> None:
        self._table = np.empty((len(Losses._fields), 1024))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, points: Sequence[StepPoint]) -> None:
        """Adds steps; one that is there already (a resumed run repeats some) takes its place."""
        if not points:
            return
        self.cut_after(points[0].step - 1)
        needed = self._length + len(points)
        if needed > self._table.shape[1]:
            grown = np.empty((self._table.shape[0], max(needed, 2 * self._table.shape[1])))
            grown[:, : self._length] = self._table[:, : self._length]
            self._table = grown
        rows = [[getattr(point, name) for point in points] for name in Losses._fields]
        self._table[:, self._length : needed] = rows
        self._length = needed

    def cut_after(self, step: int) -> None:
        """Drops all steps after one."""
        steps = self._table[0, : self._length]
        self._length = int(np.searchsorted(steps, step, side="right"))

    def losses(self) -> Losses:
        """Returns all steps as columns."""
        return Losses(*self._table[:, : self._length])
