"""Which validation was the best, whether it is time to end, whether the model learns by heart."""

from __future__ import annotations

import msgspec

from engine.contracts import Settings
from engine.protocol import run_problems
from engine.protocol.problems import Problem
from engine.training.checkpoint import BestSoFar, TrainingState
from engine.training_fields import TIME_LIMIT

_CLEAR_RISE = 1.02
"""Validation loss over the lowest one, from which a rise is more than noise."""


def after_validation(
    best: BestSoFar, *, value: float, loss: float, step: int, epoch: float, higher_is_better: bool = True
) -> BestSoFar:
    """Adds a validation to those before.

    Args:
        best: The validations so far.
        value: The task's first metric.
        loss: Validation loss.
        step: Where.
        epoch: The same in epochs.
        higher_is_better: Direction of the metric.

    Returns:
        The new sum; its ``step`` is ``step`` when this one is the best. Of equal scores the one with
        the lower loss is better: it is surer of what it says rightly.
    """
    gained = best.value is None or (value > best.value if higher_is_better else value < best.value)
    gained = gained or (value == best.value and loss < best.loss)
    if gained:
        best = msgspec.structs.replace(best, value=value, loss=loss, step=step, epoch=epoch, without_gain=0)
    else:
        best = msgspec.structs.replace(best, without_gain=best.without_gain + 1)
    if best.lowest_loss is None or loss <= best.lowest_loss:
        return msgspec.structs.replace(best, lowest_loss=loss, lowest_loss_epoch=epoch, rises=0)
    return msgspec.structs.replace(best, rises=best.rises + 1)


def why_end(state: TrainingState, settings: Settings, seconds: float) -> Problem | None:
    """Returns why a run ends before its last step; ``None`` while it goes on.

    Args:
        state: Where it stands.
        settings: Its settings.
        seconds: How long it will have taken if it ends now, with all that follows then.
    """
    best, minutes = state.best, float(settings.get(TIME_LIMIT.name, 0))
    if minutes and seconds >= 60 * minutes:
        return run_problems.time_is_up(
            minutes=minutes, epoch=state.epoch, epochs=int(settings["epochs"]), best_epoch=best.epoch
        )
    if should_end(best, int(settings["early_stopping_patience"])):
        return run_problems.stopped_early(evaluations=best.without_gain, best_epoch=best.epoch)
    return None


def should_end(best: BestSoFar, patience: int) -> bool:
    """Returns whether early stopping ends the run.

    Args:
        best: The validations so far.
        patience: Validations without a better score that are waited for; 0 waits for ever.
    """
    return 0 < patience <= best.without_gain


def learns_by_heart(best: BestSoFar, loss: float) -> bool:
    """Returns whether to say that the validation loss rises: once, when it does so clearly.

    Args:
        best: The validations so far, this one included.
        loss: Validation loss of this one.
    """
    if best.warned or best.lowest_loss is None:
        return False
    return best.rises >= 2 and loss > _CLEAR_RISE * best.lowest_loss
