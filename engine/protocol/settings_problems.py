"""What can be wrong with what was chosen: methods, tasks and settings, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.protocol.fields import Field, why_not
from engine.protocol.problems import Action, Problem
from engine.protocol.wording import listed, shortened

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan|[+-]?inf", re.IGNORECASE)


def _unknown(kind: str, asked: str, near: str, known: Sequence[str], setting: str) -> Problem:
    if len(known) == 1:
        reason, choose = f'The only {kind} is "{known[0]}".', f'Choose "{known[0]}".'
    else:
        reason, choose = f"The {kind}s are {listed(known, len(known))}.", "Choose one of these."
    return Problem(
        code=f"unknown_{kind}",
        title=f'There is no {kind} called "{asked}"',
        reason=reason if known else f"No {kind}s were found.",
        fix=f'Did you mean "{near}"?' if near else choose,
        safe="Nothing was started.",
        setting=setting,
    )


def unknown_method(asked: str, near: str, known: Sequence[str]) -> Problem:
    """No method has this id.

    Args:
        asked: What was asked for.
        near: A method with a similar id, or an empty text.
        known: All ids.
    """
    return _unknown("method", asked, near, known, "method")


def unknown_task(asked: str, near: str, known: Sequence[str]) -> Problem:
    """No task has this id. The arguments are those of :func:`unknown_method`."""
    return _unknown("task", asked, near, known, "task")


def unknown_setting(name: str, near: str, method: str, known: Sequence[str]) -> Problem:
    """The method has no setting of this name.

    Args:
        name: What was set.
        near: A setting with a similar name, or an empty text.
        method: Name of the method.
        known: Names of all its settings.
    """
    guess = f'Did you mean "{near}"?' if near else "Leave it out, or use one of the names above."
    return Problem(
        code="unknown_setting",
        title=f'There is no setting called "{name}"',
        reason=f"{method} has the settings {', '.join(known)}.",
        fix=guess,
        safe="Nothing was started.",
        setting=name,
        actions=(Action(id="change_settings", label="Open the settings"),),
    )


def _shown(value: object) -> str:
    """Returns a value as a sentence can hold it: letters in quotation marks, so that blanks show."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if _NUMBER.fullmatch(text) else f'"{shortened(text)}"'


def setting_out_of_range(field: Field, value: object) -> Problem:
    """A value does not fit its setting.

    Args:
        field: The setting.
        value: What it was set to.
    """
    shown, default = _shown(value), _shown(field.default)
    return Problem(
        code="setting_out_of_range",
        title=f"{field.label} cannot be {shown}",
        reason=f'The setting "{field.name}" was set to {shown}; {default} is recommended.',
        fix=why_not(field, value) or "Use another value.",
        safe="Nothing was started.",
        setting=field.name,
        actions=(
            Action(
                id="set_settings",
                label=f"Use {default}",
                arguments={field.name: str(field.default)},
                note="The recommended value.",
            ),
            Action(id="change_settings", label="Open the settings"),
        ),
    )


def seed_out_of_range(seed: int, most: int) -> Problem:
    """The seed is none that random numbers can be drawn from.

    Args:
        seed: What was chosen.
        most: The largest that can be; the smallest is 0.
    """
    return Problem(
        code="setting_out_of_range",
        title=f"Seed cannot be {seed}",
        reason=f'The setting "seed" is {seed}.',
        fix=f"Use a whole number from 0 to {most:,}.",
        safe="Nothing was started.",
        setting="seed",
    )


def method_does_not_serve(method: str, task: str, model: str, reason: str) -> Problem:
    """A method cannot be used with this task or model.

    Args:
        method: Name of the method.
        task: Name of the task.
        model: Name of the model.
        reason: The method's own reason, a sentence.
    """
    return Problem(
        code="method_does_not_serve",
        title=f"{method} cannot be used here",
        reason=f"{reason} The task is {task} and the model is {model}.",
        fix="Choose another method.",
        safe="Nothing was started.",
        setting="method",
    )


def head_needs_words() -> Problem:
    """A head that reads words one after the other was chosen for a task that answers whole texts."""
    return Problem(
        code="setting_out_of_range",
        title="A BiLSTM head answers words, not whole texts",
        reason="It reads a text word by word and says something about each of them. This task asks for one "
        "answer for each text.",
        fix="Choose another head, such as one hidden layer.",
        safe="Nothing was started.",
        setting="head",
        actions=(
            Action(id="set_settings", label="Use one hidden layer", arguments={"head": "mlp"}),
            Action(id="change_settings", label="Open the settings"),
        ),
    )


def no_such_layer(layer: str, known: Sequence[str]) -> Problem:
    """A layer was frozen or thawed by hand that the model does not have."""
    return Problem(
        code="no_such_layer",
        title=f'The model has no layer "{layer}"',
        reason=f"Its layers are {', '.join(known)}.",
        fix="Use one of these, or choose the layers again on the layer map.",
        safe="Nothing was started.",
        setting="layers",
        actions=(Action(id="change_settings", label="Open the setup"),),
    )
