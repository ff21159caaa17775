"""Judging the validation rows: which state is the best, and what the model says to watched texts."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import numpy as np

from engine.contracts import TaskModel
from engine.protocol.events import EvaluationEnded
from engine.training import stopping
from engine.training.checkpoint import TrainingState
from engine.training.judging import Judged, judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from engine.training.steps import LossNotFiniteError
from engine.training.watching import Watching


class Validator:
    """Judges a model on the validation rows, again and again.

    Attributes:
        watching: The texts that are followed.
    """

    watching: Watching

    def __init__(
        self, setup: TrainingSetup, part: EncodedPart, on_batch: Callable[[], None], highest_rate: str
    ) -> None:
        """Takes the rows.

        Args:
            setup: The run.
            part: Its validation rows.
            on_batch: Called after each batch. May raise to end a validation.
            highest_rate: Name of the highest learning rate, to be lowered when the loss is no number.
        """
        self._setup = setup
        self._whole = part
        self._part = _judged_rows(part, setup)
        self._on_batch = on_batch
        self._highest_rate = highest_rate

    def begin(self, model: TaskModel, watched: tuple[int, ...] | None) -> float:
        """Chooses what to follow.

        Args:
            model: The model before its first step here.
            watched: What a resumed run has followed so far.

        Returns:
            Seconds that a validation may take.
        """
        self.watching = Watching(self._setup, model, self._whole, watched)
        return self.watching.seconds_to_judge(self._part)

    def first_look(self, model: TaskModel, state: TrainingState) -> EvaluationEnded:
        """Judges a model before its first step.

        Args:
            model: The model.
            state: Where the run stands.

        Raises:
            LossNotFiniteError: When the loss is no number.
        """
        return self._evaluation(model, state, self._judge(model, state))

    def look(self, model: TaskModel, state: TrainingState) -> tuple[EvaluationEnded, TrainingState, bool]:
        """Judges a model in the midst of training.

        Args:
            model: The model.
            state: Where the run stands.

        Returns:
            The event; the state with this validation added; and whether to warn that the loss rises.

        Raises:
            LossNotFiniteError: When the loss is no number.
        """
        judged = self._judge(model, state)
        evaluation = self._evaluation(model, state, judged)
        metric = self._setup.task.measured(self._setup.settings)[0]
        best = stopping.after_validation(
            state.best,
            value=evaluation.metrics[metric.id],
            loss=judged.loss,
            step=state.step,
            epoch=state.epoch,
            higher_is_better=metric.higher_is_better,
        )
        rises = stopping.learns_by_heart(best, judged.loss)
        best = msgspec.structs.replace(best, warned=best.warned or rises)
        evaluation = msgspec.structs.replace(evaluation, is_best=best.step == state.step)
        return evaluation, msgspec.structs.replace(state, best=best, validated=state.step), rises

    def _judge(self, model: TaskModel, state: TrainingState) -> Judged:
        judged = judge(model, self._setup.task, self._part, self._on_batch)
        if not math.isfinite(judged.loss):
            raise LossNotFiniteError(state.step, judged.loss, self._highest_rate)
        return judged

    def _evaluation(self, model: TaskModel, state: TrainingState, judged: Judged) -> EvaluationEnded:
        return EvaluationEnded(
            split="validation",
            step=state.step,
            epoch=state.epoch,
            loss=judged.loss,
            metrics=self._setup.task.score(self._part.asked, judged.said),
            watched=self.watching.answers(model),
        )


def _judged_rows(part: EncodedPart, setup: TrainingSetup) -> EncodedPart:
    """Returns the rows that validations look at: all, or as many as the task says, always the same."""
    most, rows = setup.task.judged_rows, len(part.windows)
    if most is None or rows <= most:
        return part
    return part.of_rows(judged_numbers(rows, most, setup.run.seed))


def judged_numbers(rows: int, most: int, seed: int) -> list[int]:
    """Returns which rows validations look at where there are more than they take; always the same.

    Args:
        rows: How many there are.
        most: How many are looked at.
        seed: Of the run.
    """
    chance = np.random.default_rng([seed, rows])
    return sorted(int(row) for row in chance.permutation(rows)[:most])
