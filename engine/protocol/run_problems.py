"""What can go wrong while a run trains, in words."""

from __future__ import annotations

from engine.protocol.problem_words import epoch_words, limit_words, safe_until
from engine.protocol.problems import Action, Problem, Severity


def loss_not_finite(
    *,
    step: int,
    epoch: float,
    learning_rate: float,
    saved_epoch: float | None,
    text: str = "nan",
    setting: str = "learning_rate",
) -> Problem:
    """The loss became infinite or not a number.

    Args:
        step: Optimizer step at which it was seen; the first is 1.
        epoch: Position in epochs at that step.
        learning_rate: The highest rate that the run was set to.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
        text: The value as it was, ``"nan"`` or ``"inf"``.
        setting: Name of the setting that holds that rate.
    """
    lower = float(f"{learning_rate / 10:.1g}")
    again = "from the start" if saved_epoch is None else f"from epoch {epoch_words(saved_epoch)}"
    return Problem(
        code="loss_not_finite",
        title=f"Training stopped: the loss stopped being a number at step {step}",
        reason=(
            f"At epoch {epoch_words(epoch)} the loss was {text}. The usual cause is a learning rate that is "
            f"too high; this run used {learning_rate:g}."
        ),
        fix=f"Train {again} with learning rate {lower:g}.",
        safe=safe_until(saved_epoch),
        actions=(
            Action(
                id="set_settings",
                label=f"Use learning rate {lower:g}",
                arguments={setting: f"{lower:g}"},
                note="Smaller steps, a new run; the curve so far stays.",
            ),
        ),
        setting=setting,
    )


def no_number_from_the_start(*, model: str, text: str) -> Problem:
    """The loss is no number before anything was changed, so no learning rate is the cause.

    Args:
        model: Name of the base model, or its folder.
        text: The value as it was, ``"nan"`` or ``"inf"``.
    """
    return Problem(
        code="loss_not_finite",
        title="Training stopped: the loss is not a number from the start",
        reason=f'At the first step, before anything was learned, the loss was {text}: "{model}" answers '
        "these texts with values that are no numbers.",
        fix="Choose another model.",
        safe=safe_until(None),
        actions=(
            Action(
                id="use_built_in_model",
                label="Use the built-in model",
                note="It comes with Thaw and needs no network.",
            ),
        ),
        setting="model",
    )


def overfitting(*, since_epoch: float, best_epoch: float) -> Problem:
    """The validation loss rises while the training loss falls. A warning."""
    return Problem(
        code="overfitting",
        title=f"Validation loss has risen since epoch {epoch_words(since_epoch)}",
        reason="The model learns the training texts by heart; on texts it has not studied it gets worse.",
        fix="The best checkpoint is kept; you may stop.",
        safe=f"The checkpoint of epoch {epoch_words(best_epoch)} is kept.",
        severity=Severity.WARNING,
    )


def stopped_early(*, evaluations: int, best_epoch: float) -> Problem:
    """Early stopping ended the training. A note."""
    return Problem(
        code="stopped_early",
        title="Training ended early",
        reason=(
            f"{evaluations} validations in a row brought no better score than "
            f"epoch {epoch_words(best_epoch)}."
        ),
        fix="Nothing to do; the best checkpoint is judged.",
        severity=Severity.NOTE,
    )


def time_is_up(*, minutes: float, epoch: float, epochs: int, best_epoch: float) -> Problem:
    """The time that a person has is over before the last step. A note.

    Args:
        minutes: How long the run was to take at most.
        epoch: How far it came.
        epochs: How many were meant.
        best_epoch: Epoch of the best validation so far; 0 where there was none yet.
    """
    best = f"; the best so far, of epoch {epoch_words(best_epoch)}, is kept" if best_epoch else ""
    return Problem(
        code="time_is_up",
        title="The time is up",
        reason=(
            f"Training was to take {limit_words(minutes)}. It ends at epoch {epoch_words(epoch)} of "
            f"{epochs}, so that the final test still fits in{best}."
        ),
        fix="Nothing to do; the best checkpoint is judged. More rows or epochs need more time.",
        severity=Severity.NOTE,
        setting="time_limit_minutes",
    )


def not_judged_before(*, model: str) -> Problem:
    """There was not enough memory for the model as it was before training. A note.

    Args:
        model: Name of the base model.
    """
    return Problem(
        code="not_judged_before",
        title="No score from before training",
        reason=f"There was not enough memory to load {model} as it was and judge it too.",
        fix="Nothing to do; the result is whole but for this comparison.",
        severity=Severity.NOTE,
    )


def frozen_layer_changed(*, names: tuple[str, ...]) -> Problem:
    """The self-check found a frozen tensor with other bytes than before. A warning."""
    return Problem(
        code="frozen_layer_changed",
        title="A frozen layer changed",
        reason=f"{len(names)} tensors that were frozen differ from before: {', '.join(names[:3])}.",
        fix="Copy the details and report this; the run's numbers cannot be trusted.",
        severity=Severity.WARNING,
        actions=(Action(id="copy_details", label="Copy details"),),
        details="\n".join(names),
    )


def engine_busy(*, run: str) -> Problem:
    """A process that trains was asked for something else."""
    return Problem(
        code="engine_busy",
        title="This engine process is training",
        reason=f'It trains the run "{run}" and does one thing at a time.',
        fix="Ask again when the run has ended; other engine processes can answer meanwhile.",
    )


def not_understood(*, line: str, details: str) -> Problem:
    """A line on the pipe was no command of this protocol."""
    return Problem(
        code="not_understood",
        title="The engine did not understand a command",
        reason=f"It began with {line[:60]!r}.",
        fix="Use a window and an engine of the same version.",
        details=details,
    )


def job_id_in_use(*, job_id: str) -> Problem:
    """Two jobs were given the same id. A warning: the first goes on, the second never began."""
    return Problem(
        code="job_id_in_use",
        title="A job with this id is already there",
        reason=f'"{job_id}" has not ended yet.',
        fix="Give every job an id of its own.",
        severity=Severity.WARNING,
    )


def unexpected(*, doing: str, details: str, saved_epoch: float | None = None) -> Problem:
    """Something that nobody foresaw.

    Args:
        doing: What the engine was asked to do, e.g. ``"StartTraining"``.
        details: The traceback.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
    """
    return Problem(
        code="unexpected",
        title="Something went wrong in the engine",
        reason=f"It happened in {doing}. This is a fault in Thaw, not in your data.",
        fix="Copy the details and report them; then try again.",
        safe=safe_until(saved_epoch),
        actions=(Action(id="copy_details", label="Copy details"),),
        details=details,
    )
