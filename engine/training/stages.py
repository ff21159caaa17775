"""What learns only later in a run (gradual unfreezing): it rests until then as if it were frozen.

``requires_grad`` says what learns at all, so that the optimizer, checkpoints and counts hold everything
from the start. Only while a step is worked out are the layers that still rest taken out: no gradient
reaches them, and nothing is computed below the lowest layer that learns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.contracts import TaskModel
from engine.models.layers import set_modes
from engine.models.structure import Layer, layers_of

_BACK = 2.0  # the way back computes twice as much as the way through


class Stages:
    """Which layers of a model rest at which step: a pure function of the step."""

    def __init__(self, model: TaskModel, steps_per_epoch: int) -> None:
        """Reads the model's stages.

        Args:
            model: The model with ``requires_grad`` as it learns in the end.
            steps_per_epoch: How many there are in an epoch.
        """
        self._model = model
        self._layers = layers_of(model)
        self._first_steps = {
            layer: math.ceil(stage.epoch * steps_per_epoch) + 1
            for stage in model.stages
            for layer in stage.layers
        }

    def begins_at(self, step: int) -> bool:
        """Returns whether layers begin to learn with a step."""
        return step in self._first_steps.values()

    @contextmanager
    def at(self, step: int) -> Iterator[None]:
        """Freezes, for the time being, what does not learn yet.

        Args:
            step: Which; the first is 1.
        """
        resting = [one for layer in self._layers if self._rests(layer, step) for one in _learning(layer)]
        for parameter in resting:
            parameter.requires_grad = False
        try:
            yield
        finally:
            for parameter in resting:
                parameter.requires_grad = True

    def set_modes(self, step: int) -> None:
        """Puts the model in train mode for a step, and what rests then in eval mode."""
        with self.at(step):
            set_modes(self._model)

    def cost(self, step: int, spared: float = 0.0) -> float:
        """Returns what a step computes, as a share of what it does when all has thawed.

        Args:
            step: Which; the first is 1.
            spared: For which share of the rows the lowest frozen layers need not run, 0 to 1.
        """
        lists = self._learns(step)
        whole = [bool(_learning(layer)) for layer in self._layers]
        return (_operations(lists) - spared * _lowest(lists)) / _operations(whole)

    def reading(self, step: int, spared: float) -> float:
        """Returns what is computed of rows that are only read, as a share of all layers.

        Args:
            step: Which; the first is 1.
            spared: For which share of the rows the lowest frozen layers need not run, 0 to 1.
        """
        lists = self._learns(step)
        return 1 - spared * _lowest(lists) / len(lists)

    def begun(self, step: int) -> int:
        """Returns the step at which the layers began to learn that do so in a step; 1 from the start."""
        return max((first for first in self._first_steps.values() if first <= step), default=1)

    def _learns(self, step: int) -> list[bool]:
        return [bool(_learning(layer)) and not self._rests(layer, step) for layer in self._layers]

    def _rests(self, layer: Layer, step: int) -> bool:
        return step < self._first_steps.get(layer.id, 0)


def _learning(layer: Layer) -> list[torch.nn.Parameter]:
    every = (*layer.parameters.values(), *layer.inserts.values())
    return [parameter for parameter in every if parameter.requires_grad]


def _operations(learns: list[bool]) -> float:
    """Counts the layers on the way through and, from the lowest that learns, on the way back."""
    return len(learns) + _BACK * (len(learns) - _lowest(learns))


def _lowest(learns: list[bool]) -> int:
    """Returns how many layers lie below the lowest that learns."""
    return learns.index(True) if True in learns else len(learns)
