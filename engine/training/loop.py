"""The training loop, from the first look at the rows to the last step.

Read :meth:`TrainingLoop.run` first: it is the whole story. Everything that random numbers or
rounding depend on is set at its start, and nothing that only watches draws from them, so that two
runs of one seed give the same losses, bit for bit, resumed or not.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from engine import device as devices
from engine.contracts import TaskModel
from engine.disk import free_space
from engine.errors import EngineError
from engine.protocol import run_problems
from engine.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Event,
    StageReached,
    TrainingContinued,
    TrainingPaused,
    WarningRaised,
)
from engine.run_folder import RunFolder, last_batches
from engine.training import stopping
from engine.training.checkpoint import BestSoFar, Checkpoint, FreeSpace, TrainingState
from engine.training.control import CANCELLED, WINDOW_CLOSED, JobCancelledError, JobControl
from engine.training.energy.contract import Place
from engine.training.keeping import CheckpointKeeper
from engine.training.layer_watch import LayerWatch
from engine.training.memory import Tidier, forget_peak, free_after, is_out_of_memory
from engine.training.parts import Parts
from engine.training.progress import StepReporter
from engine.training.repeatable import make_repeatable, restore_random_state
from engine.training.run_meter import RunMeter
from engine.training.setup import TrainingSetup
from engine.training.smaller_batches import StepBatches, StepReader
from engine.training.starting import compare, time_left, training_started
from engine.training.steps import LossNotFiniteError, StepTaker
from engine.training.trouble import loss_problem
from engine.training.validating import Validator

_GIVEN_UP = frozenset({CANCELLED, WINDOW_CLOSED})
"""Reasons to end without a result."""


class TrainingLoop:
    """One run: its model, where it stands, and what is told about it.

    Attributes:
        setup: What the run starts from.
        model: The model that trains; in its best state when :meth:`run` has ended well.
        state: Where the run stands.
        parts: Part → rows.
        layer_watch: Knows what the tensors were before the first step.
        meter: Of time and energy, in this process and those before.
        saved_epoch: Epoch of the last checkpoint on the disk; ``None`` when there is none.
    """

    model: TaskModel
    parts: Parts
    layer_watch: LayerWatch

    def __init__(
        self,
        setup: TrainingSetup,
        folder: RunFolder,
        send: Callable[[Event], None],
        control: JobControl,
        free: FreeSpace = free_space,
    ) -> None:
        """Takes what the run starts from; nothing happens yet.

        Args:
            setup: What was chosen and read.
            folder: Where the run is kept.
            send: Takes the events of the run; an event is on the disk when it returns.
            control: Pause and stop.
            free: Says how many bytes are free where a folder is.
        """
        self.setup = setup
        self.meter = RunMeter(Place(setup.device))
        self.saved_epoch: float | None = None
        self.state = TrainingState(step=0, epoch=0.0, best=BestSoFar())
        self._folder = folder
        self._send = send
        self._control = control
        self._free = free
        self._epochs = setup.whole("epochs")
        self._steps_per_epoch = setup.steps_per_epoch
        self._tidier = Tidier()
        self._batches = StepBatches(setup, str(folder.path), send)
        self._has_begun = False
        self._is_whole = True  # whether model and optimizer are those of the state

    def run(self, *, resume: bool = False, smaller_batches: bool = False) -> str:
        """Trains.

        Args:
            resume: Whether to go on from the run's last checkpoint.
            smaller_batches: Whether to read the rows of a step in half the batches from there.

        Returns:
            Why training was stopped (``"stop_requested"``, ``"cancelled"``, ``"window_closed"``);
            empty when it came to its end. Unless the run was given up the model is in its best state.

        Raises:
            EngineError: When the loss is no number, or memory or the disk is full; the checkpoints
                are whole then, where memory is full up to the last step.
            JobCancelledError: When it was stopped before the first step.
        """
        self._resumed = resume
        forget_peak(self.setup.device)
        try:
            self._build()
            self._begin(self._keeper.take_up() if resume else None)
            if resume:
                before = last_batches(self._folder.path)
                self._batches.take_up(self.state, before, smaller=smaller_batches)
            self._validate_if_due()  # the run may have been closed in the midst of one
            for epoch in range(self.state.step // self._steps_per_epoch, self._epochs):
                for batches in self._order(epoch)[self.state.step - epoch * self._steps_per_epoch :]:
                    self._step(batches)
                    self._validate_if_due()
                    self._wait_while_paused()
                    if self._should_end():
                        return self._end()
            return self._end()
        except LossNotFiniteError as error:
            if self.state.step:
                self._reporter.send_rest()
            problem = loss_problem(self.setup, self.state, error, self.saved_epoch)
            raise EngineError(problem) from error
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            free_after(error)
            self._save_last_step()
            raise EngineError(self._batches.problem(self.state, error, self.saved_epoch)) from error

    @property
    def is_over(self) -> bool:
        """Returns whether every step was taken."""
        return self.state.step == self._steps_per_epoch * self._epochs

    @property
    def is_complete(self) -> bool:
        """Returns whether every step was taken, in this process."""
        return self.is_over and not self._resumed

    def let_model_go(self) -> None:
        """Gives back the memory of the model and of all that trained it; nothing can be asked of it then."""
        self.parts.note()
        del self.model, self.layer_watch, self._taker, self._keeper, self._reader
        gc.collect()

    def _build(self) -> None:
        """Builds the model, and reads the rows once where nothing below the head will change."""
        setup, run = self.setup, self.setup.run
        make_repeatable(run.seed, run.threads)
        self.parts = Parts(setup)
        model = setup.build_model()
        setup.task.begin(model, self.parts["train"].asked)
        self.layer_watch = LayerWatch(model, self._send)
        self.parts.read_once(model, self.layer_watch.hashes, self._stage_reached)
        self._taker = StepTaker(model, setup, self._steps_per_epoch)
        self.model = self._taker.model
        self._reader = StepReader(self._taker, self._batches, setup, self._save_last_step)
        self._validator = Validator(
            setup, self.parts["validation"], self._heed_wishes, self._taker.highest_rate
        )
        self._keeper = CheckpointKeeper(
            self._folder.path, self.model, self._taker.optimizer, self._checkpoint_saved, self._free
        )

    def _begin(self, last: Checkpoint | None) -> None:
        """Chooses what to follow and says that all is loaded, or takes up where the run left off."""
        step = 1 if last is None else last.state.step + 1
        self.parts.keep_prefix(self.model, self._taker.stages, step)
        self._send(StageReached(stage="first_batch", label="First batch"))
        to_judge = self._validator.begin(self.model, None if last is None else last.state.watched)
        if last is None:
            self.state = msgspec.structs.replace(
                self.state,
                watched=self._validator.watching.rows,
                hashes=self.layer_watch.hashes,
                rows=self.setup.rows_mark,
            )
        else:
            compare(self.setup, self.layer_watch, last.state)
            self.state = last.state
            self.saved_epoch = last.state.epoch
            restore_random_state(last.random)
            self.meter.take_up(last.state)
        stages, device = self._taker.stages, self.setup.device
        self._time_left = time_left(self.setup, self.parts, stages, self.state.step, to_judge)
        self._reporter = StepReporter(self._send, self._time_left, lambda: devices.memory_used(device))
        watching, kept = self._validator.watching, self.parts.kept
        self._send(training_started(self.setup, self.model, self._folder, watching, self.state.step, kept))
        self.layer_watch.tell(self.state)
        self._set_modes()
        self._has_begun = True

    def _order(self, epoch: int) -> list[list[list[int]]]:
        return self.setup.order(self.parts.train_in(epoch).lengths, epoch)

    def _step(self, batches: Sequence[Sequence[int]]) -> None:
        started = time.perf_counter()
        step, train = self.state.step + 1, self.parts["train"]
        if self._taker.stages.begins_at(step):
            self.parts.keep_prefix(self.model, self._taker.stages, step)
            self._set_modes()
        spared = train.kept.share_there([row for rows in batches for row in rows])
        point, batches = self._reader.read(self.state, train, batches)
        if step == 1:  # the first point is shown before the longer look at the model as it still is
            self._reporter.step_ended(point)
            started += self._look_before_the_first_step()
        self._is_whole = False
        self._taker.change()
        self.state = msgspec.structs.replace(
            self.state, step=step, epoch=point.epoch, epoch_loss=self.state.epoch_loss + point.loss
        )
        self._is_whole = True
        rows, work = sum(map(len, batches)), train.work(batches) * self._taker.stages.cost(step, spared)
        self._time_left.step_ended(seconds=time.perf_counter() - started, work=work, rows=rows)
        if step > 1:
            self._reporter.step_ended(point)
        self.layer_watch.tell_if_due(self.state)
        if step % self._steps_per_epoch == 0:
            mean = self.state.epoch_loss / self._steps_per_epoch
            self.parts.note()
            self._send(EpochEnded(epoch=step // self._steps_per_epoch, training_loss=mean))
            self.state = msgspec.structs.replace(self.state, epoch_loss=0.0)
        self._keeper.after_step(self._state_now)
        self._tidier.step_ended()

    def _look_before_the_first_step(self) -> float:
        """Judges the validation rows with the weights as they were loaded; returns how long it took."""
        started = time.perf_counter()
        with suppress(JobCancelledError):  # the step is finished all the same, and what it gave is kept
            self._send(self._validator.first_look(self.model, self.state))
        self._set_modes()
        seconds = time.perf_counter() - started
        self._time_left.evaluation_ended(seconds, planned=False)
        return seconds

    def _set_modes(self) -> None:
        """Puts the model in train mode for the next step, and what does not learn then in eval mode."""
        self._taker.stages.set_modes(self.state.step + 1)

    def _state_now(self) -> TrainingState:
        return msgspec.structs.replace(self.state, seconds=self.meter.seconds, energy=self.meter.energy)

    def _save_last_step(self) -> None:
        """Saves where the run stands after memory has run out; what was saved before stands if that fails."""
        with suppress(EngineError, MemoryError, RuntimeError):
            if self._has_begun and self.state.step:
                self._reporter.send_rest()
                if self._is_whole and self.saved_epoch != self.state.epoch:
                    self._keeper.save(self._state_now())

    def _validate_if_due(self) -> None:
        """Judges the validation rows when another share of the epoch is over; always at its end."""
        per_epoch = self.setup.whole("evaluations_per_epoch")
        done = (self.state.step - 1) % self._steps_per_epoch + 1
        passed, before = (step * per_epoch // self._steps_per_epoch for step in (done, done - 1))
        if passed > before and self.state.validated != self.state.step:
            self._validate()

    def _validate(self) -> None:
        """Judges the validation rows, and keeps the model if it was never better; a stop drops it."""
        started = self.meter.seconds
        try:
            evaluation, self.state, rises = self._validator.look(self.model, self._state_now())
        except JobCancelledError:
            return
        self._reporter.send_if_due()
        self._send(evaluation)
        best = self.state.best
        if rises:
            problem = run_problems.overfitting(since_epoch=best.lowest_loss_epoch, best_epoch=best.epoch)
            self._send(WarningRaised(problem=problem))
        self._keeper.after_validation(self.state, is_best=evaluation.is_best)
        self._time_left.evaluation_ended(self.meter.seconds - started)
        self._set_modes()

    def _heed_wishes(self) -> None:
        """Waits within a validation, or drops it: a stopped run has one already, or needs this one."""
        if self.state.step:
            self._wait_while_paused()
        if not self._needs_validation():
            self._control.raise_if_stopped()

    def _needs_validation(self) -> bool:
        """Whether a run that ends now would have no best state to be judged by."""
        is_first = self.state.best.value is None and self.state.step > 0
        return is_first and self._control.stop_reason not in _GIVEN_UP

    def _wait_while_paused(self) -> None:
        """Waits if that was asked for; a paused run is saved, so that the computer may be shut down."""
        step, epoch = self.state.step, self.state.epoch

        def on_pause() -> None:
            self.meter.pause()
            self._reporter.send_rest()
            self._keeper.save(self._state_now())
            self._send(TrainingPaused(step=step, epoch=epoch))

        self._control.wait_while_paused(
            on_pause, lambda: self._send(TrainingContinued(step=step, epoch=epoch))
        )
        self.meter.go_on()

    def _should_end(self) -> bool:
        if self._control.stop_reason or self.is_over:
            return True
        seconds = self.meter.seconds + self._time_left.to_finish
        problem = stopping.why_end(self.state, self.setup.settings, seconds)
        if problem is not None:
            self._send(WarningRaised(problem=problem))
        return problem is not None

    def _end(self) -> str:
        """Saves what there is; puts the model into its best state, unless the run was given up."""
        is_wanted = not self._control.stop_reason or self._needs_validation()
        if is_wanted and self.state.validated != self.state.step:
            self._validate()
        reason = self._control.stop_reason
        self._reporter.send_rest()
        self.layer_watch.tell(self.state)
        self._keeper.save(self._state_now())
        if reason not in _GIVEN_UP:
            self._keeper.restore_best()
        return reason

    def _stage_reached(self, event: StageReached) -> None:
        self._send(event)
        self._control.raise_if_stopped()

    def _checkpoint_saved(self, event: CheckpointSaved) -> None:
        self.saved_epoch = self.saved_epoch if event.is_best else event.epoch
        self._send(event)
