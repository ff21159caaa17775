"""Everything that a run starts from: chosen, read, filled in and found to fit together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import torch

from engine.contracts import Asked, BaseModel, HeadOptions, Method, Settings, SplitRows, Task, TaskModel
from engine.models.prepare import build
from engine.protocol.config import RunConfig
from engine.protocol.data_facts import PreparedFacts
from engine.protocol.results import Baseline
from engine.training.batching import steps_of_epoch, steps_per_epoch
from engine.training.noisy_parts import fresh_rows, has_fresh_noise
from engine.training.recomputing import compute_again
from engine.training.rows_chosen import RowsChosen
from engine.training_fields import COMPUTE_AGAIN


@dataclass(frozen=True, kw_only=True)
class TrainingSetup:
    """What the loop is given.

    Attributes:
        run: What was chosen, every setting filled in.
        task: The task.
        method: The method.
        settings: Every setting with its value.
        base: The pretrained model without its numbers: tokenizer and facts.
        load_base: Loads its numbers, anew at each call; what it returns is not kept.
        split: The rows.
        classes: Class names.
        asked: Part → rows as word pieces, ready to be put to a model.
        clean: The rows to learn from without the noise that they may have in ``asked``.
        prepared: What is said about the rows.
        baselines: What something simpler reaches on the validation rows.
        device: Where to train.
        light: Id and name of the method that needs the least, if it is another one.
        plan: Seconds that the estimate says; ``None`` when this machine was not timed.
        told: Seconds that were told before, of a range the upper end; ``None`` when nothing was.
        told_low: The lower end, where the estimate says a range; else ``None``.
        planned_memory: Bytes that the estimate says.
        chosen: Rows and machine, by which what is kept of them is known to the next run.
        known: Rows that the estimate says an earlier run has read.
        usual_length: Word pieces in a usual row, which the machine was timed with.
        memory_free: Bytes that are free.
    """

    run: RunConfig
    task: Task
    method: Method
    settings: Settings
    base: BaseModel
    load_base: Callable[[], BaseModel]
    split: SplitRows
    classes: tuple[str, ...]
    asked: dict[str, Asked]
    clean: Asked
    prepared: PreparedFacts
    baselines: tuple[Baseline, ...]
    device: torch.device
    light: tuple[str, str] | None = None
    plan: float | None = None
    told: float | None = None
    told_low: float | None = None
    planned_memory: int = 0
    chosen: RowsChosen | None = None
    known: int = 0
    usual_length: int = 0
    memory_free: int = 0

    def number(self, name: str) -> float:
        """Returns a setting that is a number."""
        return float(self.settings[name])

    def whole(self, name: str) -> int:
        """Returns a setting that is a whole number."""
        return int(self.settings[name])

    @property
    def strength(self) -> float | None:
        """Returns the inverse regularisation of a head that is solved on all rows at once, else ``None``."""
        return self.method.solved_at_once(self.settings)

    @property
    def accumulation(self) -> int:
        """Returns how many batches are read for one step; all, where the head is solved at once."""
        if self.strength is None:
            return self.whole("gradient_accumulation_steps")
        return max(1, -(-len(self.asked["train"].encoded) // self.whole("batch_size")))

    @property
    def steps_per_epoch(self) -> int:
        """Returns how many optimizer steps an epoch has."""
        rows = len(self.asked["train"].encoded)
        return steps_per_epoch(rows, batch_size=self.whole("batch_size"), accumulation=self.accumulation)

    @property
    def is_fresh(self) -> bool:
        """Returns whether each epoch learns from rows of its own."""
        return has_fresh_noise(self.task, self.settings)

    def rows_of_epoch(self, epoch: int) -> Asked:
        """Returns the rows to learn from in an epoch; the first is 0."""
        first = self.asked["train"]
        if not self.is_fresh or not epoch:
            return first
        return fresh_rows(self.task, self.clean, self.settings, epoch, len(first.encoded))

    def order(self, lengths: Sequence[int], epoch: int) -> list[list[list[int]]]:
        """Returns which rows are read when in an epoch: steps → batches → numbers of rows.

        Args:
            lengths: Word pieces in each row to train on.
            epoch: First is 0.
        """
        return steps_of_epoch(
            lengths,
            batch_size=self.whole("batch_size"),
            accumulation=self.accumulation,
            seed=self.run.seed,
            epoch=epoch,
        )

    def build_model(self) -> TaskModel:
        """Builds the model that trains, on its device; memory holds the pretrained numbers once."""
        model = build(
            self.load_base(),
            self.task,
            self.method,
            self.settings,
            self.classes,
            self.run.layers,
            self.run.seed,
            use_up=True,
        ).to(self.device)
        if self.settings[COMPUTE_AGAIN.name]:
            compute_again(model, self.run.precision, self.device)
        return model

    def build_untouched(self) -> TaskModel:
        """Builds the pretrained model as it is, with the task's head and nothing of the method."""
        model = self.task.build(self.load_base(), self.classes, HeadOptions(), self.settings)
        self.task.begin(model, self.asked["train"])
        return model.to(self.device)

    @property
    def rows_mark(self) -> str:
        """Returns a checksum of all rows in their parts, to notice that the data were changed."""
        encoded = {name: list(asked.encoded) for name, asked in self.asked.items()}
        return hashlib.blake2b(msgspec.msgpack.encode(encoded), digest_size=16).hexdigest()
