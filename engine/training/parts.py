"""The parts of a run: train, validation and test, the first of them anew each epoch where noise is fresh."""

from __future__ import annotations

from collections.abc import Callable

from engine.contracts import TaskModel
from engine.protocol.events import StageReached
from engine.training.prefix_cache import is_frozen_below_head, read_once
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup


class Parts(dict[str, EncodedPart]):
    """Part → rows."""

    def __init__(self, setup: TrainingSetup) -> None:
        """Takes the rows that a run starts with.

        Args:
            setup: The run.
        """
        super().__init__(
            (name, EncodedPart(setup.task, asked, setup.device, setup.run.seed))
            for name, asked in setup.asked.items()
        )
        self._setup = setup
        self._epoch = 0

    def read_once(self, model: TaskModel, send: Callable[[StageReached], None]) -> None:
        """Reads the rows once where nothing below the head will change.

        Rows that are others in each epoch are read when their turn comes, and kept for that epoch.

        Args:
            model: The model as it will be trained.
            send: Told how far it is. May raise to end it.
        """
        if not is_frozen_below_head(model):
            return
        fresh = [self["train"]] if self._setup.is_fresh else []
        read_once(model, [part for part in self.values() if part not in fresh], self._setup.task.unit, send)
        for part in fresh:
            part.keeps = True

    def train_in(self, epoch: int) -> EncodedPart:
        """Returns the rows that an epoch learns from; they are ``train`` from now on.

        Args:
            epoch: The first is 0.
        """
        if epoch != self._epoch and self._setup.is_fresh:
            before = self["train"]
            self["train"] = before.with_rows(self._setup.rows_of_epoch(epoch))
            self["train"].keeps = before.keeps
        self._epoch = epoch
        return self["train"]
