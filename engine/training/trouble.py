"""Trouble in the middle of a run, put into words with the run's own numbers."""

from __future__ import annotations

from engine.protocol import run_problems
from engine.protocol.problems import Problem
from engine.training.checkpoint import TrainingState
from engine.training.setup import TrainingSetup
from engine.training.steps import LossNotFiniteError


def loss_problem(
    setup: TrainingSetup, state: TrainingState, error: LossNotFiniteError, saved_epoch: float | None
) -> Problem:
    """Says that the loss is no number, and what to try: another model, or a lower learning rate.

    Args:
        setup: The run.
        state: Where it stands.
        error: The step, and what the loss was.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
    """
    if state.step == 0:
        return run_problems.no_number_from_the_start(model=setup.base.facts.name, text=f"{error.value}")
    return run_problems.loss_not_finite(
        step=error.step,
        epoch=state.epoch,
        setting=error.setting,
        learning_rate=setup.number(error.setting),
        saved_epoch=saved_epoch,
        text=f"{error.value}",
    )
