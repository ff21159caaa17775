"""Reading the rows of a step, in smaller batches once memory has run out.

What a step learns from never changes: its rows are those that seed and settings say, only read in more
batches. The loss is the mean over all of them, so it is the same but for rounding; where a model drops
numbers at random while it learns, others are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from engine.errors import EngineError
from engine.protocol.events import Event, StepPoint, WarningRaised
from engine.protocol.memory_problems import out_of_memory, smallest_batches, went_on_smaller
from engine.protocol.problems import Problem
from engine.protocol.smaller_batches import Batches, BatchesHalved, halved
from engine.training.checkpoint import TrainingState
from engine.training.memory import free_after, is_out_of_memory
from engine.training.repeatable import drawn_by_steps, restore_random_state
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from engine.training.steps import StepTaker
from engine.training_fields import SMALLER_BATCHES

Rows = Sequence[Sequence[int]]
"""Batches → numbers of rows."""


class StepBatches:
    """In what batches a run reads the rows of its steps: those that were chosen, or smaller ones.

    Attributes:
        now: What they are.
    """

    def __init__(self, setup: TrainingSetup, folder: str, send: Callable[[Event], None]) -> None:
        """Starts with what was chosen.

        Args:
            setup: The run.
            folder: Its folder, for messages.
            send: Told when batches become smaller.
        """
        size = setup.whole("batch_size")
        self.now = Batches(size=size, rows=size * setup.accumulation)
        self._chosen = self.now
        self._setup = setup
        self._folder = folder
        self._send = send

    @property
    def may_be_halved(self) -> bool:
        """Returns whether a run goes on in half the batches by itself."""
        return halved(self.now) is not None and bool(self._setup.settings[SMALLER_BATCHES.name])

    def take_up(self, state: TrainingState, last: BatchesHalved | None, *, smaller: bool) -> None:
        """Goes on with what a run was read in last.

        Args:
            state: Where it stands.
            last: What was said last of smaller batches; ``None`` when nothing was.
            smaller: Whether the person wants half of them from here.

        Raises:
            EngineError: When they cannot be smaller.
        """
        if last is not None:
            self.now = last.batches
            if last.step > state.step and not smaller:  # the steps in between are done anew
                self._send(msgspec.structs.replace(last, step=state.step, epoch=state.epoch))
        if smaller:
            self.halve(state, asked=True)

    def halve(self, state: TrainingState, *, asked: bool) -> None:
        """Makes batches half as large from the next step on, and says so.

        Args:
            state: Where the run stands.
            asked: Whether the person said so.

        Raises:
            EngineError: When they cannot be smaller.
        """
        smaller = halved(self.now)
        if smaller is None:
            setup = self._setup
            problem = smallest_batches(
                folder=self._folder, max_length=setup.whole("max_length"), light=setup.light
            )
            raise EngineError(problem)
        self.now = smaller
        halving = BatchesHalved(step=state.step, epoch=state.epoch, batches=smaller, asked=asked)
        self._send(halving)
        if not asked:
            self._send(WarningRaised(problem=went_on_smaller(halving)))

    def problem(self, state: TrainingState, error: BaseException, saved_epoch: float | None) -> Problem:
        """Says that memory ran out, and what needs less.

        Args:
            state: Where the run stands.
            error: What was raised.
            saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
        """
        setup = self._setup
        return out_of_memory(
            step=state.step + 1,
            batches=self.now,
            max_length=setup.whole("max_length"),
            free=setup.memory_free,
            folder=self._folder,
            epoch=state.epoch,
            saved_epoch=saved_epoch,
            light=setup.light,
            device="computer" if setup.device.type == "cpu" else "graphics card",
            details=str(error),
        )

    def divided(self, batches: Rows) -> Rows:
        """Returns the rows of a step in the batches that they are read in.

        Args:
            batches: As they were chosen.
        """
        if self.now == self._chosen:
            return batches
        rows = [row for batch in batches for row in batch]
        return [rows[at : at + self.now.size] for at in range(0, len(rows), self.now.size)]


class StepReader:
    """Reads the rows of a step; where memory runs out, in smaller batches if that is wished."""

    def __init__(
        self, taker: StepTaker, batches: StepBatches, setup: TrainingSetup, on_smaller: Callable[[], None]
    ) -> None:
        """Takes what reads.

        Args:
            taker: Reads batches.
            batches: Which they are.
            setup: The run.
            on_smaller: Called when batches have become smaller; the state is that before the step.
        """
        self._taker = taker
        self._batches = batches
        self._device = setup.device
        self._on_smaller = on_smaller

    def read(self, state: TrainingState, part: EncodedPart, batches: Rows) -> tuple[StepPoint, Rows]:
        """Reads the rows of the next step; weights and optimizer stay as they are.

        Args:
            state: Where the run stands.
            part: The training rows.
            batches: Numbers of rows, in batches as they were chosen.

        Returns:
            The step, and the batches that were read.

        Raises:
            MemoryError: When it ran out all the same; or torch's own error for that. No gradient is left,
                and no random number counts as drawn.
            LossNotFiniteError: When there is no sensible change.
        """
        before = drawn_by_steps(self._device)
        while True:
            divided = self._batches.divided(batches)
            try:
                return self._taker.read(state.step + 1, part, divided), divided
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                self._taker.forget()
                restore_random_state(before)
                free_after(error)
                if not self._batches.may_be_halved:
                    raise
            self._batches.halve(state, asked=False)
            self._on_smaller()
