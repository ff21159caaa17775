"""Keeps the best and the last state of a run on the disk, without slowing a fast run down."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import torch

from engine.contracts import TaskModel
from engine.protocol.events import CheckpointSaved
from engine.protocol.run_files import BEST_FOLDER, LAST_FOLDER
from engine.training import checkpoint
from engine.training.checkpoint import Checkpoint, FreeSpace, Tensors, TrainingState
from engine.training.progress import Clock
from engine.training.repeatable import random_state

SOONEST = 2.0
"""Seconds between two savings after validations, at least: a fast run has dozens of them."""

_LATEST = 60.0
"""Seconds after which the state is saved between two validations, too, unless saving takes long."""

OF_COST = 10
"""How many times as long as saving takes the run goes on before it is saved again: of a large model that
learns whole each time is some gigabytes, and a graphics card takes its steps in less."""

_LONGEST = 600.0
"""Seconds after which it is saved again whatever that takes: so much is lost with the power at most."""


class CheckpointKeeper:
    """Knows the best state so far, in memory or on the disk, and saves best and last together.

    Attributes:
        saved_epoch: Epoch of the last state that is on the disk; ``None`` when there is none.
    """

    saved_epoch: float | None

    def __init__(
        self,
        folder: Path,
        model: TaskModel,
        optimizer: torch.optim.Optimizer,
        send: Callable[[CheckpointSaved], None],
        free_space: FreeSpace,
        clock: Clock = time.perf_counter,
    ) -> None:
        """Starts with nothing saved.

        Args:
            folder: The run's folder.
            model: The model that trains.
            optimizer: Its optimizer.
            send: Told what was saved.
            free_space: Says how many bytes are free where a folder is.
            clock: The time.
        """
        self.saved_epoch = None
        self._folder = folder
        self._model = model
        self._optimizer = optimizer
        self._send = send
        self._free_space = free_space
        self._clock = clock
        self._saved_at = clock()
        self._cost = 0.0
        self._unsaved_best: tuple[TrainingState, Tensors] | None = None

    def after_validation(self, state: TrainingState, *, is_best: bool) -> None:
        """Keeps the state of the model after a validation.

        Args:
            state: Where the run stands.
            is_best: Whether no validation before was better.

        Raises:
            EngineError: When the disk is full; what was saved before is whole then.
        """
        is_due = self._is_due(SOONEST)
        if is_best:
            tensors = checkpoint.trainable_tensors(self._model)
            if not is_due:  # the next steps would change them
                live = {parameter.data_ptr() for parameter in self._model.parameters()}
                tensors = {
                    name: tensor.clone() if tensor.data_ptr() in live else tensor  # a card's are copies
                    for name, tensor in tensors.items()
                }
            self._unsaved_best = (state, tensors)
        if is_due:
            self.save(state)

    def after_step(self, state: Callable[[], TrainingState]) -> None:
        """Saves where the run stands when that was long ago.

        Args:
            state: Says where the run stands; asked only if it is needed.
        """
        if self._is_due(_LATEST):
            self.save(state())

    def save(self, state: TrainingState) -> None:
        """Saves the best state, if it is not yet, and the present one.

        The best goes first: a crash in between repeats steps, and never loses what was best.

        Args:
            state: Where the run stands.

        Raises:
            EngineError: When the disk is full; what was saved before is whole then.
        """
        began = self._clock()
        if self._unsaved_best is not None:
            best_state, tensors = self._unsaved_best
            self._write(BEST_FOLDER, best_state, tensors, is_best=True)
            self._unsaved_best = None
        self._write(
            LAST_FOLDER,
            state,
            checkpoint.trainable_tensors(self._model),
            optimizer=checkpoint.optimizer_tensors(self._model, self._optimizer),
        )
        self.saved_epoch = state.epoch
        self._saved_at = self._clock()
        self._cost = self._saved_at - began

    def _is_due(self, interval: float) -> bool:
        """Whether the last saving is so many seconds ago, and long ago beside what it took."""
        return self._clock() - self._saved_at >= max(interval, min(_LONGEST, OF_COST * self._cost))

    def take_up(self) -> Checkpoint | None:
        """Puts model and optimizer back to the last saved state.

        Returns:
            The checkpoint, whose random numbers are for the caller to restore; ``None`` when nothing
            was saved.

        Raises:
            EngineError: When it is damaged or does not fit the model.
        """
        last = checkpoint.load_checkpoint(self._folder / LAST_FOLDER)
        if last is None:
            return None
        checkpoint.restore_tensors(self._model, last.model, self._folder / LAST_FOLDER)
        checkpoint.restore_optimizer(self._model, self._optimizer, last.optimizer)
        self.saved_epoch = last.state.epoch
        return last

    def restore_best(self) -> None:
        """Puts the model into its best state, if there was a validation.

        Raises:
            EngineError: When the checkpoint is damaged.
        """
        if self._unsaved_best is not None:
            checkpoint.restore_tensors(self._model, self._unsaved_best[1], self._folder)
            return
        best = checkpoint.load_checkpoint(self._folder / BEST_FOLDER)
        if best is not None:
            checkpoint.restore_tensors(self._model, best.model, self._folder / BEST_FOLDER)

    def _write(
        self,
        name: str,
        state: TrainingState,
        tensors: Tensors,
        *,
        optimizer: Tensors | None = None,
        is_best: bool = False,
    ) -> None:
        checkpoint.save_checkpoint(
            self._folder / name,
            state,
            tensors,
            optimizer=optimizer,
            random=None if optimizer is None else random_state(),
            free_space=self._free_space,
            saved_epoch=self.saved_epoch,
        )
        self._send(CheckpointSaved(step=state.step, epoch=state.epoch, path=name, is_best=is_best))
