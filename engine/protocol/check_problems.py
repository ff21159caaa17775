"""What is said about a run before it starts, in words."""

from __future__ import annotations

from engine.protocol.problem_words import size_words, time_words
from engine.protocol.problems import Action, Problem, Severity


def method_cannot_serve(*, method: str, model: str, reason: str) -> Problem:
    """A method cannot be combined with the model or the task."""
    return Problem(
        code="method_cannot_serve",
        title=f"{method} cannot be used here",
        reason=f"{reason} (The model is {model}.)",
        fix="Choose another method.",
        setting="method",
    )


def nothing_to_train(*, method: str) -> Problem:
    """Every part is frozen."""
    return Problem(
        code="nothing_to_train",
        title="Nothing would be trained",
        reason=f"With {method} as it is set, every layer is frozen.",
        fix="Thaw at least the head.",
        setting="layers",
    )


def unknown_layers(*, layers: tuple[str, ...], known: tuple[str, ...]) -> Problem:
    """A run freezes or thaws layers that the model has not."""
    return Problem(
        code="unknown_layers",
        title="The model has no such layer",
        reason=f"{', '.join(layers)} is not among {', '.join(known)}.",
        fix="Choose the layers again.",
        setting="layers",
    )


def too_large(*, memory: int, free: int, light: tuple[str, str] | None) -> Problem:
    """The run is likely to need more memory than there is. A warning: it may be tried."""
    actions = []
    if light is not None:
        actions.append(Action(id="use_method", label=f"Use {light[1]}", arguments={"method": light[0]}))
    actions.append(Action(id="continue_anyway", label="Train anyway"))
    return Problem(
        code="too_large",
        title="This run may not fit the memory",
        reason=f"It needs about {size_words(memory)} and {size_words(free)} are free.",
        fix="Use smaller batches, shorter texts or freeze more layers.",
        severity=Severity.WARNING,
        actions=tuple(actions),
        setting="batch_size",
    )


def takes_long(
    *, seconds: float, has_accelerator: bool, light: tuple[str, str] | None, light_seconds: float | None
) -> Problem:
    """Training will take long. A warning.

    Args:
        seconds: What the estimate says.
        has_accelerator: Whether training would use a graphics card.
        light: Id and name of a method that needs less, if there is one.
        light_seconds: What the estimate says for that method.
    """
    actions = []
    comparison = ""
    if light is not None and light_seconds is not None and light_seconds < 0.8 * seconds:
        comparison = f" {light[1]} would take about {time_words(light_seconds)}."
        actions.append(Action(id="use_method", label=f"Use {light[1]}", arguments={"method": light[0]}))
    actions.append(Action(id="continue_anyway", label="Train anyway"))
    card = "" if has_accelerator else "This computer has no graphics card."
    return Problem(
        code="takes_long",
        title=f"Training may take {time_words(seconds)}",
        reason=f"{card}{comparison}".strip() or "There is much to learn from.",
        fix="Freeze more layers, use fewer epochs or fewer rows.",
        severity=Severity.WARNING,
        actions=tuple(actions),
    )
