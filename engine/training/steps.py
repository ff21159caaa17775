"""One optimizer step: some batches are read, and the weights change once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import nn

from engine.contracts import Batch, TaskModel
from engine.protocol.events import StepPoint
from engine.training.few_threads import one_thread
from engine.training.optimizer import make_optimizer, rate_factor, set_rates
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from engine.training.solving import solve
from engine.training.stages import Stages

_Read = tuple[Sequence[int], Batch, float]
"""Numbers of rows, the rows, and what they count."""


class LossNotFiniteError(Exception):
    """The loss or the gradient is infinite or not a number; the weights are as they were.

    Attributes:
        step: Which step.
        value: What it is.
        setting: Name of the learning rate that is the highest of those used.
    """

    def __init__(self, step: int, value: float, setting: str) -> None:
        """Keeps them."""
        super().__init__(f"{value} at step {step}")
        self.step = step
        self.value = value
        self.setting = setting


class StepTaker:
    """Changes a model's weights.

    Attributes:
        model: The model, on its device.
        optimizer: Its optimizer, as torch has it.
        highest_rate: Name of the highest learning rate that is used.
        stages: What learns only later.
    """

    model: TaskModel
    optimizer: torch.optim.Optimizer

    def __init__(self, model: TaskModel, setup: TrainingSetup, steps_per_epoch: int) -> None:
        """Makes the optimizer.

        Args:
            model: The model; ``requires_grad`` says what learns.
            setup: Learning rates, schedule, clipping.
            steps_per_epoch: How many there are in an epoch.
        """
        self.model = model
        self.optimizer = make_optimizer(model, setup.settings)
        self._steps_per_epoch = steps_per_epoch
        self._total_steps = steps_per_epoch * setup.whole("epochs")
        self._warmup_share = setup.number("warmup_share")
        self._schedule = str(setup.settings["schedule"])
        self._longest = setup.number("gradient_clipping") or math.inf
        backbone_learns = any(value.requires_grad for value in model.backbone.parameters())
        rates = {"learning_rate": backbone_learns, "head_learning_rate": model.head_is_new}
        self.highest_rate = max((name for name, used in rates.items() if used), key=setup.number)
        self.stages = Stages(model, steps_per_epoch)
        self._weigh = model.loss_weight
        self._strength = setup.strength
        self._learning = [value for value in model.parameters() if value.requires_grad]
        self._read: tuple[EncodedPart, tuple[_Read, ...], float] | None = None

    def read(self, step: int, part: EncodedPart, batches: Sequence[Sequence[int]]) -> StepPoint:
        """Reads batches and works out how the weights should change.

        The loss is the mean over everything that the step's batches hold (rows, or word pieces that have
        an answer), so that four batches of 8 give what one batch of 32 gives.

        Args:
            step: Which; the first is 1.
            part: The training rows.
            batches: Numbers of rows, batch by batch.

        Raises:
            LossNotFiniteError: When there is no sensible change.
        """
        factor = rate_factor(
            step, total_steps=self._total_steps, warmup_share=self._warmup_share, schedule=self._schedule
        )
        rate = set_rates(self.optimizer, factor)
        self.optimizer.zero_grad()
        epoch = (step - 1) // self._steps_per_epoch
        read = [part.batch(numbers, epoch) for numbers in batches]
        weights = [self._weigh(batch) for batch in read]
        total = max(1.0, sum(weights))
        shares = []
        with one_thread(part.is_light):
            for numbers, batch, weight in zip(batches, read, weights, strict=True):
                with self.stages.at(step):
                    share = self._loss(part, numbers, batch) * (weight / total)
                    share.backward()  # type: ignore[no-untyped-call]  # torch has no type here
                    shares.append(share.detach())
            length = nn.utils.clip_grad_norm_(self._learning, self._longest)
        self._read = (part, tuple(zip(batches, read, weights, strict=True)), total)
        # Only now is a graphics card waited for: it works while the next operations are called.
        loss, norm = sum(map(float, shares)), float(length)
        for value in (loss, norm):
            if not math.isfinite(value):
                raise LossNotFiniteError(step, value, self.highest_rate)
        return StepPoint(
            step=step,
            epoch=step / self._steps_per_epoch,
            loss=loss,
            learning_rate=rate,
            gradient_norm=norm,
        )

    def forget(self) -> None:
        """Lets go of what was read and worked out of it; the weights are as they were."""
        self._read = None
        self.model.zero_grad(set_to_none=True)

    def change(self) -> None:
        """Changes the weights as worked out; a head that is solved at once moves as far as it should."""
        if self._read is None:
            raise ValueError("Nothing was read that the weights could be changed by.")
        part, batches, total = self._read
        if self._strength is None:
            with one_thread(part.is_light):
                self.optimizer.step()
            return

        def loss() -> torch.Tensor:
            shares = [
                self._loss(part, numbers, batch) * (weight / total) for numbers, batch, weight in batches
            ]
            return torch.stack(shares).sum()

        with one_thread(part.is_light):
            solve(self._learning, loss, self._strength, total)

    def _loss(self, part: EncodedPart, numbers: Sequence[int], batch: Batch) -> torch.Tensor:
        loss = part.forward(self.model, numbers, batch).loss
        if loss is None:
            raise ValueError("Rows without a right answer cannot be learned from.")
        return loss
