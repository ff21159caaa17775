"""Memory that ran out, in words: what happened, what is safe, and the ways on that need less."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problem_words import epoch_words, safe_until, size_words
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.smaller_batches import Batches, BatchesHalved, halved

_SHORTEST = 32
"""Word pieces below which half of a text is no way on."""


def out_of_memory(
    *,
    step: int,
    batches: Batches,
    max_length: int,
    free: int,
    folder: str,
    epoch: float = 0.0,
    saved_epoch: float | None,
    light: tuple[str, str] | None = None,
    device: str = "computer",
    details: str = "",
) -> Problem:
    """There was not enough memory for a step.

    Args:
        step: The step that failed; the first is 1.
        batches: What its rows were read in.
        max_length: Longest text in word pieces.
        free: Bytes that were free when the run began.
        folder: The run's folder.
        epoch: How far the run had come.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
        light: Id and name of a method that needs less, if there is one and it was not used.
        device: ``"computer"`` or ``"graphics card"``.
        details: Technical text.
    """
    where = f"at step {step:,}" if step > 1 else "before the first step was done"
    single = "" if batches.size > 1 else " A batch was a single row already, so it cannot be smaller."
    whole = step > 1 and saved_epoch == epoch
    return Problem(
        code="out_of_memory",
        title=f"Training stopped: this {device} ran out of memory",
        reason=(
            f"It happened {where}, with batches of {batches.size:,} and texts of up to {max_length} word "
            f"pieces; {size_words(free)} were free when the run began.{single}"
        ),
        fix=_fix(batches),
        safe=f"Nothing is lost: step {step - 1:,} is saved." if whole else safe_until(saved_epoch),
        actions=(
            *with_smaller_batches(batches, folder, saved_epoch),
            *_lighter(max_length, light),
        ),
        setting="batch_size",
        details=details,
    )


def killed_for_memory(
    exit_code: int | None,
    *,
    folder: str,
    epoch: float | None,
    saved_epoch: float | None,
    batches: Batches | None,
    held: int = 0,
    max_length: int = 0,
    details: Sequence[str] = (),
) -> Problem:
    """The system ended the process that trains, because the whole computer had no memory left.

    Args:
        exit_code: How it ended.
        folder: The run's folder.
        epoch: How far the run had come; ``None`` before the first step.
        saved_epoch: Epoch of the last checkpoint on the disk; ``None`` when there is none.
        batches: What its steps were read in; ``None`` when that is not known.
        held: Bytes that the process held when it was last heard of; 0 when not known.
        max_length: Longest text in word pieces; 0 when not known.
        details: The last lines that the process wrote.
    """
    where = "before its first step" if epoch is None else f"at epoch {epoch_words(epoch)}"
    with_memory = f"; it held {size_words(held)} when it was last heard of" if held else ""
    single = "" if batches is None or batches.size > 1 else " A batch is a single row already."
    ways = () if batches is None else with_smaller_batches(batches, folder, saved_epoch)
    return Problem(
        code="out_of_memory",
        title="Training stopped: this computer ran out of memory",
        reason=(
            f"The system ended the training process {where} to keep the computer going{with_memory}.{single}"
        ),
        fix="Continue with smaller batches." if ways else "Close other programs, then go on.",
        safe="The curve so far is kept. No checkpoint had been saved yet."
        if saved_epoch is None
        else f"The checkpoint of epoch {epoch_words(saved_epoch)} is saved.",
        actions=(
            *ways,
            as_before(folder, saved_epoch),
            *(_lighter(max_length, None) if not ways else ()),
            Action(id="copy_details", label="Copy details"),
        ),
        setting="batch_size",
        details="\n".join(["out_of_memory", f"exit code: {exit_code}", *details]),
    )


def went_on_smaller(halving: BatchesHalved) -> Problem:
    """Memory ran out, and the run went on by itself with smaller batches. A warning."""
    return Problem(
        code="smaller_batches",
        title=f"Memory ran out after step {halving.step:,}: from here {halving.batches.words}",
        reason="Each step still learns from the same rows, so the result is that of larger batches; it takes "
        "longer.",
        fix="Nothing to do. Closing other programs leaves more memory to the rest of the run.",
        safe="Nothing is lost, and no step was left out.",
        severity=Severity.WARNING,
        setting="batch_size",
    )


def smallest_batches(*, folder: str, max_length: int, light: tuple[str, str] | None = None) -> Problem:
    """A run was to go on in smaller batches, and has batches of a single row.

    Args:
        folder: The run's folder.
        max_length: Longest text in word pieces.
        light: Id and name of a method that needs less, if there is one and it was not used.
    """
    return Problem(
        code="smallest_batches",
        title="Batches cannot be smaller than a single row",
        reason="This run reads one row at a time already.",
        fix="Train with shorter texts or a method that needs less memory, or go on as before once other "
        "programs are closed.",
        safe="The run is as it was.",
        actions=(*_lighter(max_length, light), as_before(folder, None)),
        setting="batch_size",
    )


def no_memory(*, doing: str, details: str, saved_epoch: float | None = None) -> Problem:
    """There was not enough memory for something else than a step.

    Args:
        doing: What the engine was asked to do, e.g. ``"MapEmbeddings"``.
        details: The traceback.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
    """
    return Problem(
        code="no_memory",
        title="There was not enough memory for this",
        reason=f"It happened in {doing}.",
        fix="Close other programs, or wait until a run that trains has ended; then try again.",
        safe=safe_until(saved_epoch),
        actions=(Action(id="copy_details", label="Copy details"),),
        details=details,
    )


def _fix(batches: Batches) -> str:
    return "Continue with smaller batches." if batches.size > 1 else "Use shorter texts."


def with_smaller_batches(batches: Batches, folder: str, saved_epoch: float | None) -> tuple[Action, ...]:
    """Returns the way on with half the batches, in the same run; none where a batch is a single row.

    Args:
        batches: As they were.
        folder: The run's folder.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
    """
    smaller = halved(batches)
    if smaller is None:
        return ()
    again = saved_epoch is None
    start = "From the beginning" if again else f"From epoch {epoch_words(saved_epoch or 0.0)}"
    return (
        Action(
            id="resume",
            label=f"{'Start again' if again else 'Continue'} with {smaller.words}",
            arguments={"folder": folder, "smaller_batches": "yes"},
            note=f"{start} in this run; each step learns from the same rows, more slowly.",
        ),
    )


def as_before(folder: str, saved_epoch: float | None) -> Action:
    """Returns the way on that changes nothing, in the same run.

    Args:
        folder: The run's folder.
        saved_epoch: Epoch of the last checkpoint; ``None`` when there is none.
    """
    label = "Go on as before" if saved_epoch is None else f"Resume from epoch {epoch_words(saved_epoch)}"
    return Action(
        id="resume",
        label=label,
        arguments={"folder": folder},
        note="With the same batches, once other programs have left more memory.",
    )


def _lighter(max_length: int, light: tuple[str, str] | None) -> tuple[Action, ...]:
    """Returns the ways on that need less memory and make another run."""
    actions = []
    if max_length > _SHORTEST:
        actions.append(
            Action(
                id="set_settings",
                label=f"Texts of at most {max_length // 2} word pieces",
                arguments={"max_length": str(max_length // 2)},
                note="A new run; longer texts are cut.",
            )
        )
    if light is not None:
        actions.append(
            Action(
                id="use_method",
                label=f"Switch to {light[1]}",
                arguments={"method": light[0]},
                note="A new run; the model's own weights stay as they are.",
            )
        )
    return tuple(actions)
