"""Fields: what a person may set, described well enough that a form can draw itself.

A method, a task or the loop declares fields; the catalog carries them to the window, which turns
each into a control, and to the command line, which checks ``--set name=value`` against them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
        unavailable: Why only the default can be had here, a sentence; empty when every value can.
    """

    name: str
    label: str
    help: str
    source: str = ""
    section: str = "method"
    advanced: bool = False
    unavailable: str = ""


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


class TextField(_FieldBase, frozen=True, kw_only=True, tag="text"):
    """A line of text.

    Attributes:
        longest: Most characters that it may have.
        may_be_empty: Whether it may have none.
    """

    default: str
    longest: int
    may_be_empty: bool = False


class RangesField(_FieldBase, frozen=True, kw_only=True, tag="ranges"):
    """Some of the whole numbers from 1 to ``maximum``: ``"all"``, ``"4-6"`` or ``"1, 3, 5-6"``.

    Attributes:
        unit: What is numbered, e.g. ``"blocks"``.
    """

    default: str
    maximum: int
    unit: str = ""


Field: TypeAlias = IntegerField | NumberField | SwitchField | ChoiceField | TextField | RangesField
"""Any field."""

_ALL = "all"
_RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def numbers_in(text: str, maximum: int) -> tuple[int, ...]:
    """Returns the numbers that a text such as ``"1, 4-6"`` means, lowest first.

    Args:
        text: ``"all"``, or numbers and ranges with commas between them.
        maximum: The highest number that there is; the lowest is 1.

    Raises:
        ValueError: When the text is none of these, or a number is out of range.
    """
    if text.strip().lower() == _ALL:
        return tuple(range(1, maximum + 1))
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= maximum:
            raise ValueError(f"{part.strip()!r} is no part of 1 to {maximum}.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def why_not(field: Field, value: object) -> str:
    """Says why a value does not fit a field.

    Args:
        field: The field that the value is meant for.
        value: Anything, e.g. what was typed.

    Returns:
        A sentence such as ``"Use a whole number from 1 to 100."``, or ``""`` when the value fits.
    """
    if field.unavailable and value != field.default:
        return field.unavailable
    if isinstance(field, SwitchField):
        return "" if isinstance(value, bool) else "Use yes or no."
    if isinstance(field, TextField):
        said = isinstance(value, str) and (field.may_be_empty or bool(value.strip()))
        fits = said and len(str(value)) <= field.longest
        if not fits and field.may_be_empty:
            return f"Use at most {field.longest} characters."
        return "" if fits else f"Use 1 to {field.longest} characters."
    if isinstance(field, RangesField):
        return _why_no_ranges(field, value)
    if isinstance(field, ChoiceField):
        values = [choice.value for choice in field.choices]
        return "" if value in values else f"Use one of {', '.join(values)}."
    whole = isinstance(field, IntegerField)
    unit = f" {field.unit}" if field.unit else ""
    rule = f"Use a {'whole ' if whole else ''}number from {field.minimum:g} to {field.maximum:g}{unit}."
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return rule
    return "" if field.minimum <= value <= field.maximum else rule


def _why_no_ranges(field: RangesField, value: object) -> str:
    try:
        if isinstance(value, str) and numbers_in(value, field.maximum):
            return ""
    except ValueError:
        pass
    unit = f" {field.unit}" if field.unit else ""
    return (
        f'Use "{_ALL}", or{unit} from 1 to {field.maximum} such as 1-{field.maximum} or 1, {field.maximum}.'
    )


def as_number(field: Field, value: SettingValue) -> SettingValue:
    """Returns 3 for 3.0 and 3.0 for 3, as the field has it: JSON and TOML do not tell them apart."""
    if isinstance(value, bool):
        return value
    if isinstance(field, NumberField) and isinstance(value, int):
        return float(value)
    if isinstance(field, IntegerField) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def values_that_fit(fields: Iterable[Field], settings: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """Returns a value for each field: the one that was set, or the default where none or another was.

    Args:
        fields: The fields.
        settings: Name → value; those of other fields are left out.
    """
    return {
        field.name: settings[field.name]
        if field.name in settings and not why_not(field, settings[field.name])
        else field.default
        for field in fields
    }


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
