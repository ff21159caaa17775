"""Fields: what a person may set, described well enough that a form can draw itself.

A method, a task or the loop declares fields; the catalog carries them to the window, which turns
each into a control, and to the command line, which checks ``--set name=value`` against them.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

SettingValue: TypeAlias = bool | int | float | str
"""A value that a setting may have. Booleans come first: in Python they are integers too."""


class Choice(msgspec.Struct, frozen=True):
    """One option of a choice field.

    Attributes:
        value: What is stored in the run, e.g. ``"pfeiffer"``.
        label: What a person reads.
        help: One sentence on what it means.
    """

    value: str
    label: str
    help: str = ""


class _FieldBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every field has.

    Attributes:
        name: The field's standard term, e.g. ``"learning_rate"``; the key in the run's settings.
        label: What a person reads before the control, e.g. ``"Learning rate"``.
        help: One or two sentences: what it does.
        source: Where the default comes from, e.g. ``"Devlin 2019, appendix A.3"``.
        section: ``"method"`` or ``"training"``: which group of the settings sheet it stands in.
        advanced: Whether it starts folded away.
    """

    name: str
    label: str
    help: str
    source: str = ""
    section: str = "method"
    advanced: bool = False


class IntegerField(_FieldBase, frozen=True, kw_only=True, tag="integer"):
    """A whole number between ``minimum`` and ``maximum``, both allowed.

    Attributes:
        unit: Written behind the number, e.g. ``"epochs"``.
    """

    default: int
    minimum: int
    maximum: int
    unit: str = ""


class NumberField(_FieldBase, frozen=True, kw_only=True, tag="number"):
    """A real number between ``minimum`` and ``maximum``, both allowed.

    Attributes:
        logarithmic: Whether steps of the control multiply (learning rates) rather than add.
    """

    default: float
    minimum: float
    maximum: float
    unit: str = ""
    logarithmic: bool = False


class SwitchField(_FieldBase, frozen=True, kw_only=True, tag="switch"):
    """Yes or no."""

    default: bool


class ChoiceField(_FieldBase, frozen=True, kw_only=True, tag="choice"):
    """One of a few named options."""

    default: str
    choices: tuple[Choice, ...]


Field: TypeAlias = IntegerField | NumberField | SwitchField | ChoiceField
"""Any field."""


def why_not(field: Field, value: object) -> str:
    """Says why a value does not fit a field.

    Args:
        field: The field that the value is meant for.
        value: Anything, e.g. what was typed.

    Returns:
        A sentence such as ``"Use a whole number from 1 to 100."``, or ``""`` when the value fits.
    """
    if isinstance(field, SwitchField):
        return "" if isinstance(value, bool) else "Use yes or no."
    if isinstance(field, ChoiceField):
        values = [choice.value for choice in field.choices]
        return "" if value in values else f"Use one of {', '.join(values)}."
    whole = isinstance(field, IntegerField)
    unit = f" {field.unit}" if field.unit else ""
    rule = f"Use a {'whole ' if whole else ''}number from {field.minimum:g} to {field.maximum:g}{unit}."
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return rule
    return "" if field.minimum <= value <= field.maximum else rule


def parse_setting(field: Field, text: str) -> SettingValue:
    """Turns what was typed into a field's value.

    Args:
        field: The field that the text is meant for.
        text: For example ``"2e-5"``, ``"yes"``, ``"pfeiffer"``.

    Returns:
        The value, which fits the field.

    Raises:
        ValueError: With the sentence of :func:`why_not` when it does not fit.
    """
    value: SettingValue = text.strip()
    try:
        if isinstance(field, SwitchField):
            value = {
                "yes": True,
                "true": True,
                "on": True,
                "1": True,
                "no": False,
                "false": False,
                "off": False,
                "0": False,
            }.get(text.strip().lower(), text)
        elif isinstance(field, IntegerField):
            value = int(text)
        elif isinstance(field, NumberField):
            value = float(text)
    except ValueError:
        value = text
    reason = why_not(field, value)
    if reason:
        raise ValueError(reason)
    return value
