"""What is said about a run before it starts, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.fold_runs import COMPUTE_AGAIN_NAME
from engine.protocol.problem_words import size_words, time_words
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.stack import Estimate, Fit
from engine.protocol.wording import listed, printable

_WORTH_IT = 0.9
"""Share of the memory above which computing blocks again is not offered."""

_ANYWAY = Action(id="continue_anyway", label="Train anyway")


def nothing_to_train(*, method: str) -> Problem:
    """Every part is frozen."""
    return Problem(
        code="nothing_to_train",
        title="Nothing would be trained",
        reason=f"With {method} as it is set, every layer is frozen.",
        fix="Thaw at least the head.",
        setting="layers",
    )


def no_such_device(*, asked: str, known: Sequence[tuple[str, str]]) -> Problem:
    """The device that was to train is not in this computer.

    Args:
        asked: Its id.
        known: Id and label of the devices that are there, the best first.
    """
    best, label = known[0]
    there = listed([f"{name} ({words})" for name, words in known])
    return Problem(
        code="no_such_device",
        title=f'There is no device "{printable(asked)}" here',
        reason=f"The run was to train on it; it may have been taken out. What there is: {there}.",
        fix="Train on a device that is there.",
        actions=(Action(id="use_device", label=f"Use {label}", arguments={"device": best}),),
        setting="device",
    )


def too_large(
    *, memory: int, free: int, light: tuple[str, str] | None, again: Estimate | None = None
) -> Problem:
    """The run is likely to need more memory than there is. A warning: it may be tried.

    Args:
        memory: Bytes that it needs at the peak.
        free: Bytes that are free.
        light: Id and name of a method that needs less, if there is one and it was not chosen.
        again: What the estimate says where blocks are computed again on the way back instead of being kept;
            ``None`` where they are already.
    """
    return Problem(
        code="too_large",
        title="This run may not fit the memory",
        reason=f"It needs about {size_words(memory)} and {size_words(free)} are free.",
        fix="Use smaller batches, shorter texts or freeze more layers.",
        severity=Severity.WARNING,
        actions=(*_computing_again(memory, again), *_use(light), _ANYWAY),
        setting="batch_size",
    )


def _computing_again(memory: int, again: Estimate | None) -> tuple[Action, ...]:
    """Returns the way on in which nothing that is learned changes, where it saves enough to matter."""
    if again is None or again.memory > _WORTH_IT * memory:
        return ()
    longer = "" if again.seconds is None else f" and takes about {time_words(again.seconds)}"
    fits = "" if again.fit is not Fit.TOO_LARGE else "; that is still more than is free"
    return (
        Action(
            id="set_settings",
            label="Compute again instead of keeping",
            arguments={COMPUTE_AGAIN_NAME: "yes"},
            note=f"It needs about {size_words(again.memory)} then{longer}{fits}. It learns the same.",
        ),
    )


def takes_long(
    *, seconds: float, has_accelerator: bool, light: tuple[str, str] | None, light_seconds: float | None
) -> Problem:
    """Training will take long. A warning.

    Args:
        seconds: What the estimate says.
        has_accelerator: Whether there is a graphics card.
        light: Id and name of a method that needs less, if there is one and it was not chosen.
        light_seconds: What the estimate says for that method.
    """
    sentences = [] if has_accelerator else ["This computer has no graphics card."]
    saves = light is not None and light_seconds is not None and light_seconds < 0.8 * seconds
    if saves and light is not None and light_seconds is not None:
        sentences.append(f"{light[1]} would take about {time_words(light_seconds)}.")
    return Problem(
        code="takes_long",
        title=f"Training may take {time_words(seconds)}",
        reason=" ".join(sentences) or "There is much to read.",
        fix="Freeze more layers, or use fewer epochs or fewer rows.",
        severity=Severity.WARNING,
        actions=(*(_use(light) if saves else ()), _ANYWAY),
    )


def four_bits_need_a_card() -> Problem:
    """Weights are to be kept in four bits, and the run is set to the processor, though there is a card."""
    return Problem(
        code="four_bits_need_a_card",
        title="Weights in 4 bits need the graphics card",
        reason="This run is set to compute on the processor, which cannot multiply with them.",
        fix="Choose the graphics card as the device, or switch off 4-bit base.",
        setting="device",
    )


def rows_known_already(*, model: str) -> Problem:
    """Thaw made the model from the training rows of the very file that it is to learn from. A note.

    Args:
        model: Name of the model.
    """
    return Problem(
        code="rows_known_already",
        title=f"{model} has learned from these rows before",
        reason="Thaw made it from the training rows of this sample: training on them again may not make it "
        "better. The test rows are new to it.",
        fix="To see it learn, bring rows of your own.",
        severity=Severity.NOTE,
        setting="model",
    )


def known_rows_are_tested(*, model: str, usual: str) -> Problem:
    """With this split, rows from which Thaw made the model are among the test rows. A warning.

    Args:
        model: Name of the model.
        usual: The split with which it was made, e.g. ``"15 % validation, 15 % test, seed 0"``.
    """
    return Problem(
        code="known_rows_are_tested",
        title=f"{model} knows some of the test rows",
        reason=f"Thaw made {model} from the training rows of this sample with another split ({usual}). Some "
        "of those are test rows now: the score would be better than the model is.",
        fix=f"On Data, divide the rows as then: {usual}.",
        severity=Severity.WARNING,
        actions=(_ANYWAY,),
        setting="model",
    )


def _use(method: tuple[str, str] | None) -> tuple[Action, ...]:
    if method is None:
        return ()
    return (Action(id="use_method", label=f"Use {method[1]}", arguments={"method": method[0]}),)
